"""Scrapy's private methods that the crawler overrides or uses: another version that changes them fails here first."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy import Spider
from scrapy.commands.crawl import Command
from scrapy.core.downloader import Downloader, Slot
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler
from scrapy.crawler import CrawlerProcessBase
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware

SIGNATURES = (
    (AiohttpDownloadHandler._read_response, "(self, response, request)", "download/raw_response.py"),
    (AiohttpDownloadHandler._request_headers, "(request)", "download/raw_response.py"),
    (RobotsTxtMiddleware.robot_parser, "(self, request)", "middlewares/robotstxt.py"),
    (RedirectMiddleware.process_response, "(self, request, response, spider=None)", "middlewares/redirect.py"),
    (RedirectMiddleware.handle_referer, "(self, request, response)", "middlewares/redirect.py"),
    (CrawlerProcessBase._signal_shutdown, "(self, signum, _)", "extensions/shutdown.py"),
    (Downloader._latercall, "(self, slot)", "download/handler.py"),
    (Spider._set_crawler, "(self, crawler)", "spiders/recorded_spider.py"),
    (Command._create_crawler, "(self, spidercls)", "commands/crawl.py"),
)

ATTRIBUTES = (
    (RobotsTxtMiddleware, {"_parserimpl", "_stats"}, "middlewares/robotstxt.py"),
    (Downloader, {"slots", "per_slot_settings"}, "middlewares/robotstxt.py"),
    (Slot, {"delay", "latercall"}, "download/handler.py"),
)

CRAWLER = Path(__file__).resolve().parents[2] / "crawler"


@pytest.mark.parametrize(
    ("method", "signature", "user"), SIGNATURES, ids=lambda value: getattr(value, "__name__", None)
)
def test_the_signatures_are_those_of_the_pinned_version(method: Callable[..., Any], signature: str, user: str) -> None:
    parameters = inspect.signature(method).parameters.values()
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in parameters]
    assert str(inspect.Signature(bare)) == signature
    assert method.__name__ in (CRAWLER / user).read_text(encoding="utf-8"), "no longer used there: drop the line"


@pytest.mark.parametrize(("kind", "names", "user"), ATTRIBUTES, ids=lambda value: getattr(value, "__name__", None))
def test_the_attributes_are_those_of_the_pinned_version(kind: type, names: set[str], user: str) -> None:
    code = inspect.getsource(kind)
    text = (CRAWLER / user).read_text(encoding="utf-8")
    for name in names:
        assert f"self.{name}" in code
        assert name in text, "no longer used there: drop the name"
