"""What a backup consists of: `manifest.json` in its directory, rewritten after each part."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from archive.errors import ArchiveError

Kind = Literal["base", "touched", "removed"]

FORMAT: Final = 1
FILE: Final = "manifest.json"
_OWNER_ONLY: Final = 0o700


class BackupUnusable(ArchiveError):
    """A backup's directory cannot be used: nothing, something else, or something broken is in it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a backup.

    Attributes:
        name: Its name in the directory.
        collection: Whose documents are in it.
        kind: `base`: as they were at some moment while the backup was made; `touched`: those that were written
            meanwhile, as they were at its end, to replace others of the same `_id`; `removed`: only the `_id` of those
            that were not there at its end.
        documents: How many.
        size: Of the file, in bytes.
        sha256: Of the file, 64 hex digits.
        last: The last document's `_id`, as hexadecimal BSON; empty where there is none.
    """

    name: str
    collection: str
    kind: Kind
    documents: int
    size: int
    sha256: str
    last: str


@dataclass(slots=True)
class Manifest:
    """A backup's contents.

    Attributes:
        archive_id: The archive's identity.
        schema_version: The version of the schema that its documents follow.
        began: The moment in the order of the server's writes from which on writes are caught up with.
        runs: The runs in the archive's ledger that made this backup; they are not in it.
        parts: The files so far, in order of restoring.
        read: The collections whose base is complete.
        counts: Documents in each collection, by name; empty while the backup is being made.
        taken_at: The moment that the backup shows, ISO 8601, UTC; None while it is being made.
    """

    archive_id: str
    schema_version: int
    began: tuple[int, int]
    runs: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    taken_at: str | None = None

    @property
    def id(self) -> str:
        """Return what tells this backup from others: archive and beginning."""
        return f"{self.archive_id}-{self.began[0]}-{self.began[1]}"

    def last(self, collection: str) -> bytes | None:
        """Return the last document's `_id` in a collection's base so far, as BSON; None if there is none."""
        bases = [part for part in self.parts if part.collection == collection and part.kind == "base"]
        return bytes.fromhex(bases[-1].last) if bases else None

    def write(self, directory: Path) -> None:
        """Write it down, durably: a reader finds the old one or this one."""
        said: dict[str, Any] = {"format": FORMAT, **asdict(self)}
        whole = json.dumps({**said, "sha256": _digest(said)}, ensure_ascii=False, indent=1)
        beside = directory / f"{FILE}.new"
        with beside.open("w", encoding="utf-8") as file:
            file.write(whole)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(directory / FILE)


def read_manifest(directory: Path) -> Manifest | None:
    """Return the manifest in a directory, or None if there is none.

    Raises:
        BackupUnusable: It cannot be read, was changed, or is of a newer program.
    """
    path = directory / FILE
    try:
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        digest, version = said.pop("sha256"), said.pop("format")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupUnusable(f"{path} is no manifest of a backup: {error}. Name another directory.") from error
    if version != FORMAT:
        raise BackupUnusable(f"{path} has format {version}, this program reads {FORMAT}: upgrade this program.")
    if digest != _digest({"format": version, **said}):
        raise BackupUnusable(f"{path} was changed since it was written: restore another backup.")
    said["parts"] = [Part(**part) for part in said["parts"]]
    said["began"] = tuple(said["began"])
    return Manifest(**said)


def open_directory(directory: Path) -> None:
    """Make a backup's directory where there is none, for its owner only.

    Raises:
        BackupUnusable: It cannot be made, or holds other things than a backup.
    """
    try:
        directory.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        strange = not (directory / FILE).exists() and any(directory.iterdir())
    except OSError as error:
        raise BackupUnusable(f"The directory {directory} cannot be used: {error.strerror}.") from error
    if strange:
        raise BackupUnusable(f"The directory {directory} is not empty and holds no backup: name another one.")


def _digest(said: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
