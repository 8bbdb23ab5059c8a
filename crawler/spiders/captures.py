"""Spider `captures`: text captures of articles, through the same stages as the crawled ones."""

from __future__ import annotations

import asyncio
import glob
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Final

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from archive.model.article import Article
from archive.model.crawl.outcome import Miss, unexpected
from crawler.errors import Unreadable, WrongUsage
from crawler.exit_status import INCOMPLETE
from crawler.pages.templates.text_capture import read_capture
from crawler.spiders.recorded_spider import RecordedSpider

logger = logging.getLogger(__name__)

LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a capture, at most: the same as of a page."""

PATIENCE: Final = 0.01
"""Seconds between two looks whether the last item has left the stages."""


class Captures(RecordedSpider):
    """Imports text captures; sends no requests.

    Argument: `path`, a file, a folder (its `*.txt`, also in folders below) or a glob.
    """

    name = "captures"
    arguments: ClassVar[frozenset[str]] = frozenset({"path"})
    unexpected_is = INCOMPLETE

    def __init__(self, *, path: str, files: list[Path], **recorded: Any) -> None:
        super().__init__(**recorded)
        self._path = path
        self._files = files
        self._names: dict[str, str] = {}

    @classmethod
    def read(cls, _settings: BaseSettings, arguments: dict[str, str]) -> dict[str, Any]:
        """Return the constructor's arguments without the client.

        Raises:
            WrongUsage: No path is given, or no text capture is there.
        """
        path = str(arguments.get("path", "")).strip()
        if not path:
            raise WrongUsage("spider captures needs -a path=, a file, a folder or a glob")
        files = _files(path)
        if not files:
            raise WrongUsage(f"argument path={path!r}: there is no text capture (*.txt) there")
        return {"path": path, "files": files}

    def shown(self) -> dict[str, Any]:
        """Return the arguments for the run's document."""
        return {"path": self._path, "files": len(self._files)}

    def listen(self, crawler: Crawler) -> None:
        """Connect to the signals of items that have left the stages."""
        crawler.signals.connect(self.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(self.item_failed, signal=signals.item_error)
        crawler.signals.connect(self.item_dropped, signal=signals.item_dropped)

    async def work(self) -> AsyncIterator[Article]:
        """Yield the article of every capture; one that cannot be read is a line in the log and a problem of the run."""
        for file in self._files:
            try:
                article = _read(file)
            except (Unreadable, OSError) as error:
                self._pass_over(
                    str(file), error.reason if isinstance(error, Unreadable) else f"cannot be opened: {error.strerror}"
                )
            except Exception as error:
                logger.exception("%s cannot be read", file)
                self._pass_over(str(file), unexpected(error))
            else:
                self._names[article.key] = str(file)
                yield article
        await self._end_of_stages()

    async def _end_of_stages(self) -> None:
        """Wait until the last item has left the stages, which the engine itself notices after up to five seconds."""
        scraper: Any = self.crawler.engine.scraper if self.crawler.engine else None
        while scraper and scraper.slot and not scraper.slot.is_idle():  # noqa: ASYNC110 -- Scrapy has no signal for it
            await asyncio.sleep(PATIENCE)

    def item_scraped(self, item: Any) -> None:
        """Note a capture that a stage turned into a failure."""
        if isinstance(item, Miss):
            self._pass_over(self._names.get(item.key, item.key), item.reason)

    def item_failed(self, item: Any, failure: Failure) -> None:
        """Note a capture for which a stage raised an exception."""
        if failure.value is not None:
            self._pass_over(self._names.get(getattr(item, "key", ""), str(type(item))), unexpected(failure.value))

    def item_dropped(self, item: Any, exception: BaseException) -> None:
        """Note a capture that was not kept."""
        self._pass_over(self._names.get(getattr(item, "key", ""), str(type(item))), str(exception))

    def _pass_over(self, name: str, reason: str) -> None:
        self.crawler.stats.inc_value("captures/unreadable")
        self.end_source(name, reason)


def _files(path: str) -> list[Path]:
    place = Path(path).expanduser()
    if place.is_dir():
        return sorted(file for file in place.rglob("*.txt") if file.is_file())
    if place.exists():
        return [place]
    return sorted(Path(name) for name in glob.glob(str(place), recursive=True) if Path(name).is_file())  # noqa: PTH207


def _read(file: Path) -> Article:
    size = file.stat().st_size
    if size > LARGEST:
        raise Unreadable(str(file), f"{size} bytes; a capture has at most {LARGEST}")
    article = read_capture(file.read_bytes(), str(file))
    article.fetched_at = datetime.now(UTC)
    return article
