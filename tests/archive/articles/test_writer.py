"""What becomes of outcomes that are handed to the archive."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from bson.int64 import Int64

from archive.archive import Archive
from archive.articles.plan import NOTHING_KEPT, OLDER
from archive.articles.writer import REFUSED
from archive.model.article import Article, Block, Extractor, Problem
from archive.model.crawl.outcome import Miss, Unchanged
from archive.mongo.database import moment
from tests.support.looks import vanish
from tests.support.made_articles import NOW, article, found, key_of, page, url_of

LATER = NOW + timedelta(hours=2)
MUCH_LATER = NOW + timedelta(hours=4)


def save(archive: Archive, *batch: Article | Miss | Unchanged, at: Any = NOW, cause: Any = "site") -> list[str]:
    return [saved.what for saved in archive.writer(cause=cause).save(batch, at)]


def document(archive: Archive, number: int = 1) -> dict[str, Any]:
    kept = archive.articles.get(key_of(number))
    assert kept
    return kept


def entry(archive: Archive, number: int = 1) -> Any:
    return archive.frontier.lookup([key_of(number)])[key_of(number)]


def told(archive: Archive) -> list[tuple[str, str, int, str]]:
    return [(change.op, change.key, change.revision, change.cause) for change in archive.changes.after(0, 100)]


def miss(number: int, state: Any, reason: str = "HTTP 503", **fields: Any) -> Miss:
    return Miss(key_of(number), url_of(number), state, reason, fields.pop("at", NOW), **fields)


def test_a_new_article_is_kept_with_all_that_belongs_to_it(archive: Archive) -> None:
    archive.frontier.discover([found(1)], NOW)
    assert save(archive, article(1)) == ["new"]
    kept = document(archive)
    assert (kept["revision"], kept["status"], kept["first_seen_at"]) == (1, "live", moment(NOW))
    [revision] = archive.revisions.of(key_of(1))
    assert (revision["text"], revision["cause"], revision["seen_at"]) == (kept["text"], "site", moment(NOW))
    raw = archive.pages.get(revision["page"])
    assert raw is not None
    assert raw.body == "<p>營收成長17%。</p>".encode()
    assert told(archive) == [("upsert", key_of(1), 1, "site")]
    state = entry(archive)
    assert (state.state, state.etag, state.last_modified) == ("kept", '"1"', "Sun, 30 Aug 2026 10:00:00 GMT")
    assert (state.next_at, state.found_by) == (moment(NOW + timedelta(hours=1)), "listing")


def test_the_same_again_is_only_checked(archive: Archive) -> None:
    save(archive, article(1))
    assert save(archive, article(1, at=LATER, extractor=Extractor("notes", "2")), at=LATER) == ["same"]
    kept = document(archive)
    assert (kept["checked_at"], kept["fetched_at"], kept["extractor"]["version"]) == (moment(LATER), moment(LATER), "2")
    assert (kept["first_seen_at"], kept["last_changed_at"], kept["revision"]) == (moment(NOW), moment(NOW), 1)
    assert len(told(archive)) == 1
    assert len(archive.revisions.of(key_of(1))) == 1
    assert entry(archive).next_at == moment(NOW + timedelta(hours=3))


def test_one_digit_makes_a_revision(archive: Archive) -> None:
    save(archive, article(1, "目標價172.28美元。"))
    assert save(archive, article(1, "目標價172.29美元。", at=LATER), at=LATER) == ["revised"]
    kept = document(archive)
    assert (kept["revision"], kept["last_changed_at"], kept["first_seen_at"]) == (2, moment(LATER), moment(NOW))
    assert kept["text"].endswith("172.29美元。")
    assert [revision["text"][-9:] for revision in archive.revisions.of(key_of(1))] == ["172.28美元。", "172.29美元。"]
    assert told(archive)[1] == ("upsert", key_of(1), 2, "site")


def test_other_fields_are_news_without_a_revision(archive: Archive) -> None:
    save(archive, article(1))
    assert save(archive, article(1, at=LATER, tickers=["AMZN", "TSM"]), at=LATER) == ["updated"]
    kept = document(archive)
    assert (kept["tickers"], kept["revision"], kept["last_changed_at"]) == (["AMZN", "TSM"], 1, moment(NOW))
    assert told(archive)[1] == ("upsert", key_of(1), 1, "site")


def test_a_heading_that_became_a_paragraph_is_news(archive: Archive) -> None:
    headed = [Block("heading", "結論先行"), Block("paragraph", "營收成長17%。"), Block("heading", "展望")]
    save(archive, article(1, blocks=headed))
    flat = [Block("paragraph", "結論先行"), *headed[1:]]
    assert save(archive, article(1, at=LATER, blocks=flat)) == ["updated"]
    assert document(archive)["lead"] == "展望"


def test_an_older_reading_does_not_undo_a_newer_one(archive: Archive) -> None:
    save(archive, article(1, "新", at=LATER))
    [saved] = archive.writer().save([article(1, "舊", at=NOW)], MUCH_LATER)
    assert (saved.what, saved.reason, saved.revision) == ("skipped", OLDER, 1)
    assert document(archive)["text"].endswith("新")


def test_one_key_twice_in_a_batch_is_one_document(archive: Archive) -> None:
    assert save(archive, article(1), article(1)) == ["new", "same"]
    assert save(archive, article(2, "甲"), article(2, "乙", at=LATER), at=LATER) == ["new", "revised"]
    assert archive.articles.count() == 2
    assert document(archive, 2)["text"].endswith("乙")
    assert [revision["text"][-1] for revision in archive.revisions.of(key_of(2))] == ["甲", "乙"]
    assert told(archive)[1:] == [("upsert", key_of(2), 1, "site"), ("upsert", key_of(2), 2, "site")]


def test_aliases_once_learnt_are_not_forgotten(archive: Archive) -> None:
    save(archive, article(1, aliases=["cmnews:a"]))
    save(archive, article(1, at=LATER, aliases=["cmnews:b"]))
    assert document(archive)["aliases"] == ["cmnews:a", "cmnews:b"]
    assert archive.articles.get("cmnews:b") == document(archive)


def test_one_answer_does_not_make_an_article_gone(archive: Archive) -> None:
    save(archive, article(1))
    assert save(archive, miss(1, "gone", "HTTP 404", at=LATER)) == ["gone"]
    kept = document(archive)
    assert (kept["status"], kept["gone_at"], kept["text"][-1]) == ("live", None, "。")
    assert (entry(archive).state, entry(archive).reason) == ("kept", "HTTP 404")
    assert entry(archive).next_at == moment(LATER) + timedelta(days=1)
    assert save(archive, article(1, at=MUCH_LATER)) == ["same"]
    assert (entry(archive).state, entry(archive).reason) == ("kept", None)
    assert [op for op, *_ in told(archive)] == ["upsert"]


def test_gone_without_ever_being_kept(archive: Archive) -> None:
    archive.frontier.discover([found(1)], NOW)
    assert save(archive, miss(1, "gone", "HTTP 404")) == ["gone"]
    assert (entry(archive).state, entry(archive).next_at) == ("failed", moment(NOW) + timedelta(days=1))
    vanish(archive, key_of(1), at=LATER)
    assert (entry(archive).state, entry(archive).next_at, entry(archive).gone_since) == ("gone", None, moment(LATER))
    assert archive.articles.get(key_of(1)) is None
    assert told(archive) == []


def test_unchanged_is_checked_and_looked_at_later(archive: Archive) -> None:
    save(archive, article(1))
    assert save(archive, Unchanged(key_of(1), LATER), at=LATER) == ["unchanged"]
    assert (document(archive)["checked_at"], document(archive)["fetched_at"]) == (moment(LATER), moment(NOW))
    state = entry(archive)
    assert (state.next_at, state.etag, state.checked_at) == (moment(NOW + timedelta(hours=3)), '"1"', moment(LATER))


def test_unchanged_of_nothing_kept_is_asked_for_as_a_whole_next_time(archive: Archive) -> None:
    archive.frontier.discover([found(1)], NOW)
    [saved] = archive.writer().save([Unchanged(key_of(1), NOW)], NOW)
    assert (saved.what, saved.reason) == ("failed", NOTHING_KEPT)
    assert (entry(archive).state, entry(archive).etag) == ("failed", None)
    assert save(archive, Unchanged(key_of(2), NOW)) == ["failed"]


def test_failures_count_up_and_success_ends_them(archive: Archive) -> None:
    archive.frontier.discover([found(1)], NOW)
    for attempts, minutes in ((1, 15), (2, 60)):
        assert save(archive, miss(1, "failed", detail="upstream \ud800")) == ["failed"]
        state = entry(archive)
        assert (state.state, state.reason, state.detail) == ("failed", "HTTP 503", "upstream \\ud800")
        assert (state.attempts, state.next_at) == (attempts, moment(NOW + timedelta(minutes=minutes)))
    save(archive, article(1))
    assert (entry(archive).state, entry(archive).attempts, entry(archive).reason) == ("kept", 0, None)


def test_a_page_that_could_not_be_read_is_kept(archive: Archive) -> None:
    raw = page(1, "<html>a new template</html>")
    assert save(archive, miss(1, "failed", "unreadable", page=raw)) == ["failed"]
    kept = archive.pages.latest(key_of(1))
    assert kept is not None
    assert kept.body == b"<html>a new template</html>"
    assert entry(archive).found_by == "argument"


def test_skipped_has_its_reason(archive: Archive) -> None:
    assert save(archive, miss(1, "skipped", "other column")) == ["skipped"]
    assert (entry(archive).state, entry(archive).reason, entry(archive).next_at) == ("skipped", "other column", None)
    save(archive, article(2))
    save(archive, miss(2, "skipped", "robots"))
    assert (entry(archive, 2).state, entry(archive, 2).reason) == ("kept", "robots")


def test_a_text_capture_needs_no_address(archive: Archive) -> None:
    capture = article(1, key="capture:0123456789abcdef", url=None, page=None)
    assert save(archive, capture) == ["new"]
    assert save(archive, capture) == ["same"]
    assert archive.frontier.lookup([capture.key]) == {}
    assert archive.revisions.of(capture.key)[0]["page"] is None


def test_settling_ends_the_lease(archive: Archive) -> None:
    archive.frontier.discover([found(1), found(2), found(3)], NOW)
    assert len(archive.frontier.claim("run", 3, NOW, 60)) == 3
    save(archive, article(1), miss(2, "failed"), miss(3, "gone"))
    assert archive.frontier.held_among("run", [key_of(1), key_of(2), key_of(3)]) == set()


SPOILED = [
    {"access": "nobody"},  # the validator's answer
    {"tags": ["\ud800"]},  # UTF-8's
    {"title": "\ud800"},  # that of the hash, before anything is sent
    {"published_at": NOW.replace(tzinfo=None)},
    {"column": 2**70},  # BSON's
    {"headline": "x" * (17 * 1024 * 1024)},  # the largest document's
]


@pytest.mark.parametrize("fields", SPOILED, ids=["choice", "surrogate", "hash", "naive", "number", "size"])
def test_what_the_schema_refuses_does_not_take_its_batch_along(archive: Archive, fields: dict[str, Any]) -> None:
    batch = [article(1), article(2, **fields), article(3)]
    first, refused, last = archive.writer().save(batch, NOW)
    assert (first.what, refused.what, last.what) == ("new", "refused", "new")
    assert refused.reason.startswith(f"{REFUSED}: ")
    assert archive.articles.count() == 2
    assert (entry(archive, 2).state, entry(archive, 2).reason) == ("failed", REFUSED)
    assert entry(archive, 2).detail
    assert archive.pages.latest(key_of(2)) is not None
    assert [key for _, key, *_ in told(archive)] == [key_of(1), key_of(3)]
    assert [change.cursor for change in archive.changes.after(0, 9)] == [1, 2]


def test_an_empty_batch_is_nothing(archive: Archive) -> None:
    assert archive.writer().save([], NOW) == []


def test_the_sequence_goes_on_where_it_was(archive: Archive) -> None:
    save(archive, article(1), article(2))
    save(archive, article(3), article(1, "改版。", at=LATER))
    assert [change.cursor for change in archive.changes.after(0, 9)] == [1, 2, 3, 4]
    stored = archive.database["changes"].find_one()
    assert stored is not None
    assert isinstance(stored["_id"], Int64)


class TestReadingAgain:
    """Kept pages, read by a better parser."""

    def test_a_better_reading_is_a_revision_of_the_extractor(self, archive: Archive) -> None:
        save(archive, article(1))
        before = entry(archive)
        better = article(1, "營收成長17%,優於預期。", extractor=Extractor("notes", "2"))
        assert save(archive, better, at=LATER, cause="extractor") == ["revised"]
        kept = document(archive)
        assert (kept["revision"], kept["checked_at"], kept["fetched_at"]) == (2, moment(NOW), moment(NOW))
        assert kept["last_changed_at"] == moment(LATER)
        first, second = archive.revisions.of(key_of(1))
        assert (second["cause"], second["seen_at"]) == ("extractor", moment(LATER))
        assert second["page"] == first["page"]
        assert told(archive)[1] == ("upsert", key_of(1), 2, "extractor")
        assert entry(archive) == before

    def test_an_older_page_leaves_the_entry_as_it_is(self, archive: Archive) -> None:
        save(archive, article(1, "新", at=LATER))
        before = archive.database["frontier"].find_one()
        assert save(archive, article(1, "舊", at=NOW), at=MUCH_LATER, cause="extractor") == ["skipped"]
        assert archive.database["frontier"].find_one() == before

    def test_the_same_reading_changes_nothing_but_the_extractor(self, archive: Archive) -> None:
        save(archive, article(1))
        before = document(archive)
        assert save(archive, article(1, extractor=Extractor("notes", "2")), at=LATER, cause="extractor") == ["same"]
        assert document(archive) == before | {"extractor": {"name": "notes", "version": "2"}}

    def test_what_failed_is_mended(self, archive: Archive) -> None:
        save(archive, miss(1, "failed", "unreadable", page=page(1)))
        assert save(archive, article(1), at=LATER, cause="extractor") == ["new"]
        assert (entry(archive).state, entry(archive).reason, entry(archive).attempts) == ("kept", None, 0)

    def test_a_re_check_that_could_not_be_read_is_mended(self, archive: Archive) -> None:
        save(archive, article(1))
        save(archive, miss(1, "failed", "unreadable", page=page(1, at=LATER), at=LATER))
        assert entry(archive).reason == "unreadable"
        assert save(archive, article(1, "改版。", at=LATER), cause="extractor") == ["revised"]
        assert (entry(archive).state, entry(archive).reason) == ("kept", None)

    def test_the_gone_stay_gone(self, archive: Archive) -> None:
        save(archive, article(1))
        vanish(archive, key_of(1), at=LATER)
        assert save(archive, article(1, "重讀。"), at=MUCH_LATER, cause="extractor") == ["revised"]
        assert (document(archive)["status"], entry(archive).state) == ("gone", "gone")

    def test_what_was_gone_before_it_could_be_read_is_kept_as_gone(self, archive: Archive) -> None:
        save(archive, miss(1, "failed", "unreadable", page=page(1)))
        vanish(archive, key_of(1), at=LATER)
        assert save(archive, article(1), at=MUCH_LATER, cause="extractor") == ["new"]
        assert (document(archive)["status"], document(archive)["gone_at"]) == ("gone", moment(LATER))
        assert entry(archive).state == "gone"

    def test_an_article_is_not_lost_to_a_reader_that_fails(self, archive: Archive) -> None:
        save(archive, article(1))
        before = document(archive), entry(archive)
        assert save(archive, miss(1, "failed", "unreadable"), cause="extractor") == ["failed"]
        assert save(archive, miss(1, "gone", "soft 404"), cause="extractor") == ["gone"]
        assert (document(archive), entry(archive)) == before

    def test_a_failure_gets_its_new_reason_and_keeps_its_place(self, archive: Archive) -> None:
        save(archive, miss(1, "failed", "unreadable", page=page(1)))
        before = entry(archive)
        save(archive, miss(1, "failed", "no body", detail="still"), at=LATER, cause="extractor")
        after = entry(archive)
        assert (after.reason, after.detail) == ("no body", "still")
        assert (after.attempts, after.next_at) == (before.attempts, before.next_at)

    def test_pages_are_not_kept_again(self, archive: Archive) -> None:
        save(archive, article(1))
        save(archive, article(1, page=page(1, "other", at=LATER)), cause="extractor")
        assert len(list(archive.pages.every())) == 1


def test_a_date_in_doubt_does_not_replace_one_that_was_not(archive: Archive) -> None:
    doubt = [Problem("published_at", "the address has another")]

    def kept_after(days: int, hours: int, problems: list[Problem]) -> int:
        at = NOW + timedelta(hours=hours)
        date = NOW - timedelta(days=days)
        save(archive, article(1, at=at, published_at=date, published_from="page", problems=problems), at=at)
        return int((moment(NOW) - document(archive)["published_at"]).days)

    assert [kept_after(0, 0, []), kept_after(37, 1, doubt), kept_after(37, 2, doubt)] == [0, 0, 0]
    assert "its page came to state" in document(archive)["problems"][0]["reason"]
    assert [kept_after(0, 3, []), len(document(archive)["problems"])] == [0, 0]
    assert [kept_after(30, 4, []), kept_after(0, 5, doubt)] == [30, 30], "a correction that nothing contradicts counts"


@pytest.mark.parametrize("kept_first", [False, True])
def test_a_date_that_only_the_address_tells_is_not_kept_where_a_listing_denies_it(
    archive: Archive, *, kept_first: bool
) -> None:
    made = article(1, published_from="address")
    if kept_first:
        archive.frontier.discover([found(1, published_from="address")], NOW)
        save(archive, made)
    archive.frontier.discover([replace(found(1), published_at=None, published_from="listing")], NOW)
    for day in range(1, 3):  # the second look knows it still
        later = NOW + timedelta(days=day)
        archive.writer().save([article(1, published_from="address", at=later)], later)
        kept = archive.articles.get(made.key) or {}
        assert (kept["published_at"], kept["published_from"]) == (None, None)
        assert any("contradicts its neighbours" in problem["reason"] for problem in kept["problems"])
    stated = article(1, published_from="page", at=NOW + timedelta(days=3))
    archive.writer().save([stated], NOW + timedelta(days=3))
    assert (archive.articles.get(made.key) or {})["published_at"] == moment(stated.published_at or NOW)
