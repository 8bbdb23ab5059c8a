"""Putting an earlier version back, and healing by `reparse` what an older program let in."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from typing import Any

import pytest

from archive.archive import Archive
from archive.model.article import content_hash
from archive.pages.documents import page_id
from tests.site import Site, compare
from tests.support.crawling import Documents, articles, crawl, environment, scrapy

ADDED = "更新:公司於盤後上調全年財測,法人同步調升目標價。"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=9, articles=8, orphans=False, losses=False) as serving:
        yield serving


@pytest.fixture
def environ(site: Site, uri: str, database: Documents) -> dict[str, str]:
    return environment(site.url, uri, database.name, LOG_LEVEL="WARNING", HEALTH_MAX_UNDATED=1)


def single(database: Documents) -> dict[str, Any]:
    """Return an article that has one address."""
    return next(article for article in articles(database) if not article["aliases"] and article["access"] == "public")


def look_again(database: Documents) -> None:
    database["frontier"].update_many({"state": "kept"}, [{"$set": {"next_at": "$found_at"}}])


def test_a_version_is_put_back_as_a_revision_of_its_own(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    crawl("column", environ)
    first = single(database)
    key = first["_id"]
    site.edit(key, append=ADDED)
    look_again(database)
    crawl("column", environ)
    second = database["articles"].find_one({"_id": key}) or {}
    assert second["revision"] == 2

    ran = scrapy("revert", key, "1", "--why", "編輯誤刊", environ=environ)
    assert (ran.status, ran.out.strip()) == (0, f"revision 1 of {key} is back, as revision 3"), ran.log
    third = database["articles"].find_one({"_id": key}) or {}
    same = ("title", "text", "sections", "tickers", "tags", "related", "content_hash", "published_at")
    assert {name: third[name] for name in same} == {name: first[name] for name in same}
    assert (third["revision"], third["put_aside"]) == (3, [second["content_hash"]])
    revision = database["revisions"].find_one({"_id": f"{key}#3"}) or {}
    assert (revision["cause"], revision["who"], revision["why"]) == ("revert", getpass.getuser(), "編輯誤刊")
    change = database["changes"].find_one(sort=[("_id", -1)]) or {}
    assert (change["op"], change["key"], change["revision"], change["cause"]) == ("upsert", key, 3, "revert")


def test_what_was_put_aside_does_not_return(site: Site, environ: dict[str, str], database: Documents) -> None:
    crawl("column", environ)
    first = single(database)
    key = first["_id"]
    site.edit(key, append=ADDED)
    look_again(database)
    crawl("column", environ)
    assert scrapy("revert", key, "1", "--why", "編輯誤刊", environ=environ).status == 0

    ran = crawl("column", environ)  # the site goes on showing what was put aside
    assert ran.status == 0, ran.log
    assert (database["articles"].find_one({"_id": key}) or {})["content_hash"] == first["content_hash"]
    assert scrapy("reparse", environ=environ).status == 0
    assert (database["articles"].find_one({"_id": key}) or {})["content_hash"] == first["content_hash"]

    site.edit(key, append="再更新:法說會延後一週舉行。")
    look_again(database)
    assert crawl("column", environ).status == 0
    assert (database["articles"].find_one({"_id": key}) or {})["revision"] == 4


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("{key}", "1"), "--why"),
        (("{key}",), "number of one of its revisions"),
        (("{key}", "7", "--why", "x"), "has no revision 7"),
        (("{key}", "1", "--why", "x"), "is what is kept now"),
        (("notes:1", "1", "--why", "x"), "no article is kept"),
    ],
)
def test_what_cannot_be_put_back_is_one_line(
    environ: dict[str, str], database: Documents, words: tuple[str, ...], says: str
) -> None:
    crawl("column", environ)
    key = single(database)["_id"]
    ran = scrapy("revert", *(word.format(key=key) for word in words), environ=environ)
    assert ran.status == 2
    assert says in ran.log
    assert len(ran.log.strip().splitlines()) == 1


def test_a_version_whose_page_is_read_otherwise_comes_back_by_its_text(
    site: Site, environ: dict[str, str], database: Documents
) -> None:
    crawl("column", environ)
    first = single(database)
    site.edit(first["_id"], append=ADDED)
    look_again(database)
    crawl("column", environ)
    database["revisions"].update_one({"_id": f"{first['_id']}#1"}, {"$set": {"page": None}})
    assert scrapy("revert", first["_id"], "1", "--why", "x", "--who", "編輯", environ=environ).status == 0
    back = database["articles"].find_one({"_id": first["_id"]}) or {}
    assert {name: back[name] for name in ("title", "text", "sections", "lead", "headline")} == {
        name: first[name] for name in ("title", "text", "sections", "lead", "headline")
    }
    assert any("put aside" in problem["reason"] for problem in back["problems"])


@pytest.mark.parametrize("lie", ["busy", "next-article", "cut-unclosed"])
def test_reparse_heals_what_an_older_program_let_in(
    site: Site, environ: dict[str, str], uri: str, database: Documents, lie: str
) -> None:
    crawl("column", environ)
    before = {article["_id"]: article["content_hash"] for article in articles(database)}
    look_again(database)
    site.lie("column", lie)
    crawl("column", environ)
    with Archive.open(uri, database.name) as archive:
        junk = [let_in(archive, key) for key in before]
    assert all(junk)
    assert {article["_id"]: article["content_hash"] for article in articles(database)}.items().isdisjoint(
        before.items()
    )

    ran = scrapy("reparse", environ=environ)
    assert ran.status == 0, ran.log
    assert {article["_id"]: article["content_hash"] for article in articles(database)} == before
    assert {revision["cause"] for revision in database["revisions"].find({"revision": 3})} == {"extractor"}
    site.heal()
    assert crawl("column", environ).status == 0
    report = compare(site.truths("美股動態"), articles(database), fields=("title", "text"))
    assert (report.missing, report.equal_texts) == ([], 1), report


def let_in(archive: Archive, key: str) -> bool:
    """Keep junk as an older program did, which believed every page: the text of the page that was received last."""
    kept = archive.articles.get(key) or {}
    page = list(archive.pages.every(keys=[kept["source"]]))[-1]
    text = "系統忙碌中,請稍後再試。"
    fields = {"text": text, "sections": [{"heading": None, "blocks": [text]}], "fetched_at": page.fetched_at}
    junk = kept | fields | {"content_hash": content_hash(kept["title"], text), "revision": 2}
    archive.database["articles"].replace_one({"_id": key}, junk)
    version = archive.revisions.of(key)[-1]
    copied = {name: junk[name] for name in ("text", "sections", "content_hash", "revision")}
    archive.database["revisions"].insert_one(version | copied | {"_id": f"{key}#2", "page": page_id(page)})
    archive.database["frontier"].update_many(
        {"_id": {"$in": [key, *kept["aliases"]]}}, {"$set": {"reason": None, "suspect": None, "next_at": None}}
    )
    return bool(page.fetched_at > kept["fetched_at"])
