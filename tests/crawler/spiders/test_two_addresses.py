"""Whole crawls of a site that has a third of its articles at two addresses: one document each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archive.archive import Archive
from tests.site import Site, compare
from tests.support.crawling import Documents, articles, crawl, environment, scrapy

COLUMN = "美股動態"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=9, articles=24) as serving:
        yield serving


@pytest.fixture
def environ(site: Site, uri: str, database: Documents) -> dict[str, str]:
    return environment(site.url, uri, database.name, LOG_LEVEL="WARNING")


def assert_one_document_each(site: Site, database: Documents) -> None:
    report = compare(site.truths(COLUMN), articles(database))
    assert (report.missing, report.twice, report.unknown) == ([], [], []), report
    assert report.equal_texts == min(report.shares.values()) == 1, report
    pairs = [{article["key"], *article["aliases"]} for article in site.truths(COLUMN) if article["aliases"]]
    merged = [document for document in articles(database) if document["aliases"]]
    assert len(merged) > 3
    for document in merged:
        keys = {document["_id"], *document["aliases"]}
        assert keys in pairs
        states = {entry["_id"]: entry["state"] for entry in database["frontier"].find({"_id": {"$in": list(keys)}})}
        assert states == dict.fromkeys(keys, "kept")


def test_an_article_at_both_addresses_is_one_document(
    site: Site, environ: dict[str, str], uri: str, database: Documents
) -> None:
    assert crawl("column", environ).status == 0
    assert_one_document_each(site, database)

    edited = next(document for document in articles(database) if document["aliases"])
    keys = [edited["_id"], *edited["aliases"]]
    site.edit(edited["_id"], append="更新:公司於盤後上調全年財測,法人同步調升目標價。")
    with Archive.open(uri, database.name, create=True) as archive:
        archive.frontier.retry(keys=keys)
    assert crawl("column", environ).status == 0
    [again] = database["articles"].find({"_id": edited["_id"]})
    assert (again["revision"], again["aliases"]) == (2, edited["aliases"])
    assert "全年財測" in again["text"]
    assert database["revisions"].count_documents({"key": {"$in": keys}}) == 2

    ran = scrapy("history", keys[1], environ=environ)
    assert ran.status == 0
    assert "全年財測" in ran.out
    assert ran.out.count("revision 1,") == 1
