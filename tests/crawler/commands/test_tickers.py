"""`cmoney tickers` shows the lists, and takes a new one or refuses it in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.crawling import environment, scrapy

ENVIRON = environment("http://127.0.0.1:9", "mongodb://127.0.0.1:9", "none")


def test_it_shows_each_list_with_its_date_and_needs_no_database() -> None:
    ran = scrapy("tickers", environ=ENVIRON)
    assert ran.status == 0, ran.log
    assert all(word in ran.out for word in ("companies", "taiwan", "10,365", "2026-09", "the SEC's public list"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["refresh"], "tickers takes nothing, or: refresh KIND FILE"),
        (["renew", "companies", "x"], "tickers takes nothing, or"),
        (["refresh", "renamed", "x"], "there is no list 'renamed' to refresh"),
        (["refresh", "companies", "no-such-file"], "no-such-file: No such file"),
        (["refresh", "companies", "FILE"], "is no such list"),
        (["refresh", "foreign", "FEW"], "1 rows of foreign, at least"),
        (["refresh", "companies", "FILE", "--as-of", "soon"], "--as-of 'soon' is no day"),
        (["refresh", "companies", "FILE", "--as-of", "2999-01-01"], "lies in the future"),
        (["--as-of", "2026-01-01"], "is the day of a new list"),
    ],
)
def test_what_cannot_be_meant_is_one_line(arguments: list[str], words: str, tmp_path: Path) -> None:
    files = {"FILE": "a,b\n1,2\n", "FEW": "symbol\nBAYRY\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    ran = scrapy(
        "tickers", *(str(tmp_path / entry) if entry in files else entry for entry in arguments), environ=ENVIRON
    )
    assert ran.status == 2
    assert words in ran.log
    assert len(ran.log.strip().splitlines()) == 1
