"""Which articles each listing holds, newest first."""

from __future__ import annotations

from collections.abc import Callable
from unicodedata import normalize
from urllib.parse import unquote

from tests.site.corpus import Corpus
from tests.site.plans import AUTHORS, COLUMN, Plan
from tests.site.writer import topic_of

NOTE_TAGS = {"76325": True, "12367": False}
"""The old site's tags: 76325 holds the column and its sisters, 12367 what is on US stocks (here: the same)."""
BIDS = {str(101 + number): author.id for number, author in enumerate(AUTHORS)}
"""The old site's numbers of authors."""

CATEGORY = "3"
"""The old site's category of US stocks; here it holds every note."""

RESEARCHER = "cmoneyairesearcher"
"""The author whose articles the third host lists."""

HUMAN_AUTHORS = frozenset({"cmoney", "emily", "forumnews"})


class Shelves:
    """Answers which articles a listing holds; remembers it until the corpus changes."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._edition = -1
        self._kept: dict[str, list[Plan]] = {}
        self._tags: dict[str, frozenset[str]] = {}
        self.third_apart = False
        """Whether the articles that the third host lists are in none of the new site's listings."""

    def news(self, path: str) -> list[Plan] | None:
        """Return what a listing of the new site holds, by its path; None if there is no such listing."""
        path = normalize("NFKC", unquote(path)).rstrip("/")
        if path == "/usstock/usstock_news":
            return self._keep(path, _any, news=True)
        if path == "/usstock/usstock_column":
            return self._keep(path, lambda plan: plan.author.id in HUMAN_AUTHORS, news=True)
        if path == "/forumnews":
            return self._keep(path, lambda plan: plan.author.id == "forumnews", news=True)
        if path.startswith("/twstock/"):
            return self._keep("twstock", lambda plan: plan.column != COLUMN, news=True)
        if path.startswith("/tag/"):
            return self.tagged(path.removeprefix("/tag/"))
        return None

    def category(self, path: str) -> list[Plan] | None:
        """Return what a listing of the third host holds, by its path; None if there is no such listing."""
        path = normalize("NFKC", unquote(path)).rstrip("/")
        if path == "/category/個股報告":
            return self._keep(path, lambda plan: plan.author.id == RESEARCHER, news=True)
        if path.startswith("/stock/") and path.endswith("/discussion"):
            symbol = f"({path.split('/')[2]})"
            return self._keep(path, lambda plan: any(tag.endswith(symbol) for tag in self.tags(plan)), news=True)
        return None

    def authored(self, author: str) -> list[Plan]:
        """Return the new site's articles of an author, last changed first."""
        kept = self._keep(f"author {author}", lambda plan: plan.author.id == author, news=True)
        kept.sort(key=rank)
        return kept

    def tagged(self, tag: str) -> list[Plan]:
        """Return the new site's articles with a tag; the tag in the normal form."""
        return self._keep(f"tag {tag}", lambda plan: tag in self.tags(plan), news=True)

    def notes(self, name: str, value: str) -> list[Plan]:
        """Return what a listing of the old site holds, by its query.

        Args:
            name: `tag`, `navid`, `bid` (an author's number in `BIDS`), `q` (words of a title) or `ca` (a category).
            value: The tag, number or words.
        """
        if name == "tag" and value not in NOTE_TAGS:
            return []
        if name == "bid":
            return self._keep(f"bid {value}", lambda plan: BIDS.get(value) == plan.author.id, news=False)
        if name == "q":
            return self._keep(f"q {value}", lambda plan: value in self._corpus.title(plan), news=False)
        if name == "ca" and value != CATEGORY:
            return []
        return self._keep("notes", _any, news=False)

    def updated(self, tags: frozenset[str], filters: frozenset[str]) -> list[Plan]:
        """Return the new site's articles with any of the tags, last changed first."""

        def fits(plan: Plan) -> bool:
            human = "aiAuthor" in filters and not plan.author.id.startswith("cmoneyai")
            return not human and bool(tags & self.tags(plan))

        name = f"updated {sorted(tags)} {sorted(filters)}"
        kept = self._keep(name, fits, news=True)
        kept.sort(key=rank)
        return kept

    def tags(self, plan: Plan) -> frozenset[str]:
        """Return the tags of an article without writing it."""
        if plan.key not in self._tags:
            topic = topic_of(self._corpus.scale.seed, plan)
            self._tags[plan.key] = frozenset((*topic.tags, *(company.tag for company in topic.stocks)))
        return self._tags[plan.key]

    def _keep(self, name: str, fits: Callable[[Plan], bool], *, news: bool) -> list[Plan]:
        if self._edition != self._corpus.edition:
            self._kept, self._edition = {}, self._corpus.edition
        if self.third_apart and news and not path_of_third(name):
            return [plan for plan in self._shown(news=news) if fits(plan) and plan.author.id != RESEARCHER]
        if name not in self._kept:
            self._kept[name] = [plan for plan in self._shown(news=news) if fits(plan)]
        return self._kept[name]

    def _shown(self, *, news: bool) -> list[Plan]:
        plans = sorted(self._corpus.plans, key=lambda plan: plan.moment, reverse=True)
        listed = (plan for plan in plans if plan.listed and (plan.uuid if news else plan.nid))
        return [plan for plan in listed if self._corpus.gone(plan) == plan.gone]


def path_of_third(name: str) -> bool:
    """Return whether a listing's name is that of one of the third host's."""
    return name.startswith(("/category/", "/stock/"))


def rank(plan: Plan) -> tuple[float, int]:
    """Return what sorts articles by their last change, newest first."""
    return -plan.changed.timestamp(), -plan.index


def _any(_plan: Plan) -> bool:
    return True
