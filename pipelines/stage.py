"""The base of every stage: a pure function from article to article, and a thin Scrapy pipeline around it."""

from __future__ import annotations

import logging
import pkgutil
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Self

from itemadapter import ItemAdapter
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector

from archive.model.article import Article
from archive.model.crawl.outcome import Miss
from archive.model.text import normal_text

log = logging.getLogger(__name__)

_DETAIL_LENGTH = 500
_FIELDS = frozenset(field.name for field in fields(Article))
_REQUIRED = frozenset(
    field.name for field in fields(Article) if field.default is MISSING and field.default_factory is MISSING
)


class Stage(ABC):
    """A Scrapy pipeline that sends articles through one pure function; other items pass unchanged.

    An article is an `Article` or any other item with its fields; see `article_of`.

    A subclass names its function as `refine = staticmethod(…)`; its own name in lower case is the stage's name in the
    stats (`tickers/refused_year`) and in the reason of a `Miss`.
    """

    def __init__(self, stats: StatsCollector) -> None:
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the stage with the crawler's stats."""
        return cls(crawler.stats)

    @staticmethod
    @abstractmethod
    def refine(article: Article, counts: Counter[str]) -> Article | Miss:
        """Return the article refined, or a `Miss` if it is none; the argument stays as it is.

        Args:
            article: As the stage before left it.
            counts: Where each event is counted under its bare name (`refused_year`).
        """

    @classmethod
    def apply(cls, article: Article, counts: Counter[str]) -> Article | Miss:
        """Return what the stage makes of an article; an exception makes it a failed `Miss` that keeps its page.

        Args:
            article: As the stage before left it; it stays as it is.
            counts: Where each event is counted as `stage/event`, an exception as `stage/failed`.
        """
        name = cls.__name__.lower()
        events: Counter[str] = Counter()
        try:
            refined = cls.refine(article, events)
        except Exception as error:  # whatever a stage stumbles over: the page is kept raw, and the run goes on
            kind = type(error).__name__
            log.exception("stage %s failed on %s, whose page is kept, to be read again: %s", name, article.key, kind)
            events["failed"] += 1
            refined = failed(article, f"stage {name}: {kind}", str(error))
        for event, count in events.items():
            counts[f"{name}/{event}"] += count
        return refined

    def process_item(self, item: object) -> object:
        """Return an article refined or as a `Miss`; a dict, attrs or Scrapy item with the refined values in it.

        Raises:
            KeyError: The stage sets a field that the item's class does not declare.
        """
        article = article_of(item)
        if article is None:
            return item
        counts: Counter[str] = Counter()
        refined = self.apply(article, counts)
        for event, count in counts.items():
            self.stats.inc_value(event, count)
        if item is not article and isinstance(refined, Article):
            return _with_values(item, article, refined)
        return refined


def article_of(item: object) -> Article | None:
    """Return an item as an `Article`; None for any other item.

    Args:
        item: An `Article`, or an item of another kind (dict, attrs, dataclass, Scrapy's) that holds at least the fields
            of `Article` without a default, with values of the same types. Its further fields are ignored.
    """
    if isinstance(item, Article):
        return item
    if not ItemAdapter.is_item(item):
        return None
    values = ItemAdapter(item)
    if not _REQUIRED.issubset(values):
        return None
    return Article(**{name: values[name] for name in _FIELDS.intersection(values)})


def _with_values(item: object, before: Article, refined: Article) -> object:
    values = ItemAdapter(item)
    for name in _FIELDS:
        value = getattr(refined, name)
        if name in values or value != getattr(before, name):
            values[name] = value
    return item


def failed(article: Article, reason: str, detail: str = "") -> Miss:
    """Return the failed `Miss` that an article becomes; it keeps the raw page, to be read again later.

    Args:
        article: What was read so far. Without an address, as a text capture is, the miss has an empty one.
        reason: The same words for the same cause.
        detail: What differs from case to case; cut at 500 characters.
    """
    return Miss(
        key=article.key,
        url=article.url or "",
        state="failed",
        reason=reason,
        at=datetime.now(UTC),
        page=article.page,
        detail=normal_text(detail)[:_DETAIL_LENGTH],
        finds=article.finds,
    )


def refiner(pipelines: Iterable[str | type]) -> Callable[[Article, Counter[str]], Article | Miss]:
    """Return one function that does what the stages among Scrapy's item pipelines do, in the order given, offline.

    The function takes an article and the counter for `stage/event`, and stops at the first `Miss`. Pipelines that are
    no `Stage`, such as `store`, refine nothing and are left out.

    Args:
        pipelines: Classes or their dotted names, as in the setting ITEM_PIPELINES, first to last.
    """
    classes = [pkgutil.resolve_name(entry) if isinstance(entry, str) else entry for entry in pipelines]
    stages: list[type[Stage]] = [entry for entry in classes if isinstance(entry, type) and issubclass(entry, Stage)]

    def refine(article: Article, counts: Counter[str]) -> Article | Miss:
        refined: Article | Miss = article
        for stage in stages:
            if isinstance(refined, Article):
                refined = stage.apply(refined, counts)
        return refined

    return refine
