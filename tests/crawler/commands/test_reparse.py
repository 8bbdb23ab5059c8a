"""`cmoney reparse` with the readers and stages of the crawl itself, on what a crawl has kept."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

import pytest
from bson.binary import Binary

from archive.archive import Archive
from archive.model.article import Article, Extractor
from archive.model.crawl.page import Page
from pipelines.stage import refiner
from tests.pipelines.test_stage import STAGES
from tests.site import Site
from tests.support.crawling import Documents, articles, begin, crawl, end, environment, scrapy
from tests.support.made_articles import NOW
from tests.support.mongodb import wait_until
from tests.support.sample_pages import NEWS_URL, PROSE, news_page, read_article

LIFE = {"revision", "last_changed_at", "known_at"}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site(seed=11, articles=24) as serving:
        yield serving


@pytest.fixture
def environ(site: Site, uri: str, database: Documents) -> dict[str, str]:
    environ = environment(site.url, uri, database.name)
    crawl("column", environ)
    return environ


def by_key(database: Documents, *without: str) -> dict[str, dict[str, Any]]:
    left_out = LIFE.union(without)
    return {
        article["_id"]: {name: article[name] for name in article if name not in left_out}
        for article in articles(database)
    }


def read_poorly(database: Documents, keys: list[str]) -> None:
    """Let articles be as if a poorer parser had read them: without their last block, their tickers and their lead."""
    for document in database["articles"].find({"_id": {"$in": keys}}):
        text = document["text"].rpartition("\n\n")[0]
        poor = {"text": text, "content_hash": "0" * 64, "tickers": [], "lead": None}
        database["articles"].update_one({"_id": document["_id"]}, {"$set": poor})


def make_unread(database: Documents, key: str) -> None:
    """Let an article be as if no parser could have read its page."""
    database["articles"].delete_one({"_id": key})
    database["revisions"].delete_many({"key": key})
    database["frontier"].update_one({"_id": key}, {"$set": {"state": "failed", "reason": "unreadable"}})


def test_a_kept_page_is_judged_as_the_crawl_judged_it(environ: dict[str, str], database: Documents) -> None:
    before, frontier = articles(database), list(database["frontier"].find())
    ran = scrapy("reparse", environ=environ)
    assert ran.status == 0, ran.log
    assert articles(database) == before
    assert list(database["frontier"].find()) == frontier
    assert "revised" not in ran.out
    assert "updated" not in ran.out


def test_articles_are_mended_without_a_request(site: Site, environ: dict[str, str], database: Documents) -> None:
    whole = by_key(database)
    poor, unread = sorted(whole)[:3], sorted(whole)[3]
    read_poorly(database, poor)
    make_unread(database, unread)
    spoilt, requests = articles(database), len(site.requests)

    shown = scrapy("reparse", "--dry-run", environ=environ)
    assert shown.status == 0, shown.log
    assert articles(database) == spoilt
    assert all(
        word in shown.out for word in ("revised", "tickers", "lead", "would change", poor[0].partition(":")[2][:8])
    )

    ran = scrapy("reparse", environ=environ)
    assert ran.status == 0, ran.log
    assert by_key(database, "first_seen_at") == {
        key: {**entry} for key, entry in whole_without(whole, "first_seen_at").items()
    }
    assert len(site.requests) == requests
    causes = database["revisions"].count_documents({"cause": "extractor"})
    assert causes == len(poor) + 1
    assert database["frontier"].count_documents({"state": "failed", "_id": {"$in": list(whole)}}) == 0


def whole_without(whole: dict[str, dict[str, Any]], name: str) -> dict[str, dict[str, Any]]:
    return {key: {field: value for field, value in entry.items() if field != name} for key, entry in whole.items()}


SIGNS = "產能達 10⁹ 次、2½ 倍與 500 ㎡，①月報™︰NVDA‑US ｶﾞ…"


def test_an_archive_in_nfkc_is_moved_to_the_normal_form(uri: str, database: Documents) -> None:
    html = news_page(f"<h2>需求穩健</h2><p>{PROSE}</p><p>{SIGNS}</p>")
    environ = environment("https://cmnews.com.tw", uri, database.name)
    page = Page(f"cmnews:{NEWS_URL[-36:]}", NEWS_URL, 200, html, None, "text/html", NOW)
    with Archive.open(uri, database.name, create=True) as archive:
        article = refiner(STAGES)(read_article(html, NEWS_URL), Counter())
        assert isinstance(article, Article)
        article.page, article.fetched_at = page, NOW
        article.blocks = [block._replace(text=normalize("NFKC", block.text)) for block in article.blocks]
        article.extractor = Extractor("cmnews", "4")
        archive.writer().save([article], NOW)
    (before,) = articles(database)
    assert "109 次、21⁄2 倍與 500 m2,1月報TM..NVDA‐US ガ..." in before["text"]
    ran = scrapy("reparse", environ=environ)
    assert ran.status == 0, ran.log
    (after,) = articles(database)
    assert after["text"].endswith("產能達 10⁹ 次、2½ 倍與 500 ㎡,①月報™︰NVDA‑US ガ...")
    assert [revision["cause"] for revision in database["revisions"].find(sort=[("revision", 1)])] == [
        "site",
        "extractor",
    ]


def test_one_article_can_be_named(environ: dict[str, str], database: Documents) -> None:
    keys = sorted(by_key(database))[:2]
    read_poorly(database, keys)
    assert scrapy("reparse", "--key", keys[0], environ=environ).status == 0
    assert {article["_id"]: article["revision"] for article in articles(database) if article["_id"] in keys} == {
        keys[0]: 2,
        keys[1]: 1,
    }


def test_a_signal_ends_it_in_order_and_the_next_goes_on(environ: dict[str, str], database: Documents) -> None:
    count = len(articles(database))
    process = begin(("reparse", "--processes", "2"), environ)
    wait_until(lambda: database["runs"].find_one({"spider": "reparse"}))
    process.send_signal(signal.SIGTERM)
    ran = end(process)
    run = database["runs"].find_one({"spider": "reparse"})
    assert run is not None
    assert (ran.status, run["outcome"]) in {(8, "interrupted"), (0, "all well")}
    assert run["ended_at"]
    assert "Traceback" not in ran.log
    read_poorly(database, sorted(by_key(database)))
    assert scrapy("reparse", "--restart", environ=environ).status == 0
    assert database["revisions"].count_documents({"cause": "extractor"}) == count


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--since", "last week"), "--since 'last week'"),
        (("--processes", "-1"), "--processes: '-1' is no whole number from 0"),
        (("--dask", "host"), "--dask 'host': a Dask scheduler's address"),
        (("notes:1",), "takes options only"),
        (("--key", "notes:1"), "no page"),
    ],
)
def test_what_cannot_be_meant_is_one_line(arguments: tuple[str, ...], says: str, uri: str, database: Documents) -> None:
    Archive.open(uri, database.name, create=True).close()
    ran = scrapy("reparse", *arguments, environ=environment("http://127.0.0.1:9", uri, database.name))
    assert ran.status == 2
    assert says in ran.log
    assert len(ran.log.strip().splitlines()) == 1


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_damaged_page_or_document_is_named_and_passed_over(
    environ: dict[str, str], database: Documents, processes: str
) -> None:
    first, other, *_ = sorted(key for key, document in by_key(database).items() if not document["aliases"])
    database["articles"].update_one({"_id": first}, {"$unset": {"aliases": 1}}, bypass_document_validation=True)
    damaged = {"$set": {"body": Binary(b"no zstd"), "stored": "zstd"}}
    database["pages"].update_one({"key": other}, damaged, bypass_document_validation=True)
    poor = [key for key in by_key(database) if key not in {first, other}][:3]
    read_poorly(database, poor)
    ran = scrapy("reparse", "--processes", processes, environ=environ)
    assert ran.status == 7, ran.log
    assert f"error: {first} was passed over: " in ran.log
    assert f"damaged: {other}" in ran.log
    assert {entry["revision"] for entry in articles(database) if entry["_id"] in poor} == {2}
    run = database["runs"].find_one({"spider": "reparse"})
    assert run is not None
    assert (run["exit_status"], run["complete"]) == (7, False)
    assert run["problems"] == [f"{first}: unexpected: KeyError"]  # the damaged page stands on its own list
