"""What the doctor finds of the search index."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.archive import Archive
from crawler.doctor.search import examine
from tests.archive.search.conftest import archive
from tests.support.made_articles import NOW, article

__all__ = ["archive"]


def found(archive: Archive) -> tuple[str, str]:
    (finding,) = examine(archive)
    return finding.state, finding.says


def test_the_index(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(archive)[0] == "well"
    archive.search.update()
    archive.writer().save([article(number, page=None) for number in range(3)], NOW)
    monkeypatch.setattr("crawler.doctor.search.LATE", 3)
    state, says = found(archive)
    assert (state, "behind by 3 changes" in says) == ("well", True)
    monkeypatch.setattr("crawler.doctor.search.LATE", 2)
    assert found(archive)[0] == "doubtful"
    archive.search.update()
    file = next((tmp_path / "search").rglob("*.term"))
    file.write_bytes(file.read_bytes()[:-1])
    assert found(archive)[0] == "wrong"
