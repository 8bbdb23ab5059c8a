"""`cmoney warc`: what a crawl received, in a file that warcio reads."""

from __future__ import annotations

from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from archive.archive import Archive
from archive.pages.content_encoding import unpack
from tests.site import Site
from tests.support.crawling import Documents, crawl, environment, scrapy


def test_the_pages_of_a_crawl_are_in_the_file(uri: str, database: Documents, tmp_path: Path) -> None:
    path = tmp_path / "pages.warc.gz"
    with Site(seed=12, articles=8) as site:
        environ = environment(site.url, uri, database.name)
        crawl("column", environ)
        served = {request.path for request in site.asked(("/article/", "/notes/note-detail")) if request.status == 200}
    ran = scrapy("warc", "-o", str(path), environ=environ)
    assert ran.status == 0, ran.log
    records = {}
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            if record.rec_type == "response" and record.http_headers.get_statuscode() == "200":
                body = unpack(record.raw_stream.read(), record.http_headers.get_header("Content-Encoding"), 1 << 24)
                records[record.rec_headers.get_header("WARC-Target-URI").removeprefix(site.url)] = body
    assert records.keys() == served
    assert all(b"</html>" in body for body in records.values())
    assert f"{database['pages'].count_documents({})} pages" in ran.out


def test_a_file_has_to_be_named_and_writable(uri: str, database: Documents, tmp_path: Path) -> None:
    environ = environment("http://127.0.0.1:9", uri, database.name)
    nameless = scrapy("warc", environ=environ)
    assert (nameless.status, "cmoney warc -o" in nameless.log) == (2, True)
    Archive.open(uri, database.name, create=True).close()
    nowhere = scrapy("warc", "-o", str(tmp_path / "none" / "x.warc"), environ=environ)
    assert nowhere.status == 2
    assert "cannot be written" in nowhere.log
    assert len(nowhere.log.strip().splitlines()) == 1
