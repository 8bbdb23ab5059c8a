"""How the index is kept: its states, its one writer, and what happens when it is damaged."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.search import folder as folders
from archive.search.errors import IndexBusy, IndexDamaged, IndexTooNew, SearchUnavailable
from tests.support.made_articles import NOW, article

COUNT = 30
HOLD = "import sys, filelock; lock = filelock.FileLock(sys.argv[1]); lock.acquire(); print(flush=True); input()"


def home(archive: Archive, tmp_path: Path) -> Path:
    return tmp_path / "search" / archive.id


def generation(archive: Archive, tmp_path: Path) -> Path:
    (path,) = home(archive, tmp_path).glob("generation-*")
    return path


def save(archive: Archive, *numbers: int) -> None:
    archive.writer().save([article(number, page=None) for number in numbers], NOW)


@contextmanager
def another_writer(home: Path) -> Iterator[None]:
    words = [sys.executable, "-c", HOLD, str(home / "writer.lock")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        yield
        process.communicate("\n")


def test_its_state(archive: Archive, tmp_path: Path) -> None:
    assert archive.search.state().condition == "absent"
    save(archive, 1, 2)
    archive.search.update()
    save(archive, 3)
    state = archive.search.state()
    assert (state.condition, state.behind, state.articles) == ("ready", 1, 2)
    assert state.path == home(archive, tmp_path)
    assert state.size == sum(path.stat().st_size for path in generation(archive, tmp_path).iterdir())
    archive.search.update()
    state = archive.search.state()
    assert (state.condition, state.behind, state.articles) == ("ready", 0, 3)


def test_an_update_with_nothing_new_writes_nothing(archive: Archive, tmp_path: Path) -> None:
    save(archive, 1)
    archive.search.update()
    before = {path: path.stat().st_mtime_ns for path in generation(archive, tmp_path).iterdir()}
    archive.search.update()
    assert {path: path.stat().st_mtime_ns for path in generation(archive, tmp_path).iterdir()} == before


def test_changes_are_committed_in_batches(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.search.update()
    save(archive, *range(1, 6))
    monkeypatch.setattr("archive.search.indexer.BATCH", 2)
    steps: list[tuple[int, int]] = []
    archive.search.update(lambda done, total: steps.append((done, total)))
    assert steps == [(2, 5), (4, 5), (5, 5)]
    assert archive.search("heading:結論").total == 5


def test_only_one_writes_and_all_may_read(archive: Archive, tmp_path: Path) -> None:
    save(archive, 1)
    archive.search.update()
    save(archive, 2)
    with another_writer(home(archive, tmp_path)):
        for write in (archive.search.update, archive.search.rebuild):
            with pytest.raises(IndexBusy, match="Another process"):
                write()
        assert archive.search("heading:結論").total == 1
    archive.search.update()
    assert archive.search("heading:結論").total == 2


def test_a_newer_program_s_index_is_left_alone(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(archive, 1)
    with monkeypatch.context() as newer:
        newer.setattr(folders, "VERSION", folders.VERSION + 1)
        archive.search.rebuild()
    kept = (home(archive, tmp_path) / "current.json").read_bytes()
    assert archive.search.state().condition == "newer"
    for use in (archive.search.update, archive.search.rebuild, lambda: archive.search("結論")):
        with pytest.raises(IndexTooNew, match="upgrade"):
            use()
    assert (home(archive, tmp_path) / "current.json").read_bytes() == kept
    assert generation(archive, tmp_path).is_dir()


def test_an_older_program_s_index_is_built_anew(archive: Archive, tmp_path: Path) -> None:
    save(archive, 1)
    archive.search.update()
    current = home(archive, tmp_path) / "current.json"
    old = json.loads(current.read_bytes())
    current.write_text(json.dumps(old | {"version": 0}))
    assert archive.search.state().condition == "outdated"
    with pytest.raises(SearchUnavailable, match="older program"):
        archive.search("結論")
    archive.search.update()
    assert archive.search("結論").total == 1
    assert json.loads(current.read_bytes()) != old


@pytest.mark.parametrize("name", ["meta.json", "current.json"])
@pytest.mark.parametrize("content", [None, b"", b"{"])
def test_a_damaged_index_is_told_and_built_anew(
    archive: Archive, tmp_path: Path, name: str, content: bytes | None
) -> None:
    save(archive, 1)
    archive.search.update()
    (file,) = home(archive, tmp_path).rglob(name)
    file.unlink() if content is None else file.write_bytes(content)
    assert archive.search.state().condition == ("damaged" if name == "meta.json" else "absent")
    with pytest.raises(SearchUnavailable, match="cmoney search --rebuild"):
        archive.search("結論")
    archive.search.update()
    assert archive.search("結論").total == 1
    assert generation(archive, tmp_path).is_dir()


@pytest.mark.parametrize("ending", ["term", "idx", "store", "fast", "pos"])
@pytest.mark.parametrize("kept", [0, 0.5])
def test_a_file_that_was_cut_off_is_told(archive: Archive, tmp_path: Path, ending: str, kept: float) -> None:
    save(archive, *range(COUNT))
    archive.search.update()
    for path in generation(archive, tmp_path).glob(f"*.{ending}"):
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(IndexDamaged, match="--rebuild"):
        archive.search('"結論先行" 營收成長 since:2020-01-01')
    assert archive.search.state().condition == "damaged"
    archive.search.rebuild()
    assert archive.search("結論").total == COUNT


@pytest.mark.parametrize("ending", ["term", "idx", "store", "fast", "pos", "fieldnorm"])
def test_a_single_flipped_bit_is_told(archive: Archive, tmp_path: Path, ending: str) -> None:
    save(archive, *range(COUNT))
    archive.search.update()
    assert archive.search.state().condition == "ready"
    file = next(generation(archive, tmp_path).glob(f"*.{ending}"))
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 4
    file.write_bytes(content)
    state = archive.search.state()
    assert state.condition == "damaged"
    assert state.detail.endswith("Rebuild it: cmoney search --rebuild")


def test_an_archive_whose_data_became_older_gets_a_new_index(archive: Archive) -> None:
    save(archive, 1)
    save(archive, 2)
    archive.search.update()
    archive.database["changes"].delete_one({"key": "notes:2"})
    archive.database["articles"].delete_one({"_id": "notes:2"})
    assert archive.search.state().condition == "outdated"
    archive.search.update()
    state = archive.search.state()
    assert (state.condition, state.articles) == ("ready", 1)


def test_a_folder_that_cannot_be_made_is_one_line(uri: str, archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Archive.open(uri, archive.database.name, search_dir=tmp_path / "file", create=True) as opened:
        with pytest.raises(SearchUnavailable, match="SEARCH_INDEX_DIR") as raised:
            opened.search.update()
        assert "\n" not in str(raised.value)
        with pytest.raises(SearchUnavailable):
            opened.search("結論")


def test_what_a_dead_writer_left_is_removed(archive: Archive, tmp_path: Path) -> None:
    save(archive, 1)
    archive.search.update()
    beside = generation(archive, tmp_path) / ".tmpdead"
    beside.write_text("x")
    left = home(archive, tmp_path) / "generation-dead"
    left.mkdir()
    (left / "meta.json").write_text("{}")
    save(archive, 2)
    archive.search.update()
    assert not left.exists()
    assert not beside.exists()
    assert archive.search("結論").total == 2
