"""What no article is larger than: looked at before a page is parsed, so that no page costs more than two seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Bound:
    """The most that a page may hold of something.

    Attributes:
        most: The most.
        measured: Returns how much a page, unpacked, holds of it.
        says: Returns what is said of a page with more.
        why: What more of it would cost, and how much real pages have.
    """

    most: int
    measured: Callable[[bytes], int]
    says: Callable[[int], str]
    why: str


BOUNDS: Final = (
    Bound(
        4_000_000,
        len,
        lambda size: f"{size / 1e6:.1f} MB of text",
        "a rendered page has 0.2 MB; text costs about 0.2 s a MB through all stages",
    ),
    Bound(
        100_000,
        lambda content: content.count(b"<"),
        lambda tags: f"{tags:,} tags",
        "a rendered page has 3,000; each costs some 9 microseconds and 750 bytes once it is parsed",
    ),
    Bound(
        5_000,
        lambda content: content.count(b"<a ") + content.count(b"<A "),
        lambda links: f"{links:,} links",
        "a rendered page has 300; each may be an address to be discovered",
    ),
)
"""In the order in which they are looked at: the cheapest first."""


def excess(content: bytes) -> str | None:
    """Return what makes a page larger than any article, for a person to read; None where nothing does.

    >>> excess(b"<p>" + b"x" * 8_100_000)
    'larger than any article: 8.1 MB of text'
    """
    size, _, links = BOUNDS
    if len(content) <= size.most and content.count(b"<") <= links.most:  # a page has no more links than tags
        return None
    for bound in BOUNDS:
        if (amount := bound.measured(content)) > bound.most:
            return f"larger than any article: {bound.says(amount)}"
    return None
