"""The lines for a person: why a symbol was left out, or kept against the name before it."""

from __future__ import annotations

from typing import Final

from pipelines.symbols import lists
from pipelines.symbols.sighting import Refusal, Sighting

_LONGEST_SHOWN: Final = 24  # characters of a name


def stated_otherwise(sighting: Sighting, listed: str | None) -> str:
    """Return the line for a Taiwanese code that a tag gives to another name, or that is in no list."""
    about = f"is the code of {listed}" if listed else f"is not in the list of {lists.dates()['taiwan']}"
    return f"{sighting.symbol.name} is tagged as {_shown(sighting)}, but {about}: kept as written"


def contradicts(sighting: Sighting, others: list[str]) -> str:
    """Return the line for a symbol behind the name of another company."""
    symbol, owners = sighting.symbol.name, ", ".join(dict.fromkeys(others))
    return f"{symbol} stands after {_shown(sighting)}, which is the name of {owners}: kept as written"


def late(sighting: Sighting) -> str:
    """Return the line for a symbol that was given up, or not in use, at the time of the article."""
    symbol = sighting.symbol.name
    entry = lists.renamed().get(symbol)
    until = f"was given up in {entry.until}" if entry else "was not in use"
    return (
        f"{symbol} stands after {_shown(sighting)}, but {until}, and the article is of {sighting.year}: kept as written"
    )


_WHY: Final[dict[Refusal, str]] = {
    "everyday_word": "is an everyday word or abbreviation too, and no name of its company stands before it",
    "no_company": "stands after a term that is no company's name",
    "unproven": "could be an abbreviation, and no list knows the name before it",
}


def refused(sighting: Sighting, refusal: Refusal) -> str:
    """Return the line for a symbol that is in a list, but not proved."""
    after = f" (after {_shown(sighting)})" if sighting.names else ""
    return f"{sighting.symbol.name}{after} {_WHY[refusal]}: left out"


_SHOWN: Final = {
    "link": "is linked as a stock",
    "tag": "is tagged as a stock",
    "bracket": "stands after a company's name",
    "text": "is marked as a stock",
    "row": "stands in a column of symbols",
}


def unlisted(sighting: Sighting) -> str:
    """Return the line for a symbol that is shown clearly, but is in no list."""
    as_of = lists.dates()["companies"]
    shown = _SHOWN[sighting.evidence]
    return f"{sighting.symbol.name} {shown}, but is in no list of US symbols (companies as of {as_of}): left out"


def unlisted_code(sighting: Sighting) -> str:
    """Return the line for a Taiwanese code behind a company's name that is in no list."""
    as_of = lists.dates()["taiwan"]
    return f"{sighting.symbol.name} stands after {_shown(sighting)}, but is not in the list of {as_of}: left out"


def other_code(sighting: Sighting, listed: str) -> str:
    """Return the line for a Taiwanese code behind another name than the list's."""
    return f"{sighting.symbol.name} stands after {_shown(sighting)}, but is the code of {listed}: left out"


def _shown(sighting: Sighting) -> str:
    return "、".join(sighting.names)[-_LONGEST_SHOWN:]
