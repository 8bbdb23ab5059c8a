"""What the doctor finds of the search index."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.archive import Archive
from crawler.doctor.search import examine
from tests.archive.search.conftest import archive
from tests.support.made_articles import NOW, article

__all__ = ["archive"]


def found(archive: Archive, uri: str, tmp_path: Path) -> tuple[str, str]:
    settings = {"MONGODB_URI": uri, "MONGODB_DATABASE": archive.database.name}
    (finding,) = examine(settings | {"SEARCH_INDEX_DIR": str(tmp_path / "search")})
    return finding.state, finding.says


def test_the_index(archive: Archive, uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(archive, uri, tmp_path)[0] == "well"
    archive.search.update()
    archive.writer().save([article(number, page=None) for number in range(3)], NOW)
    monkeypatch.setattr("crawler.doctor.search.LATE", 3)
    state, says = found(archive, uri, tmp_path)
    assert (state, "behind by 3 changes" in says) == ("well", True)
    monkeypatch.setattr("crawler.doctor.search.LATE", 2)
    assert found(archive, uri, tmp_path)[0] == "doubtful"
    archive.search.update()
    file = next((tmp_path / "search").rglob("*.term"))
    file.write_bytes(file.read_bytes()[:-1])
    assert found(archive, uri, tmp_path)[0] == "wrong"


def test_without_an_archive_there_is_nothing_to_tell(uri: str) -> None:
    assert list(examine({"MONGODB_URI": uri, "MONGODB_DATABASE": "not_there"})) == []
