"""What is wanted, and who is to ask for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from archive.archive import Archive
from archive.model.crawl.frontier import Count
from archive.model.crawl.outcome import Miss
from archive.mongo.database import Document, moment
from tests.support.looks import vanish
from tests.support.made_articles import NOW, article, found, key_of, page, url_of

LATER = NOW + timedelta(hours=2)
DAY = timedelta(days=1)


def failed(number: int, reason: str = "HTTP 503") -> Miss:
    return Miss(key_of(number), url_of(number), "failed", reason, NOW)


def claimed(archive: Archive, limit: int = 100, at: datetime = NOW, run: str = "run", **how: Any) -> list[str]:
    return [entry.key for entry in archive.frontier.claim(run, limit, at, 60, **how)]


def held(archive: Archive, run: str) -> int:
    return archive.database["frontier"].count_documents({"leased_by": run})


def look_early(archive: Archive, monkeypatch: pytest.MonkeyPatch, known: dict[str, Document]) -> None:
    """Let the next look into the frontier return what stood there before another writer wrote."""
    look = archive.frontier._entries_by_key

    def first(*_: Any) -> dict[str, Document]:
        monkeypatch.setattr(archive.frontier, "_entries_by_key", look)
        return known

    monkeypatch.setattr(archive.frontier, "_entries_by_key", first)


def test_finds_are_new_once(archive: Archive) -> None:
    finds = [found(1), found(2, skip="other column"), found(1, found_by="related", found_in="notes:9", depth=1)]
    assert archive.frontier.discover(finds, NOW) == {"notes:1": "new", "notes:2": "skipped"}
    assert archive.frontier.discover(finds, LATER) == {"notes:1": "known", "notes:2": "skipped"}
    entries = archive.frontier.lookup(["notes:1", "notes:3"])
    assert list(entries) == ["notes:1"]
    assert (entries["notes:1"].found_at, entries["notes:1"].last_found_at) == (moment(NOW), moment(LATER))
    assert archive.frontier.discover([], NOW) == {}


def test_places_add_up(archive: Archive) -> None:
    archive.frontier.discover([found(1, found_in="a")], NOW)
    archive.frontier.discover([found(1, found_in="b", found_by="related")], NOW)
    archive.frontier.discover([found(1, found_in="a")], NOW)
    entry = archive.frontier.lookup(["notes:1"])["notes:1"]
    assert (entry.places, entry.found_in, entry.found_by) == (("a", "b"), "a", "listing")


def test_claims_come_newest_first_and_once(archive: Archive) -> None:
    archive.frontier.discover([found(3), found(1), found(4, published_at=None), found(2)], NOW)
    assert claimed(archive, 2) == ["notes:1", "notes:2"]
    assert claimed(archive, run="other") == ["notes:3", "notes:4"]
    assert claimed(archive) == []
    assert held(archive, "run") == 2


def test_what_is_wanted_is_told_whole(archive: Archive) -> None:
    archive.writer().save([article(1)], NOW)
    archive.frontier.discover([found(2, depth=2)], NOW)
    kept, wanted = archive.frontier.claim("run", 9, LATER, 60)
    assert (kept.key, kept.kept, kept.etag, kept.last_modified) == (
        "notes:1",
        True,
        '"1"',
        "Sun, 30 Aug 2026 10:00:00 GMT",
    )
    assert (wanted.kept, wanted.etag, wanted.depth, wanted.attempts) == (False, None, 2, 0)
    assert (wanted.url, wanted.title, wanted.published_at) == (
        url_of(2),
        "【美股動態】第2篇",
        moment(found(2).published_at or NOW),
    )


def test_of_the_undated_a_backfill_claims_its_own(archive: Archive) -> None:
    undated = {"published_at": None, "found_by": "backfill"}
    finds = [found(number, window=window, **undated) for number, window in ((1, "a"), (2, "b"), (3, None))]
    archive.frontier.discover([*finds, found(4, window=None)], NOW)
    for window in ("a", "b"):
        archive.frontier.discover([found(3, window=window, **undated)], NOW)
    assert claimed(archive, windows=["c"]) == ["notes:4"]
    assert archive.frontier.held_by_others("run", ["a", "b"]) == 0
    assert claimed(archive, run="other", windows=["a"]) == ["notes:1", "notes:3"]
    assert archive.frontier.held_by_others("run", ["a"]) == 2
    assert archive.frontier.held_by_others("run", ["b"]) == 1
    assert archive.frontier.held_by_others("other", ["a"]) == 0
    assert claimed(archive, windows=None) == ["notes:2"]


@pytest.mark.parametrize("before", [[], ["somewhere"]])
def test_two_backfills_that_find_an_address_at_one_moment_both_have_it(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, before: list[str]
) -> None:
    archive.frontier.discover([found(1, published_at=None, found_in=place) for place in before], NOW)
    known = archive.frontier._entries_by_key([key_of(1)], None)
    for window in ("a", "b"):
        look_early(archive, monkeypatch, known)
        archive.frontier.discover([found(1, published_at=None, found_in=window, window=window)], NOW)
    assert archive.frontier.lookup([key_of(1)])[key_of(1)].places == (*before, "a", "b")
    assert claimed(archive, windows=["b"]) == [key_of(1)]


def test_a_listing_wants_what_a_link_put_in_as_too_deep_at_the_same_moment(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.frontier.discover([found(1, found_by="related", depth=1, skip="too deep")], NOW)
    look_early(archive, monkeypatch, {})
    assert archive.frontier.discover([found(1), found(2)], NOW) == {"notes:1": "new", "notes:2": "new"}
    assert claimed(archive) == ["notes:1", "notes:2"]


def test_one_address_can_be_taken(archive: Archive) -> None:
    archive.frontier.discover([found(1), found(2, skip="other column")], NOW)
    taken = archive.frontier.take("run", "notes:1", NOW, 60)
    assert taken is not None
    assert (taken.key, taken.url, taken.seen) == ("notes:1", url_of(1), False)
    assert archive.frontier.take("other", "notes:1", NOW, 60) is None
    assert archive.frontier.take("run", "notes:2", NOW, 60) is None
    assert archive.frontier.take("run", "notes:3", NOW, 60) is None
    assert held(archive, "run") == 1
    assert archive.frontier.release("run") == 1
    assert archive.frontier.take("other", "notes:1", NOW, 60) is not None


def test_what_was_passed_over_is_wanted_again_by_who_wants_it(archive: Archive) -> None:
    outside = ["outside the window"]
    misses = [Miss(key_of(n), url_of(n), "skipped", "outside the window", NOW, page(n), "", "題", NOW) for n in (1, 2)]
    misses[1] = replace(misses[1], published_at=NOW - 9 * DAY)
    archive.writer().save([*misses, replace(misses[0], key=key_of(3), reason="other column")], NOW)
    archive.frontier.discover([found(4, skip="outside the window", published_at=NOW)], NOW)
    assert claimed(archive, at=LATER) == []
    assert archive.frontier.want_again(outside, NOW - DAY, NOW + DAY, NOW) == 2
    wanted = {entry.key: entry.seen for entry in archive.frontier.claim("run", 9, NOW, 60)}
    assert wanted == {"notes:1": True, "notes:4": False}
    assert archive.frontier.want_again(outside, NOW - DAY, NOW + DAY, NOW) == 0
    archive.frontier.release("run")
    assert archive.frontier.retry(keys=["notes:2"]) == 1
    assert {entry.key: entry.seen for entry in archive.frontier.claim("run", 9, NOW, 60)}["notes:2"] is False


def test_a_lease_ends(archive: Archive) -> None:
    archive.frontier.discover([found(1)], NOW)
    assert claimed(archive) == ["notes:1"]
    assert claimed(archive, at=NOW + timedelta(seconds=59), run="other") == []
    assert claimed(archive, at=NOW + timedelta(seconds=60), run="other") == ["notes:1"]
    assert held(archive, "run") == 0
    assert held(archive, "other") == 1


def test_released_is_due_at_once(archive: Archive) -> None:
    archive.frontier.discover([found(1), found(2)], NOW)
    claimed(archive)
    assert archive.frontier.release("run") == 2
    assert sorted(claimed(archive, run="other")) == ["notes:1", "notes:2"]
    assert archive.frontier.release("run") == 0


def test_failures_are_due_when_they_are(archive: Archive) -> None:
    archive.writer().save([failed(1)], NOW)
    assert claimed(archive, at=NOW + timedelta(minutes=14)) == []
    assert claimed(archive, at=NOW + timedelta(minutes=15)) == ["notes:1"]


def test_the_gone_and_the_skipped_are_not_asked_for(archive: Archive) -> None:
    archive.frontier.discover([found(1)], NOW)
    vanish(archive, key_of(1), at=NOW)
    archive.frontier.discover([found(2, skip="other column")], NOW)
    assert claimed(archive, at=NOW + 1000 * DAY) == []


def test_a_change_told_by_the_listing_makes_due(archive: Archive) -> None:
    old = article(1, published_at=NOW - 400 * DAY)
    archive.writer().save([old], NOW)
    archive.frontier.discover([found(2)], NOW)
    vanish(archive, key_of(2), at=NOW)
    finds = [found(1, updated_at=LATER), found(2, updated_at=LATER)]
    assert claimed(archive, at=LATER) == []
    assert archive.frontier.discover(finds, LATER) == {"notes:1": "changed", "notes:2": "changed"}
    assert sorted(claimed(archive, at=LATER)) == ["notes:1", "notes:2"]


def test_a_window_of_publication(archive: Archive) -> None:
    archive.frontier.discover(
        [found(number, published_at=NOW - number * DAY) for number in range(5)] + [found(9, published_at=None)], NOW
    )
    assert claimed(archive, since=NOW - 3 * DAY, until=NOW - DAY) == ["notes:2", "notes:3", "notes:9"]
    assert claimed(archive, until=NOW - DAY) == ["notes:4"]
    assert claimed(archive, since=NOW - DAY) == ["notes:0", "notes:1"]


def test_dead_runs_lose_their_leases_and_living_ones_do_not(archive: Archive) -> None:
    archive.frontier.discover([found(1), found(2), found(3)], NOW)
    alive, ended = archive.runs.begin("column", {}), archive.runs.begin("column", {})
    claimed(archive, 1, run=alive.id)
    claimed(archive, 1, run=ended.id)
    claimed(archive, 1, run="a run that nobody entered")
    archive.runs.end(ended.id, "interrupted", complete=False, exit_status=1, counts={})
    assert archive.frontier.release_dead(NOW) == 1
    assert claimed(archive) == ["notes:2"]
    assert held(archive, alive.id) == 1


def test_counts_and_lists(archive: Archive) -> None:
    archive.frontier.discover([found(1), found(2, skip="other column"), found(3, skip="other column")], NOW)
    archive.writer().save([failed(4), failed(5, "unreadable"), failed(6)], NOW)
    assert archive.frontier.counts() == [
        Count("failed", "HTTP 503", 2),
        Count("failed", "unreadable", 1),
        Count("skipped", "other column", 2),
        Count("wanted", None, 1),
    ]
    assert [entry.key for entry in archive.frontier.entries("failed")] == ["notes:4", "notes:6", "notes:5"]
    assert [entry.key for entry in archive.frontier.entries("failed", "unreadable")] == ["notes:5"]
    assert [entry.key for entry in archive.frontier.entries("skipped", limit=1)] == ["notes:2"]


def test_retry_makes_due(archive: Archive) -> None:
    archive.writer().save([failed(1), failed(2, "unreadable"), article(3)], NOW)
    archive.frontier.discover([found(4, skip="other column"), found(5)], NOW)
    assert claimed(archive) == ["notes:5"]
    assert archive.frontier.retry(state="failed", reason="unreadable") == 1
    assert claimed(archive) == ["notes:2"]
    assert archive.frontier.retry(state="wanted") == 0  # notes:5 is being asked for
    assert archive.frontier.retry(keys=["notes:1", "notes:4", "notes:77"]) == 2
    assert sorted(claimed(archive)) == ["notes:1", "notes:4"]
    assert archive.frontier.lookup(["notes:4"])["notes:4"].state == "wanted"
    with pytest.raises(ValueError, match="not the whole archive"):
        archive.frontier.retry()


def test_a_claim_whose_answer_was_lost_is_given_back(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.frontier.discover([found(1)], NOW)
    collection = type(archive.frontier.collection)
    real = collection.update_many

    def cut_off(self: object, *args: object, **named: object) -> object:
        real(self, *args, **named)  # type: ignore[arg-type]
        raise ConnectionResetError("the answer was lost on the way")

    with monkeypatch.context() as patch:
        patch.setattr(collection, "update_many", cut_off)
        with pytest.raises(ConnectionResetError):
            claimed(archive)
    assert held(archive, "run") == 1
    assert claimed(archive) == ["notes:1"]


def test_damaged_addresses_and_runs_are_passed_over_and_counted(archive: Archive) -> None:
    archive.frontier.discover([found(number) for number in range(1, 5)], NOW)
    for name in ("runs", "frontier"):
        assert archive.database.damaged == (name == "frontier")
        identity = archive.runs.begin("column", {}).id if name == "runs" else key_of(2)
        change = {"$unset": {"attempts": 1, "started_at": 1}}
        archive.database[name].update_one({"_id": identity}, change, bypass_document_validation=True)
        assert archive.runs.recent(5) == []
    claimed = [wanted.key for _ in range(2) for wanted in archive.frontier.claim("run", 2, NOW, 60)]
    assert (claimed, archive.database.damaged) == ([key_of(1), key_of(3), key_of(4)], 2)
