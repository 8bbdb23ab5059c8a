"""The garbage collector while a run lasts, and after it."""

from __future__ import annotations

import ctypes
import gc

import pytest
from scrapy import Spider, signals
from scrapy.utils.test import get_crawler

from crawler.extensions.garbage_collection import LARGE, YOUNG, GarbageCollection


class MallInfo(ctypes.Structure):
    """glibc's `struct mallinfo2` up to the number of blocks that are mapped by themselves, with room for the rest."""

    _fields_ = (
        *((name, ctypes.c_size_t) for name in ("arena", "ordblks", "smblks", "hblks")),
        ("rest", ctypes.c_size_t * 6),
    )


def test_it_looks_seldom_while_a_run_lasts_and_as_before_after_it() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    crawler = get_crawler(Spider)
    extension = GarbageCollection.from_crawler(crawler)
    assert gc.get_threshold() == before
    made = [[number] for number in range(2000)]
    crawler.signals.send_catch_log(signals.spider_opened)
    assert gc.get_threshold() == (YOUNG, *before[1:])
    assert gc.get_freeze_count() >= frozen + len(made)
    crawler.signals.send_catch_log(signals.spider_closed)
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
    assert extension is not None  # receivers are held weakly


def test_blocks_of_a_page_are_given_back_even_after_larger_ones() -> None:
    info = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if info is None:
        pytest.skip("not glibc")
    info.restype = MallInfo
    extension = GarbageCollection.from_crawler(crawler := get_crawler(Spider))
    crawler.signals.send_catch_log(signals.spider_opened)
    crawler.signals.send_catch_log(signals.spider_closed)
    del extension
    bytes(20 * LARGE)  # by itself, glibc would keep blocks of up to this size from now on
    mapped = info().hblks
    blocks = [bytes(2 * LARGE) for _ in range(40)]
    assert info().hblks - mapped > len(blocks) / 2
