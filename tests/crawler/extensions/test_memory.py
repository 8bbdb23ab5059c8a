"""The garbage collector while a run lasts, and after it."""

from __future__ import annotations

import ctypes
import gc
import subprocess
import sys

import pytest
from scrapy import Spider, signals
from scrapy.utils.test import get_crawler

from crawler.extensions.memory import YOUNG, Memory

_MAPPED = """
import ctypes
from scrapy import Spider
from scrapy.utils.test import get_crawler
from crawler.extensions.memory import LARGE, Memory

class MallInfo(ctypes.Structure):
    _fields_ = [(f"field_{number}", ctypes.c_size_t) for number in range(10)]

info = ctypes.CDLL(None).mallinfo2
info.restype = MallInfo
Memory.from_crawler(get_crawler(Spider)).spider_opened()
bytes(20 * LARGE)  # by itself, glibc would keep blocks of up to this size from now on
mapped = info().field_3
blocks = [bytes(2 * LARGE) for _ in range(40)]
print(info().field_3 - mapped)
"""
"""Prints how many of 40 blocks of a page's size are mapped by themselves (`hblks` of glibc's `struct mallinfo2`)."""


def test_it_looks_seldom_while_a_run_lasts_and_as_before_after_it() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    crawler = get_crawler(Spider)
    extension = Memory.from_crawler(crawler)
    assert gc.get_threshold() == before
    made = [[number] for number in range(2000)]
    crawler.signals.send_catch_log(signals.spider_opened)
    assert gc.get_threshold() == (YOUNG, *before[1:])
    assert gc.get_freeze_count() >= frozen + len(made)
    crawler.signals.send_catch_log(signals.spider_closed)
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
    assert extension is not None  # receivers are held weakly


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="not glibc")
def test_blocks_of_a_page_are_given_back_even_after_larger_ones() -> None:
    """In a process of its own: in this one a block may find room among what other tests have freed."""
    ran = subprocess.run([sys.executable, "-c", _MAPPED], capture_output=True, text=True, check=True)
    assert int(ran.stdout) > 20
