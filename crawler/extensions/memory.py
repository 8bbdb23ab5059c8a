"""Extension: a run's memory. The garbage collector looks seldom, and freed pages go back to the system at once."""

from __future__ import annotations

import ctypes
import gc
from typing import Final, Self

from scrapy import signals
from scrapy.crawler import Crawler

YOUNG: Final = 10_000
"""New objects after which the collector looks at the youngest generation; Python's default is 700."""

LARGE: Final = 1 << 17
"""Bytes from which on a freed block goes back to the system: a page's body, and its text."""

_MMAP_THRESHOLD: Final = -3  # malloc.h of glibc


class Memory:
    """Sets the garbage collector and the heap for a run.

    The collector: a page is freed without it, since its objects have no cycles; the objects that imports have made live
    as long as the process, and are frozen.

    The heap: glibc keeps freed blocks of a page's size for the next page, and a heap with gaps grows; here they go back
    to the system. Other C libraries have no such switch.
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
        """Freeze the objects that exist now, and set the thresholds."""
        gc.freeze()
        gc.set_threshold(YOUNG, *self._before[1:])
        if set_option := getattr(ctypes.CDLL(None), "mallopt", None):
            set_option(_MMAP_THRESHOLD, LARGE)

    def spider_closed(self) -> None:
        """Restore the collector's settings."""
        gc.unfreeze()
        gc.set_threshold(*self._before)
