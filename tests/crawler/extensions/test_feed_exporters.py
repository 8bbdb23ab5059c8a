"""`crawl -o FILE` writes the records of docs/schema.md, of the articles of its run and each once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.export.tables import ARTICLE, names
from tests.site import Site
from tests.support.crawling import Documents, environment, scrapy


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site(seed=3, articles=6) as serving:
        yield serving


def test_it_writes_what_an_export_writes(site: Site, uri: str, database: Documents, tmp_path: Path) -> None:
    environ = environment(site.url, uri, database.name)
    lines, table = tmp_path / "items.jsonl", tmp_path / "items.csv"
    ran = scrapy("crawl", "column", "-o", str(lines), "-o", str(table), environ=environ)
    assert ran.status == 0, ran.log
    for file in (lines, table):
        exported = tmp_path / f"exported{file.suffix}"
        assert scrapy("export", "-o", str(exported), environ=environ).status == 0
        assert sorted(file.read_bytes().splitlines()) == sorted(exported.read_bytes().splitlines())
    records = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
    assert len(records) == len({record["_id"] for record in records}) > 0
    assert set(records[0]) == set(names(ARTICLE))
    assert scrapy("crawl", "column", "-o", str(table), environ=environ).status == 2


@pytest.mark.parametrize("name", ["items.json", "items.xml", "items.xlsx"])
def test_another_format_is_refused(name: str, tmp_path: Path, uri: str, database: Documents) -> None:
    ran = scrapy("crawl", "column", "-o", str(tmp_path / name), environ=environment("http://127.0.0.1:9", uri, "none"))
    assert (ran.status, ran.log.count("\n")) == (2, 1)
    assert list(tmp_path.iterdir()) == []
