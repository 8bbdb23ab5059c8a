"""docs/exports.md tells every column of the tables, and every option of the command."""

from __future__ import annotations

import argparse

import pytest
from scrapy.settings import Settings

from archive.export import tables
from crawler.commands import export, feed
from tests.support.crawling import ROOT


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted({entry.name for entry in tables.MENTION + tables.LINK + tables.TAG}))
def test_every_column_is_told(name: str) -> None:
    rows = [line for line in page("exports.md").splitlines() if line.startswith("| `")]
    assert any(f"`{name}`" in row.split("|")[1] for row in rows)


@pytest.mark.parametrize(("command", "name"), [(export.Command, "exports.md"), (feed.Command, "feed.md")])
def test_every_option_is_told(command: type[export.Command | feed.Command], name: str) -> None:
    parser = argparse.ArgumentParser()
    instance = command()
    instance.settings = Settings()
    instance.add_options(parser)
    own = parser._option_string_actions.keys() - {"-h", "--help", "--output"}
    inherited = {"--logfile", "-L", "--loglevel", "--nolog", "--profile", "--pidfile", "-s", "--set", "--pdb"}
    missing = [option for option in own - inherited if option not in page(name)]
    assert not missing
