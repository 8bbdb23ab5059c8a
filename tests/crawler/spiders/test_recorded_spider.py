"""What every run logs at its beginning."""

from __future__ import annotations

import asyncio
import logging

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings

import crawler.settings
from crawler.spiders.column import Column
from tests.support.crawling import Documents

WARNING = "CRAWLER_CONTACT is empty: give the site's owner an address to write to"


@pytest.mark.parametrize(
    ("given", "warnings"),
    [
        ({"CMONEY_NEWS_URL": "https://cmnews.com.tw", "CMONEY_NOTES_URL": "https://www.cmoney.tw"}, [WARNING]),
        ({"CMONEY_NEWS_URL": "https://cmnews.com.tw", "CRAWLER_CONTACT": "owner@archive.example"}, []),
        ({"CMONEY_NEWS_URL": "http://127.0.0.1:9", "CMONEY_NOTES_URL": "http://127.0.0.1:9"}, []),
    ],
)
def test_a_run_on_the_real_site_without_a_contact_warns_once(
    given: dict[str, str], warnings: list[str], uri: str, database: Documents, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings()
    settings.setmodule(crawler.settings)
    settings.setdict({"MONGODB_URI": uri, "MONGODB_DATABASE": database.name, "CRAWLER_CONTACT": ""} | given)
    spider = Column.from_crawler(Crawler(Column, settings))

    async def begin_and_end() -> None:
        await spider._begin_run()  # asks nothing: the requests come after it
        await spider.frontier.end(
            looks_count=False, outcome="finished", complete=True, exit_status=0, counts={}, problems=[]
        )

    with caplog.at_level(logging.WARNING, logger="crawler"):
        asyncio.run(begin_and_end())
    assert [record.getMessage() for record in caplog.records] == warnings
