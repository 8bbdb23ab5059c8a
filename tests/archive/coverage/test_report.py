"""Coverage tells exactly what was taken out of an archive, and nothing of a complete one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.archive import Archive
from archive.articles.documents import to_document
from archive.coverage.report import Coverage, coverage, known_missing
from archive.crawl_state.discoveries import entry_of
from archive.market_calendar import Night, nights
from archive.model.crawl.backfill import Window
from archive.model.crawl.frontier import TOO_DEEP
from archive.mongo.database import moment
from tests.archive.articles.test_cost import profiled
from tests.support.made_articles import NOW, article, found, key_of, url_of

Document = dict[str, Any]
COLUMNS = frozenset({"美股動態"})
SINCE, UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 7, 1, tzinfo=UTC)
NIGHTS = nights(SINCE, UNTIL)
A_NIGHT = 6


def related(number: int) -> list[Any]:
    """Return further reading: the two articles before, one that CMoney has not, one of another column."""
    known = article(1).related[0]
    links = [
        type(known)(f"【美股動態】第{other}篇", url_of(other), key_of(other)) for other in (number - 1, number - 2)
    ]
    links += [type(known)("【美股動態】外站", "https://example.com/", None)]
    links += [type(known)("【即時新聞】別欄", url_of(900_000 + number), key_of(900_000 + number))]
    return [link for link in links if link.key not in {key_of(-1), key_of(-2)}]


def numbers_of(place: int) -> range:
    return range(place * A_NIGHT, (place + 1) * A_NIGHT)


def published(number: int) -> datetime:
    night = NIGHTS[number // A_NIGHT]
    return night.begins + (night.ends - night.begins) * ((number % A_NIGHT + 0.5) / A_NIGHT)


@pytest.fixture
def full(archive: Archive) -> Archive:
    """Give an archive that holds six articles of every night of half a year, and all that they point at."""
    numbers = range(len(NIGHTS) * A_NIGHT)
    made = [article(number, published_at=published(number), related=related(number)) for number in numbers]
    archive.database["articles"].insert_many([to_document(document, NOW) for document in made])
    done = {"state": "kept", "next_at": None, "checked_at": moment(NOW)}
    entries = [entry_of(found(n, published_at=published(n)), NOW)[1] | done for n in numbers]
    entries += [entry_of(found(900_000 + n, title="【即時新聞】別欄", skip="other column"), NOW)[1] for n in numbers]
    archive.database["frontier"].insert_many(entries)
    return archive


def seen(archive: Archive, **how: Any) -> Coverage:
    return coverage(archive, SINCE, UNTIL, COLUMNS, passed_over=(TOO_DEEP,), **how)


def take_out(archive: Archive, *numbers: int) -> None:
    keys = [key_of(number) for number in numbers]
    archive.database["articles"].delete_many({"_id": {"$in": keys}})
    archive.database["frontier"].delete_many({"_id": {"$in": keys}})


def say(archive: Archive, number: int, **fields: Any) -> None:
    """Let the frontier say of an article that is not kept why it is not."""
    entry = entry_of(found(number, published_at=published(number)), NOW)[1]
    archive.database["articles"].delete_one({"_id": key_of(number)})
    archive.database["frontier"].replace_one({"_id": key_of(number)}, entry | fields, upsert=True)


def test_a_complete_archive_has_no_gaps(full: Archive) -> None:
    report = seen(full)
    assert report.is_complete
    assert (report.thin, report.waiting, report.unread, report.lost, report.unfinished) == ((), (), (), (), ())
    assert {night.count for night in report.nights} == {A_NIGHT}
    assert [night.night for night in report.nights] == NIGHTS
    assert report.articles == len(NIGHTS) * A_NIGHT - sum(published(n) >= UNTIL for n in numbers_of(len(NIGHTS) - 1))
    everything = coverage(full, None, None, COLUMNS, now=UNTIL)
    assert everything.is_complete
    assert everything.articles == report.articles


def test_exactly_the_days_that_were_taken_out_are_told(full: Archive) -> None:
    for place in (10, 11, 77):
        take_out(full, *numbers_of(place))
    take_out(full, *numbers_of(40)[1:])
    report = seen(full)
    assert [(entry.night, entry.shortfall) for entry in report.thin] == [
        (NIGHTS[10], "none"),
        (NIGHTS[11], "none"),
        (NIGHTS[40], "few"),
        (NIGHTS[77], "none"),
    ]
    taken = {key_of(n) for place in (10, 11, 77) for n in numbers_of(place)} | {key_of(n) for n in numbers_of(40)[1:]}
    assert {entry.key for entry in report.unread} == {key for key in taken if is_pointed_at(full, key)}
    assert len(report.unread) == 6
    assert report.waiting == ()


def is_pointed_at(archive: Archive, key: str) -> bool:
    return archive.database["articles"].count_documents({"related.key": key}) > 0


def test_exactly_the_articles_that_were_taken_out_are_told(full: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    say(full, 100)
    say(full, 200, state="failed", reason="HTTP 503")
    say(full, 300, state="skipped", reason=TOO_DEEP, next_at=None)
    say(full, 400, state="gone", reason="HTTP 404", next_at=None)
    say(full, 450, state="skipped", reason="robots", next_at=None)
    take_out(full, 500)
    report = seen(full)
    assert {(entry.key, entry.state, entry.reason, entry.linked_from) for entry in report.waiting} == {
        (key_of(100), "wanted", None, key_of(101)),
        (key_of(200), "failed", "HTTP 503", key_of(201)),
        (key_of(300), "skipped", TOO_DEEP, key_of(301)),
    }
    assert [(entry.key, entry.state) for entry in report.unread] == [(key_of(500), "unknown")]
    assert [(entry.key, entry.state, entry.reason) for entry in report.lost] == [(key_of(400), "gone", "HTTP 404")]
    assert (report.thin, report.is_complete) == ((), False)
    assert set(known_missing(full, SINCE, UNTIL, COLUMNS, passed_over=[TOO_DEEP]).keys) == {
        key_of(number) for number in (100, 200, 300, 500)
    }
    monkeypatch.setattr("archive.coverage.census.AT_ONCE", 1)
    assert seen(full) == report, "as many keys as are not looked up together"


def test_what_is_lost_is_told_and_is_no_gap(full: Archive) -> None:
    say(full, 400, state="gone", reason="HTTP 404", next_at=None)
    report = seen(full)
    assert ([entry.key for entry in report.lost], report.is_complete) == ([key_of(400)], True)


def test_what_was_kept_before_it_went_is_not_lost(full: Archive) -> None:
    full.database["frontier"].update_one({"_id": key_of(7)}, {"$set": {"state": "gone", "reason": "HTTP 404"}})
    assert seen(full).lost == ()


def test_an_alias_is_kept(full: Archive) -> None:
    take_out(full, 500)
    full.database["articles"].update_one({"_id": key_of(499)}, {"$set": {"aliases": [key_of(500)]}})
    assert seen(full).is_complete


def test_other_windows_and_columns_are_not_its_business(full: Archive) -> None:
    say(full, 100)
    say(full, 101, title="【即時新聞】別欄", published_at=moment(published(300)))
    say(full, 102, title=None, published_at=None)
    report = coverage(full, NIGHTS[40].begins, UNTIL, COLUMNS)
    assert [entry.key for entry in report.waiting] == [key_of(102)]
    assert coverage(full, SINCE, UNTIL, frozenset({"即時新聞"})).articles == 0


def fill(archive: Archive, since: datetime, until: datetime, *, left: int | None, complete: bool = False) -> str:
    """Enter a backfill's window that has some numbers left, None for a range not found yet; return its `_id`."""
    window = Window(since, until, ("美股動態",), ("api", "notes"))
    archive.backfills.begin(window)
    if left is not None:
        archive.backfills.note_numbers(window, 1, 500)
        archive.backfills.advance(window, 1, 501 - left)
    if complete:
        archive.backfills.complete(window)
    return window.id


def test_windows_that_are_not_complete(full: Archive) -> None:
    day = timedelta(days=1)
    unfinished = [
        (fill(full, SINCE - day, UNTIL, left=None), None),
        (fill(full, SINCE, UNTIL, left=400), 400),
    ]
    fill(full, UNTIL, UNTIL + day, left=7)
    fill(full, SINCE - 9 * day, SINCE - 5 * day, left=0, complete=True)
    assert [(entry.id, entry.numbers_left) for entry in seen(full).unfinished] == unfinished
    assert known_missing(full, SINCE, UNTIL, COLUMNS).windows == tuple(identity for identity, _ in unfinished)
    fill(full, SINCE - 2 * day, UNTIL, left=0, complete=True)
    assert seen(full).is_complete


def test_spans_to_be_looked_through_anew(full: Archive) -> None:
    for place in (10, 11, 77):
        take_out(full, *numbers_of(place))
    spans = known_missing(full, SINCE, UNTIL, COLUMNS).spans
    assert spans == ((NIGHTS[10].begins, NIGHTS[11].ends), (NIGHTS[77].begins, NIGHTS[77].ends))


def test_a_short_window_is_judged_by_what_lies_around_it(full: Archive) -> None:
    take_out(full, *numbers_of(60))
    night: Night = NIGHTS[60]
    report = coverage(full, night.begins, night.ends, COLUMNS)
    assert [entry.shortfall for entry in report.nights] == ["none"]


WEEK_OF_THANKSGIVING = datetime(2026, 11, 22, tzinfo=UTC)  # closed on Thursday, an early close on Friday


def test_nothing_kept_is_no_completeness(archive: Archive) -> None:
    report = coverage(archive, SINCE, UNTIL, COLUMNS)
    assert (len(report.thin), report.is_complete) == (len(NIGHTS), False)
    for hour in range(7 * 24):
        now = WEEK_OF_THANKSGIVING + timedelta(hours=hour, minutes=hour % 60)
        for until in (None, UNTIL):
            report = coverage(archive, None, until, COLUMNS, now=now)
            assert (report.nights, report.is_complete) == ((), False), now


@pytest.mark.parametrize("minutes", [0, 1, 29, 30])
def test_the_oldest_articles_night_is_counted_where_no_window_is_given(archive: Archive, minutes: int) -> None:
    first = article(1, published_at=NIGHTS[3].begins + timedelta(minutes=minutes), related=[])
    archive.database["articles"].insert_one(to_document(first, NOW))
    report = coverage(archive, None, None, COLUMNS, now=NIGHTS[5].begins)
    expected = NIGHTS[3:5] if minutes < 30 else NIGHTS[4:5]
    assert [night.night for night in report.nights] == expected
    assert report.articles == 1
    before = coverage(archive, None, NIGHTS[2].begins, COLUMNS, now=NIGHTS[5].begins)
    assert (before.articles, before.is_complete) == (0, False)


def test_every_question_has_its_index(full: Archive) -> None:
    take_out(full, 500)
    for columns in (COLUMNS, None):
        commands = profiled(full, lambda: coverage(full, SINCE, UNTIL, columns))  # noqa: B023
        plans = [
            entry.get("planSummary", "") for entry in commands if not entry["ns"].endswith(".backfills")
        ]  # a handful
        assert len(plans) > 5
        assert not [plan for plan in plans if "COLLSCAN" in plan]
