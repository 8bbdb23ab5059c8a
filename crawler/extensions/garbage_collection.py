"""Extension: Python's garbage collector looks seldom, only at what the run has made; pages' memory is given back."""

from __future__ import annotations

import ctypes
import gc
from typing import Final, Self

from scrapy import signals
from scrapy.crawler import Crawler

YOUNG: Final = 10_000
"""Objects made and not yet freed after which the youngest are looked at; Python's own 700 are a tenth of a page's."""

LARGE: Final = 1 << 17
"""Bytes of a block that is given back to the system when it is freed: a page's body, and its text."""

_MMAP_THRESHOLD: Final = -3  # malloc.h of glibc


class GarbageCollection:
    """Leaves to the garbage collector what it is needed for.

    A page is freed without it, since nothing of a page refers to itself; what the imports have made, which is most of
    what there is to look through, lives as long as the process.

    glibc keeps blocks of a page's size for the next one once it has freed some, and a heap with gaps grows: here it
    gives them back. Other C libraries have no such switch.
    """

    def __init__(self) -> None:
        self._before = gc.get_threshold()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, connected."""
        extension = cls()
        crawler.signals.connect(extension.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signal=signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        """Take all that there is out of the collector's sight."""
        gc.freeze()
        gc.set_threshold(YOUNG, *self._before[1:])
        if set_option := getattr(ctypes.CDLL(None), "mallopt", None):
            set_option(_MMAP_THRESHOLD, LARGE)

    def spider_closed(self) -> None:
        """Leave the collector as it was."""
        gc.unfreeze()
        gc.set_threshold(*self._before)
