"""Checks for unusual runs: pure functions that return the reason in one line, or None."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from statistics import median, quantiles
from typing import Final

from archive.market_calendar import nights
from crawler.monitoring.drift import RunDocument
from crawler.monitoring.health import FIELDS
from crawler.monitoring.past_runs import Past

RunCheck = Callable[[Past], str | None]

DAY: Final = timedelta(days=1)
WEEKS: Final = 8
"""Earlier days of the same weekday that are compared."""

WEEKS_NEEDED: Final = 3
"""The least number of such days with runs: with fewer the check is silent."""

RUNS_NEEDED: Final = 5
"""The least number of earlier runs: with fewer a check is silent."""

ARTICLES_NEEDED: Final = 5
"""Articles below which a run has no shares worth comparing."""

FEW: Final = 0.3
MANY: Final = 4.0
"""A day is unusual below the first and above the second share of the usual number of new articles."""

SHIFT: Final = 0.25
"""Largest difference of a template's share, or of a field's presence, from the median of earlier runs."""

UNWANTED_SHARE: Final = 0.05
"""Largest share of responses that are neither an answer nor an article that is gone."""

LONG: Final = 3.0
"""Longest run, as a multiple of the 90th percentile of earlier runs."""

SHORT: Final = 600.0
"""A run of fewer seconds is never too long."""

SILENT_SESSIONS: Final = 2
"""Trading sessions that may close without a new article until that is unusual."""

NEW: Final = "store/new"
READ: Final = "reading/read_by/"
STATUS: Final = "downloader/response_status_count/"
PROBLEM: Final = "problem/"
WANTED_STATUSES: Final = frozenset({"304", "404", "410"})


def articles(past: Past) -> str | None:
    """Judge the new articles of the last 24 hours by the same 24 hours of the weeks before."""
    everything = [past.run, *past.runs]
    count = _new_in_day(everything, past, 0)
    weeks = [new for week in range(1, WEEKS + 1) if (new := _new_in_day(past.runs, past, week)) is not None]
    if count is None or len(weeks) < WEEKS_NEEDED:
        return None
    usual = median(weeks)
    if count < FEW * usual or count > max(MANY * usual, ARTICLES_NEEDED):
        return f"{count} new articles in 24 hours, where {usual:g} are usual for this weekday"
    return None


def templates(past: Past) -> str | None:
    """Judge the share of articles by template."""
    names = {name for run in (past.run, *past.runs) for name in run["counts"] if name.startswith(READ)}
    return _shifted(past, names, lambda name: f"template {name.removeprefix(READ)}", _share_of_template)


def fields(past: Past) -> str | None:
    """Judge the share of articles that have each field."""
    return _shifted(past, FIELDS, lambda name: f"field {name}", _share_with_field)


def problems(past: Past) -> str | None:
    """Judge the kinds of problems that no earlier run had."""
    if len(past.runs) < RUNS_NEEDED:
        return None
    known = {name for run in past.runs for name in run["counts"]}
    new = sorted(name for name in past.run["counts"] if name.startswith(PROBLEM) and name not in known)
    known_problems = {problem.partition(":")[0] for run in past.runs for problem in run["problems"]}
    new += [problem for problem in past.run["problems"] if problem.partition(":")[0] not in known_problems]
    return f"new: {'; '.join(new[:5])}" if new else None


def statuses(past: Past) -> str | None:
    """Judge the statuses that the site answered with."""
    counts = {name.removeprefix(STATUS): many for name, many in past.run["counts"].items() if name.startswith(STATUS)}
    unwanted = {code: many for code, many in counts.items() if int(code) >= 300 and code not in WANTED_STATUSES}  # noqa: PLR2004 -- HTTP's own
    share = sum(unwanted.values()) / max(sum(counts.values()), 1)
    if share <= UNWANTED_SHARE:
        return None
    listed = ", ".join(f"{many} times {code}" for code, many in sorted(unwanted.items()))
    return f"HTTP {listed} in {sum(counts.values())} responses"


def length(past: Past) -> str | None:
    """Judge how long the run took."""
    lengths = [_seconds(run) for run in past.runs if run["exit_status"] == 0]
    if len(lengths) < RUNS_NEEDED:
        return None
    usual = quantiles(lengths, n=10)[-1]
    if _seconds(past.run) <= max(LONG * usual, SHORT):
        return None
    return f"{_seconds(past.run):.0f} s, where nine of ten runs take at most {usual:.0f} s"


def silence(past: Past) -> str | None:
    """Judge whether there is a new article since the last trading sessions."""
    if past.newest is None:
        return None
    closed = nights(past.newest, past.now)
    if len(closed) < SILENT_SESSIONS:
        return None
    return f"no article since {past.newest:%Y-%m-%d %H:%M} UTC, though {len(closed)} US sessions have closed"


def ending(past: Past) -> str | None:
    """Check how the run ended; an interruption is no fault."""
    if past.run["exit_status"] in {0, 8}:
        return None
    return f"{past.run['outcome']} (exit status {past.run['exit_status']})"


def site(past: Past) -> str | None:
    """Judge the changes of the site that the week's survey found."""
    return "; ".join(past.drift) or None


CHECKS: Final[tuple[RunCheck, ...]] = (
    ending, articles, templates, fields, problems, statuses, length, silence, site,
)  # fmt: skip
"""All of them, in the order of a notice."""


def _new_in_day(runs: Iterable[RunDocument], past: Past, weeks_ago: int) -> int | None:
    """Return the new articles of the runs in a day that ends now or some weeks ago; None if there was no run."""
    end = past.now - timedelta(weeks=weeks_ago)
    counts = [run["counts"].get(NEW, 0) for run in runs if end - DAY < run["started_at"] <= end]
    return sum(counts) if counts else None


def _shifted(
    past: Past,
    names: Iterable[str],
    word: Callable[[str], str],
    share: Callable[[RunDocument, str], float | None],
) -> str | None:
    """Return which shares differ from the median of the runs before by more than `SHIFT`."""
    shifts = []
    for name in sorted(names):
        now = share(past.run, name)
        before = [value for run in past.runs if (value := share(run, name)) is not None]
        if now is not None and len(before) >= RUNS_NEEDED and abs(now - median(before)) > SHIFT:
            shifts.append(f"{word(name)} {now:.0%}, where {median(before):.0%} is usual")
    return "; ".join(shifts) or None


def _share_of_template(run: RunDocument, name: str) -> float | None:
    whole = sum(many for other, many in run["counts"].items() if other.startswith(READ))
    return run["counts"].get(name, 0) / whole if whole >= ARTICLES_NEEDED else None


def _share_with_field(run: RunDocument, name: str) -> float | None:
    whole = run["counts"].get("field/articles", 0)
    return 1 - run["counts"].get(f"field/{name}/absent", 0) / whole if whole >= ARTICLES_NEEDED else None


def _seconds(run: RunDocument) -> float:
    seconds: float = (run["ended_at"] - run["started_at"]).total_seconds()
    return seconds
