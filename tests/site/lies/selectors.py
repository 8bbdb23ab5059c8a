"""Which articles, or which listings, a lie is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.site.dice import share
from tests.site.plans import COLUMN, Plan

LISTING_NAMES = {
    "search": "the new site's interface by tags",
    "authors": "the new site's interface by author",
    "news": "the new site's listing pages, and the cards that their script fetches",
    "notes": "the old site's listing pages",
    "category": "the third host's listing pages",
}
"""The listings that can be selected, each with all its addresses."""


class WrongSelectorError(ValueError):
    """A selector that cannot be read."""


@dataclass(frozen=True, slots=True)
class Selector:
    """A choice of articles or of listings; an article is chosen where all that is set fits.

    Attributes:
        keys: The keys whose addresses are chosen; None for any. A key chooses its own address alone: give all keys
            of a `Plan` to choose an article at both addresses.
        listings: The listings that are chosen (of `LISTING_NAMES`); empty for a choice of articles.
        column: Whether only articles of the column are chosen.
        every: Every n-th article of each column is chosen, from its first one on.
        share: The share of articles that is chosen, from 0 to 1; by chance of `seed` and the article.
        seed: What the chance depends on.
    """

    keys: frozenset[str] | None = None
    listings: frozenset[str] = frozenset()
    column: bool = False
    every: int = 1
    share: float = 1.0
    seed: int = 0

    def picks(self, key: str, plan: Plan) -> bool:
        """Return whether an article is chosen at the address of one of its keys."""
        if self.listings or (self.keys is not None and key not in self.keys):
            return False
        if plan.ordinal % self.every or (self.column and plan.column != COLUMN):
            return False
        return self.share >= 1 or share("lie", self.seed, plan.index) < self.share


Choice = Selector | str | Iterable[str]
"""What can stand for a selector: see `selector_of`."""


def selector_of(choice: Choice) -> Selector:
    """Return the selector that a choice stands for.

    Args:
        choice: A selector; a key; several keys; `*` for all articles; `column` for those of the column; `every:2` for
            every second; `share:0.3` or `share:0.3:SEED` for a share by seed; `listings` for all listings;
            `listing:NAME` for one.

    Raises:
        WrongSelectorError: It is none of these.
    """
    if isinstance(choice, Selector):
        return choice
    if not isinstance(choice, str):
        return Selector(keys=frozenset(map(_key, choice)))
    word, _, rest = choice.partition(":")
    if choice in {"*", "column"}:
        return Selector(column=choice == "column")
    if word in {"listings", "listing"}:
        return Selector(listings=_listings(choice, rest))
    if word in {"every", "share"}:
        return _fraction(word, rest)
    return Selector(keys=frozenset((_key(choice),)))


def _key(key: str) -> str:
    if key.partition(":")[0] not in {"cmnews", "notes"}:
        raise WrongSelectorError(f"{key!r} is no key and no selector")
    return key


def _listings(choice: str, name: str) -> frozenset[str]:
    if choice == "listings":
        return frozenset(LISTING_NAMES)
    if name not in LISTING_NAMES:
        raise WrongSelectorError(f"no such listing: {name}; there are {', '.join(LISTING_NAMES)}")
    return frozenset((name,))


def _fraction(word: str, rest: str) -> Selector:
    number, _, seed = rest.partition(":")
    selector = Selector(every=int(number)) if word == "every" else Selector(share=float(number), seed=int(seed or "0"))
    if selector.every < 1 or not 0 <= selector.share <= 1:
        raise WrongSelectorError(f"{word}:{rest} is no fraction")
    return selector
