"""A folder of backups: makes and verifies a new one, then removes those beyond the retention."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from archive.backup.manifest import BackupUnusable, Manifest, WrongDirectory, read_manifest
from archive.backup.restore import checked
from archive.model.time_zones import TAIPEI

_NAME: Final = "%Y-%m-%dT%H%M%SZ"
_RETENTION: Final = re.compile(r"(?=.)(?:(\d{1,4})d)?(?:(\d{1,4})w)?(?:(\d{1,4})m)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Retention:
    """The numbers of backups to keep, each the newest of its day, week or month in Taipei; empty periods do not count.

    Attributes:
        days: Daily backups.
        weeks: Weekly backups; weeks begin on Monday.
        months: Monthly backups.
    """

    days: int
    weeks: int
    months: int

    def superseded(self, moments: Iterable[datetime]) -> list[datetime]:
        """Return the moments (aware) of backups to remove; the newest is always kept.

        >>> noon = [datetime(2026, 8, day, 4, tzinfo=UTC) for day in range(1, 32)]
        >>> [moment.day for moment in noon if moment not in Retention(2, 2, 1).superseded(noon)]
        [30, 31]
        """
        newest_first = sorted(moments, reverse=True)
        kept = set(newest_first[:1])
        for form, count in (("%Y-%m-%d", self.days), ("%G-%V", self.weeks), ("%Y-%m", self.months)):
            periods: dict[str, datetime] = {}
            for moment in newest_first:
                periods.setdefault(moment.astimezone(TAIPEI).strftime(form), moment)
            kept |= set(list(periods.values())[:count])
        return sorted(set(newest_first) - kept)


def read_retention(text: str) -> Retention:
    """Return a retention such as `7d4w12m`.

    Raises:
        ValueError: It is invalid, or keeps nothing.

    >>> read_retention("7d12m")
    Retention(days=7, weeks=0, months=12)
    """
    match = _RETENTION.fullmatch(text)
    numbers = [int(number or 0) for number in match.groups()] if match else []
    if not any(numbers):
        raise ValueError(f"{text!r} keeps nothing: write days, weeks and months such as 7d4w12m")
    return Retention(*numbers)


@dataclass(frozen=True, slots=True)
class Rotated:
    """The result of a rotation.

    Attributes:
        directory: The new backup's.
        manifest: The new backup's.
        removed: The directories of the removed backups.
    """

    directory: Path
    manifest: Manifest
    removed: tuple[Path, ...]


def rotate(archive_id: str, folder: Path, retention: Retention, save: Callable[[Path], object]) -> Rotated:
    """Make a backup in a folder of backups, verify it, and remove complete ones of this archive beyond the retention.

    An unfinished backup is resumed; if that is impossible, a new one replaces it.

    Args:
        archive_id: Identity of the archive.
        folder: The folder; each backup has a directory in it, named by the moment of its beginning, UTC.
        retention: The numbers of backups to keep.
        save: Makes or resumes a backup in a directory: see `archive.backup.save.back_up`.

    Raises:
        BackupUnusable: The folder cannot be written, or the new backup is broken; then none is removed.
        ArchiveError: The database cannot be used.
    """
    unfinished = [path for path, manifest in _backups(archive_id, folder) if manifest.taken_at is None]
    directory = unfinished[-1] if unfinished else folder / datetime.now(UTC).strftime(_NAME)
    try:
        save(directory)
    except BackupUnusable:
        if not unfinished:
            raise
        shutil.rmtree(directory)
        directory = folder / datetime.now(UTC).strftime(_NAME)
        save(directory)
    manifest = checked(directory)
    moments = {
        datetime.fromisoformat(other.taken_at): path for path, other in _backups(archive_id, folder) if other.taken_at
    }
    removed = tuple(moments[moment] for moment in retention.superseded(moments) if moments[moment] != directory)
    for path in removed:
        shutil.rmtree(path)
    return Rotated(directory, manifest, removed)


def _backups(archive_id: str, folder: Path) -> list[tuple[Path, Manifest]]:
    """Return the backups of this archive that `rotate` made in a folder, oldest first; other files are ignored.

    Raises:
        WrongDirectory: The folder cannot be read.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if _is_name(path.name)) if folder.is_dir() else []
    except OSError as error:
        raise WrongDirectory(f"The folder {folder} cannot be read: {error.strerror}.") from error
    backups = []
    for path in paths:
        try:
            manifest = read_manifest(path)
        except BackupUnusable:
            continue
        if manifest and manifest.archive_id == archive_id:
            backups.append((path, manifest))
    return backups


def _is_name(name: str) -> bool:
    try:
        return bool(datetime.strptime(name, _NAME).replace(tzinfo=UTC))
    except ValueError:
        return False
