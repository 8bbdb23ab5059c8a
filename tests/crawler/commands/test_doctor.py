"""`cmoney doctor` tells what it found, and its exit status whether something is wrong."""

from __future__ import annotations

from archive.archive import Archive
from tests.site import Site
from tests.support.crawling import Documents, environment, scrapy


def test_the_exit_status_tells_whether_something_is_wrong(uri: str, database: Documents) -> None:
    Archive.open(uri, database.name, create=True).close()
    with Site(articles=1) as site:
        ran = scrapy("doctor", environ=environment(site.url, uri, database.name))
    assert ran.status == 0, ran.out + ran.log
    assert "cmoney backup DIR" in ran.out
    assert site.url in ran.out
    broken = scrapy("doctor", "--offline", environ=environment(site.url, "mongodb://no:pass/word@db", database.name))
    assert broken.status == 2
    assert site.url not in broken.out
    assert "pass/word" not in broken.out
