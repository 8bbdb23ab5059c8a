"""The files of a backup: documents of one collection, concatenated as BSON and compressed with zstd."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import zstandard

from archive.backup.manifest import BackupUnusable, Manifest, Part, PartKind, open_regular
from archive.mongo.raw_bson import identity, only_identity

LEVEL: Final = 3
_LENGTH: Final = 4  # bytes at the start of a BSON document
_SHORTEST: Final = 5  # a document without fields
_WINDOW: Final = 64 * 1024 * 1024  # bytes that unpacking may hold; level 3 takes 2 MiB
_LONGEST: Final = 17 * 1024 * 1024  # MongoDB's limit of a document, and some more


@dataclass(frozen=True, slots=True)
class Shelf:
    """The directory of a backup, with its manifest.

    Attributes:
        directory: The directory.
        manifest: The manifest.
        size: Bytes of BSON at which a part is full.
    """

    directory: Path
    manifest: Manifest
    size: int

    def put(self, collection: str, kind: PartKind, documents: Iterable[bytes]) -> Iterator[Part]:
        """Write documents of a collection; yield each part once it is durable and in the manifest."""
        rest = iter(documents)
        while (first := next(rest, None)) is not None:
            name = self.directory / self._next_name(collection, kind)
            part = _write(name, collection, kind, _until_full(first, rest, self.size))
            self.manifest.parts.append(part)
            self.manifest.write(self.directory)
            yield part

    def _next_name(self, collection: str, kind: PartKind) -> str:
        number = sum(part.collection == collection and part.kind == kind for part in self.manifest.parts) + 1
        return f"{collection}.{kind}.{number:06d}.bson.zst"


def check_parts(directory: Path, manifest: Manifest) -> None:
    """Check every part against the manifest: sha256 and number of documents.

    Raises:
        BackupUnusable: A part is missing, no regular file, was changed, or is broken.
    """
    for part in manifest.parts:
        count = sum(1 for _ in read_part(directory, part))
        if count != part.documents:
            raise BackupUnusable(f"{part.name} holds {count} documents, not {part.documents}: restore another backup.")


def read_part(directory: Path, part: Part) -> Iterator[bytes]:
    """Yield a part's documents after the check of its sha256.

    Raises:
        BackupUnusable: It is missing, no regular file, was changed, or is broken.
    """
    path = directory / part.name
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            digest = hashlib.file_digest(file, "sha256").hexdigest() if size == part.size else ""
            if digest != part.sha256:
                raise BackupUnusable(f"{path} is not as it was written: restore another backup.")
            file.seek(0)
            yield from _documents(path, file)
    except (OSError, zstandard.ZstdError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise BackupUnusable(f"{path} cannot be read: {reason}. Restore another backup.") from error


def _documents(path: Path, file: BinaryIO) -> Iterator[bytes]:
    packer = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
    with packer.stream_reader(file, closefd=False) as stream:
        while head := stream.read(_LENGTH):
            length = int.from_bytes(head, "little")
            if not _SHORTEST <= length <= _LONGEST:
                raise BackupUnusable(f"{path} holds what is no document ({length} bytes): restore another backup.")
            document = head + stream.read(length - _LENGTH)
            if len(document) != length:
                raise BackupUnusable(f"{path} ends in the middle of a document: restore another backup.")
            if document[-1]:
                raise BackupUnusable(f"{path} holds what is no document: restore another backup.")
            yield document


def _until_full(first: bytes, rest: Iterator[bytes], size: int) -> Iterator[bytes]:
    yield first
    filled = len(first)
    while filled < size and (document := next(rest, None)) is not None:
        filled += len(document)
        yield document


def _write(path: Path, collection: str, kind: PartKind, documents: Iterator[bytes]) -> Part:
    count, last = 0, b""
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        with zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).stream_writer(file, closefd=False) as stream:
            for document in documents:
                stream.write(document)
                count, last = count + 1, document
        file.flush()
        os.fsync(file.fileno())
    with beside.open("rb") as file:  # the sha256 of the file on the disk
        digest, size = hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
    beside.replace(path)
    return Part(path.name, collection, kind, count, size, digest, only_identity(identity(last)).hex())
