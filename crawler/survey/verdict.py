"""A verdict on a fact, and the helpers of all checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from archive.model.crawl.outcome import Miss
from crawler.survey.evidence import OLD_NUMBER, Evidence, Visited, status_of

FactState = Literal["held", "not held", "not seen"]


@dataclass(frozen=True, slots=True)
class FactVerdict:
    """The verdict on a fact.

    Attributes:
        state: Whether it held.
        detail: The observation, or the reason why there is none.
    """

    state: FactState
    detail: str


FactCheck = Callable[[Evidence, "Context"], FactVerdict]


@dataclass(frozen=True, slots=True)
class Context:
    """The parameters of a check besides the evidence.

    Attributes:
        column: The column's name, without brackets.
        robot: The crawler's name in robots.txt.
    """

    column: str
    robot: str


def held(detail: str) -> FactVerdict:
    """Return the verdict that a fact held, with the observation."""
    return FactVerdict("held", detail)


def failed(detail: str) -> FactVerdict:
    """Return the verdict that a fact did not hold, with the observation."""
    return FactVerdict("not held", detail)


def unseen(detail: str) -> FactVerdict:
    """Return the verdict that no observation decides a fact, with the reason."""
    return FactVerdict("not seen", detail)


def all_of(good: Iterable[bool], description: str, nothing: str, share: float = 1.0) -> FactVerdict:
    """Return held where at least a share of some cases is good, with the count; not seen without cases."""
    cases = list(good)
    if not cases:
        return unseen(nothing)
    detail = f"{sum(cases)} of {len(cases)} {description}"
    return held(detail) if sum(cases) >= share * len(cases) else failed(detail)


def most_of(good: Iterable[bool], description: str, nothing: str) -> FactVerdict:
    """Return held where at least half of some cases are good: see `all_of`."""
    return all_of(good, description, nothing, share=0.5)


def visit_for(evidence: Evidence, purpose: str) -> Visited | None:
    """Return the first visit for a purpose; None without one."""
    return next((visit for visit in evidence.visits if visit.purpose == purpose), None)


def is_wanted(visit: Visited) -> bool:
    """Whether a visit was to an article that should be there, for the first time."""
    return visit.purpose not in {"absent", "other host", "again"} and not is_free_number(visit)


def is_free_number(visit: Visited) -> bool:
    """Whether a number of the old site was tried that no article has: numbers have gaps."""
    gone = isinstance(visit.outcome, Miss) and visit.outcome.state == "gone"
    return visit.purpose == OLD_NUMBER and (gone or visit.exchange.status in {404, 410})


def answer_of(visit: Visited) -> str:
    """Return the answer to a visit in words: its status, and the miss if it is one."""
    read = f", read as {visit.outcome.state}: {visit.outcome.reason}" if isinstance(visit.outcome, Miss) else ""
    return status_of(visit.exchange) + read


def reading_of(visit: Visited) -> str:
    """Return the result of reading a page in words."""
    if visit.article is not None:
        return f"read by {visit.article.extractor.name}"
    return f"{visit.outcome.reason}: {visit.outcome.detail}" if isinstance(visit.outcome, Miss) else "not read"
