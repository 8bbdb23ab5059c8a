"""Kept pages by the form that they are stored in."""

from __future__ import annotations

from datetime import timedelta

from archive.archive import Archive
from archive.pages.collection import StorageRow
from tests.support.made_articles import NOW, page

LATER = NOW + timedelta(hours=1)


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
