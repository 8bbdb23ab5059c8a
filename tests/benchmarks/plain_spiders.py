"""What the crawl is measured against: a spider that only fetches, and the usual tutorial."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import scrapy
from pymongo import MongoClient
from scrapy.crawler import Crawler
from scrapy.http import Response


class Bare(scrapy.Spider):
    """Fetches pages and does nothing with them: Scrapy with its default settings."""

    name = "bare"

    def __init__(self, urls: list[str], **arguments: Any) -> None:
        super().__init__(**arguments)
        self.urls = urls

    async def start(self) -> AsyncIterator[Any]:
        """Ask for every page."""
        for url in self.urls:
            yield scrapy.Request(url)

    def parse(self, response: Response) -> None:
        """Take a page and leave it."""


class Tutorial(Bare):
    """Reads pages as tutorials do, with CSS through parsel, and keeps article and page."""

    name = "tutorial"

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        """Yield the article and its page."""
        yield {
            "_id": response.url,
            "title": response.css("h1.articleContent__title::text").get(default="").strip(),
            "published_at": response.css('meta[property="article:published_time"]::attr(content)').get(),
            "tags": response.css(".articleContent__tagWrapper a.tagLink__link::text").getall(),
            "headings": response.css(".articleContent__textContent h2::text").getall(),
            "text": "\n\n".join(response.css(".articleContent__textContent ::text").getall()),
            "html": response.text,
        }


class Trafilatura(Bare):
    """Reads pages with trafilatura, whatever site they are of."""

    name = "trafilatura"

    def parse(self, response: Response) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        """Yield the article and its page."""
        read = importlib.import_module("trafilatura").bare_extraction(
            response.body, url=response.url, with_metadata=True
        )
        article = read.as_dict() if read else {}
        names = {"title": "title", "published_at": "date", "tags": "tags", "text": "text"}
        yield {"_id": response.url, **{own: article.get(name) for own, name in names.items()}, "html": response.text}


class UpdateOne:
    """Writes each item at once, as tutorials do."""

    def __init__(self, uri: str, database: str) -> None:
        self.client: MongoClient[dict[str, Any]] = MongoClient(uri)
        self.kept = self.client[database]["peer"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> UpdateOne:
        """Return the pipeline for a crawler's settings."""
        return cls(crawler.settings["TUTORIAL_URI"], crawler.settings["TUTORIAL_DATABASE"])

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        """Write the item."""
        self.kept.update_one({"_id": item["_id"]}, {"$set": item}, upsert=True)
        return item

    def close_spider(self) -> None:
        """Close the client."""
        self.client.close()
