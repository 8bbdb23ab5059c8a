"""Spider `captures`: text captures of articles, through the same stages as the crawled ones."""

from __future__ import annotations

import glob
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from archive.model.article import Article
from crawler.errors import Unreadable, WrongUsage
from crawler.pages.templates.text_capture import read_capture
from crawler.spiders.recorded_spider import RecordedSpider

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a capture, at most: the same as of a page."""


class Captures(RecordedSpider):
    """Reads text captures; makes no request.

    Argument: `path`, a file, a folder (its `*.txt`, also in folders below) or a glob.
    """

    name = "captures"
    arguments: ClassVar[frozenset[str]] = frozenset({"path"})

    def __init__(self, *, path: str, files: list[Path], **recorded: Any) -> None:
        super().__init__(**recorded)
        self._path = path
        self._files = files

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

    async def work(self) -> AsyncIterator[Article]:
        """Yield the article of every capture; one that cannot be read is a line in the log and a problem of the run."""
        for file in self._files:
            try:
                yield _read(file)
            except (Unreadable, OSError) as error:
                reason = error.reason if isinstance(error, Unreadable) else f"cannot be opened: {error.strerror}"
                self.crawler.stats.inc_value("captures/unreadable")
                self.end_source(str(file), reason)


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
