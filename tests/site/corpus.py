"""The corpus: every article that the site ever had, written on demand from the seed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from tests.site.planning import plan_all
from tests.site.plans import COLUMN, How, Plan, Scale, nid_at, plan_ancient, plan_one
from tests.site.reading import Shelf
from tests.site.revision import Edit, revise
from tests.site.source import Article
from tests.site.writer import title_of, write

KEPT_ARTICLES = 2048


class UnknownKeyError(KeyError):
    """No article of the corpus has this key."""


class Corpus:
    """Plans of all articles, and what the newsroom did since.

    A plan costs some 30 µs when the corpus is made; an article about a millisecond when it is first asked for.
    """

    def __init__(self, scale: Scale) -> None:
        self.scale = scale
        self.plans = plan_all(scale)
        self.edition = 0
        """Grows with every publication, edit, removal and restoration."""
        self._edits: dict[str, list[Edit]] = {}
        self._gone: dict[str, How | None] = {}
        self._titles: dict[int, str] = {}
        self._copies: dict[str, Article] = {}
        self._written: OrderedDict[str, Article] = OrderedDict()
        self._by_key = {key: plan.index for plan in self.plans for key in plan.keys}
        self._column = [plan.index for plan in self.plans if plan.column == COLUMN]
        self._start = self.plans[scale.imported].moment
        self._base = nid_at(self._start)
        self._shelf = Shelf(self._before, self._of_column, self._first_title)

    def __iter__(self) -> Iterator[Plan]:
        return iter(self.plans)

    def find(self, key: str) -> Plan | None:
        """Return the plan of a key, also of an old note from before the corpus; None if no article has it."""
        index = self._by_key.get(key)
        if index is not None:
            return self.plans[index]
        site, _, number = key.partition(":")
        if site == "notes" and number.isdecimal() and 0 < int(number) < self._base:
            return plan_ancient(self.scale.seed, int(number), self._base, self._start)
        return None

    def plan(self, key: str) -> Plan:
        """Return the plan of a key.

        Raises:
            UnknownKeyError: No article has it.
        """
        plan = self.find(key)
        if plan is None:
            raise UnknownKeyError(key)
        return plan

    def article(self, plan: Plan) -> Article:
        """Return the article of a plan as it reads today."""
        article = self._written.get(plan.key) or self._write(plan)
        self._written[plan.key] = article
        self._written.move_to_end(plan.key)
        if len(self._written) > KEPT_ARTICLES:
            self._written.popitem(last=False)
        return article

    def title(self, plan: Plan) -> str:
        """Return a plan's title as it reads today, without writing the article."""
        edited = [edit.title for edit in self._edits.get(plan.key, ()) if edit.title]
        return edited[-1] if edited else self._first_title(plan)

    def gone(self, plan: Plan) -> How | None:
        """Return how an article is missing today; None if it is there."""
        return self._gone.get(plan.key, plan.gone)

    def edit(self, key: str, edit: Edit) -> Plan:
        """Change an article; it counts as changed at the edit's moment. Return its plan.

        Raises:
            UnknownKeyError: No article has this key.
            ValueError: The passage to be replaced does not stand in the body.
        """
        plan = self.plan(key)
        revised = revise(self.article(plan), edit)
        self._edits.setdefault(plan.key, []).append(edit)
        self._written[plan.key] = revised
        self._keep(replace(plan, changed=edit.at))
        return self.plan(key)

    def lose(self, key: str, how: How | None) -> None:
        """Make an article missing, at all its addresses; None brings it back.

        Raises:
            UnknownKeyError: No article has this key.
        """
        self._gone[self.plan(key).key] = how
        self.edition += 1

    def publish(self, moment: datetime | None = None, *, sister: bool = False) -> Plan:
        """Add an article that is newer than all others, and return its plan.

        Args:
            moment: When it is published (aware); a minute after the newest if None.
            sister: Whether it belongs to a sister column.
        """
        last = self.plans[-1]
        nid = max(plan.nid or 0 for plan in self.plans[-16:]) + 3
        ordinal = sum((plan.column == COLUMN) is not sister for plan in self.plans)
        moment = moment or last.moment + timedelta(minutes=1)
        scale = replace(self.scale, orphans=False, losses=False)
        plan = plan_one(scale, len(self.plans), ordinal, moment, nid, sister=sister)
        self.plans.append(replace(plan, changed=plan.moment))
        self._by_key |= dict.fromkeys(plan.keys, plan.index)
        self._column += [] if sister else [plan.index]
        self.edition += 1
        return self.plans[-1]

    def copy(self, plan: Plan, key: str) -> None:
        """Make a published article read like another one but for one digit, title and further reading included."""
        model = self.plan(key)
        self._copies[plan.key] = replace(revise(self.article(model), Edit(at=plan.moment)), number=1)
        self._titles[plan.index] = self.title(model)

    def _write(self, plan: Plan) -> Article:
        article = self._copies.get(plan.key) or write(self.scale.seed, plan, self._shelf)
        for edit in self._edits.get(plan.key, ()):
            article = revise(article, edit)
        return article

    def _keep(self, plan: Plan) -> None:
        if plan.index >= 0:
            self.plans[plan.index] = plan
        self.edition += 1

    def _first_title(self, plan: Plan) -> str:
        if plan.index not in self._titles:
            self._titles[plan.index] = title_of(self.scale.seed, plan)
        return self._titles[plan.index]

    def _before(self, plan: Plan, count: int) -> list[Plan]:
        return self.plans[max(0, plan.index - count) : plan.index][::-1]

    def _of_column(self, ordinal: int) -> Plan | None:
        return self.plans[self._column[ordinal]] if 0 <= ordinal < len(self._column) else None
