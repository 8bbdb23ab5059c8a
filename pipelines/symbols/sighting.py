"""A place where an article seems to name a symbol, and what is made of it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from archive.model.article import EvidenceKind
from pipelines.symbols.notation import Symbol

Refusal = Literal["unlisted", "everyday_word", "year", "no_company", "unproven"]


class Sighting(NamedTuple):
    """A place where an article seems to name a company's symbol.

    Attributes:
        symbol: As read by its shape.
        evidence: How it is shown.
        names: What the company is called before the bracket, or in it; empty for a link.
        is_full: Whether both names of a company stand before it, one of them Chinese: `Amazon(亞馬遜)(AMZN)`.
        is_loose: Whether something else stands in the bracket with it, or it stands in none: only a name proves it.
        beside: The other symbols of its bracket.
        after: What follows the bracket, a few characters.
        year: The year of the article; None if unknown.
        month: The month of the article, `2022-06`; empty if unknown.
        is_headed: Whether it stands in a table's column that is headed as one of symbols.
    """

    symbol: Symbol
    evidence: EvidenceKind
    names: tuple[str, ...] = ()
    is_full: bool = False
    is_loose: bool = False
    beside: tuple[Symbol, ...] = ()
    after: str = ""
    year: int | None = None
    month: str = ""
    is_headed: bool = False


class SightingVerdict(NamedTuple):
    """What is made of a sighting.

    Attributes:
        refusal: Why it is not believed to be a company's symbol; None if it is.
        reason: The line for the article's problems; empty if there is no problem.
        today: The symbol of today, where the one written is given up; None if it is used still, or by nobody.
    """

    refusal: Refusal | None = None
    reason: str = ""
    today: str | None = None
