"""The lies that stand: what was told of whom, in which order, and how often it was answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.site.hosts import PUBLIC, Host
from tests.site.lies.catalogue import LIES, UnknownLieError, Where, checked
from tests.site.lies.selectors import Choice, Selector, selector_of
from tests.site.plans import Plan

OPTIONS = ("answers", "host", "other", "amount")


@dataclass(slots=True, eq=False)
class Told:
    """A lie that stands, or the end of earlier ones.

    Attributes:
        selector: Whom it is about.
        name: Its name in `LIES`; for a heal the name of the lie that ends, or None for all of them.
        heals: Whether it ends earlier lies instead of being one.
        answers: How often each address answers with it; None for ever.
        host: The host on which it stands; None for all.
        other: The key of the article that is shown in place of the one asked; None for the lie's own choice.
        amount: How many: shifts of a listing (1), cards that overlap (2), phantoms (5), parts of a heavy page; None
            for the number in brackets, or the maker's own.
        given: How often each address, or each listing, has answered with it.
        taken: The keys of the articles that a shift has taken out of the listings.
    """

    selector: Selector
    name: str | None
    heals: bool = False
    answers: int | None = None
    host: Host | None = None
    other: str | None = None
    amount: int | None = None
    given: Counter[str] = field(default_factory=Counter)
    taken: set[str] = field(default_factory=set)

    def fits(self, where: Where, host: Host) -> bool:
        """Return whether it shows in such a place on such a host."""
        if self.host not in {None, host}:
            return False
        return self.heals if self.name is None else LIES[self.name].where == where

    def is_spent(self, place: str) -> bool:
        """Return whether an address or listing has answered with it as often as it was to."""
        return self.answers is not None and self.given[place] >= self.answers


class Lies:
    """The lies that stand; of several that fit, the one told last is answered."""

    def __init__(self) -> None:
        self._told: list[Told] = []

    def lie(self, choice: Choice, name: str, **options: Any) -> Told:
        """Let the chosen articles or listings answer with a lie, and return it.

        Args:
            choice: Whom; see `selector_of`.
            name: The lie's name; see `LIES`.
            options: `answers`, `host`, `other`, `amount`; see `Told`.

        Raises:
            UnknownLieError: There is no such lie, or it does not fit: one of a listing was told of articles, or one
                of articles of a listing; or an option or host does not exist.
            WrongSelectorError: The choice cannot be read.
        """
        lie, selector = checked(name), selector_of(choice)
        if bool(selector.listings) is not (lie.where == "listing"):
            raise UnknownLieError(f"{name} is a lie of a {lie.where}: select {_wanted(lie.where)}")
        unknown = sorted(options.keys() - OPTIONS)
        if unknown:
            raise UnknownLieError(f"a lie has no option {', '.join(unknown)}; it has {', '.join(OPTIONS)}")
        if options.get("host") not in {None, *PUBLIC}:
            raise UnknownLieError(f"no such host: {options['host']}; there are {', '.join(PUBLIC)}")
        standing = Told(selector, name, **options)
        self._told.append(standing)
        return standing

    def heal(self, choice: Choice | None = None, name: str | None = None) -> None:
        """End the lies of the chosen articles or listings; without a choice, everywhere.

        Args:
            choice: Whom; see `selector_of`. Other articles that an earlier lie is about go on lying.
            name: The lie that ends; None for all of them.

        Raises:
            UnknownLieError: There is no such lie.
            WrongSelectorError: The choice cannot be read.
        """
        if name is not None:
            checked(name)
        if choice is not None:
            self._told.append(Told(selector_of(choice), name, heals=True))
        else:
            self._told = [entry for entry in self._told if name is not None and entry.name != name]

    def page(self, key: str, plan: Plan, host: Host) -> Told | None:
        """Return the lie that an article's page answers with, and count the answer; None for the truth."""
        standing = self._standing("page", host, key, lambda selector: selector.picks(key, plan))
        return _counted(standing[:1], key)

    def cards(self, key: str, plan: Plan, host: Host) -> frozenset[str]:
        """Return the names of all lies that a listing states of an article, and count the answer."""
        standing = self._standing("card", host, key, lambda selector: selector.picks(key, plan))
        _counted(standing, key)
        return frozenset(entry.name for entry in standing if entry.name)

    def listing(self, name: str, host: Host) -> Told | None:
        """Return the lie that a listing is paged by, and count the answer; None for the truth."""
        standing = self._standing("listing", host, name, lambda selector: name in selector.listings)
        return _counted(standing[:1], name)

    def standing(self) -> list[dict[str, Any]]:
        """Return the lies that stand, first told first, as JSON; `given` is how many answers they gave so far."""
        return [
            {"lie": entry.name, "given": entry.given.total(), **{name: getattr(entry, name) for name in OPTIONS}}
            for entry in self._told
            if not entry.heals
        ]

    def _standing(self, where: Where, host: Host, place: str, chosen: Callable[[Selector], bool]) -> list[Told]:
        """Return the unspent lies that show in a place, last told first, down to what ends all earlier ones."""
        standing: list[Told] = []
        ended: set[str | None] = set()
        for entry in reversed(self._told):
            if not entry.fits(where, host) or not chosen(entry.selector):
                continue
            if entry.heals and entry.name is None:
                break
            if entry.heals:
                ended.add(entry.name)
            elif entry.name not in ended and not entry.is_spent(place):
                standing.append(entry)
        return standing


def _counted(standing: list[Told], place: str) -> Told | None:
    for entry in standing:
        entry.given[place] += 1
    return standing[0] if standing else None


def _wanted(where: Where) -> str:
    return "`listings` or `listing:NAME`" if where == "listing" else "articles"
