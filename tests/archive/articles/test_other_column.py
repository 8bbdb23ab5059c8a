"""A page that states another column than a listing, a link or what is kept: held until days agree, and then settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from archive.archive import Archive
from archive.crawl_state.doubts import DAYS
from archive.model.article import Article
from archive.model.crawl.frontier import DiscoveredUrl, Entry
from archive.model.crawl.outcome import Miss, Saved
from archive.model.suspicion import Suspicion, reason_of
from tests.support.made_articles import NOW, article, found, key_of, page, url_of

OURS, OTHER = "【美股動態】晶圓代工漲價", "【美股巨頭】晶圓代工漲價"
BODY = "晶圓代工調漲報價,客戶拉貨,營收年增百分之十七。"
REASON = reason_of("other column")


def on(day: int) -> datetime:
    return NOW + timedelta(days=day, minutes=1)


def read(title: str, day: int = 0) -> Article:
    column = "美股巨頭" if title == OTHER else "美股動態"
    return article(1, BODY, title=title, column=column, at=on(day), page=page(1, f"{title}{day}", at=on(day)))


def contradicted(day: int) -> Article:
    """Return the page with the other column's title, as a spider gives it on that knows the column's own."""
    made = read(OTHER, day)
    made.suspect.append(Suspicion("other column", "named is another"))
    return made


def passed_over(day: int) -> Miss:
    """Return what a spider makes of that page while it knows no title of the address."""
    return Miss(key_of(1), url_of(1), "skipped", "other column", on(day), page(1, "x", at=on(day)), title=OTHER)


def named(**how: Any) -> DiscoveredUrl:
    fields: dict[str, Any] = {"found_by": "listing", "depth": 0} | how
    return replace(found(1, title=OURS), **fields)


def save(archive: Archive, outcome: Article | Miss, day: int) -> Saved:
    return archive.writer().save([outcome], on(day))[0]


def entry(archive: Archive) -> Entry:
    return archive.frontier.lookup([key_of(1)])[key_of(1)]


def document(archive: Archive) -> dict[str, Any]:
    return archive.articles.get(key_of(1)) or {}


def test_a_kept_article_that_moved_becomes_a_revision_once_days_agree(archive: Archive) -> None:
    save(archive, read(OURS), 0)
    for day in range(1, DAYS):
        saved = save(archive, read(OTHER, day), day)
        assert (saved.what, saved.reason, document(archive)["title"]) == ("suspect", REASON, OURS)
        assert (entry(archive).state, entry(archive).reason) == ("kept", REASON)
    assert save(archive, read(OTHER, DAYS), DAYS).what == "revised"
    assert (document(archive)["column"], document(archive)["suspect"]) == ("美股巨頭", [])
    assert any(OURS in problem["reason"] for problem in document(archive)["problems"])
    assert (entry(archive).state, entry(archive).reason) == ("kept", None)
    change = archive.database["changes"].find_one(sort=[("_id", -1)]) or {}
    assert (change["op"], change["before"]["column"]) == ("upsert", "美股動態")
    assert save(archive, read(OTHER, DAYS + 1), DAYS + 1).what == "same"


def test_no_days_agree_while_a_listing_names_the_kept_column(archive: Archive) -> None:
    archive.frontier.discover([named()], NOW)
    save(archive, read(OURS), 0)
    for day in range(1, DAYS + 3):
        archive.frontier.discover([named()], on(day))
        assert save(archive, contradicted(day), day).what == "suspect"
    assert document(archive)["title"] == OURS


@pytest.mark.parametrize("way", [{}, {"found_by": "related", "depth": 1}])
def test_a_new_address_is_passed_over_once_days_agree(archive: Archive, way: dict[str, Any]) -> None:
    archive.frontier.discover([named(**way)], NOW)
    for day in range(DAYS - 1):
        assert save(archive, contradicted(day), day).what == "suspect"
        assert (entry(archive).state, entry(archive).reason) == ("failed", REASON)
    saved = save(archive, contradicted(DAYS - 1), DAYS - 1)
    assert (saved.what, saved.reason, document(archive)) == ("skipped", "other column", {})
    assert (entry(archive).state, entry(archive).title, entry(archive).next_at) == ("skipped", OTHER, None)
    link = named(found_by="related", depth=1)
    assert archive.frontier.discover([link], on(DAYS)) == {key_of(1): "skipped"}
    assert archive.frontier.discover([named()], on(DAYS)) == {key_of(1): "new"}
    assert save(archive, contradicted(DAYS), DAYS).what == "suspect", "the listing counts more than days before it"


def test_a_listing_read_while_the_page_is_under_way_makes_it_a_contradiction(archive: Archive) -> None:
    archive.frontier.discover([named(title=None, found_by="related", depth=1)], NOW)
    run = archive.runs.begin("column", {})
    assert archive.frontier.claim(run.id, 1, on(0), 900)
    assert archive.frontier.discover([named()], on(0)) == {key_of(1): "known"}
    saved = save(archive, passed_over(0), 0)
    assert (saved.what, saved.reason) == ("suspect", REASON)
    assert (entry(archive).state, entry(archive).title) == ("failed", OURS)
    assert OTHER in (entry(archive).detail or "")


def test_a_listing_read_after_a_page_was_passed_over_brings_it_back(archive: Archive) -> None:
    archive.frontier.discover([named(title=None, found_by="related", depth=1)], NOW)
    assert save(archive, passed_over(0), 0).what == "skipped"
    assert archive.frontier.discover([named()], on(0)) == {key_of(1): "new"}
    assert (entry(archive).state, entry(archive).reason) == ("wanted", None)
