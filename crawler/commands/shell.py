"""`cmoney shell`: Scrapy's console, with what this project's readers make of the page."""

from __future__ import annotations

import argparse
from typing import Any

from scrapy.commands.shell import Command as ScrapyShell

from archive.model.article import Article
from crawler import own_settings
from crawler.cli.command import ChecksUsage, Operands
from crawler.commands.parse import ALONE, read_response

HANDLER = "crawler.download.handler.LateHandler"


class Command(ChecksUsage, ScrapyShell):
    """Its page is the response to URL, or a file; nothing is kept.

    Besides Scrapy's own names there is `article`: the article on the response's page, or None. `fetch(URL)` requests
    another page.
    """

    summary = "Open a console with a page of the site, and the article that the readers see on it"
    operands = Operands("URL|FILE", least=0)
    examples = (
        "shell https://cmnews.com.tw/usstock/usstock_news",
        "shell https://cmnews.com.tw/article/NAME -c article.title",
    )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Open the console, or evaluate the code that is given."""
        self.settings.setdict(ALONE | {"DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER}}, priority="cmdline")
        super().run(args, opts)

    def update_vars(self, vars: dict[str, Any]) -> None:  # noqa: A002 -- Scrapy's name
        """Add the article on the page."""
        response = vars.get("response")
        outcomes = read_response(response, own_settings.sites(self.settings)) if response is not None else []
        vars["article"] = next((outcome for outcome in outcomes if isinstance(outcome, Article)), None)
