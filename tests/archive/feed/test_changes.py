"""The outbox, and the feed as a library: each change, for a reader of all and for one of some."""

from __future__ import annotations

import itertools
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from bson.int64 import Int64

from archive.archive import Archive
from archive.feed.changes import BATCH
from archive.model.change import Change, WrongCursor
from archive.model.selection import WrongSelection
from archive.mongo.database import moment
from tests.support.kept_readers_copy import as_told, copied, number_of, original
from tests.support.looks import vanish
from tests.support.made_articles import NOW, article, key_of

LATER = NOW + timedelta(hours=1)
OTHER = "0" * 32


def test_changes_in_order_from_any_place(archive: Archive) -> None:
    assert (archive.changes.latest(), archive.changes.after(0, 9)) == (0, [])
    archive.writer().save([article(1), article(2)], NOW)
    later = NOW + timedelta(hours=1)
    vanish(archive, key_of(1), at=later)
    assert archive.changes.latest() == 3
    assert [entry.cursor for entry in archive.changes.after(0, 2)] == [1, 2]
    [change] = archive.changes.after(2, 9)
    assert change == Change(3, "gone", key_of(1), 1, "site", change.at)
    assert archive.changes.after(3, 9) == []


def test_watching_ends_with_the_next_change_or_the_wait(archive: Archive) -> None:
    assert not archive.changes.watch(0, 0.1)
    archive.writer().save([article(1)], NOW)
    assert archive.changes.watch(0, 0)
    assert not archive.changes.watch(1, 0)


def test_watching_sees_a_change_that_comes_while_it_waits(archive: Archive) -> None:
    def save_soon() -> None:
        time.sleep(0.3)
        archive.writer().save([article(1)], NOW)

    thread = threading.Thread(target=save_soon)
    thread.start()
    try:
        assert archive.changes.watch(0, 60)
    finally:
        thread.join()


def test_each_change_is_a_line_with_the_article_as_it_is_now(archive: Archive) -> None:
    archive.writer().save([article(1)], NOW)
    archive.writer(cause="extractor").save([article(1, "重讀。", tags=[])], LATER)
    vanish(archive, key_of(1), at=LATER)
    lines = list(archive.changes())
    assert [(line["op"], line["key"], line["revision"], line["cause"]) for line in lines] == [
        ("upsert", key_of(1), 1, "site"),
        ("upsert", key_of(1), 2, "extractor"),
        ("gone", key_of(1), 2, "site"),
    ]
    assert [list(line) for line in lines] == [["cursor", "op", "key", "revision", "cause", "at", "article"]] * 3
    assert [line["article"] for line in lines] == [archive.articles.get(key_of(1))] * 3
    assert [number_of(line) for line in lines] == [1, 2, 3]
    assert lines[1]["at"] == moment(LATER)


def test_a_cursor_begins_behind_its_line(archive: Archive) -> None:
    archive.writer().save([article(number) for number in range(5)], NOW)
    lines = list(archive.changes())
    assert list(archive.changes(after=lines[2]["cursor"])) == lines[3:]
    assert list(archive.changes(after=archive.changes.cursor())) == []


def test_more_changes_than_are_read_at_once(archive: Archive) -> None:
    for start in range(0, BATCH + 100, 50):
        archive.writer().save([article(start + number) for number in range(50)], NOW)
    assert [number_of(change) for change in archive.changes()] == list(range(1, BATCH + 101))


@pytest.mark.parametrize("cursor", ["", "7", "x-1", f"{OTHER}-", f"{OTHER}--1", f"{OTHER}-1 2", "4e5f-12"])
def test_what_is_no_cursor_is_refused(archive: Archive, cursor: str) -> None:
    with pytest.raises(WrongCursor, match="no cursor"):
        archive.changes(after=cursor)


def test_a_cursor_of_another_archive_is_refused(archive: Archive) -> None:
    with pytest.raises(WrongCursor, match="another archive"):
        archive.changes(after=f"{OTHER}-0")


def test_a_cursor_beyond_the_newest_change_is_refused(archive: Archive) -> None:
    with pytest.raises(WrongCursor, match="older data"):
        archive.changes(after=f"{archive.id}-1")


def test_only_the_fields_asked_for(archive: Archive) -> None:
    archive.writer().save([article(1)], NOW)
    (line,) = archive.changes(fields=["title", "tickers"])
    assert dict(line["article"] or {}) == {"title": "【美股動態】第1篇", "tickers": ["AMZN"]}
    with pytest.raises(WrongSelection, match="no field"):
        archive.changes(fields=["titel"])


class TestSelection:
    """A reader of one ticker has, at any time, exactly the articles of that ticker."""

    def test_foreign_articles_are_not_told(self, archive: Archive) -> None:
        archive.writer().save([article(1), article(2, tickers=["NVDA"]), article(3, column="別欄")], NOW)
        assert [change["key"] for change in archive.changes(tickers=["NVDA"])] == [key_of(2)]
        assert [change["key"] for change in archive.changes(columns=["美股動態"])] == [key_of(1), key_of(2)]

    def test_one_that_is_no_longer_of_it_is_dropped(self, archive: Archive) -> None:
        archive.writer().save([article(1), article(2)], NOW)
        before = list(archive.changes(tickers=["AMZN"]))
        archive.writer(cause="extractor").save([article(1, tickers=["NVDA"])], LATER)
        (after,) = archive.changes(after=before[-1]["cursor"], tickers=["AMZN"])
        assert (after["op"], after["key"], after["article"]) == ("upsert", key_of(1), None)
        assert list(copied([*before, after])) == [key_of(2)]

    def test_one_that_comes_to_it_is_told(self, archive: Archive) -> None:
        archive.writer().save([article(1, tickers=["NVDA"])], NOW)
        place = archive.changes.cursor()
        archive.writer(cause="extractor").save([article(1)], LATER)
        (line,) = archive.changes(after=place, tickers=["AMZN"])
        assert line["article"]

    @pytest.mark.parametrize("step", [1, 3, 1000])
    def test_the_copy_is_right_wherever_the_reader_pauses(self, archive: Archive, step: int) -> None:
        lines: list[Any] = []
        place = None
        history = [["AMZN"], ["NVDA"], ["AMZN", "NVDA"], [], ["NVDA"], ["AMZN"]]
        for turn, tickers in enumerate(history):
            at = NOW + timedelta(minutes=turn)
            archive.writer().save([article(number, tickers=tickers[number % 2 :], at=at) for number in range(4)], at)
            if turn % step == 0:
                lines += archive.changes(after=place, tickers=["NVDA"])
                place = archive.changes.cursor()
                assert as_told(copied(lines)) == original(archive, tickers=["NVDA"])
        lines += archive.changes(after=place, tickers=["NVDA"])
        assert as_told(copied(lines)) == original(archive, tickers=["NVDA"])


def test_a_merge_drops_one_key_and_brings_the_other(archive: Archive) -> None:
    """Written as the archive writes it, so that this holds for whoever merges."""
    archive.writer().save([article(1), article(2)], NOW)
    before = list(archive.changes())
    database = archive.database.handle
    database["articles"].delete_one({"_id": key_of(2)})
    database["articles"].update_one({"_id": key_of(1)}, {"$set": {"aliases": [key_of(2)]}})
    merge = {"op": "merge", "key": key_of(2), "into": key_of(1), "revision": 1, "cause": "site", "before": None}
    merge["at"] = moment(NOW)
    database["changes"].insert_one({"_id": Int64(3), **merge})
    (line,) = archive.changes(after=before[-1]["cursor"])
    assert (line["op"], line["key"], line["into"]) == ("merge", key_of(2), key_of(1))
    assert as_told(copied([*before, line])) == original(archive)
    late = list(archive.changes())
    assert late[1]["article"] is None
    assert as_told(copied(late)) == original(archive)


def test_following_tells_what_is_written_meanwhile(archive: Archive) -> None:
    archive.writer().save([article(1)], NOW)
    waiting = threading.Event()

    def write() -> None:
        waiting.wait(20)
        archive.writer().save([article(2), article(3)], LATER)

    thread = threading.Thread(target=write)
    thread.start()
    lines = archive.changes(follow=True)
    first = next(lines)
    waiting.set()
    rest = list(itertools.islice(lines, 2))
    thread.join()
    assert [entry["key"] for entry in (first, *rest)] == [key_of(1), key_of(2), key_of(3)]


def test_snapshot_then_follow_gives_the_archive(archive: Archive) -> None:
    archive.writer().save([article(number) for number in range(4)], NOW)
    place = archive.changes.cursor()
    archive.writer().save([article(1, "改。", at=LATER)], LATER)  # in both: told again
    copy: dict[str, Any] = {record["_id"]: record for record in archive.articles()}
    archive.writer().save([article(2, "改。", at=LATER), article(9)], LATER)
    for line in archive.changes(after=place):
        copy[line["key"]] = line["article"]
    assert as_told(copy) == original(archive)
