"""Verification of the kept pages: each is compared with its record, at a limited rate; it can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Final

from archive.archive import Archive
from archive.crawl_state.resume_points import ResumePoint, ResumePoints
from archive.mongo.database import Document
from archive.pages.documents import Damage

SPIDER: Final = "verify"
"""The name of verifications in the ledger of runs, and the identity of their resume point."""

RATE: Final = 200.0
"""Pages a second; a core can verify ten times as many."""

_AT_ONCE: Final = 100
_STEP: Final = 0.2  # seconds, at most, until a signal is noticed


@dataclass(slots=True)
class Verified:
    """The progress and the result of a verification.

    Attributes:
        total: The number of kept pages.
        done: The number of compared pages, including those of an earlier, stopped call.
        resumed: Where an earlier call was stopped; None if this one starts anew.
        damaged: The damaged pages.
        due: The number of addresses that were made due, to be fetched again.
        complete: Whether all pages were compared.
    """

    total: int
    done: int = 0
    resumed: ResumePoint | None = None
    damaged: list[Damage] = field(default_factory=list)
    due: int = 0
    complete: bool = False

    @property
    def figures(self) -> dict[str, int]:
        """The counts of the run's document."""
        return {f"{SPIDER}/pages": self.done, f"{SPIDER}/damaged": len(self.damaged), f"{SPIDER}/due": self.due}


def verify(
    archive: Archive,
    rate: float = RATE,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[Verified], None] = lambda _: None,
) -> Verified:
    """Return the result of comparing all kept pages with their records; goes on where an earlier call was stopped.

    Damaged pages are put on the list (`archive.pages.damaged`), and their addresses are made due; pages on the list
    that are whole are taken off it.

    Args:
        archive: The archive.
        rate: Pages a second, at most; 0 for no limit.
        stop: Asked again and again whether to end now.
        progress: Called with the result so far.

    Raises:
        ArchiveError: The archive cannot be used; what was done before is kept.
    """
    verification = _Verification(archive, rate, stop, progress)
    verified = verification.verified
    with archive.runs.recorded(SPIDER, {"rate": rate}, lambda: verified.figures) as run:
        verification.run(run.id)
        run.problems = [f"{damage.page}: {damage.reason}" for damage in verified.damaged]
        if not verified.complete:
            run.cut_short("interrupted", 8)
        elif run.problems:
            run.outcome, run.exit_status = "incomplete", 7
    return verified


class _Verification:
    def __init__(
        self, archive: Archive, rate: float, stop: Callable[[], bool], progress: Callable[[Verified], None]
    ) -> None:
        self._archive = archive
        self._rate = rate
        self._stop = stop
        self._progress = progress
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
            self._progress(verified)
            if not after:  # only damaged pages without a key are kept
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
        """Wait as long as the rate demands after some pages; return whether to go on."""
        end = started + (pages / self._rate if self._rate else 0)
        while not self._stop():
            left = end - monotonic()
            if left <= 0:
                return True
            sleep(min(left, _STEP))
        return False
