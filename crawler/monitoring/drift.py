"""Drift of the site: facts that held in earlier surveys and hold no longer, from the documents of runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from archive.model.time_zones import TAIPEI
from crawler.exit_status import INTERRUPTED

RunDocument = Mapping[str, Any]

SPIDER: Final = "survey"
"""The name of surveys in the archive's runs."""

REQUESTS: Final = 5
"""Requests of the survey of a week: robots.txt, the interface, a listing in HTML, two articles."""

REMEMBERED: Final = 100
"""Earlier surveys that are compared: two years of weeks."""

_FACT: Final = "fact/"
_SOURCE: Final = "source/"


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The result of a survey, as far as drift needs it.

    Attributes:
        facts: By identifier, whether a fact held, and what was seen; facts that were not seen are left out.
        sources: The sources that name articles of the column, the best first: identifiers with names for people.
        faults: The faults that keep a crawl from working, one line each.
    """

    facts: Mapping[str, tuple[bool, str]]
    sources: Mapping[str, str]
    faults: Sequence[str]

    @property
    def counts(self) -> dict[str, int]:
        """The counts of its run: `fact/NAME`, 1 where it held and 0 where not, and `source/NAME`, 1 for the best."""
        facts = {_FACT + name: int(held) for name, (held, _) in self.facts.items()}
        return facts | {_SOURCE + name: int(place == 0) for place, name in enumerate(self.sources)}

    def problems(self, earlier: Sequence[RunDocument], now: datetime) -> list[str]:
        """Return the faults that keep a crawl from working, and the facts that no longer hold, one line each.

        Args:
            earlier: The runs of the surveys before, newest first.
            now: When this survey began; aware.
        """
        lines = list(self.faults)
        for name, (held, detail) in self.facts.items():
            if held:
                continue
            since, before = now, None
            for run in earlier:
                count = run["counts"].get(_FACT + name)
                if count == 1:
                    before = run
                    break
                since = since if count is None else run["started_at"]
            if before is not None:
                day = f"{since.astimezone(TAIPEI):%Y-%m-%d}"
                lines.append(f"{name}: {detail}, since {day}{self._instead(name, before)}")
        return lines

    def _instead(self, name: str, before: RunDocument) -> str:
        """Return the source that replaces a fact's source, if that was the best one."""
        former = next((key.removeprefix(_SOURCE) for key, best in before["counts"].items() if _is_best(key, best)), "")
        best = next(iter(self.sources), None)
        if not former or best == former or not name.startswith(former.replace(" ", "-")):
            return ""
        return f"; {self.sources[best]} takes over" if best else "; no other listing names the column"


def is_due(surveys: Sequence[RunDocument], now: datetime) -> bool:
    """Return whether a survey is due: none was begun in the week of a moment (from Monday, Taipei).

    Args:
        surveys: Their runs, newest first.
        now: Aware.
    """
    today = now.astimezone(TAIPEI).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    return not any(run["started_at"] >= monday and not _was_cut_short(run) for run in surveys)


def last_survey(surveys: Sequence[RunDocument]) -> RunDocument | None:
    """Return the newest run of a survey that was made to its end; None without one."""
    return next((run for run in surveys if run["ended_at"] and not _was_cut_short(run)), None)


def _was_cut_short(run: RunDocument) -> bool:
    return bool(run["ended_at"]) and run["exit_status"] in {None, INTERRUPTED.status}


def _is_best(name: str, count: int) -> bool:
    return name.startswith(_SOURCE) and count == 1
