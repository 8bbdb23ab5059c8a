"""Several processes at one archive, some of them killed with SIGKILL."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

from archive.archive import Archive
from archive.mongo.transactions import end_orphans
from archive.pages.documents import page_id
from tests.support.made_articles import article, found, key_of
from tests.support.scribe import SHARED

Scribe = subprocess.Popen[str]


@contextmanager
def scribe(archive: Archive, uri: str, what: str, number: int) -> Iterator[Scribe]:
    """Give a scribe at work; it is dead afterwards, and with it the transaction in which it was killed."""
    words = [sys.executable, "-m", "tests.support.scribe", what, uri, archive.database.name, str(number)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()
        end_orphans(archive.database.client)


def acknowledged(process: Scribe) -> list[str]:
    """Return what a dead scribe had printed; the last line may have been cut off."""
    assert process.stdout
    return [line[:-1] for line in process.stdout.readlines() if line.endswith("\n")]


def killed(process: Scribe) -> list[str]:
    """Kill a scribe, which was still at work, and return what it had printed."""
    assert process.poll() is None
    process.kill()
    process.wait()
    return acknowledged(process)


def until_done(process: Scribe) -> list[str]:
    """Return what a scribe prints until it says that it is done."""
    assert process.stdout
    printed = list(itertools.takewhile(lambda line: line != "done\n", process.stdout))
    assert process.poll() is None
    return [line.strip() for line in printed]


def all_of(archive: Archive, name: str, **fields: int) -> list[dict[str, Any]]:
    return list(archive.database[name].find({}, fields or None).sort("_id", 1))


def versions(documents: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return sorted((entry["key"], entry["revision"]) for entry in documents)


def check_whole(archive: Archive) -> None:
    """Check that nothing is there by halves: what one transaction wrote agrees with itself."""
    articles = {document["_id"]: document for document in all_of(archive, "articles")}
    revisions = all_of(archive, "revisions")
    changes = all_of(archive, "changes")
    assert [change["_id"] for change in changes] == list(range(1, len(changes) + 1))
    assert archive.database["counters"].find_one({"_id": "changes"}, {"value": 1}) == {
        "_id": "changes",
        "value": len(changes),
    }
    assert sorted((change["key"], change["revision"]) for change in changes) == sorted(
        (revision["key"], revision["revision"]) for revision in revisions
    )
    assert {revision["key"] for revision in revisions} == set(articles)
    for key, document in articles.items():
        numbers = sorted(revision["revision"] for revision in revisions if revision["key"] == key)
        assert numbers == list(range(1, document["revision"] + 1)), key
        newest = next(revision for revision in revisions if revision["_id"] == f"{key}#{document['revision']}")
        assert (newest["text"], newest["content_hash"]) == (document["text"], document["content_hash"])
    assert {entry["_id"] for entry in all_of(archive, "frontier") if entry["state"] == "kept"} == set(articles)
    pages = {page["_id"] for page in all_of(archive, "pages", _id=1)}
    assert {revision["page"] for revision in revisions} <= pages


def test_four_writers_killed_at_any_moment_leave_no_hole_and_nothing_half(archive: Archive, uri: str) -> None:
    chance = random.Random(5)
    acknowledged_keys: set[str] = set()
    for turn in range(2):
        with ExitStack() as stack:
            scribes = [stack.enter_context(scribe(archive, uri, "write", 1 + turn * 4 + number)) for number in range(4)]
            for process in scribes:
                time.sleep(chance.uniform(0.1, 0.5))
                acknowledged_keys |= set(killed(process))
        check_whole(archive)
    kept = {document["_id"] for document in all_of(archive, "articles", _id=1)}
    assert acknowledged_keys
    assert acknowledged_keys <= kept
    shared = archive.articles.get(key_of(SHARED))
    assert shared is not None
    assert shared["revision"] > 4


def test_the_order_of_numbers_is_the_order_of_commits(archive: Archive, uri: str) -> None:
    """A reader that follows while four write never sees a number appear behind one that it saw."""
    seen: list[int] = []
    with ExitStack() as stack:
        for number in range(1, 5):
            stack.enter_context(scribe(archive, uri, "write", number))
        until = time.monotonic() + 2
        while time.monotonic() < until:
            seen += [change.cursor for change in archive.changes.after(seen[-1] if seen else 0, 1000)]
    seen += [change.cursor for change in archive.changes.after(seen[-1], 100_000)]
    assert len(seen) > 50
    assert seen == list(range(1, len(seen) + 1))


def test_two_writers_of_one_key_lose_no_update(archive: Archive, uri: str) -> None:
    """Every version that was written is a revision, and each follows the one before."""
    with ExitStack() as stack:
        for number in (1, 2):
            stack.enter_context(scribe(archive, uri, "write", number))
        time.sleep(1.5)
    check_whole(archive)
    written = archive.revisions.of(key_of(SHARED))
    assert {entry["text"].rpartition("由")[2][0] for entry in written} == {"1", "2"}
    assert len({entry["content_hash"] for entry in written}) == len(written)


def test_no_two_processes_get_the_same_address(archive: Archive, uri: str) -> None:
    archive.frontier.discover([found(number) for number in range(500)], datetime.now(UTC))
    claims: list[str] = []
    with ExitStack() as stack:
        scribes = [stack.enter_context(scribe(archive, uri, "claim", number)) for number in range(3)]
        for process in scribes:
            claims += until_done(process)
    assert len(claims) == 500
    assert len(set(claims)) == 500


def test_what_a_killed_run_held_goes_on_at_once(archive: Archive, uri: str) -> None:
    archive.frontier.discover([found(number) for number in range(20)], datetime.now(UTC))
    with scribe(archive, uri, "claim", 1) as process:
        assert len(until_done(process)) == 20
        assert archive.frontier.release_dead(datetime.now(UTC)) == 0
        killed(process)
        assert archive.frontier.claim("mine", 50, datetime.now(UTC), 60) == []
        assert archive.frontier.release_dead(datetime.now(UTC)) == 20
    assert len(archive.frontier.claim("mine", 50, datetime.now(UTC), 60)) == 20
    [run] = archive.runs.recent(5)
    assert (run["outcome"], run["complete"]) == ("killed", False)
    assert run["ended_at"] is not None


def test_a_batch_that_was_kept_can_be_saved_again(archive: Archive) -> None:
    """An answer lost on the way makes the crawl save again what is there already."""
    now = datetime.now(UTC)
    batch = [article(number, at=now) for number in range(2, 6)]
    for what in ("new", "same"):
        assert {saved.what for saved in archive.writer().save(batch, now)} == {what}
    check_whole(archive)
    assert {page["_id"] for page in all_of(archive, "pages", _id=1)} == {
        page_id(entry.page) for entry in batch if entry.page
    }


def test_threads_share_a_writer(archive: Archive) -> None:
    writer = archive.writer()
    now = datetime.now(UTC)
    batches = [[article(turn * 10 + place, at=now) for place in range(5)] for turn in range(8)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda batch: writer.save(batch, now), batches))
    assert {saved.what for answer in answers for saved in answer} == {"new"}
    check_whole(archive)
