"""Imported articles: UUIDs of 2025 on texts that are years older, and a truth that knows their own dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.site import Plan, Scale, Site, StandIn
from tests.site.moments import TAIPEI, iso_utc
from tests.site.plans import COLUMN, UUID_EPOCH
from tests.site_tests.browse import ask
from tests.site_tests.walk import answers, summaries

IMPORTED = 24
WINDOWS = (
    (datetime(2025, 1, 22, 21, 50, tzinfo=TAIPEI), datetime(2025, 1, 22, 22, 20, tzinfo=TAIPEI)),
    (datetime(2025, 1, 23, 15, 25, tzinfo=TAIPEI), datetime(2025, 1, 23, 15, 40, tzinfo=TAIPEI)),
)
MAY = (datetime(2021, 5, 1, tzinfo=TAIPEI), datetime(2021, 6, 1, tzinfo=TAIPEI))


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Return a site with imported articles."""
    with Site(articles=16, imported=IMPORTED) as served:
        yield served


@pytest.fixture
def imported(site: Site) -> list[Plan]:
    """Return the plans of the imported articles, oldest first."""
    return site.corpus.plans[:IMPORTED]


def told(plan: Plan) -> datetime:
    """Return the moment in an article's UUID, to the microsecond."""
    return UUID_EPOCH + timedelta(microseconds=UUID(plan.uuid or "").time // 10)


def test_uuids_lie_in_the_two_imports_and_dates_years_before(imported: list[Plan]) -> None:
    batch = [plan for plan in imported if plan.minted]
    counts = [sum(since <= told(plan) <= until for plan in batch) for since, until in WINDOWS]
    assert sum(counts) == len(batch) == IMPORTED * 5 / 6
    assert min(counts) > 0
    assert all(told(plan) == plan.minted for plan in batch)
    assert all(plan.moment < datetime(2024, 12, 1, tzinfo=UTC) for plan in imported)
    assert any(UUID(plan.uuid or "").time % 10 for plan in batch)


def test_one_in_six_has_a_uuid_of_its_own_date_in_whole_milliseconds(imported: list[Plan]) -> None:
    derived = [plan for plan in imported if not plan.minted]
    assert len(derived) == IMPORTED / 6
    assert all(UUID(plan.uuid or "").time % 10_000 == 0 and told(plan) == plan.moment for plan in derived)


def test_they_are_of_the_column_and_half_of_them_on_the_old_site_too(imported: list[Plan]) -> None:
    assert {(plan.column, plan.listed, plan.gone) for plan in imported} == {(COLUMN, True, None)}
    assert len([plan for plan in imported if plan.nid]) == IMPORTED / 2
    assert len({plan.author for plan in imported}) > 3


def test_the_corpus_stays_in_order(site: Site, imported: list[Plan]) -> None:
    plans = site.corpus.plans
    assert [plan.index for plan in plans] == list(range(IMPORTED + 32))
    assert [plan.moment for plan in plans] == sorted(plan.moment for plan in plans)
    column = [plan for plan in plans if plan.column == COLUMN]
    assert [plan.ordinal for plan in column] == list(range(IMPORTED + 16))
    nids = [plan.nid for plan in plans if plan.nid]
    assert nids == sorted(set(nids))
    old = imported[0] if imported[0].nid else imported[1]
    before = next(plan for nid in range((old.nid or 0) - 1, 0, -1) if (plan := site.corpus.find(f"notes:{nid}")))
    assert timedelta() <= old.moment - before.moment < timedelta(days=1)


def test_the_truth_has_the_true_date_and_the_page_and_interface_state_it(site: Site, imported: list[Plan]) -> None:
    listed = {
        article["articleId"]: article["createdAt"]
        for answer in answers(site, fetch=50)
        for article in summaries(answer)
    }
    for plan in imported:
        truth = site.truth_of(plan.key)
        at = datetime.fromisoformat(truth["published_at"] or "")
        assert timedelta() <= plan.moment - at < timedelta(minutes=1)
        created = listed[plan.uuid]
        moment = datetime.fromisoformat(created) if isinstance(created, str) else _epoch(created)
        assert abs(moment - plan.moment) < timedelta(seconds=1)
        local = plan.moment.astimezone(TAIPEI)
        page = ask(site.url, plan.path(plan.key)).text
        states = f"{local:%Y-%m-%d}" in page or f"{plan.moment:%Y-%m-%dT}" in page
        assert states is (truth["published_from"] == "page") or truth["published_from"] == "page"
        assert truth["published_from"] in ({"page", "listing"} if plan.minted else {"page", "address"})
        assert ("published_from" in truth["checked"]) <= (truth["published_from"] != "listing")
    assert {site.truth_of(plan.key)["published_from"] for plan in imported} >= {"page", "listing"}


def _epoch(number: int) -> datetime:
    return datetime.fromtimestamp(number / 1000 if number > 10**11 else number, UTC)


def test_a_window_of_their_own_time_has_them(site: Site, imported: list[Plan]) -> None:
    keys = [article["key"] for article in site.truths(window=MAY)]
    assert keys == [plan.key for plan in imported if MAY[0] <= plan.moment < MAY[1]]
    assert len(keys) >= IMPORTED / 2
    assert site.truths(window=WINDOWS[0]) == []


def test_without_the_option_there_are_none_and_the_corpus_is_as_it_was() -> None:
    plans = StandIn(Scale(articles=10)).corpus.plans
    assert not any(plan.minted for plan in plans)
    assert (plans[0].index, len(plans), iso_utc(plans[-1].moment)) == (0, 20, "2026-08-30T04:04:05Z")


def test_what_is_published_later_is_not_imported(site: Site) -> None:
    (made,) = site.publish()
    plan = site.corpus.plan(made["key"])
    assert (plan.minted, plan.index, site.corpus.plans[-1]) == (None, len(site.corpus.plans) - 1, plan)
