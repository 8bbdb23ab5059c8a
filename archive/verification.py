"""The kept pages compared with what is on record of them, at a rate that disturbs nobody; it can be stopped."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Final

from archive.archive import Archive
from archive.crawl_state.resume_points import ResumePoint, ResumePoints
from archive.errors import ArchiveError
from archive.mongo.database import Document
from archive.pages.documents import Damage

SPIDER: Final = "verify"
"""The name under which a verification stands in the ledger of runs, and its place among those that were stopped."""

RATE: Final = 200.0
"""Pages a second: a tenth of what a core can do."""

_AT_ONCE: Final = 100
_STEP: Final = 0.2  # seconds, at most, until a signal is noticed


@dataclass(slots=True)
class Verified:
    """How far a verification is, and what came of it.

    Attributes:
        total: Pages that are kept.
        done: Pages that were compared, those of an earlier, stopped one among them.
        resumed: Where an earlier one was stopped; None where this one begins anew.
        damaged: The pages that are not what was received.
        due: How many addresses were made due for it, to be fetched again.
        complete: Whether it went to the end.
    """

    total: int
    done: int = 0
    resumed: ResumePoint | None = None
    damaged: list[Damage] = field(default_factory=list)
    due: int = 0
    complete: bool = False

    @property
    def figures(self) -> dict[str, int]:
        """Return the counts for the run's document."""
        return {f"{SPIDER}/pages": self.done, f"{SPIDER}/damaged": len(self.damaged), f"{SPIDER}/due": self.due}


@dataclass(frozen=True, slots=True)
class Watch:
    """Who watches a verification.

    Attributes:
        stop: Asked again and again whether to end now.
        progress: Called with how far it is.
    """

    stop: Callable[[], bool] = lambda: False
    progress: Callable[[Verified], None] = lambda _: None


def verify(archive: Archive, watch: Watch, rate: float = RATE) -> Verified:
    """Return what a comparison of all kept pages gave; it goes on where one was stopped.

    Damaged pages are put on the list (`archive.pages.damaged`), and their addresses are made due; those on the list
    that are whole are taken off it.

    Args:
        archive: Whose pages.
        watch: Who watches.
        rate: Pages a second, at most; 0 for no limit.

    Raises:
        ArchiveError: The archive cannot be used; what was done before is kept.
    """
    verification = _Verification(archive, watch, rate)
    run = archive.runs.begin(SPIDER, {"rate": rate}, kind=SPIDER)
    verified = verification.verified
    try:
        verification.run(run.id)
    except ArchiveError as error:
        with contextlib.suppress(ArchiveError):  # the database may be away: then the next run finds this one dead
            problems = [str(error)]
            archive.runs.end(
                run.id, "failed", complete=False, exit_status=1, counts=verified.figures, problems=problems
            )
        raise
    outcome, status = ("all well", 0) if verified.complete else ("interrupted", 8)
    problems = [f"{damage.page}: {damage.reason}" for damage in verified.damaged]
    if verified.complete and problems:
        outcome, status = "incomplete", 7
    archive.runs.end(
        run.id, outcome, complete=verified.complete, exit_status=status, counts=verified.figures, problems=problems
    )
    return verified


class _Verification:
    def __init__(self, archive: Archive, watch: Watch, rate: float) -> None:
        self._archive = archive
        self._watch = watch
        self._rate = rate
        self._points = ResumePoints(archive.database)
        place = self._points.place(SPIDER)
        self.verified = Verified(archive.pages.count(), place.done if place else 0, place)

    def run(self, run_id: str) -> None:
        verified = self.verified
        began_at = verified.resumed.began_at if verified.resumed else datetime.now(UTC)
        after = verified.resumed.after if verified.resumed else ""
        listed = {damage.page for damage in self._archive.pages.damaged.every()}
        while documents := self._archive.pages.after(after, _AT_ONCE):
            started = monotonic()
            self._compare(documents, listed)
            after = documents[-1].get("key", after)
            self._points.mark(SPIDER, ResumePoint(began_at, after, verified.done))
            self._archive.runs.heartbeat(run_id, verified.figures)
            self._watch.progress(verified)
            if not after:  # nothing is kept but damaged ones without a key
                break
            if not self._waited(started, len(documents)):
                return
        verified.complete = True
        self._points.finish(SPIDER)

    def _compare(self, documents: list[Document], listed: set[str]) -> None:
        pages = self._archive.pages
        compared = {document["_id"]: pages.damage(document) for document in documents}
        damages = [damage for damage in compared.values() if damage]
        self.verified.due += self._archive.note_damaged(damages)
        pages.damaged.clear([page for page, damage in compared.items() if damage is None and page in listed])
        self.verified.damaged += damages
        self.verified.done += len(documents)

    def _waited(self, started: float, pages: int) -> bool:
        """Wait until so many pages may be done; return whether to go on."""
        end = started + (pages / self._rate if self._rate else 0)
        while not self._watch.stop():
            left = end - monotonic()
            if left <= 0:
                return True
            sleep(min(left, _STEP))
        return False
