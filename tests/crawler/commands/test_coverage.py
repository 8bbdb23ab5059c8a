"""`cmoney coverage` and `cmoney duplicates`, as a person, a program and an eye read them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.articles.documents import to_document
from archive.market_calendar import nights
from crawler.exit_status import ALL_WELL, INCOMPLETE, WRONG_USAGE
from tests.support.crawling import Documents, environment, scrapy
from tests.support.made_articles import NOW, article, key_of

NOWHERE = "http://127.0.0.1:9"
NIGHTS = nights(datetime(2024, 2, 29, 16, tzinfo=UTC), datetime(2024, 5, 31, 16, tzinfo=UTC))
GAP = NIGHTS[30]
WINDOW = ("--since", "2024-03-01", "--until", "2024-05-31")


@pytest.fixture
def environ(uri: str, database: Documents) -> dict[str, str]:
    """Give the environment of an archive with four articles a night."""
    with Archive.open(uri, database.name, create=True):
        pass
    made = [
        to_document(article(4 * place + n, published_at=night.begins + timedelta(hours=2 + n), related=[]), NOW)
        for place, night in enumerate(NIGHTS)
        for n in range(4)
    ]
    database["articles"].insert_many(made)
    return environment(NOWHERE, uri, database.name, LOG_LEVEL="WARNING")


def test_complete_and_then_not(environ: dict[str, str], database: Documents, tmp_path: Path) -> None:
    ran = scrapy("coverage", *WINDOW, "--json", environ=environ)
    report: dict[str, Any] = json.loads(ran.out)
    assert (ran.status, ran.log, report["complete"], report["gaps"]) == (ALL_WELL.status, "", True, [])
    assert report["articles"] == len(NIGHTS) * 4
    database["articles"].delete_many({"published_at": {"$gte": GAP.begins, "$lt": GAP.ends}})

    ran = scrapy("coverage", *WINDOW, "--json", environ=environ)
    report = json.loads(ran.out)
    assert (ran.status, report["complete"]) == (INCOMPLETE.status, False)
    assert [(entry["session"], entry["articles"], entry["usual"], entry["shortfall"]) for entry in report["gaps"]] == [
        (GAP.day.isoformat(), 0, 4, "none")
    ]

    picture = tmp_path / "coverage.png"
    ran = scrapy("coverage", *WINDOW, "--plot", str(picture), environ=environ)
    assert (ran.status, ran.log) == (INCOMPLETE.status, "")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 10_000
    months = {line[:7]: line for line in ran.out.splitlines() if line.startswith("2024-")}
    assert list(months) == ["2024-02", "2024-03", "2024-04", "2024-05"]
    assert months[f"{GAP.day:%Y-%m}"][8 + (GAP.day.day - 1) * 3 :].startswith(" 0!")
    assert ran.out.count("!") == 2  # that day, and the legend
    assert months["2024-03"][8 + 28 * 3 :].startswith(" · ")  # Good Friday
    assert f"{GAP.day}: 0, usually 4" in ran.out


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--since", "2024-02-01", "--until", "2024-01-01"), "since=2024-02-01 is after until=2024-01-01"),
        ((*WINDOW, "--plot", "/nowhere/at.all"), "/nowhere/at.all cannot be written: "),
        (("rest",), "takes options only"),
    ],
)
def test_what_cannot_be_meant_is_one_line(environ: dict[str, str], options: tuple[str, ...], says: str) -> None:
    ran = scrapy("coverage", *options, environ=environ)
    assert (ran.status, len(ran.log.strip().splitlines())) == (WRONG_USAGE.status, 1)
    assert says in ran.log
    assert not ran.out


def test_duplicates_are_listed_and_recorded(environ: dict[str, str], uri: str, database: Documents) -> None:
    body = "".join(f"第{number}段說明營收與毛利率,目標價為{number * 37}美元。" for number in range(40))
    near = body.replace("740美元", "741美元")
    pair = [article(9001, body), article(9002, near, title=article(9001).title)]
    with Archive.open(uri, database.name, create=True) as archive:
        archive.writer().save(pair, NOW)
    ran = scrapy("duplicates", "--since", "2026-08-01", environ=environ)
    assert (ran.status, ran.log) == (0, "")
    assert "1 pairs" in ran.out
    assert key_of(9001) in ran.out
    assert key_of(9002) in ran.out
    [recorded] = database["suspicions"].find()
    assert (recorded["keys"], 0.9 < recorded["similarity"] < 1) == ([key_of(9001), key_of(9002)], True)
    assert f"{recorded['similarity']:.3f}" in ran.out
    ran = scrapy("duplicates", "--similarity", "1.5", environ=environ)
    assert (ran.status, len(ran.log.splitlines())) == (WRONG_USAGE.status, 1)
