"""The pages as they were received."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import zstandard

from archive.archive import Archive
from archive.model.article import Problem
from archive.model.crawl.outcome import Miss
from archive.model.crawl.page import Page
from archive.mongo.database import moment
from archive.pages.collection import StorageRow
from archive.pages.documents import page_id
from tests.support.made_articles import NOW, article, key_of, page, url_of

LATER = NOW + timedelta(hours=1)


def stored(archive: Archive) -> list[dict[str, Any]]:
    return list(archive.database["pages"].find().sort("_id", 1))


def bodies(archive: Archive) -> list[bytes | None]:
    return [entry["body"] for entry in stored(archive)]


def encoded(plain: bytes, encoding: str) -> bytes:
    raw = zlib.compressobj(wbits=-15)
    return {
        "gzip": lambda: gzip.compress(plain),
        "deflate": lambda: raw.compress(plain) + raw.flush(),
        "zstd": lambda: zstandard.compress(plain),
    }[encoding]()


def test_a_page_is_kept_as_it_was_received(archive: Archive) -> None:
    received = page(1, "<p>美股動態</p>")
    archive.pages.keep([received])
    [document] = stored(archive)
    assert document["body"] == received.body
    assert (document["encoding"], document["stored"], document["size"]) == ("gzip", "received", len(received.body))
    assert document["sha256"] == hashlib.sha256(received.body).hexdigest()
    [again] = archive.pages.every()
    assert (again.body, again.encoding, again.headers) == (received.body, "gzip", received.headers)
    assert (again.url, again.status, again.fetched_at) == (received.url, 200, moment(NOW))


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd"])
def test_it_is_read_unpacked(archive: Archive, encoding: str) -> None:
    plain = "<p>美股動態</p>".encode() * 9
    made = Page(key_of(1), url_of(1), 200, encoded(plain, encoding), encoding, None, NOW)
    archive.pages.keep([made])
    for again in (archive.pages.latest(key_of(1)), archive.pages.get(page_id(made)), *archive.pages.read([key_of(1)])):
        assert again is not None
        assert (again.body, again.encoding) == (plain, None)


@pytest.mark.parametrize(("body", "encoding"), [(b"broken", "gzip"), (b"x", "unheard-of"), (b"", "gzip")])
def test_what_cannot_be_unpacked_comes_as_received(archive: Archive, body: bytes, encoding: str) -> None:
    archive.pages.keep([Page(key_of(1), url_of(1), 200, body, encoding, None, NOW)])
    again = archive.pages.latest(key_of(1))
    assert again is not None
    assert again.body == body


def test_one_body_is_kept_once(archive: Archive) -> None:
    same = [page(1, "同"), page(2, "同"), page(1, "同", at=LATER)]
    archive.pages.keep(same[:2])
    archive.pages.keep(same[2:])
    assert sorted(body is not None for body in bodies(archive)) == [False, False, True]
    for entry in same:
        again = archive.pages.get(page_id(entry))
        assert again is not None
        assert (again.key, again.body) == (entry.key, "同".encode())


def test_a_body_kept_by_another_at_the_same_moment_is_kept_once(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the question whether a body is there and its insert, another process may have kept it."""
    archive.pages.keep([page(1, "同")])
    monkeypatch.setattr(archive.pages, "_bodies_known", lambda _: set())
    archive.pages.keep([page(2, "同"), page(3, "異")])
    assert [body is not None for body in bodies(archive)] == [True, False, True]
    assert [entry.body.decode() for entry in archive.pages.read([key_of(2), key_of(3)])] == ["同", "異"]


def test_keeping_again_is_nothing(archive: Archive) -> None:
    batch = [page(1), page(2)]
    archive.pages.keep(batch)
    before = stored(archive)
    archive.pages.keep(batch)
    archive.pages.keep([])
    assert stored(archive) == before


def test_headers_of_any_kind_are_kept(archive: Archive) -> None:
    odd = {"etag": '"\udcff"', "x.dotted": "1", "$dollar": "2"}
    archive.pages.keep([Page(key_of(1), url_of(1) + "\udcff", 200, b"x", None, "text/html; \udcff", NOW, odd)])
    again = archive.pages.latest(key_of(1))
    assert again is not None
    assert again.headers == odd | {"etag": '"\\udcff"'}


def test_the_newest_readable_response_counts(archive: Archive) -> None:
    archive.pages.keep(
        [
            page(1, "first"),
            page(1, "second", at=LATER),
            page(1, "error", at=LATER + timedelta(hours=1), status=503),
            page(2, "gone", status=404),
        ]
    )
    latest = archive.pages.latest(key_of(1))
    assert latest is not None
    assert latest.body == b"second"
    assert archive.pages.latest(key_of(2)) is None

    assert [entry.body for entry in archive.pages.read([key_of(1), key_of(2), key_of(3)])] == [b"second"]


def test_a_page_that_a_wrong_clock_dated_into_the_future_is_not_the_newest(archive: Archive) -> None:
    ahead = datetime.now(UTC) + timedelta(days=400)
    archive.pages.keep([page(1, "now"), page(1, "ahead", at=ahead), page(2, "only", at=ahead)])
    bodies = {key: archive.pages.latest(key) for key in (key_of(1), key_of(2))}
    assert {key: kept.body for key, kept in bodies.items() if kept} == {key_of(1): b"now", key_of(2): b"only"}
    assert [kept.body for kept in archive.pages.read([key_of(1), key_of(2)])] == [b"now", b"only"]


def test_pages_are_gone_through_by_key(archive: Archive) -> None:
    archive.pages.keep([page(number, str(number), at=at) for at in (NOW, LATER) for number in range(300, 700)])
    archive.pages.keep([page(number, "late", at=LATER + timedelta(days=1)) for number in (300, 301)])
    keys = [key_of(number) for number in range(300, 700)]
    assert [key.key for key in archive.pages.read(keys)] == keys
    assert len(list(archive.pages.every())) == 802
    some = archive.pages.every(since=LATER, keys=[key_of(301), key_of(302)])
    assert [(entry.key, entry.fetched_at) for entry in some] == [
        (key_of(301), moment(LATER)),
        (key_of(301), moment(LATER + timedelta(days=1))),
        (key_of(302), moment(LATER)),
    ]


def test_what_a_better_parser_may_mend(archive: Archive) -> None:
    archive.writer().save(
        [
            article(1, problems=[]),
            article(2, problems=[Problem("published_at", "no date")]),
            Miss(key_of(3), url_of(3), "failed", "unreadable", NOW, page(3)),
            Miss(key_of(1), url_of(1), "failed", "unreadable", LATER, page(1, at=LATER)),
        ],
        NOW,
    )
    assert sorted(archive.pages.troubled_keys()) == [key_of(1), key_of(2), key_of(3)]


def test_each_form_is_counted_with_its_bytes(archive: Archive) -> None:
    packed, plain = page(1), page(2, "<p>平</p>" * 3, packed=False)
    archive.pages.keep([packed, plain, page(1, at=LATER)])
    size, length = len(packed.body), len(plain.body)
    assert archive.pages.storage() == [
        StorageRow("elsewhere", "gzip", 1, size, 0),
        StorageRow("received", None, 1, length, length),
        StorageRow("received", "gzip", 1, size, size),
    ]
    assert archive.pages.count() == 3
    assert archive.pages.count(LATER) == 1
    assert archive.pages.count(None, ["notes:2", "notes:3"]) == 1
