"""Extension: an existing search index is brought up to date at the end of a run, so that no search waits for it."""

from __future__ import annotations

import asyncio
import logging
from importlib.util import find_spec
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from archive.errors import ArchiveError
from archive.model.crawl.outcome import unexpected
from archive.search.errors import IndexBusy
from crawler import own_settings
from crawler.exit_status import INTERRUPTED, NO_DATABASE, STATUS
from crawler.extensions.run_record import amend_end

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class SearchUpkeep:
    """Updates the search index once all changes of a run are written; it builds no index."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, connected.

        Raises:
            NotConfigured: The spider writes nothing, or the extra `search` is not installed.
        """
        if not hasattr(crawler.spider, "frontier") or find_spec("tantivy") is None:
            raise NotConfigured  # without a text: Scrapy would warn of it
        extension = cls(crawler)
        crawler.signals.connect(extension.engine_stopped, signal=signals.engine_stopped)
        return extension

    async def engine_stopped(self) -> None:
        """Update the index, unless the run was interrupted or the database is away."""
        if self._crawler.stats.get_value(STATUS) in {INTERRUPTED.status, NO_DATABASE.status}:
            return
        try:
            await asyncio.to_thread(self._update)
        except IndexBusy:
            logger.debug("the search index is kept up by another process")
        except ArchiveError as error:
            logger.warning("the search index is not up to date, the next search sees to it: %s", error)
        except Exception as error:
            logger.exception("the search index could not be brought up to date")
            await amend_end(self._crawler, f"the search index could not be brought up to date: {unexpected(error)}")

    def _update(self) -> None:
        with own_settings.open_archive(self._crawler.settings) as archive:
            if archive.search.place():
                archive.search.update()
