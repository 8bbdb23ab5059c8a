"""The exporters of `crawl -o FILE`: the records of this run's articles (docs/schema.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, Self

from scrapy.exporters import BaseItemExporter

from archive.model.article import Article
from crawler.own_settings import open_archive

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from archive.export.names import Format


class RecordExporter(BaseItemExporter):
    """Writes, at the end of the run, the kept record of each article that the run has read, once.

    Only keys are held until then: an item is the reading of one page, a record also has the article's history.
    """

    format: ClassVar[Format]

    def __init__(self, file: BinaryIO, settings: BaseSettings, **_options: Any) -> None:
        super().__init__()
        self._file = file
        self._settings = settings
        self._keys: dict[str, None] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, file: BinaryIO, **options: Any) -> Self:
        """Return the exporter."""
        return cls(file, crawler.settings, **options)

    def export_item(self, item: Any) -> None:
        """Note an article's key."""
        if isinstance(item, Article):
            self._keys[item.key] = None

    def finish_exporting(self) -> None:
        """Write the records."""
        from archive.export.exporter import export_some  # noqa: PLC0415 -- its extra is needed only here

        with open_archive(self._settings) as archive:
            export_some(archive, list(self._keys), self.format, self._file)


class JsonLinesRecords(RecordExporter):
    """JSON lines, as `cmoney export -o FILE.jsonl`."""

    format = "jsonl"


class CsvRecords(RecordExporter):
    """CSV, as `cmoney export -o FILE.csv`."""

    format = "csv"


class ParquetRecords(RecordExporter):
    """Parquet, as `cmoney export -o FILE.parquet`."""

    format = "parquet"
