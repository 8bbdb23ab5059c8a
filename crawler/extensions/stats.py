"""The run's counts."""

from __future__ import annotations

from scrapy.statscollectors import MemoryStatsCollector


class Stats(MemoryStatsCollector):
    """Scrapy's collector, which looks at each of its attributes, each time, for a deprecated argument."""

    __getattribute__ = object.__getattribute__
