"""Stage `store`: keeps what the other stages let through; an item has passed once the database acknowledged it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector

from archive.archive import Archive
from archive.articles.writer import Writer
from archive.errors import ArchiveError, DatabaseUnavailable
from archive.model.article import Article
from archive.model.crawl.outcome import Miss, MissState, Saved, Unchanged
from archive.model.suspicion import kind_in
from archive.outage import STOPPING, sit_out
from pipelines.batches import Batches
from pipelines.stage import article_of

Keepable = Article | Miss | Unchanged


class NotStored(DropItem):
    """The archive could not take an item; its address stays wanted, and the cause has the reason."""


class NotKept(DropItem):
    """The archive has settled an article's address as failed, since it could not store the article.

    Attributes:
        saved: The archive's answer.
    """

    def __init__(self, saved: Saved) -> None:
        super().__init__(f"{saved.key} not kept: {saved.reason}")
        self.saved = saved


@dataclass(frozen=True, slots=True)
class Manner:
    """How items are written.

    Attributes:
        batch: Items in a transaction, at most.
        wait: Seconds that a batch waits to fill.
        outage_limit: Seconds that the database may stay away; meanwhile items wait, and so does the crawl.
        recheck_days: Days after publication in which an article is looked at again.
    """

    batch: int
    wait: float
    outage_limit: float
    recheck_days: float

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Return the settings of the store."""
        return cls(
            settings.getint("STORE_BATCH"),
            settings.getfloat("STORE_WAIT"),
            settings.getfloat("MONGODB_OUTAGE_LIMIT"),
            settings.getfloat("RECHECK_DAYS"),
        )


class Store:
    """Writes items in batches, off the event loop; each is acknowledged by a majority with journal.

    Args:
        open_archive: Opens the archive; called in a thread.
        manner: How they are written.
        stats: Counts `store/new`, `store/revised`, `store/same` and the other answers of the writer.
    """

    def __init__(self, open_archive: Callable[[], Archive], manner: Manner, stats: StatsCollector) -> None:
        self._open_archive = open_archive
        self._manner = manner
        self._stats = stats
        self._batches: Batches[Keepable, Saved] = Batches(self._save, manner.batch, manner.wait)
        self._archive: Archive | None = None
        self._writer: Writer | None = None
        self._lost: DatabaseUnavailable | None = None
        self.ending = asyncio.Event()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the stage for a crawler's settings."""
        settings = crawler.settings
        manner = Manner.from_settings(settings)
        store = cls(lambda: Archive.from_settings(settings, create=True), manner, crawler.stats)
        crawler.signals.connect(store.ending.set, signal=STOPPING)
        return store

    async def process_item(self, item: Any) -> Any:
        """Return the item once it is kept; one without a place in the archive passes unchanged.

        An article whose page is not believed is returned as a miss.

        Raises:
            NotStored: The archive could not take it.
            NotKept: The archive has settled it as failed.
        """
        kept = item if isinstance(item, Keepable) else article_of(item)
        if kept is None:
            return item
        try:
            saved = await self._batches.submit(kept)
        except ArchiveError as error:
            self._stats.inc_value("store/not_stored")
            raise NotStored(f"{kept.key} not stored, it stays wanted: {error}") from error
        self._count(saved)
        if not isinstance(kept, Miss) and saved.what in {"failed", "refused"}:
            raise NotKept(saved)
        if saved.what == "suspect" or (saved.what == "skipped" and isinstance(kept, Article) and not saved.revision):
            state: MissState = "failed" if saved.what == "suspect" else "skipped"  # for whoever counts articles: none
            return Miss(kept.key, getattr(kept, "url", None) or "", state, saved.reason, datetime.now(UTC))
        return item

    def _count(self, saved: Saved) -> None:
        """Count an answer; pages in doubt by kind, apart where an article is kept: `recheck/…`, else `first/…`."""
        self._stats.inc_value(f"store/{saved.what}")
        is_recheck = saved.revision is not None and saved.what != "new"
        look = "recheck" if is_recheck else "first"
        self._stats.inc_value(f"{look}/looks")
        if kind := kind_in(saved.reason):
            self._stats.inc_value(f"{look}/suspect/{kind}")

    async def close_spider(self) -> None:
        """Write what waits, and close the archive."""
        await self._batches.drain()
        if self._archive is not None:
            await asyncio.to_thread(self._archive.close)

    async def _save(self, batch: Sequence[Keepable]) -> Sequence[Saved]:
        if self._lost:  # sat out once as long as it may last: what still comes while the run ends does not wait again
            raise self._lost
        try:
            return await self._write(batch)
        except DatabaseUnavailable as error:
            self._lost = error
            raise

    async def _write(self, batch: Sequence[Keepable]) -> Sequence[Saved]:
        writer = self._writer or await self._open()
        revive = self._archive.connection.ensure_running if self._archive else None
        limit = self._manner.outage_limit
        return await sit_out(lambda: writer.save(batch, datetime.now(UTC)), limit, revive, self.ending)

    async def _open(self) -> Writer:
        archive = await sit_out(self._open_archive, self._manner.outage_limit, ending=self.ending)
        self._archive, self._writer = archive, archive.writer(recheck_days=self._manner.recheck_days)
        return self._writer
