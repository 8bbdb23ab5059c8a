"""`cmoney parse URL`: Scrapy's own, with this project's readers, for a page that is requested now."""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy import Request, Spider
from scrapy.commands.parse import Command as ScrapyParse
from scrapy.exceptions import ScrapyDeprecationWarning

from archive.model.article import Article
from archive.model.crawl.frontier import LeasedUrl
from archive.model.crawl.outcome import Miss
from crawler import own_settings
from crawler.addresses import read_address
from crawler.cli.command import ChecksUsage, Operands, refuse
from crawler.exit_status import ALL_WELL, TEMPLATE_CHANGED
from crawler.spiders.responses import outcomes_of

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.addresses import Sites

ALONE = {"EXTENSIONS": {"crawler.logs.LogLines": 5}, "ITEM_PIPELINES": {}}
"""Settings of a command that reads a page and keeps nothing."""


class PageReader(Spider):
    """Reads the article on a page, and requests the articles that it links to, down to a depth."""

    name = "page"

    def parse(self, response: Response, **_: Any) -> Iterator[Any]:
        """Yield the article, or why there is none, and a request for each article that it links to."""
        sites = own_settings.sites(self.settings)
        for outcome in read_response(response, sites):
            yield shown(outcome)
            links = outcome.related if isinstance(outcome, Article) else []
            yield from (Request(link.url, self.parse) for link in links if link.url and read_address(link.url, sites))


class Command(ChecksUsage, ScrapyParse):
    """Nothing is kept; `cmoney page ARTICLE` shows where each field of a kept page was read."""

    summary = "Request an article's page, and print the article that the readers find on it"
    operands = Operands("URL")
    examples = (
        "parse https://cmnews.com.tw/article/NAME",
        "parse https://cmnews.com.tw/article/NAME --depth 2 --noitems",
    )
    statuses: ClassVar = {TEMPLATE_CHANGED.status: "no article is recognised on the page"}

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Request the page, and print the article on it."""
        self.settings.setdict(ALONE, priority="cmdline")
        if opts.spider or opts.rules or opts.pipelines:
            refuse("parse takes this project's readers: leave --spider, --rules and --pipelines out")
        if read_address(args[0], own_settings.sites(self.settings)) is None:
            refuse(f"{args[0]!r} is no address of an article")
        warnings.simplefilter("ignore", ScrapyDeprecationWarning)  # Scrapy's own command does what Scrapy deprecates
        super().run(args, opts)
        articles = [item for level in self.items.values() for item in level if "title" in item]
        self.exitcode = self.exitcode or (ALL_WELL if articles else TEMPLATE_CHANGED).status

    def set_spidercls(self, url: str, opts: argparse.Namespace) -> None:
        """Take the spider that reads a page."""

        async def start(spider: Spider) -> Any:
            yield self.prepare_request(spider, Request(url), opts)

        self.spidercls = PageReader
        PageReader.start = start  # type: ignore[method-assign,assignment]


def read_response(response: Response, sites: Sites) -> list[Article | Miss]:
    """Return the article of a response's address, or why there is none; nothing for an address of no article."""
    address = read_address(response.url, sites)
    if address is None:
        return []
    wanted = LeasedUrl(address.key, response.url, None, None, 0, 0, None, None, kept=False)
    return [outcome for outcome in outcomes_of(response, wanted, sites) if isinstance(outcome, Article | Miss)]


def shown(outcome: Article | Miss) -> dict[str, Any]:
    """Return an outcome's fields by name, without its page and empty fields."""
    values = {field.name: _plain(getattr(outcome, field.name)) for field in fields(outcome) if field.name != "page"}
    return {name: value for name, value in values.items() if value is not None and value != ()}


def _plain(value: Any) -> Any:
    """Return a field's value in a form that Scrapy can print: named tuples as dicts, sequences as tuples."""
    if hasattr(value, "_asdict"):
        return {name: _plain(inner) for name, inner in value._asdict().items()}
    return tuple(map(_plain, value)) if isinstance(value, list | tuple) else value
