"""A folder of backups: each new one is verified before an old one is removed, and nothing else is ever removed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.backup.manifest import BackupUnusable, Manifest, read_manifest
from archive.backup.restore import checked
from archive.backup.rotation import Retention, Rotated, read_retention, rotate
from archive.backup.save import back_up
from tests.support.shelf import fill

KEEP_ONE = Retention(1, 0, 0)


def rotated(archive: Archive, folder: Path) -> Rotated:
    return rotate(archive.id, folder, KEEP_ONE, lambda path: back_up(archive, path))


def made(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def age(folder: Path, name: str, days: int) -> str:
    """Let a backup have been made some days earlier; return its new name."""
    manifest = read_manifest(folder / name)
    assert manifest is not None
    assert manifest.taken_at is not None
    taken = datetime.fromisoformat(manifest.taken_at) - timedelta(days=days)
    manifest.taken_at = taken.isoformat()
    manifest.write(folder / name)
    return (folder / name).rename(folder / taken.strftime("%Y-%m-%dT%H%M%SZ")).name


def test_the_newest_of_days_weeks_and_months_are_kept() -> None:
    daily = [datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=day) for day in range(365)]
    kept = set(daily) - set(Retention(7, 4, 12).superseded(daily))
    assert set(daily[-7:]) <= kept
    assert {moment.month for moment in kept} == set(range(1, 13))
    assert {datetime(2026, 12, sunday, 9, tzinfo=UTC) for sunday in (13, 20, 27)} <= kept
    assert len(kept) <= 7 + 4 + 12
    assert Retention(7, 4, 12).superseded(kept) == []
    assert Retention(0, 0, 1).superseded(daily[:1]) == []


@pytest.mark.parametrize("text", ["", "0d", "7", "4w7d", "-1d", "7d 4w", "７d"])
def test_what_keeps_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="keeps nothing"):
        read_retention(text)


def test_a_new_one_is_made_verified_and_takes_the_old_ones_place(archive: Archive, tmp_path: Path) -> None:
    fill(archive, 2)
    first = age(tmp_path, rotated(archive, tmp_path).directory.name, 3)
    (tmp_path / "notes.txt").write_text("theirs", encoding="utf-8")
    (tmp_path / "2020-01-01T000000Z").mkdir()
    foreign = Manifest("another archive", 1, (1, 1), taken_at="2020-01-02T00:00:00+00:00")
    (tmp_path / "2020-01-02T000000Z").mkdir()
    foreign.write(tmp_path / "2020-01-02T000000Z")
    done = rotated(archive, tmp_path)
    assert done.removed == (tmp_path / first,)
    assert made(tmp_path) == ["2020-01-01T000000Z", "2020-01-02T000000Z", done.directory.name, "notes.txt"]
    assert checked(done.directory).counts["articles"] == 2


def test_one_that_is_not_as_it_was_written_removes_none(archive: Archive, tmp_path: Path) -> None:
    fill(archive, 2)
    first = age(tmp_path, rotated(archive, tmp_path).directory.name, 3)

    def save_on_a_bad_disk(directory: Path) -> None:
        part = directory / back_up(archive, directory).parts[0].name
        part.write_bytes(part.read_bytes()[:-1] + b"?")

    with pytest.raises(BackupUnusable):
        rotate(archive.id, tmp_path, KEEP_ONE, save_on_a_bad_disk)
    assert first in made(tmp_path)


def test_one_that_was_stopped_is_gone_on_with(archive: Archive, tmp_path: Path) -> None:
    fill(archive, 2)

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(archive.id, tmp_path, KEEP_ONE, lambda path: back_up(archive, path, progress=stop))
    (stopped,) = made(tmp_path)
    assert rotated(archive, tmp_path).directory.name == stopped
    assert made(tmp_path) == [stopped]
