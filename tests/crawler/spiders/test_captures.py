"""Text captures through the real stages into a real MongoDB."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.crawling import Documents, articles, crawl, environment, scrapy
from tests.support.injection import ADDON, Fault, with_faults
from tests.support.stage_articles import SEED, needs_seed, seed_lines

CAPTURE = """【美股動態】測試公司推出新品,營收看升

結論先行,新品帶動需求

Apple(蘋果)(AAPL)今日上漲,市場反應熱烈,分析師普遍看好後市。

供應鏈受惠,鴻海動能增強

鴻海(2317)表示,第四季出貨將優於預期,營收可望創高。

延伸閱讀:

【美股動態】另一篇文章的標題

版權聲明

本文章之版權屬撰文者所有。
"""


@pytest.fixture
def environ(uri: str, database: Documents) -> dict[str, str]:
    return environment("http://127.0.0.1:9", uri, database.name)


@needs_seed
def test_the_real_article_gives_the_document_of_the_contract(environ: dict[str, str], database: Documents) -> None:
    ran = crawl("captures", environ, path=SEED)
    assert ran.status == 0, ran.log
    (document,) = articles(database)
    assert document["_id"].startswith("capture:")
    lines = seed_lines()
    assert document["title"] == lines[0]
    assert document["column"] == "美股動態"
    assert document["lead"] == lines[1]
    assert len(document["sections"]) == 11
    assert [len(section["blocks"]) for section in document["sections"]] == [1] * 11
    assert document["text"] == "\n\n".join(lines[1:23])  # 11 headings and 11 paragraphs, then the tail
    assert document["tickers"] == ["AMZN"]
    assert [related["url"] for related in document["related"]] == [None] * 3
    for word in ("版權聲明", "免責宣言", "文章相關標籤", "facebook", "延伸閱讀", "轉載"):
        assert word not in document["text"]


def test_a_capture_is_kept_like_an_article(environ: dict[str, str], database: Documents, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(CAPTURE, encoding="utf-8")
    ran = crawl("captures", environ | {"HEALTH_MIN_ARTICLES": "1"}, path=tmp_path / "*.txt")  # none states a date
    assert ran.status == 0, ran.log
    (document,) = articles(database)
    assert document["tickers"] == ["AAPL"]
    assert document["tw_stocks"] == ["2317"]
    assert [related["title"] for related in document["related"]] == ["【美股動態】另一篇文章的標題"]
    assert document["url"] is None
    assert document["published_at"] is None


def test_the_same_capture_twice_is_one_document(environ: dict[str, str], database: Documents, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(CAPTURE, encoding="utf-8")
    (tmp_path / "two.txt").write_text("\ufeff" + CAPTURE.replace("\n", "\r\n"), encoding="utf-8")
    assert crawl("captures", environ, path=tmp_path).status == 0
    assert len(articles(database)) == 1


def test_a_capture_that_reads_otherwise_is_a_revision_of_the_extractor(
    environ: dict[str, str], database: Documents, tmp_path: Path
) -> None:
    (tmp_path / "one.txt").write_text(CAPTURE.replace("創高", "創高︰10⁹ ①"), encoding="utf-8")
    assert crawl("captures", environ, path=tmp_path).status == 0
    (document,) = articles(database)
    assert "創高︰10⁹ ①" in document["text"]
    former = {"text": document["text"].replace("︰10⁹ ①", "..109 1"), "content_hash": "0" * 64}  # as NFKC had it
    database["articles"].update_one({"_id": document["_id"]}, {"$set": former})
    assert crawl("captures", environ, path=tmp_path).status == 0
    (again,) = articles(database)
    assert (again["_id"], again["text"], again["revision"]) == (document["_id"], document["text"], 2)
    assert [revision["cause"] for revision in database["revisions"].find(sort=[("revision", 1)])] == [
        "site",
        "extractor",
    ]
    assert [change["cause"] for change in database["changes"].find(sort=[("_id", 1)])] == ["site", "extractor"]


def test_bad_files_are_a_line_each_and_the_others_go_on(
    environ: dict[str, str], database: Documents, tmp_path: Path
) -> None:
    (tmp_path / "good.txt").write_text(CAPTURE, encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary.txt").write_bytes(b"\x00\x01\x02\xff" * 50)
    (tmp_path / "big5.txt").write_bytes(CAPTURE.encode("big5", errors="ignore"))
    ran = crawl("captures", environ | {"LOG_LEVEL": "WARNING"}, path=tmp_path)
    assert ran.status == 7
    assert len(articles(database)) == 1
    for name in ("empty.txt", "binary.txt", "big5.txt"):
        assert ran.log.count(f"{name}: ") >= 1, ran.log
    assert "good.txt" not in ran.log
    assert "Traceback" not in ran.log


@pytest.mark.parametrize("path", ["", "/nowhere/at/all", "/nowhere/*.txt"])
def test_no_capture_is_wrong_usage(environ: dict[str, str], path: str) -> None:
    ran = crawl("captures", environ | {"LOG_LEVEL": "WARNING"}, path=path)
    assert (ran.status, len(ran.log.strip().splitlines())) == (2, 1)


def test_a_capture_over_which_a_stage_stumbles_is_named_and_the_others_are_kept(
    environ: dict[str, str], database: Documents, tmp_path: Path
) -> None:
    for name, product in (("one", "手機"), ("two", "平板"), ("three", "耳機"), ("four", "電腦")):
        (tmp_path / f"{name}.txt").write_text(CAPTURE.replace("新品", product), encoding="utf-8")
    faults = [
        Fault("Reading", "crawler.spiders.captures:_read", after=0, times=1),
        Fault("Staging", "pipelines.tickers:Tickers.refine", after=0, times=1),
        Fault("Storing", "pipelines.batches:Batches.submit", after=1, times=1),
    ]
    ran = scrapy("crawl", "captures", "-a", f"path={tmp_path}", *ADDON, environ=with_faults(environ, faults))
    assert ran.status == 7, ran.log
    assert len(articles(database)) == 1
    run = database["runs"].find_one()
    assert run is not None
    for name, reason in (("four", "unexpected: Reading"), ("one", "stage tickers: Staging")):
        assert f"{tmp_path / name}.txt: {reason}" in run["problems"]
    assert f"{tmp_path / 'three'}.txt: unexpected: Storing" in run["problems"]
    assert not database["frontier"].count_documents({}), "a capture has no address"
