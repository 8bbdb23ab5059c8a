"""A folder of backups: a new one made and verified, and those removed that the retention does not keep."""

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
    """How many backups are kept, each the newest of its day, week or month in Taipei; empty periods do not count.

    Attributes:
        days: Of the last so many days.
        weeks: Of the last so many weeks, which begin on Monday.
        months: Of the last so many months.
    """

    days: int
    weeks: int
    months: int

    def superseded(self, moments: Iterable[datetime]) -> list[datetime]:
        """Return the moments (aware) of backups that are not kept; the newest always is.

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
        ValueError: It is none, or keeps nothing.

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
    """What came of a rotation.

    Attributes:
        directory: Of the new backup.
        manifest: Its contents.
        removed: The directories of the backups that were removed.
    """

    directory: Path
    manifest: Manifest
    removed: tuple[Path, ...]


def rotate(archive_id: str, folder: Path, retention: Retention, save: Callable[[Path], object]) -> Rotated:
    """Make a backup in a folder of them, verify it, and then remove complete ones of this archive that are not kept.

    One that was stopped in the middle is gone on with; where that cannot be, it is begun anew.

    Args:
        archive_id: Identity of the archive that is saved.
        folder: Where; each backup has a directory in it that is named by the moment of its beginning, UTC.
        retention: Which are kept.
        save: Makes a backup in a directory, or goes on with it: see `archive.backup.save.back_up`.

    Raises:
        BackupUnusable: The folder cannot be written, or the backup is not as it was written; then none is removed.
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
    """Return this archive's backups that `rotate` made in a folder, oldest first; what else lies there is left alone.

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
