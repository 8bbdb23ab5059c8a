"""The stand-in without a network: the corpus, the modes, and the log of what was asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.site.corpus import Corpus
from tests.site.faults import Faults
from tests.site.hosts import Host
from tests.site.lies import Lies
from tests.site.lies.selectors import Choice, selector_of
from tests.site.listings import Listings
from tests.site.modes import checked
from tests.site.plans import COLUMN, How, Plan, Scale
from tests.site.revision import Edit
from tests.site.shelves import Shelves
from tests.site.truth import Truth, TruthList, truth_of

TOKEN = "stand-in"
Window = tuple[datetime | None, datetime | None]
"""Since (included) and until (not included) when an article was published, both aware; None for no bound."""
ALWAYS: Window = (None, None)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that the stand-in had.

    Attributes:
        at: When it came; seconds of the monotonic clock.
        method: Its method.
        path: Its path and query as they were sent.
        headers: Its headers, names in lower case.
        status: How it was answered; 0 where the connection was dropped or cut.
        key: The key of the article it asked for; None if it asked for none.
        fault: What went wrong on purpose; None if nothing.
        lie: The lie that was answered; None for the truth. Lies of cards are not noted.
        took: How long the answer took; seconds.
    """

    at: float
    method: str
    path: str
    headers: dict[str, str]
    status: int
    key: str | None
    fault: str | None
    took: float
    lie: str | None = None


@dataclass(frozen=True, slots=True)
class Weight:
    """How heavy pages are, in thousands of characters.

    Attributes:
        article: An article of the new site; a third of it on the old one.
    """

    article: int = 40


@dataclass(slots=True)
class StandIn:
    """The stand-in without a network.

    Attributes:
        scale: How large its corpus is.
        modes: The modes that are on.
        weight: How heavy its pages are.
        token: The bearer token that mode `api-token` wants.
        requests: What was asked so far, in order of the answers.
        moved: Where the articles that have moved are said to be, by key, as `Location` says it.
        lies: The lies that stand.
        forecast_port: The port on which the third host is served besides; None before it is.
    """

    scale: Scale = field(default_factory=Scale)
    modes: frozenset[str] = frozenset()
    weight: Weight = field(default_factory=Weight)
    token: str = TOKEN
    requests: list[Asked] = field(default_factory=list, repr=False)
    moved: dict[str, str] = field(default_factory=dict)
    lies: Lies = field(default_factory=Lies)
    forecast_port: int | None = None
    corpus: Corpus = field(init=False)
    shelves: Shelves = field(init=False)
    listings: Listings = field(init=False)
    faults: Faults = field(init=False)

    def __post_init__(self) -> None:
        self.corpus = Corpus(self.scale)
        self.shelves = Shelves(self.corpus)
        self.shelves.third_apart = "third-apart" in self.modes
        self.listings = Listings(self.corpus, self.lies)
        self.faults = Faults(self.scale.seed)

    @property
    def truth(self) -> TruthList:
        """The truth of all articles, oldest first; each computed when it is asked for."""
        return TruthList(self.corpus)

    def truth_of(self, key: str) -> Truth:
        """Return the truth of one article, by any of its keys, as it stands today.

        Raises:
            UnknownKeyError: No article has this key.
        """
        return truth_of(self.corpus, self.corpus.plan(key))

    def plans(self, column: str | None = COLUMN, window: Window = ALWAYS) -> list[Plan]:
        """Return the plans of a column's articles (of all for None) that are there today; cheap."""
        return [plan for plan in self._all(column, window) if self.corpus.gone(plan) is None]

    def truths(self, column: str | None = COLUMN, window: Window = ALWAYS) -> list[Truth]:
        """Return the truth of a column's articles (of all for None), also of those that are gone."""
        return [truth_of(self.corpus, plan) for plan in self._all(column, window)]

    def _all(self, column: str | None, window: Window) -> list[Plan]:
        since, until = window
        plans = (plan for plan in self.corpus.plans if column is None or plan.column == column)
        return [plan for plan in plans if (not since or plan.moment >= since) and (not until or plan.moment < until)]

    def mode(self, *names: str) -> None:
        """Switch to exactly these modes; to none without names. `chaos` begins anew.

        Raises:
            UnknownModeError: One of them is no mode.
        """
        self.modes = checked(names)
        self.shelves.third_apart = "third-apart" in self.modes
        self.faults.seen.clear()

    def lie(
        self,
        choice: Choice,
        name: str,
        *,
        answers: int | None = None,
        host: Host | None = None,
        other: str | None = None,
        amount: int | None = None,
    ) -> None:
        """Let articles or listings answer with a lie from now on; the truth stays what it is.

        Args:
            choice: Whom: a key, several keys, `*`, `column`, `every:2`, `share:0.3:SEED`, `listings`, `listing:NAME`,
                or a `Selector`; see `lies.selectors`.
            name: The lie; see `lies.catalogue`.
            answers: How often each address, or each listing, answers with it; None for ever.
            host: The host on which it stands: `news`, `notes` or `forecast`; None for all.
            other: The key of the article that is shown in place of the one asked; None for the lie's own choice.
            amount: How many shifts, cards, phantoms or parts; None for the lie's own number.

        Raises:
            UnknownLieError: There is no such lie, or it does not fit what is chosen.
            UnknownKeyError: No article has one of the keys.
            WrongSelectorError: The choice cannot be read.
        """
        for key in (*(selector_of(choice).keys or ()), *filter(None, (other,))):
            self.corpus.plan(key)
        self.lies.lie(choice, name, answers=answers, host=host, other=other, amount=amount)

    def heal(self, choice: Choice | None = None, name: str | None = None) -> None:
        """End lies: all of them; those of a choice; those of one name; or those of one name of a choice.

        Raises:
            UnknownLieError: There is no such lie.
            WrongSelectorError: The choice cannot be read.
        """
        self.lies.heal(choice, name)

    def edit(self, key: str, **changes: str | datetime | None) -> Truth:
        """Change an article, by any of its keys, and return its truth; it comes up first in the interface.

        Args:
            key: Which article.
            changes: `title`, `old` and `new`, `append`, `at`; see `Edit`. Nothing: one digit of the body changes.

        Raises:
            UnknownKeyError: No article has this key.
            ValueError: The passage to be replaced does not stand in the body.
        """
        at = changes.pop("at", None) or max(plan.changed for plan in self.corpus.plans) + timedelta(minutes=1)
        self.corpus.edit(key, Edit(at=at, **changes))  # type: ignore[arg-type]
        return self.truth_of(key)

    def remove(self, key: str, how: How = 404) -> None:
        """Make an article missing, at all its addresses and in the listings."""
        self.corpus.lose(key, how)

    def restore(self, key: str) -> None:
        """Bring a missing article back."""
        self.corpus.lose(key, None)

    def publish(self, count: int = 1, *, moment: datetime | None = None, sister: bool = False) -> list[Truth]:
        """Add articles that are newer than all others, the first at `moment` (aware), and return their truth."""
        first = [self.corpus.publish(moment, sister=sister)]
        rest = [self.corpus.publish(None, sister=sister) for _ in range(count - 1)]
        return [truth_of(self.corpus, plan) for plan in first + rest]

    def publish_copy(self, key: str) -> Truth:
        """Add a new article that reads like another one but for one digit, and return its truth."""
        plan = self.corpus.publish()
        self.corpus.copy(plan, key)
        return truth_of(self.corpus, plan)

    def asked(self, paths: Iterable[str] = ("/",)) -> list[Asked]:
        """Return the requests whose path begins with one of the given ones."""
        starts = tuple(paths)
        return [request for request in self.requests if request.path.startswith(starts)]
