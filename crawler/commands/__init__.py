"""Commands of scrapy: arguments and output; the work is in archive."""

from archive.model.time_zones import TAIPEI
from crawler.cli.command import ArchiveCommand
from crawler.own_settings import open_archive

__all__ = ["TAIPEI", "ArchiveCommand", "open_archive"]
