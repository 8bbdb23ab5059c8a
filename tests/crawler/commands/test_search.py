"""`cmoney search` as a process, and called: what it prints, and its exit status."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from archive.archive import Archive
from crawler.commands.search import Command
from tests.archive.search.conftest import archive
from tests.archive.search.test_index import another_writer
from tests.support.crawling import Ran, scrapy
from tests.support.following import settings
from tests.support.made_articles import NOW, article, key_of

__all__ = ["archive"]


@pytest.fixture
def environ(archive: Archive, uri: str, tmp_path: Path) -> dict[str, str]:
    archive.writer().save(
        [article(1, "輝達毛利率75%。"), article(2, "台積電擴產。", tickers=[], tw_stocks=["2330"])], NOW
    )
    return settings(uri, archive.database.name) | {"SEARCH_INDEX_DIR": str(tmp_path / "search")}


def search(environ: dict[str, str], *words: str) -> Ran:
    return scrapy("search", *words, environ=environ)


def test_a_search_finds_what_the_archive_has_now(archive: Archive, environ: dict[str, str]) -> None:
    ran = search(environ, "輝達", "毛利率")
    assert (ran.status, ran.log) == (0, "")
    assert "【美股動態】第1篇" in ran.out
    assert "[輝達毛利率]75%。" in ran.out
    assert ran.out.endswith("1 articles\n")
    archive.writer().save([article(3, "輝達毛利率下滑。")], NOW)
    ran = search(environ, "毛利率", "--json", "--order", "oldest")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["key"] for line in lines] == [key_of(3), key_of(1)]
    assert lines[1]["snippet"][1] == {"text": "毛利率", "marked": True}
    assert lines[1]["published_at"] == "2026-08-30T09:59:00.123Z"


def test_nothing_found_is_status_1(environ: dict[str, str]) -> None:
    ran = search(environ, "沒有這回事")
    assert (ran.status, ran.out, ran.log) == (1, "0 articles\n", "")


def test_filters(archive: Archive, environ: dict[str, str]) -> None:
    ran = search(environ, "--tickers", "2330,TSM", "--since", "2026-08-30", "--limit", "1", "--json")
    assert [json.loads(line)["key"] for line in ran.out.splitlines()] == [key_of(2)]
    later = NOW + timedelta(hours=2)
    archive.writer().save([article(1, "改寫。", at=later)], later)
    ran = search(environ, "輝達毛利率", "--as-of", (NOW + timedelta(hours=1)).isoformat())
    assert (ran.status, "]75%。" in ran.out) == (0, True), ran.out
    assert search(environ, "輝達毛利率").status == 1


def test_rebuilding_alone_and_before_a_search(environ: dict[str, str], tmp_path: Path) -> None:
    assert search(environ, "輝達").status == 0
    (before,) = (tmp_path / "search").glob("*/generation-*")
    ran = search(environ, "--rebuild")
    assert (ran.status, ran.out) == (0, "")
    assert not before.exists()
    assert search(environ, "輝達", "--rebuild").status == 0


def test_where_another_process_writes_the_index_is_searched_as_it_is(
    archive: Archive, environ: dict[str, str], tmp_path: Path
) -> None:
    assert search(environ, "輝達").status == 0
    archive.writer().save([article(3, "輝達下滑。")], NOW)
    with another_writer(tmp_path / "search" / archive.id):
        ran = search(environ, "輝達")
        assert (ran.status, ran.log) == (0, "")
        assert ran.out.endswith("1 articles; the index is behind by 1 changes\n")
        ran = search(environ, "--rebuild")
        assert (ran.status, ran.log.count("\n")) == (5, 1)
        assert "Another process writes the search index" in ran.log


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["輝達", "(毛利率"], "character 4: this bracket is not closed"),
        (["foo:x"], "no field 'foo'"),
        ([], "name what to search for"),
        (["輝達", "--limit", "0"], "--limit: '0' is no whole number from 1 to 10000"),
        (["輝達", "--limit", "10001"], "--limit: '10001' is no whole"),
        (["輝達", "--since", "last week"], "is no date"),
        (["輝達", "--as-of", "last week"], "--as-of"),
        (["輝達", "--known", "published"], "--known is the clock of --as-of, which is missing"),
        (["--tickers", ""], "--tickers names nothing"),
        (["輝達", "--order", "best"], "argument --order"),
    ],
)
def test_wrong_usage_is_one_line(environ: dict[str, str], words: list[str], says: str) -> None:
    ran = search(environ, *words)
    assert (ran.status, ran.out, ran.log.count("\n")) == (2, "", 1)
    assert says in ran.log


def test_the_command_says_what_it_does() -> None:
    assert "texts" in Command().short_desc()
