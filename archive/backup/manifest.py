"""The contents of a backup: `manifest.json` in its directory, rewritten after each part."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
from dataclasses import asdict, dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Any, Final, Literal

from archive.atomic_file import private_folder, replace_secret, sweep
from archive.backup.snapshot import NAMES
from archive.errors import ArchiveError
from archive.mongo.schema.collections import VERSION

PartKind = Literal["base", "touched", "removed"]

FORMAT: Final = 1
FILE: Final = "manifest.json"
_LONGEST: Final = 64 * 1024 * 1024  # bytes of a manifest: some 200,000 parts
_NAME: Final = re.compile(r"([a-z_]+)\.(base|touched|removed)\.[0-9]{6,9}\.bson\.zst", re.ASCII)
_CAREFULLY: Final = sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
"""Flags for opening a file, as far as the platform has them."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class BackupUnusable(ArchiveError):
    """A backup cannot be used: a part of it is broken, was changed, or was made by a newer program."""


class WrongDirectory(BackupUnusable):
    """A directory holds no backup, or cannot hold one."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a backup.

    Attributes:
        name: Its name in the directory.
        collection: The collection of its documents.
        kind: `base`: documents from some moment of the backup; `touched`: those written during the backup, as at its
            end, which replace others of the same `_id`; `removed`: only the `_id` of those removed by then.
        documents: The number of documents.
        size: Bytes of the file.
        sha256: Of the file, 64 hex digits.
        last: The last document's `_id`, as hexadecimal BSON; empty if there is none.
    """

    name: str
    collection: str
    kind: PartKind
    documents: int
    size: int
    sha256: str
    last: str


@dataclass(slots=True)
class Manifest:
    """A backup's contents.

    Attributes:
        archive_id: The archive's identity.
        schema_version: The schema version of its documents.
        began: The server's cluster time at the beginning; later writes are in the parts `touched` and `removed`.
        runs: The runs in the archive's ledger that made this backup, which excludes them.
        parts: The files so far, in order of restoring.
        read: The collections whose base is complete.
        counts: Documents in each collection, by name; empty while the backup is being made.
        taken_at: The moment of the saved state, ISO 8601, UTC; None while the backup is being made.
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
        """The backup's identity: archive and beginning."""
        return f"{self.archive_id}-{self.began[0]}-{self.began[1]}"

    @property
    def digest(self) -> str:
        """The sha256 of the whole manifest, which has the parts' sha256: no part can be exchanged."""
        return _digest({"format": FORMAT, **asdict(self)})

    def last(self, collection: str) -> bytes | None:
        """Return the `_id` of the last document of a collection's base so far, as BSON; None if there is none."""
        bases = [part for part in self.parts if part.collection == collection and part.kind == "base"]
        return bytes.fromhex(bases[-1].last) if bases else None

    def write(self, directory: Path) -> None:
        """Save it atomically and durably."""
        fields: dict[str, Any] = {"format": FORMAT, **asdict(self)}
        whole = json.dumps({**fields, "sha256": _digest(fields)}, ensure_ascii=False, indent=1)
        replace_secret(directory / FILE, whole.encode())


def read_manifest(directory: Path) -> Manifest | None:
    """Return the manifest in a directory, or None if there is none.

    Raises:
        WrongDirectory: It cannot be read: a link, a pipe, a file in place of the folder.
        BackupUnusable: It was changed, is invalid, or was made by a newer program.
    """
    path = directory / FILE
    try:
        with open_regular(path) as file:
            text = file.read(_LONGEST + 1)
        fields: dict[str, Any] = json.loads(text[:_LONGEST])
        digest, version = fields.pop("sha256"), fields.pop("format")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WrongDirectory(f"{path} is no manifest of a backup: {error.strerror}. Name another directory.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BackupUnusable(f"{path} is no manifest of a backup: {error}. Name another directory.") from error
    if version != FORMAT:
        raise BackupUnusable(f"{path} has format {version!r}, this program reads {FORMAT}: upgrade this program.")
    if digest != _digest({"format": version, **fields}):
        raise BackupUnusable(f"{path} was changed since it was written: restore another backup.")
    try:
        manifest = _manifest(fields)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupUnusable(f"{path} is no manifest of a backup: {error}. Restore another backup.") from error
    if manifest.schema_version > VERSION:
        raise BackupUnusable(
            f"The backup in {directory} has schema version {manifest.schema_version}, this program knows "
            f"only {VERSION}: upgrade this program."
        )
    return manifest


def open_regular(path: Path) -> BufferedReader:
    """Return a file open for reading; a link, a pipe, a device or a folder is refused at once.

    Raises:
        OSError: It is no regular file, or cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | _CAREFULLY)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return os.fdopen(descriptor, "rb")


def _manifest(fields: dict[str, Any]) -> Manifest:
    parts = [Part(**part) for part in fields["parts"]]
    manifest = Manifest(**fields | {"parts": parts, "began": tuple(fields["began"])})
    for part in parts:
        _check_part(part)
    if len({part.name for part in parts}) != len(parts):
        raise ValueError("it names a part twice")
    numbers = (manifest.schema_version, *manifest.began, *manifest.counts.values())
    if len(manifest.began) != 2 or not all(type(number) is int and number >= 0 for number in numbers):  # noqa: PLR2004
        raise ValueError("a number in it is none")
    if unknown := {*manifest.counts, *manifest.read} - set(NAMES):
        raise ValueError(f"an archive has no collection {min(unknown)!r}")
    texts = (manifest.archive_id, *manifest.runs, *([] if manifest.taken_at is None else [manifest.taken_at]))
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a text in it is none")
    return manifest


def _check_part(part: Part) -> None:
    match = _NAME.fullmatch(part.name)
    if match is None or match.groups() != (part.collection, part.kind):
        raise ValueError(f"{part.name!r} is no name of a part")
    if part.collection not in NAMES:
        raise ValueError(f"an archive has no collection {part.collection!r}")
    if not all(type(number) is int and number >= 0 for number in (part.documents, part.size)):
        raise ValueError(f"the size of {part.name} is none")
    if not _SHA256.fullmatch(part.sha256):
        raise ValueError(f"the sha256 of {part.name} is none")
    bytes.fromhex(part.last)


def open_directory(directory: Path) -> None:
    """Make a backup's directory unless it exists, for its owner only; leftovers of a killed call are removed.

    Raises:
        WrongDirectory: It cannot be made, or holds other files than a backup.
    """
    try:
        private_folder(directory)
        sweep(directory / FILE)
        files = {path.name for path in directory.iterdir()}
        strange = bool(files) and FILE not in files
    except OSError as error:
        raise WrongDirectory(f"The directory {directory} cannot be used: {error.strerror}.") from error
    if strange:
        raise WrongDirectory(f"The directory {directory} is not empty and holds no backup: name another one.")


def _digest(fields: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
