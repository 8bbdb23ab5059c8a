"""The kinds of doubt whether a page shows its whole article; `TREATMENTS` has a rule for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple, get_args

SuspicionKind = Literal[
    "cut short",
    "notice",
    "challenge",
    "login",
    "loading",
    "garbled",
    "shrunk",
    "headings lost",
    "tickers lost",
    "another text",
    "other column",
    "another title",
    "text of another article",
    "text under two titles",
    "another article",
    "put aside",
]

_PREFIX = "suspect: "
_NOT_ASKED = "another article at this address"


class Suspicion(NamedTuple):
    """A doubt about a reading.

    Attributes:
        kind: The kind.
        detail: One line for a person, with the figures; empty if the kind is enough.
    """

    kind: SuspicionKind
    detail: str = ""


def reason_of(kind: SuspicionKind) -> str:
    """Return a suspicion as the reason of an outcome, in words that can be counted.

    >>> reason_of("cut short")
    'suspect: cut short'
    >>> reason_of("another article")
    'another article at this address'
    """
    return _NOT_ASKED if kind == "another article" else f"{_PREFIX}{kind}"


def kind_in(reason: str | None) -> SuspicionKind | None:
    """Return the kind that a reason names; None where it names none.

    >>> kind_in("suspect: loading"), kind_in("HTTP 500")
    ('loading', None)
    """
    return _KINDS.get(reason or "")


def description_of(suspicions: Iterable[tuple[str, str]]) -> str:
    """Return suspicions in one line.

    >>> description_of([Suspicion("shrunk", "1,200 of 3,000 characters"), Suspicion("cut short")])
    'shrunk (1,200 of 3,000 characters); cut short'
    """
    return "; ".join(f"{kind} ({detail})" if detail else kind for kind, detail in suspicions)


_KINDS: Final[dict[str, SuspicionKind]] = {reason_of(kind): kind for kind in get_args(SuspicionKind)}
