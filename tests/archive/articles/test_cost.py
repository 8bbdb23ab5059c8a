"""What is asked of the archive costs what is asked for, and nothing that grows with the archive.

MongoDB's own profiler is the witness: it writes down every command with its plan and how much it looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from archive.archive import Archive
from archive.articles.documents import to_document
from archive.crawl_state.discoveries import entry_of
from archive.model.crawl.outcome import Miss, Unchanged
from archive.mongo.database import moment
from tests.support.made_articles import NOW, article, found, key_of, url_of

Document = dict[str, Any]
KEPT = 3000
ASKED = 20
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def large(archive: Archive) -> Archive:
    """Give an archive in which much is kept for good, some has failed, and 2 * ASKED addresses are wanted."""
    done = {"state": "kept", "next_at": None, "checked_at": moment(NOW)}
    entries = [entry_of(found(number), NOW)[1] | done for number in range(KEPT)]
    entries += [
        entry_of(found(number), NOW)[1] | {"state": "failed", "reason": "HTTP 503", "next_at": None}
        for number in range(KEPT, KEPT + 100)
    ]
    archive.database["frontier"].insert_many(entries)
    archive.database["articles"].insert_many([to_document(article(number), NOW) for number in range(KEPT)])
    archive.frontier.discover([found(number) for number in range(KEPT + 1000, KEPT + 1000 + 2 * ASKED)], NOW)
    for _ in range(30):
        run = archive.runs.begin("column", {})
        archive.runs.end(run.id, "finished", complete=True, exit_status=0, counts={})
    return archive


def profiled(archive: Archive, call: Callable[[], object]) -> list[Document]:
    """Return what the profiler wrote down while something was done."""
    database = archive.database.handle
    database.command("profile", 2)
    try:
        call()
    finally:
        database.command("profile", 0)
    seen = list(database["system.profile"].find({"ns": {"$ne": f"{database.name}.system.profile"}}))
    database.drop_collection("system.profile")
    return seen


def some(start: int = KEPT - ASKED) -> list[int]:
    return list(range(start, start + ASKED))


RUN_ID = "run"
ASKS: dict[str, Callable[[Archive], object]] = {
    "discover what is known": lambda archive: archive.frontier.discover([found(number) for number in some()], NOW),
    "discover what is new": lambda archive: archive.frontier.discover([found(number) for number in some(10_000)], NOW),
    "look up": lambda archive: archive.frontier.lookup([key_of(number) for number in some()]),
    "claim": lambda archive: archive.frontier.claim(RUN_ID, ASKED, LATER, 60),
    "claim in a window": lambda archive: archive.frontier.claim(
        RUN_ID, ASKED, LATER, 60, since=NOW - timedelta(days=9)
    ),
    "claim of a backfill": lambda archive: archive.frontier.claim(
        RUN_ID, ASKED, LATER, 60, since=NOW - timedelta(days=9), until=NOW, windows=["none", "other"]
    ),
    "take": lambda archive: archive.frontier.take(RUN_ID, key_of(7), LATER, 60),
    "held by others": lambda archive: archive.frontier.held_by_others(RUN_ID, ["none"]),
    "want again": lambda archive: archive.frontier.want_again(
        ["outside the window"], NOW - timedelta(days=9), NOW, LATER
    ),
    "held among": lambda archive: archive.frontier.held_among(RUN_ID, [key_of(number) for number in some()]),
    "is any held": lambda archive: archive.frontier.is_any_held([RUN_ID]),
    "release": lambda archive: archive.frontier.release(RUN_ID),
    "release dead": lambda archive: archive.frontier.release_dead(NOW),
    "list": lambda archive: archive.frontier.entries("kept", limit=ASKED),
    "list by reason": lambda archive: archive.frontier.entries("failed", "HTTP 503", limit=ASKED),
    "retry": lambda archive: archive.frontier.retry(keys=[key_of(number) for number in some(KEPT)]),
    "save new": lambda archive: archive.writer().save([article(number) for number in some(20_000)], NOW),
    "save known": lambda archive: archive.writer().save([article(number, at=LATER) for number in some()], LATER),
    "save unchanged": lambda archive: archive.writer().save(
        [Unchanged(key_of(number), LATER) for number in some()], LATER
    ),
    "save misses": lambda archive: archive.writer().save(
        [Miss(key_of(number), url_of(number), "gone", "HTTP 404", LATER) for number in some()], LATER
    ),
    "looks of a run": lambda archive: archive.frontier.looked_at(RUN_ID, ASKED),
    "forget looks": lambda archive: archive.frontier.forget_looks(RUN_ID),
    "last complete run": lambda archive: archive.runs.last_complete("column", ""),
    "runs": lambda archive: archive.runs.recent(5),
    "an article": lambda archive: archive.articles.get(key_of(7)),
    "an alias": lambda archive: archive.articles.get("cmnews:none"),
    "newest articles": lambda archive: archive.articles.listed(ASKED),
    "newest of a column": lambda archive: archive.articles.listed(ASKED, columns=["美股動態"]),
    "kept": lambda archive: archive.articles.kept_as([key_of(number) for number in some()]),
    "versions": lambda archive: archive.revisions.of(key_of(7)),
    "latest page": lambda archive: archive.pages.latest(key_of(7)),
    "changes": lambda archive: archive.changes.after(0, ASKED),
    "latest change": lambda archive: archive.changes.latest(),
}


def test_nothing_reads_more_than_it_is_asked_for(large: Archive) -> None:
    for name, ask in ASKS.items():
        seen = profiled(large, lambda: ask(large))  # noqa: B023
        assert seen, name
        for entry in seen:
            plan = (name, entry.get("planSummary"), entry["ns"], entry.get("keysExamined"), entry.get("docsExamined"))
            assert "COLLSCAN" not in entry.get("planSummary", ""), plan
            assert entry.get("docsExamined", 0) <= 3 * ASKED, plan
            assert entry.get("keysExamined", 0) <= 6 * ASKED, plan


def test_round_trips_do_not_grow_with_what_is_asked(archive: Archive) -> None:
    for many in (2, 60):
        finds = [found(number) for number in range(many * 100, many * 101)]
        claims = lambda: archive.frontier.claim(RUN_ID, many, NOW, 60)  # noqa: B023, E731
        for expected, call in (
            (["find", "update"], lambda: archive.frontier.discover(finds, NOW)),  # noqa: B023
            (["find", "update"], lambda: archive.frontier.discover(finds, NOW)),  # noqa: B023
            (["find"], lambda: archive.frontier.lookup([entry.key for entry in finds])),  # noqa: B023
            (["find", "update"], claims),
        ):
            commands = {
                (entry["op"], entry["ts"] if entry["op"] == "query" else "") for entry in profiled(archive, call)
            }
            assert sorted(op.replace("query", "find") for op, _ in commands) == expected
