"""The page on operations says what the program does."""

from __future__ import annotations

import re

from scrapy.settings import Settings

import crawler.settings
from crawler.exit_status import EXIT_STATUSES
from crawler.own_settings import OWN
from tests.support.crawling import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_the_table_of_exit_statuses_is_that_of_the_program() -> None:
    rows = [f"| {entry.status} | {entry.name} | {entry.meaning} |" for entry in EXIT_STATUSES]
    assert "| status | name | meaning |\n|---|---|---|\n" + "\n".join(rows) + "\n\n" in PAGE


def test_every_secret_is_listed() -> None:
    section = PAGE[PAGE.index("## Secrets") :]
    assert all(f"`{own.name}`" in section for own in OWN if own.secret)


def test_files_and_commands_that_are_named_are_there() -> None:
    for name in re.findall(r"`(deploy/[\w./]+|crawler/[\w./]+)`", PAGE):
        assert (ROOT / name).exists(), name
    commands = {path.stem for path in (ROOT / "crawler" / "commands").glob("*.py")} | {"crawl"}
    for command in re.findall(r"`cmoney (\w+)", PAGE):
        assert command in commands, command


def test_the_manners_that_security_md_promises_are_the_default() -> None:
    settings = Settings()
    settings.setmodule(crawler.settings)
    promised = re.findall(r"`([A-Z_]+)=([^`]+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert promised
    for name, value in promised:
        assert str(settings[name]) == value, name
