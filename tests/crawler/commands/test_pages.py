"""`cmoney pages`: what is kept in which form, packed tighter, and still the same to a reader."""

from __future__ import annotations

import hashlib

from archive.archive import Archive
from tests.site import Site
from tests.support.crawling import Documents, articles, crawl, environment, scrapy


def digests(uri: str, database: Documents) -> dict[str, str]:
    """Return the sha256 of every page, unpacked, by `_id`."""
    with Archive.open(uri, database.name, create=True) as archive:
        pages = {entry["_id"]: archive.pages.get(entry["_id"]) for entry in database["pages"].find({}, ["_id"])}
    return {key: hashlib.sha256(page.body).hexdigest() for key, page in pages.items() if page}


def test_pages_are_packed_and_read_as_before(uri: str, database: Documents) -> None:
    with Site(seed=13, articles=20) as site:
        environ = environment(site.url, uri, database.name)
        crawl("column", environ)
        before, kept = digests(uri, database), articles(database)
        shown = scrapy("pages", environ=environ)
        assert shown.status == 0, shown.log
        assert "received" in shown.out
        assert "zstd" not in shown.out
        ran = scrapy("pages", "--compress", "--level", "3", environ=environ)
        assert ran.status == 0, ran.log
        assert "zstd" in ran.out
        assert database["pages"].count_documents({"stored": "zstd"}) > 10
        assert digests(uri, database) == before
        assert scrapy("reparse", environ=environ).status == 0
    assert articles(database) == kept


def test_a_level_has_to_be_one(uri: str, database: Documents) -> None:
    ran = scrapy("pages", "--compress", "--level", "23", environ=environment("http://127.0.0.1:9", uri, database.name))
    assert (ran.status, ran.log.strip()) == (2, "error: argument --level: '23' is no whole number from 1 to 22")
