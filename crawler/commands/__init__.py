"""Commands: arguments and output; the work is in archive. Each module is the command of its name.

What a command's work needs is imported when it runs, which is why imports stand in functions here.
"""

from __future__ import annotations

import sys

from crawler.cli.command import ArchiveCommand

if scrapys := sys.modules.get("scrapy.commands"):  # `scrapy NAME` in a checkout: Scrapy takes ours for its own
    scrapys.ScrapyCommand.register(ArchiveCommand)
