"""The WARC file, read back with warcio: what went in comes out, to the byte."""

from __future__ import annotations

import gzip
import hashlib
from base64 import b32encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.archive import Archive
from archive.atomic_file import FileNotWritten
from archive.model.crawl.page import Page
from archive.pages.warc import write_warc
from tests.support.made_articles import NOW, page, url_of

LATER = NOW + timedelta(hours=1)


def records(path: Path) -> Iterator[tuple[dict[str, str], Any, bytes]]:
    """Yield each record's WARC headers, HTTP headers and body as it stands there, after its digests were checked."""
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            body = record.raw_stream.read()
            yield dict(record.rec_headers.headers), record.http_headers, body


def pages() -> list[Page]:
    return [page(1), page(1, at=LATER), page(2, "<p>另一頁</p>", packed=False), page(3, "gone", status=404)]


@pytest.mark.parametrize("name", ["pages.warc", "pages.warc.gz"])
def test_every_page_comes_back_as_it_was_received(tmp_path: Path, name: str) -> None:
    counts: list[int] = []
    assert write_warc(pages(), tmp_path / name, counts.append) == 4
    assert counts == [1, 2, 3, 4]
    info, first, again, plain, gone = records(tmp_path / name)
    assert info[0]["WARC-Type"] == "warcinfo"
    assert b"conformsTo" in info[2]
    headers, http, body = first
    assert (headers["WARC-Type"], headers["WARC-Target-URI"]) == ("response", url_of(1))
    assert headers["WARC-Date"] == "2026-08-30T12:00:00.123Z"
    assert body == page(1).body
    assert gzip.decompress(body).startswith("<h1>第1篇</h1>".encode())
    assert (http.statusline, http.get_header("Content-Encoding")) == ("200 OK", "gzip")
    assert (http.get_header("ETag"), http.get_header("Content-Length")) == ('"1"', str(len(body)))
    assert (again[0]["WARC-Type"], again[0]["WARC-Refers-To"]) == ("revisit", headers["WARC-Record-ID"])
    assert again[0]["WARC-Payload-Digest"] == headers["WARC-Payload-Digest"]
    assert (plain[2].decode(), plain[1].get_header("Content-Encoding")) == ("<p>另一頁</p>", None)
    assert gone[1].statusline == "404 Not Found"


def test_digests_are_those_of_the_body(tmp_path: Path) -> None:
    write_warc(pages(), tmp_path / "pages.warc")
    _, (headers, _, body), *_ = records(tmp_path / "pages.warc")
    assert headers["WARC-Payload-Digest"] == "sha1:" + b32encode(hashlib.sha1(body).digest()).decode()  # noqa: S324


def test_a_gzip_file_has_a_member_for_each_record(tmp_path: Path) -> None:
    write_warc(pages(), tmp_path / "pages.warc.gz")
    with (tmp_path / "pages.warc.gz").open("rb") as file:
        iterator = ArchiveIterator(file)
        offsets = [iterator.get_record_offset() for _ in iterator]
    assert len(set(offsets)) == 5
    data = (tmp_path / "pages.warc.gz").read_bytes()
    assert all(data[offset : offset + 2] == b"\x1f\x8b" for offset in offsets)


def test_a_page_has_the_same_record_id_in_every_file(tmp_path: Path) -> None:
    for name in ("a.warc", "b.warc"):
        write_warc(pages(), tmp_path / name)
    ids = [
        [headers["WARC-Record-ID"] for headers, _, _ in records(tmp_path / name)][1:] for name in ("a.warc", "b.warc")
    ]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 4


def test_nothing_is_left_of_a_file_that_could_not_be_finished(tmp_path: Path) -> None:
    def broken() -> Iterator[Page]:
        yield page(1)
        raise ValueError("the archive is away")

    path = tmp_path / "pages.warc"
    path.write_bytes(b"what was there before")
    with pytest.raises(ValueError, match="away"):
        write_warc(broken(), path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["pages.warc"]
    assert path.read_bytes() == b"what was there before"
    with pytest.raises(FileNotWritten, match="No such file"):
        write_warc(pages(), tmp_path / "nowhere" / "pages.warc")


def test_what_the_archive_keeps_comes_out(archive: Archive, tmp_path: Path) -> None:
    archive.pages.keep([page(number) for number in range(1, 30)])
    path = tmp_path / "pages.warc.gz"
    assert write_warc(archive.pages.every(), path) == 29
    bodies = {headers["WARC-Target-URI"]: body for headers, _, body in list(records(path))[1:]}
    assert bodies == {url_of(number): page(number).body for number in range(1, 30)}


def test_a_recompressed_page_stands_there_unpacked(archive: Archive, tmp_path: Path) -> None:
    archive.pages.keep([page(number, f"<h1>{number}</h1>" + "<p>美股動態</p>" * 500) for number in range(1, 30)])
    assert archive.pages.compress().pages
    write_warc(archive.pages.every(), tmp_path / "pages.warc")
    _, (_, http, body), *_ = records(tmp_path / "pages.warc")
    assert http.get_header("Content-Encoding") is None
    assert body.decode().startswith("<h1>1</h1>")
