"""The versions of an article."""

from __future__ import annotations

from datetime import timedelta

from archive.archive import Archive
from tests.support.made_articles import NOW, article, key_of


def test_versions_oldest_first(archive: Archive) -> None:
    for hour in range(11):
        archive.writer().save([article(1, f"第{hour}版", at=NOW + timedelta(hours=hour))], NOW)
    versions = archive.revisions.of(key_of(1))
    assert [version["revision"] for version in versions] == list(range(1, 12))
    assert archive.revisions.of(key_of(2)) == []
