"""The health of a run: declared rules over its counts, and the exit status that follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from crawler import own_settings
from crawler.exit_status import (
    ALL_WELL,
    BLOCKED,
    DATABASE,
    FINISHED,
    INCOMPLETE,
    INTERRUPTED,
    KEPT_OUT,
    NO_DATABASE,
    SHUTDOWN,
    SIGNAL,
    STUMBLED,
    TEMPLATE_CHANGED,
    UNEXPECTED,
    UNREACHABLE,
    ExitStatus,
)

Stats = Mapping[str, Any]


READ: Final = ("reading/read_by/cmnews", "reading/read_by/notes", "reading/read_by/generic")
UNREADABLE: Final = ("reading/failed/unreadable", "reading/failed/page object: *")

_RECHECKED: Final = ("recheck/looks",)
_FIRST: Final = ("first/looks",)
_WALLS: Final = ("recheck/suspect/challenge", "recheck/suspect/login")
_FIRST_WALLS: Final = ("first/suspect/challenge", "first/suspect/login")
HOST_WALLS: Final = "host/walls/"
HOST_LOOKS: Final = "host/looks/"
"""Counts by host: see `crawler.monitoring.walls`."""

_BY_REASON: Final[dict[str, ExitStatus]] = {
    BLOCKED: KEPT_OUT,
    DATABASE: NO_DATABASE,
    SHUTDOWN: INTERRUPTED,
    FINISHED: ALL_WELL,
}

FIELDS: Final = ("published_at", "lead", "author", "tickers", "tags", "related")
"""Fields whose presence is counted, for the rules of this module and for monitors."""


@dataclass(frozen=True, slots=True)
class HealthRule:
    """One rule: a count of the run against a limit.

    Attributes:
        problem: The line if it is broken; the figures are added.
        ending: The run's exit status if it is broken.
        part: The stats that are counted.
        whole: The stats that they are a share of; None where the count itself is judged.
        limit: The setting with the largest share or count that is still healthy.
        is_of_one: Whether it is about single addresses; their failures put no other response in doubt.
    """

    problem: str
    ending: ExitStatus
    part: tuple[str, ...]
    whole: tuple[str, ...] | None = None
    limit: str = "HEALTH_MAX_FAILED"
    is_of_one: bool = False

    def broken_by(self, stats: Stats, settings: Mapping[str, Any]) -> str | None:
        """Return the problem, with figures; None if the rule is kept or there are too few articles."""
        part, limit = _sum(stats, self.part), own_settings.read(settings, self.limit)
        if self.whole is None:
            return f"{self.problem}: {part} ({self.limit}={limit})" if part > limit else None
        whole = _sum(stats, self.whole)
        if whole < own_settings.read(settings, "HEALTH_MIN_ARTICLES") or part / whole <= limit:
            return None
        return f"{self.problem}: {part} of {whole} ({self.limit}={limit})"


_ARTICLES: Final = ("field/articles",)
_IN_DOUBT: Final = ("recheck/suspect/*",)
_FIRST_IN_DOUBT: Final = ("first/suspect/*",)
_ROBOTS: Final = ("asking/no_response/IgnoreRequest",)
_FAILED: Final = ("store/failed", "store/refused", "reading/failed/dropped: *")

MEMBERS: Final = HealthRule(
    "articles show only a public beginning", KEPT_OUT, ("field/access/members",), _ARTICLES, "HEALTH_MAX_MEMBERS"
)
"""Where it is broken the site may want a login everywhere; the run's beginnings are requested again by the next run."""

RULES: Final = (
    HealthRule("articles needed the generic reader", TEMPLATE_CHANGED, READ[2:], READ, "HEALTH_MAX_FALLBACK"),
    HealthRule("pages no reader could read", TEMPLATE_CHANGED, UNREADABLE, READ + UNREADABLE, "HEALTH_MAX_UNREADABLE"),
    HealthRule(
        "articles without a date", TEMPLATE_CHANGED, ("field/published_at/absent",), _ARTICLES, "HEALTH_MAX_UNDATED"
    ),
    HealthRule(
        "articles without a heading", TEMPLATE_CHANGED, ("field/lead/absent",), _ARTICLES, "HEALTH_MAX_UNHEADED"
    ),
    MEMBERS,
    HealthRule("re-checks ended at a wall", KEPT_OUT, _WALLS, _RECHECKED, "HEALTH_MAX_SUSPECT"),
    HealthRule("re-checks brought no whole article", TEMPLATE_CHANGED, _IN_DOUBT, _RECHECKED, "HEALTH_MAX_SUSPECT"),
    HealthRule("new addresses ended at a wall", KEPT_OUT, _FIRST_WALLS, _FIRST, "HEALTH_MAX_SUSPECT"),
    HealthRule("new addresses gave no whole article", TEMPLATE_CHANGED, _FIRST_IN_DOUBT, _FIRST, "HEALTH_MAX_SUSPECT"),
    HealthRule(
        "addresses ended at a wall, or were refused",
        KEPT_OUT,
        (f"{HOST_WALLS}*",),
        (f"{HOST_LOOKS}*",),
        "HEALTH_MAX_SUSPECT",
    ),
    HealthRule(
        "named or kept articles were not there", INCOMPLETE, ("named/gone",), ("named/asked",), "HEALTH_MAX_GONE"
    ),
    HealthRule("robots.txt forbids addresses that were due", KEPT_OUT, ("addresses/refused",)),
    HealthRule("robots.txt forbids listings", KEPT_OUT, _ROBOTS),
    HealthRule("hosts are left alone after walls", KEPT_OUT, ("patience/resting",)),
    HealthRule("addresses are left without an outcome", INCOMPLETE, ("addresses/left",), is_of_one=True),
    HealthRule("pages in doubt", INCOMPLETE, _IN_DOUBT + _FIRST_IN_DOUBT, is_of_one=True),
    HealthRule(
        "documents of the archive are damaged, and were passed over", INCOMPLETE, ("archive/damaged",), is_of_one=True
    ),
    HealthRule("addresses failed and stay to be asked", INCOMPLETE, _FAILED, is_of_one=True),
)

_TROUBLED: Final = HealthRule(
    "most of the site may be ill",
    INCOMPLETE,
    ("addresses/failed", "addresses/doubted", "addresses/left"),
    ("addresses/due",),
    "HEALTH_MAX_GONE",
)
"""Where so many other addresses failed, a 404 is no evidence that an article is gone."""


@dataclass(frozen=True, slots=True)
class RunVerdict:
    """How a run ended.

    Attributes:
        ending: The ending, with its exit status.
        problems: Why, a line each; empty when all is well.
        looks_count: Whether the run's 404s count: at most single addresses failed.
    """

    ending: ExitStatus
    problems: tuple[str, ...]
    looks_count: bool = False


def assess_run(
    reason: str,
    stats: Stats,
    settings: Mapping[str, Any],
    sources: Mapping[str, str | None],
    unexpected_is: ExitStatus = UNEXPECTED,
) -> RunVerdict:
    """Return how a run ended.

    Args:
        reason: Scrapy's reason for closing the spider.
        stats: The run's counts.
        settings: For the limits.
        sources: The state of each source of links: "" when it was read as far as needed, else why it was not.
        unexpected_is: The exit status of a finished run with an unforeseen exception.
    """
    raised = raised_in(stats)
    if reason == SHUTDOWN and raised and not stats.get(SIGNAL):  # Scrapy's reason, too, where its engine stumbled
        reason = STUMBLED
    unfinished = tuple(f"{name}: {why or 'not walked to its end'}" for name, why in sources.items() if why != "")
    if reason != FINISHED:
        ending = _BY_REASON.get(reason, UNEXPECTED)
        return RunVerdict(ending, (f"ended early: {reason}", *raised, *unfinished))
    if raised:
        return RunVerdict(unexpected_is, (*raised, *unfinished))
    is_silent = not _sum(stats, ("downloader/response_count", "patience/resting"))
    if is_silent and _sum(stats, ("asking/no_response/*", "reading/failed/no response: *")):
        return RunVerdict(UNREACHABLE, ("no request to the site was answered", *unfinished))
    if _sum(stats, _ROBOTS) and not _sum(stats, _ARTICLES) and unfinished:
        return RunVerdict(KEPT_OUT, ("robots.txt forbids the listings", *unfinished))
    broken = [(rule, problem) for rule in RULES if (problem := rule.broken_by(stats, settings))]
    if not broken and not unfinished:
        return RunVerdict(ALL_WELL, (), looks_count=True)
    looks_count = not unfinished and all(rule.is_of_one for rule, _ in broken)
    looks_count = looks_count and not _TROUBLED.broken_by(stats, settings)
    endings = [rule.ending for rule, _ in broken] + [INCOMPLETE] * bool(unfinished)
    ending = min(endings, key=lambda ending: ending.status)
    return RunVerdict(ending, (*(problem for _, problem in broken), *unfinished), looks_count)


def counts_of(stats: Stats) -> dict[str, int]:
    """Return the whole numbers of the stats, by names that a document may hold: no dots, no leading dollar."""
    return {name.replace(".", "·"): value for name, value in stats.items() if type(value) is int}


def raised_in(stats: Stats) -> tuple[str, ...]:
    """Return one line on the unforeseen exceptions; none if there were none."""
    kinds = {name.partition("/")[2]: int(count) for name, count in stats.items() if name.startswith("unexpected/")}
    listed = ", ".join(f"{kind} ({count})" for kind, count in sorted(kinds.items()))
    return (f"unexpected exceptions, see the log: {listed}",) if kinds else ()


def _sum(stats: Stats, names: tuple[str, ...]) -> int:
    return sum(int(value) for name, value in stats.items() if any(_matches(name, pattern) for pattern in names))


def _matches(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern
