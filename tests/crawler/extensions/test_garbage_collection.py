"""The garbage collector while a run lasts, and after it."""

from __future__ import annotations

import gc

from scrapy import Spider, signals
from scrapy.utils.test import get_crawler

from crawler.extensions.garbage_collection import YOUNG, GarbageCollection


def test_it_looks_seldom_while_a_run_lasts_and_as_before_after_it() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    crawler = get_crawler(Spider)
    extension = GarbageCollection.from_crawler(crawler)
    assert gc.get_threshold() == before
    crawler.signals.send_catch_log(signals.spider_opened)
    assert gc.get_threshold() == (YOUNG, *before[1:])
    assert gc.get_freeze_count() > frozen + 1000
    crawler.signals.send_catch_log(signals.spider_closed)
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
    assert extension is not None  # receivers are held weakly
