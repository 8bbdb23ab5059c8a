"""Packing kept pages tighter, off line."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from archive.archive import Archive
from archive.model.crawl.page import Page
from archive.pages.compression import Packed
from archive.pages.documents import PageDamaged, page_id
from tests.support.made_articles import NOW, key_of, page, url_of

MANY = 60


def html(number: int) -> str:
    """Return a page of 20 KB, most of which is the same on all."""
    chance = random.Random(number)
    template = "".join(
        f"<div class='card card--{entry}'><a href='/article/{entry}'>前往</a></div>" for entry in range(300)
    )
    text = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(100))
    return f"<html>{template}<p>{text}</p></html>"


@pytest.fixture
def filled(archive: Archive) -> Archive:
    """Give an archive with pages worth packing, one body twice, and three that are not."""
    archive.pages.keep([page(number, html(number)) for number in range(MANY)])
    archive.pages.keep([page(1, html(1), at=NOW + timedelta(hours=1))])
    damaged = [
        Page(key_of(900 + entry), url_of(1), 200, body, "gzip", None, NOW) for entry, body in enumerate((b"", b"no"))
    ]
    archive.pages.keep([*damaged, page(902, "x", packed=False)])
    return archive


def everything(archive: Archive) -> list[Page]:
    return list(archive.pages.read(sorted(archive.database["pages"].distinct("key"))))


def stored(archive: Archive, **wanted: Any) -> list[dict[str, Any]]:
    return list(archive.database["pages"].find(wanted))


def test_packed_pages_are_smaller_and_the_same(filled: Archive) -> None:
    before = everything(filled)
    steps: list[Packed] = []
    done = filled.pages.compress(level=5, progress=steps.append)
    assert (done.pages, done.left) == (MANY, 3)
    assert steps[-1] == done
    assert len(steps) == MANY + 3
    assert done.bytes_after < 0.7 * done.bytes_before
    assert everything(filled) == before
    packed = stored(filled, stored="zstd")
    assert done.bytes_after == sum(len(entry["body"]) for entry in packed)
    assert {entry["dictionary"] for entry in packed} == {
        entry["_id"] for entry in filled.database["dictionaries"].find()
    }
    assert all(entry["encoding"] == "gzip" and entry["size"] != len(entry["body"]) for entry in packed)


def test_it_goes_on_where_it_was_stopped(filled: Archive) -> None:
    before = everything(filled)

    def stop(so_far: Packed) -> None:
        if so_far.pages == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filled.pages.compress(level=5, progress=stop)
    assert len(stored(filled, stored="zstd")) == 20
    assert everything(filled) == before
    assert filled.pages.compress(level=5).pages == MANY - 20
    assert filled.pages.compress(level=5).pages == 0
    assert everything(filled) == before
    assert filled.database["dictionaries"].count_documents({}) == 1


def test_few_pages_are_packed_without_a_dictionary(archive: Archive) -> None:
    archive.pages.keep([page(1, html(1), packed=False)])
    assert archive.pages.compress(level=5).pages == 1
    assert stored(archive)[0]["dictionary"] is None
    again = archive.pages.latest(key_of(1))
    assert again is not None
    assert again.body == html(1).encode()


def test_new_pages_after_packing_are_packed_with_the_same_dictionary(filled: Archive) -> None:
    filled.pages.compress(level=5)
    filled.pages.keep([page(number, html(number)) for number in range(MANY, MANY + 5)])
    assert filled.pages.compress(level=5).pages == 5
    assert len({entry["dictionary"] for entry in stored(filled, stored="zstd")}) == 1


def test_a_body_is_still_kept_once_after_packing(filled: Archive) -> None:
    filled.pages.compress(level=5)
    filled.pages.keep([page(1, html(1), at=NOW + timedelta(hours=2))])
    assert len(stored(filled, key=key_of(1), body=None)) == 2


def test_a_lost_dictionary_is_an_error_that_says_so(filled: Archive) -> None:
    filled.pages.compress(level=5)
    database = filled.database.handle
    with Archive.open(filled.connection.uri, database.name, create=True) as other:
        database["dictionaries"].delete_many({})
        with pytest.raises(PageDamaged, match="dictionary"):
            other.pages.get(page_id(page(1, html(1))))
