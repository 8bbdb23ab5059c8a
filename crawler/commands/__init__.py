"""Commands of scrapy: arguments and output; the work is in archive."""

from crawler.archive_command import TAIPEI, ArchiveCommand, open_archive

__all__ = ["TAIPEI", "ArchiveCommand", "open_archive"]
