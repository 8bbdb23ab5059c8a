"""Re-extraction of kept pages by the current readers, offline and on all cores; it can be stopped and resumed."""

from __future__ import annotations

import contextlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from archive.archive import Archive
from archive.crawl_state.resume_points import ResumePoint, ResumePoints
from archive.pages.documents import Damage
from archive.reparse.rereader import FieldChange, Recipe, Reread
from archive.reparse.store import Rereadings
from archive.reparse.workers import read_all

CHUNK: Final = 50
"""Most keys that a process reads at once, and most articles in a transaction."""

SPIDER: Final = "reparse"
"""The name of re-extractions in the ledger of runs."""

STUMBLED: Final = ("unexpected: ", "page object: ", "stage ")
"""The beginnings of reasons that an unforeseen exception caused."""

EXAMPLES: Final = 3
"""Examples that are kept for each field."""

_KEYS_AT_ONCE: Final = 1000
_MARK_EVERY: Final = 1.0  # seconds; after a kill as much is read again at most


@dataclass(frozen=True, slots=True)
class ReparseRequest:
    """The keys to read again: without a filter all that have a page.

    Attributes:
        since: Only keys with a page received then or later; aware; None for all.
        keys: Only these; empty for all.
        problems: Only articles with problems, and addresses that failed.
        processes: The number of processes; 1 for this one alone, 0 for one a core.
        cluster: The address of a Dask scheduler whose workers read instead; None for none.
    """

    since: datetime | None = None
    keys: tuple[str, ...] = ()
    problems: bool = False
    processes: int = 0
    cluster: str | None = None

    def shown(self) -> dict[str, Any]:
        """Return the request for the run's document."""
        return {"since": self.since, "keys": " ".join(self.keys), "problems": self.problems}

    def identity(self, recipe: Recipe) -> str | None:
        """Return the identity of the request's resume point; None for a request of some keys, which has none."""
        if self.keys:
            return None
        scope = "problems" if self.problems else f"pages since {self.since or 'ever'}"
        return f"{scope}, by " + ", ".join(f"{name} {version}" for name, version in recipe.versions)

    def crew(self, due: int) -> int:
        """Return the number of processes for so many keys: at most one a chunk, unless the request has a number."""
        most = self.processes or len(os.sched_getaffinity(0))
        return most if self.processes and not self.keys else max(1, min(most, -(-due // CHUNK)))


@dataclass(slots=True)
class Tally:
    """The progress and the result of a re-extraction.

    Attributes:
        total: Keys to be read again, including those of an earlier, stopped call.
        done: Keys that are done, likewise.
        resumed: Where an earlier call was stopped; None if this one starts anew.
        counts: Keys by result (`Reread.what`), of this call.
        reasons: Keys that gave no article, by state and reason.
        fields: Articles by field that changed.
        examples: The first changes of each field, with the article's key.
        events: The stages' counts, as `stage/event`.
        damaged: Damaged pages, which were skipped.
        passed_over: Keys that raised an unforeseen exception, with the reason.
        complete: Whether all keys were read.
    """

    total: int
    done: int = 0
    resumed: ResumePoint | None = None
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[tuple[str, FieldChange]]] = field(default_factory=dict)
    events: Counter[str] = field(default_factory=Counter)
    damaged: list[Damage] = field(default_factory=list)
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    complete: bool = False

    def add(self, read: Reread, verdict: str, reason: str) -> None:
        """Count a key by its result and reason."""
        self.done += 1
        self.counts[verdict] += 1
        self.damaged += read.damaged
        if reason:
            self.reasons[f"{verdict}: {reason}"] += 1
        if reason.startswith(STUMBLED):
            self.passed_over.append((read.key, reason))
        for change in read.changes:
            self.fields[change.field] += 1
            examples = self.examples.setdefault(change.field, [])
            if len(examples) < EXAMPLES:
                examples.append((read.key, change))

    @property
    def figures(self) -> dict[str, int]:
        """The counts for the run's document."""
        return {f"{SPIDER}/{verdict}": count for verdict, count in self.counts.items()} | dict(self.events)


class Reparse:
    """A re-extraction.

    Args:
        archive: The archive.
        recipe: The readers and stages.
        order: The keys.
        stop: Asked after each chunk whether to end now; finished chunks are kept.
        progress: Called with the tally after each chunk.
    """

    def __init__(
        self,
        archive: Archive,
        recipe: Recipe,
        order: ReparseRequest,
        stop: Callable[[], bool] = lambda: False,
        progress: Callable[[Tally], None] = lambda _: None,
    ) -> None:
        self._archive = archive
        self._rereadings = Rereadings(archive.database)
        self._points = ResumePoints(archive.database)
        self._recipe = recipe
        self._order = order
        self._stop, self._progress = stop, progress
        self._identity = order.identity(recipe)
        self._marked = time.monotonic()

    def rehearse(self) -> Tally:
        """Return the result without writing anything.

        Raises:
            ReaderDied: A process that was reading died.
            ArchiveError: The archive cannot be used.
        """
        tally = self._tally(None)
        for _, read in self._read(tally, ""):
            for reread in read:
                tally.add(reread, reread.what, reread.reason)
        return tally

    def run(self) -> Tally:
        """Write the changes durably, and return the result; resumes an equal call that was stopped.

        Raises:
            ReaderDied: A process that was reading died.
            ArchiveError: The archive cannot be used; finished chunks are kept.
        """
        resumed = self._points.place(self._identity) if self._identity else None
        tally = self._tally(resumed)
        versions = dict(self._recipe.versions)
        with self._archive.runs.recorded(SPIDER, self._order.shown(), lambda: tally.figures, versions) as run:
            self._write(run.id, tally)
            run.problems = [f"{key}: {reason}" for key, reason in tally.passed_over]
            if not tally.complete:
                run.cut_short("interrupted", 8)
            elif tally.passed_over or tally.damaged:
                run.cut_short("incomplete", 7)
        return tally

    def forget(self) -> None:
        """Remove the resume point, so that the next call starts anew."""
        if self._identity:
            self._points.finish(self._identity)

    def _tally(self, resumed: ResumePoint | None) -> Tally:
        if self._is_listed:
            keys = self._listed()
            return Tally(len(keys), sum(key <= resumed.after for key in keys) if resumed else 0, resumed)
        return Tally(self._rereadings.count(self._order.since), resumed.done if resumed else 0, resumed)

    def _write(self, run_id: str, tally: Tally) -> None:
        began_at = tally.resumed.began_at if tally.resumed else datetime.now(UTC)
        last = ""
        for keys, read in self._read(tally, tally.resumed.after if tally.resumed else ""):
            self._save(read, tally)
            last = keys[-1]
            if time.monotonic() - self._marked >= _MARK_EVERY:
                self._mark(run_id, tally, ResumePoint(began_at, last, tally.done))
        if tally.complete and self._identity:
            self._points.finish(self._identity)
        elif last:
            self._mark(run_id, tally, ResumePoint(began_at, last, tally.done))

    def _read(self, tally: Tally, after: str) -> Iterator[tuple[list[str], list[Reread]]]:
        """Yield chunks of keys with their results, in order, until the end or until it is stopped."""
        crew = self._order.crew(tally.total - tally.done)
        answering = read_all(self._archive, self._recipe, self._chunks(after), crew, self._order.cluster)
        with contextlib.closing(answering) as answers:
            for keys, (read, events) in answers:
                yield keys, read
                tally.events.update(events)
                self._progress(tally)
                if self._stop():
                    return
        tally.complete = True

    def _save(self, read: Sequence[Reread], tally: Tally) -> None:
        outcomes = [reread.outcome for reread in read if reread.outcome is not None]
        saved = self._archive.writer(cause="extractor").save(outcomes, datetime.now(UTC))
        self._archive.note_damaged([damage for reread in read for damage in reread.damaged])
        became = {answer.key: answer for answer in saved}
        for reread in read:
            answer = became.get(reread.key, reread)
            tally.add(reread, answer.what, reread.reason or answer.reason)

    def _mark(self, run_id: str, tally: Tally, place: ResumePoint) -> None:
        self._marked = time.monotonic()
        self._archive.runs.heartbeat(run_id, tally.figures)
        if self._identity:
            self._points.mark(self._identity, place)

    # ---- Which keys -------------------------------------------------------------------------------------------------

    @property
    def _is_listed(self) -> bool:
        return bool(self._order.keys) or self._order.problems

    def _listed(self) -> list[str]:
        keys = self._archive.pages.troubled_keys() if self._order.problems else self._order.keys
        return sorted(set(keys))

    def _chunks(self, after: str) -> Iterator[list[str]]:
        for keys in self._runs_of_keys(after):
            for start in range(0, len(keys), CHUNK):
                yield keys[start : start + CHUNK]

    def _runs_of_keys(self, after: str) -> Iterator[list[str]]:
        if self._is_listed:
            yield [key for key in self._listed() if key > after]
            return
        while keys := self._rereadings.keys(after, self._order.since, _KEYS_AT_ONCE):
            yield keys
            after = keys[-1]
