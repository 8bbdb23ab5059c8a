"""How listings are paged, by offsets: truly, or by a lie that skips, repeats or never ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from tests.site.lies.standing import Told
from tests.site.plans import COLUMN, Plan, uuid1_at
from tests.site.truth import Truth

OVERLAP = 2
PHANTOMS = 5
PHANTOM_NID = 9_500_000
MOST_PUBLISHED = 24


class Newsroom(Protocol):
    """Edits and publishes articles."""

    def edit(self, key: str) -> Truth:
        """Change a digit of an article, and return its truth."""

    def publish(self, count: int = 1) -> list[Truth]:
        """Publish articles, and return their truth."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A page of a listing.

    Attributes:
        plans: The articles on it.
        next: Where the next page begins, an offset; None after the last.
        pages: How many pages of this size the listing has.
        lie: The name of the lie that it is paged by; None for the truth.
    """

    plans: list[Plan]
    next: int | None
    pages: int
    lie: str | None


@dataclass(frozen=True, slots=True)
class Paged:
    """A listing to be paged.

    Attributes:
        newsroom: Who edits and publishes where the listing shifts.
        load: Returns its articles as they stand now.
        size: How many articles a page has.
    """

    newsroom: Newsroom
    load: Callable[[], list[Plan]]
    size: int

    def turn(self, offset: int, lie: Told | None) -> Turn:
        """Return the page that begins at an offset, under a lie if one is told."""
        if lie is None:
            return self._plain(self.load(), offset, None)
        if str(lie.name).startswith("endless-"):
            return self._endless(offset, str(lie.name))
        plans = SHIFTS[str(lie.name)](self, offset, lie) if lie.name in SHIFTS else self.load()
        if lie.name == "phantoms":
            plans = [*phantoms(plans, PHANTOMS if lie.amount is None else lie.amount), *plans]
        turn = self._plain(plans, offset, lie.name)
        if lie.name == "overlap" and offset:
            back = OVERLAP if lie.amount is None else lie.amount
            turn = replace(turn, plans=[*plans[max(0, offset - back) : offset], *turn.plans])
        return turn

    def _plain(self, plans: list[Plan], offset: int, lie: str | None) -> Turn:
        end = offset + self.size
        return Turn(plans[offset:end], end if end < len(plans) else None, -(-len(plans) // self.size), lie)

    def _endless(self, offset: int, name: str) -> Turn:
        plans, later = self.load(), offset + self.size
        first, pages = plans[: self.size], -(-len(plans) // self.size)
        shown = {
            "endless-same": first,
            "endless-growing": first,
            "endless-empty": [] if offset else first,
            "endless-new": phantoms(plans, later)[offset:] if offset else first,
            "endless-wrap": [plans[number % len(plans)] for number in range(offset, later)] if plans else [],
        }[name]
        return Turn(shown, self.size if name == "endless-same" else later, pages, name)


def phantoms(plans: list[Plan], count: int) -> list[Plan]:
    """Return plans of articles that never were, as new as the newest of a listing."""
    if not plans:
        return []
    return [_phantom(plans[0], number) for number in range(count)]


def _phantom(newest: Plan, number: int) -> Plan:
    moment = newest.moment + timedelta(seconds=number + 1)
    return replace(
        newest,
        index=-PHANTOM_NID - number,
        ordinal=number,
        column=COLUMN,
        moment=moment,
        changed=moment,
        uuid=uuid1_at(moment, "phantom", number),
        nid=PHANTOM_NID + number,
    )


def _is_due(offset: int, lie: Told) -> bool:
    """Return whether a listing shifts before the page at an offset: before later pages, `amount` times in all."""
    return offset > 0 and len(lie.taken) < (1 if lie.amount is None else lie.amount)


def _removed(paged: Paged, offset: int, lie: Told) -> list[Plan]:
    plans = [plan for plan in paged.load() if plan.key not in lie.taken]
    if plans and _is_due(offset, lie):
        lie.taken.add(plans[0].key)
        return plans[1:]
    return plans


def _edited(paged: Paged, offset: int, lie: Told) -> list[Plan]:
    plans = paged.load()
    if plans and _is_due(offset, lie):
        lie.taken.add(plans[-1].key)
        paged.newsroom.edit(plans[-1].key)
    return paged.load()


def _published(paged: Paged, offset: int, lie: Told) -> list[Plan]:
    """Publish articles until the listing has one more; not every article belongs to every listing."""
    if _is_due(offset, lie):
        length = len(paged.load())
        for _ in range(MOST_PUBLISHED):
            (truth,) = paged.newsroom.publish()
            if len(paged.load()) > length:
                break
        lie.taken.add(truth["key"])
    return paged.load()


SHIFTS: dict[str, Callable[[Paged, int, Told], list[Plan]]] = {
    "shift-removed": _removed,
    "shift-edited": _edited,
    "shift-published": _published,
}
"""What each lie does to a listing before a page of it, and the articles that are left."""
