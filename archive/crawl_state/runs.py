"""The ledger of runs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from archive.errors import ArchiveError
from archive.model.crawl.run import TOLERANCE, Run, is_dead, is_from_the_future, kind_of, this_process
from archive.mongo.command_times import CommandTimes
from archive.mongo.database import ArchiveDatabase, Document, Repository, legible, moment, moment_or_none
from archive.mongo.schema.soundness import first_sound
from archive.mongo.transactions import end_orphans

_LOOKED_THROUGH = 200
KILLED = "killed"
"""The outcome of a run that was found dead."""


@dataclass(slots=True)
class OpenRun:
    """A run of this process that goes on; its end is recorded as its attributes are then.

    Attributes:
        id: Its identity.
        outcome: As of `Runs.end`, like the others.
        complete: Whether it read everything that it had to.
        exit_status: Exit status of its process.
        problems: What went wrong, one line each.
    """

    id: str
    outcome: str = "all well"
    complete: bool = True
    exit_status: int = 0
    problems: Sequence[str] = ()

    def cut_short(self, outcome: str, exit_status: int) -> None:
        """Let it end as incomplete."""
        self.outcome, self.exit_status, self.complete = outcome, exit_status, False


class Runs(Repository, collection="runs"):
    """The collection `runs`.

    Args:
        database: The archive's.
        times: Durations of this connection's commands; a run's counts have them as `database/…`.
    """

    def __init__(self, database: ArchiveDatabase, times: CommandTimes) -> None:
        super().__init__(database)
        self._times = times

    def begin(
        self,
        spider: str,
        arguments: Mapping[str, Any],
        *,
        kind: str | None = None,
        versions: Mapping[str, str] | None = None,
    ) -> Run:
        """Record a run of this process, and return it.

        Args:
            spider: Its name.
            arguments: Its arguments; kept as text.
            kind: The kind of run; runs of one kind are compared. None for the spider's arguments.
            versions: Versions of programs and readers, by name.
        """
        now = moment(datetime.now(UTC))
        host, pid, process_started = this_process()
        run = Run(f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}", host, pid, process_started, now, now)
        document: Document = {
            "_id": run.id,
            "spider": spider,
            "kind": kind_of(arguments) if kind is None else kind,
            "arguments": _as_text(arguments),
            "versions": _as_text(versions or {}),
            "host": host,
            "pid": pid,
            "process_started": process_started,
            "started_at": now,
            "heartbeat_at": now,
            "ended_at": None,
            "outcome": None,
            "complete": False,
            "exit_status": None,
            "counts": {},
            "problems": [],
            "newest_published_at": None,
        }
        self.collection.insert_one(document)
        return run

    @contextmanager
    def recorded(
        self,
        spider: str,
        arguments: Mapping[str, Any],
        counts: Callable[[], Mapping[str, float]],
        versions: Mapping[str, str] | None = None,
    ) -> Iterator[OpenRun]:
        """Record a run of this process that is no crawl, until the block ends or raises.

        Args:
            spider: The name of its work, which is its kind too.
            arguments: As of `begin`.
            counts: Returns its counts so far.
            versions: As of `begin`.

        Raises:
            ArchiveError: The block's: the run has failed.
            KeyboardInterrupt: The block's: the run was interrupted.
        """
        run = OpenRun(self.begin(spider, arguments, kind=spider, versions=versions).id)
        try:
            yield run
        except (ArchiveError, KeyboardInterrupt) as error:
            run.cut_short(*(("failed", 1) if isinstance(error, ArchiveError) else ("interrupted", 8)))
            run.problems = [str(error)] if str(error) else []
            with suppress(ArchiveError):  # the database may be away: then the next run finds this one dead
                self._end(run, counts())
            raise
        self._end(run, counts())

    def _end(self, run: OpenRun, counts: Mapping[str, float]) -> None:
        outcome, complete, status = run.outcome, run.complete, run.exit_status
        self.end(run.id, outcome, complete=complete, exit_status=status, counts=counts, problems=run.problems)

    def heartbeat(self, run_id: str, counts: Mapping[str, float]) -> None:
        """Save a run's heartbeat, and its counts so far."""
        fields = {"heartbeat_at": moment(datetime.now(UTC)), "counts": dict(counts) | self._times.figures()}
        self.collection.update_one({"_id": run_id}, {"$set": fields})

    def end(  # noqa: PLR0913 -- all that is known of a run's end is entered at once
        self,
        run_id: str,
        outcome: str,
        *,
        complete: bool,
        exit_status: int,
        counts: Mapping[str, float],
        problems: Sequence[str] = (),
        newest_published_at: datetime | None = None,
    ) -> None:
        """Save the end of a run.

        Args:
            run_id: The run.
            outcome: The outcome, in a word or two that can be counted.
            complete: Whether it read everything that it had to.
            exit_status: Exit status of its process.
            counts: Its counts.
            problems: What went wrong, one line each.
            newest_published_at: Newest publication that it kept or saw; aware; None without one.
        """
        now = moment(datetime.now(UTC))
        fields = {
            "heartbeat_at": now,
            "ended_at": now,
            "outcome": outcome,
            "complete": complete,
            "exit_status": exit_status,
            "counts": dict(counts) | self._times.figures(),
            "problems": [legible(problem) for problem in problems],
            "newest_published_at": moment_or_none(newest_published_at),
        }
        self.collection.update_one({"_id": run_id}, {"$set": fields})

    def amend(self, run_id: str, outcome: str, *, exit_status: int, problem: str) -> None:
        """Correct the recorded end of a run after a later exception; the run is not complete.

        Args:
            run_id: The run.
            outcome: The outcome, as in `end`.
            exit_status: Exit status of its process.
            problem: What went wrong, one line.
        """
        fields = {"outcome": outcome, "exit_status": exit_status, "complete": False}
        self.collection.update_one({"_id": run_id}, {"$set": fields, "$push": {"problems": legible(problem)}})

    def last_complete(self, spider: str, kind: str) -> Document | None:
        """Return the document of the spider's newest complete run of a kind, or None if there is none.

        A run dated into the future by a wrong clock does not count: the next run would stop too early.
        """
        wanted = {"spider": spider, "kind": kind, "complete": True} | _until(datetime.now(UTC))
        return self.collection.find_one(wanted, sort=[("started_at", -1)])

    def from_the_future(self, now: datetime) -> list[Document]:
        """Return the documents of recent runs that are dated into the future by a wrong clock, newest first."""
        return [run for run in self.recent(_LOOKED_THROUGH) if is_from_the_future(run, now)]

    def recent(self, limit: int, spider: str | None = None) -> list[Document]:
        """Return the documents of the last runs (0 for all), newest first; of one spider if it is given."""
        wanted = {} if spider is None else {"spider": spider}
        return first_sound(self.database, "runs", self.collection.find(wanted).sort("started_at", -1), limit)

    def newest(self, *, complete: bool = False) -> dict[str, Document]:
        """Return the document of each spider's newest run, or newest complete run, by the spider's name.

        Runs dated into the future by a wrong clock do not count.
        """
        wanted = _until(datetime.now(UTC)) | ({"complete": True} if complete else {})
        spiders = sorted(self.collection.distinct("spider"))
        runs = {
            name: self.collection.find_one({**wanted, "spider": name}, sort=[("started_at", -1)]) for name in spiders
        }
        return {name: run for name, run in runs.items() if run is not None}

    def reap(self, now: datetime) -> list[str]:
        """Mark runs that died without ending as killed, and return their ids; transactions they left open end."""
        dead = [run.id for run in map(_to_run, self.collection.find({"ended_at": None})) if is_dead(run, now)]
        if dead:
            end_orphans(self.database.client)
            fields = {"ended_at": moment(now), "outcome": KILLED, "complete": False}
            self.collection.update_many({"_id": {"$in": dead}, "ended_at": None}, {"$set": fields})
        return dead

    def running(self) -> list[str]:
        """Return the ids of runs without an end, including dead ones that `reap` has not marked yet."""
        return [document["_id"] for document in self.collection.find({"ended_at": None}, ["_id"])]

    def ended(self, run_ids: Sequence[str]) -> list[str]:
        """Return those of some runs that have ended."""
        wanted = {"_id": {"$in": list(run_ids)}, "ended_at": {"$ne": None}}
        return [document["_id"] for document in self.collection.find(wanted, ["_id"])]

    def companions(self, spider: str, kind: str, run_id: str) -> list[str]:
        """Return the other unfinished runs of the same spider and kind."""
        wanted = {"ended_at": None, "spider": spider, "kind": kind, "_id": {"$ne": run_id}}
        return [document["_id"] for document in self.collection.find(wanted, ["_id"])]

    def has_ended_itself(self, run_id: str) -> bool:
        """Return whether a run has recorded its own end; one that was found dead has not."""
        run = self.collection.find_one({"_id": run_id}, ["ended_at", "outcome"])
        return run is not None and run["ended_at"] is not None and run["outcome"] != KILLED


def _until(now: datetime) -> Document:
    past = {"$lte": moment(now + TOLERANCE)}
    return {"started_at": past, "heartbeat_at": past}


def is_killed(document: Document) -> bool:
    """Return whether a run has died without recording its end."""
    return document["ended_at"] is None and is_dead(_to_run(document), datetime.now(UTC))


def _as_text(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: legible(str(value)) for name, value in values.items()}


def _to_run(document: Document) -> Run:
    names = ("host", "pid", "process_started", "started_at", "heartbeat_at")
    return Run(document["_id"], *(document[name] for name in names))
