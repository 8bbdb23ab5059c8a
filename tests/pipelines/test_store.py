"""Stage `store` in a real crawl's manner: items pass once the database has acknowledged them."""

from __future__ import annotations

import asyncio
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from archive.archive import Archive
from archive.model.article import Article, Block, Extractor
from archive.model.crawl.outcome import Miss, Unchanged
from pipelines.store import Manner, NotStored, Store
from tests.support.crawling import Documents
from tests.support.mongodb import serving

pytestmark = pytest.mark.asyncio
NOW = datetime(2026, 8, 30, 4, tzinfo=UTC)


def article(number: int) -> Article:
    key = f"notes:{number}"
    blocks = [Block("heading", "標題"), Block("paragraph", f"第{number}篇的內文,各不相同,長度也足夠。")]
    url = f"https://www.cmoney.tw/notes/note-detail.aspx?nid={number}"
    return Article(
        key, url, f"【美股動態】第{number}篇", blocks, Extractor("notes", "1"), NOW, "address", fetched_at=NOW
    )


def store(uri: str, database: str, *, batch: int = 50, wait: float = 0.01, outage_limit: float = 5) -> Store:
    def opened() -> Archive:
        return Archive.open(uri, database, data_dir=Path("unused"), create=True)

    crawler = get_crawler()
    return Store(opened, Manner(batch, wait, outage_limit, 3), MemoryStatsCollector(crawler))


async def test_an_item_passes_once_it_is_kept(uri: str, database: Documents) -> None:
    stage = store(uri, database.name)
    item = article(1)
    assert await stage.process_item(item) is item
    assert database["articles"].find_one({"_id": item.key}) is not None
    await stage.close_spider()


async def test_a_dict_is_kept_like_an_article(uri: str, database: Documents) -> None:
    stage = store(uri, database.name)
    item = {field.name: getattr(article(1), field.name) for field in fields(Article)}
    assert await stage.process_item(item) is item
    assert database["articles"].find_one({"_id": item["key"]}) is not None
    await stage.close_spider()


async def test_many_items_share_a_transaction_and_each_is_counted(uri: str, database: Documents) -> None:
    stage = store(uri, database.name, batch=20, wait=5)
    await asyncio.gather(*(stage.process_item(article(number)) for number in range(1, 41)))
    assert database["articles"].count_documents({}) == 40
    await stage.close_spider()


async def test_misses_and_unchanged_pass_too(uri: str, database: Documents) -> None:
    stage = store(uri, database.name)
    await stage.process_item(article(1))
    gone = Miss("notes:2", "https://www.cmoney.tw/notes/note-detail.aspx?nid=2", "gone", "HTTP 404", NOW)
    for item in (Unchanged("notes:1", NOW), gone):
        assert await stage.process_item(item) is item
    entry = database["frontier"].find_one({"_id": "notes:2"})
    assert entry is not None
    assert (entry["state"], entry["reason"]) == ("failed", "HTTP 404")
    await stage.close_spider()


async def test_what_is_none_of_the_archives_passes_untouched(uri: str, database: Documents) -> None:
    stage = store(uri, database.name)
    assert await stage.process_item({"a": 1}) == {"a": 1}


async def test_an_item_that_cannot_be_kept_is_dropped_with_its_cause() -> None:
    with serving() as mongod:
        stage = store(mongod.uri + "?serverSelectionTimeoutMS=300", "cmoney", outage_limit=0.5)
        await stage.process_item(article(1))
        mongod.kill()
        with pytest.raises(NotStored, match="notes:2 not stored, it stays wanted"):
            await stage.process_item(article(2))
        await stage.close_spider()
