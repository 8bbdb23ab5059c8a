"""Who lies, how often and how long: selectors, answers, hosts, precedence, healing, and the same from afar."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.site import Plan, Site
from tests.site.corpus import UnknownKeyError
from tests.site.lies import Selector, UnknownLieError
from tests.site.lies.selectors import Choice, WrongSelectorError
from tests.site.plans import COLUMN
from tests.site_tests.browse import ask


@pytest.fixture(scope="module")
def served() -> Iterator[Site]:
    """Return a small site."""
    with Site(articles=24, orphans=False, losses=False) as serving:
        yield serving


@pytest.fixture
def site(served: Site) -> Iterator[Site]:
    """Return the site without lies."""
    yield served
    served.heal()


@pytest.fixture
def pair(site: Site) -> Plan:
    """Return an article with two addresses."""
    return next(plan for plan in site.plans() if len(plan.keys) == 2)


def status(site: Site, key: str) -> int:
    return ask(site.url, site.corpus.plan(key).path(key)).status


def liars(site: Site) -> set[str]:
    """Return the keys whose address answers 410."""
    return {key for plan in site.plans(None) for key in plan.keys if status(site, key) == 410}


def test_a_key_chooses_its_own_address_alone(site: Site, pair: Plan) -> None:
    site.lie(pair.keys[1], "gone-410")
    assert liars(site) == {pair.keys[1]}
    site.lie(pair.keys, "gone-410")
    assert liars(site) == set(pair.keys)


def test_all_and_the_column(site: Site) -> None:
    site.lie("column", "gone-410")
    column = {key for plan in site.plans() for key in plan.keys}
    assert liars(site) == column
    site.lie("*", "gone-410")
    assert liars(site) == {key for plan in site.plans(None) for key in plan.keys} > column


def test_every_second_of_each_column_lies_at_all_its_addresses(site: Site) -> None:
    site.lie("every:2", "gone-410")
    lying = liars(site)
    column = [plan for plan in site.plans() if set(plan.keys) <= lying]
    assert column == site.plans()[::2]
    assert lying == {key for plan in site.plans(None) if plan.ordinal % 2 == 0 for key in plan.keys}


def test_a_share_is_drawn_by_seed_and_article(site: Site) -> None:
    drawn = []
    for seed in (1, 1, 2):
        site.lie(f"share:0.5:{seed}", "gone-410")
        drawn.append(liars(site))
        site.heal()
    assert drawn[0] == drawn[1] != drawn[2]
    assert 12 < sum(plan.key in drawn[0] for plan in site.plans(None)) < 36
    assert all(len(set(plan.keys) & drawn[0]) in {0, len(plan.keys)} for plan in site.plans(None))


@pytest.mark.parametrize(("share", "count"), [(0.0, 0), (1.0, 24)])
def test_a_share_of_none_and_of_all(site: Site, share: float, count: int) -> None:
    selector = Selector(column=True, share=share)
    assert sum(selector.picks(plan.key, plan) for plan in site.plans()) == count
    assert not any(selector.picks(plan.key, plan) for plan in site.plans(None) if plan.column != COLUMN)


def test_the_next_answers_of_each_address(site: Site, pair: Plan) -> None:
    site.lie(pair.keys, "gone-410", answers=2)
    for key in pair.keys:
        assert [status(site, key) for _ in range(3)] == [410, 410, 200]
    assert [entry["given"] for entry in site.lies.standing()] == [4]


def test_of_two_lies_the_later_is_answered_until_it_is_spent(site: Site, pair: Plan) -> None:
    site.lie("*", "gone-404")
    site.lie(pair.key, "gone-410", answers=1)
    assert [status(site, pair.key) for _ in range(2)] == [410, 404]


def test_healing_one_article_leaves_the_others_lying(site: Site, pair: Plan) -> None:
    site.lie("*", "gone-410")
    site.heal(pair.keys)
    everyone = {key for plan in site.plans(None) for key in plan.keys}
    assert liars(site) == everyone - set(pair.keys)
    site.lie(pair.key, "gone-410")
    assert liars(site) == everyone - {pair.keys[1]}


def test_healing_by_name_leaves_other_lies(site: Site, pair: Plan) -> None:
    site.lie(pair.key, "gone-410")
    site.lie(pair.key, "gone-404")
    site.heal(pair.key, "gone-404")
    assert status(site, pair.key) == 410
    site.heal(name="gone-410")
    assert status(site, pair.key) == 200


def test_healing_listings_leaves_articles_and_the_other_way_round(site: Site, pair: Plan) -> None:
    site.lie("listings", "endless-empty")
    site.lie("*", "gone-410")
    site.heal("listing:news")
    site.heal(pair.key)
    assert site.lies.listing("news", "news") is None
    lie = site.lies.listing("notes", "notes")
    assert lie is not None
    assert lie.name == "endless-empty"
    assert (status(site, pair.keys[1]), status(site, pair.key)) == (410, 200)


def test_a_lie_on_one_host(site: Site) -> None:
    plan = next(plan for plan in site.plans() if plan.uuid)
    site.lie(plan.key, "gone-410", host="forecast")
    assert (ask(site.url, plan.path(plan.key)).status, ask(site.forecast_url, plan.path(plan.key)).status) == (200, 410)


@pytest.mark.parametrize(
    ("choice", "name", "message"),
    [
        ("*", "nonsense", "no such lie: nonsense; there are gone-404"),
        ("listings", "gone-404", "gone-404 is a lie of a page: select articles"),
        ("*", "overlap", "overlap is a lie of a listing: select `listings` or `listing:NAME`"),
    ],
)
def test_a_lie_that_does_not_exist_or_fit_is_an_error(site: Site, choice: str, name: str, message: str) -> None:
    with pytest.raises(UnknownLieError, match=message):
        site.lie(choice, name)
    assert site.lies.standing() == []


@pytest.mark.parametrize(
    "choice", ["nonsense", "listing:nonsense", "every:0", "every:x", "share:1.5", "share:-1", ["x"]]
)
def test_a_selector_that_cannot_be_read_is_an_error(site: Site, choice: Choice) -> None:
    with pytest.raises(ValueError, match=r"no key|no such listing|no fraction|invalid literal"):
        site.lie(choice, "gone-404")


def test_a_key_of_no_article_is_an_error(site: Site) -> None:
    with pytest.raises(UnknownKeyError):
        site.lie("cmnews:nobody", "gone-404")
    with pytest.raises(UnknownKeyError):
        site.lie("*", "same-article", other="cmnews:nobody")
    with pytest.raises(WrongSelectorError):
        site.heal("nonsense")


def test_lies_are_told_and_healed_from_afar(site: Site, pair: Plan) -> None:
    wish = {"selector": list(pair.keys), "lie": "gone-410", "answers": 3, "host": "news"}
    (standing,) = ask(site.url, "/_control/lies", wish).json["lies"]
    assert (standing["lie"], standing["answers"], standing["host"], standing["given"]) == ("gone-410", 3, "news", 0)
    assert liars(site) == {pair.key}
    assert ask(site.url, "/_control/lies").json["lies"][0]["given"] == 1
    assert ask(site.url, "/_control/heal", {"selector": pair.key}).status == 200
    assert liars(site) == set()
    assert ask(site.url, "/_control/lies", {"selector": "column", "lie": "gone-410"}).status == 200
    assert ask(site.url, "/_control/heal", {}).json == {"lies": []}


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"selector": "*"},
        {"selector": "*", "lie": "x"},
        {"selector": "x", "lie": "busy"},
        {"selector": "*", "lie": "busy", "x": 1},
        {"selector": "*", "lie": "busy", "host": "nowhere"},
    ],
)
def test_a_wrong_wish_from_afar_is_answered_400(site: Site, wish: object) -> None:
    answer = ask(site.url, "/_control/lies", wish)
    assert (answer.status, "error" in answer.json) == (400, True)
