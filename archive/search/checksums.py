"""The checksums of an index's files, since damage could change search results unnoticed."""

from __future__ import annotations

import json
import mmap
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

_MAGIC: Final = 1337
_TAIL: Final = 8
"""Bytes at a file's end: the length of the footer before them and a fixed number, each 4 bytes, little-endian."""

_CHUNK: Final = 1024 * 1024
"""Bytes that are read at once."""


def damaged_files(path: Path) -> list[str]:
    """Return the names of an index's damaged files, in order.

    Only files of committed segments are read; a file that a writer removes meanwhile is skipped.

    Raises:
        OSError: The folder cannot be read.
        ValueError: The list of segments cannot be read.
    """
    return sorted(file.name for file in _committed(path) if not _is_whole(file))


def _committed(path: Path) -> Iterator[Path]:
    """Yield the files of committed segments."""
    meta: Any = json.loads((path / "meta.json").read_bytes())
    segments = {str(segment["segment_id"]).replace("-", "") for segment in meta["segments"]}
    for file in path.iterdir():
        if file.name.partition(".")[0] in segments:
            yield file


def _is_whole(file: Path) -> bool:
    """Whether a file's content has the checksum of its footer; true of one that is no longer there."""
    with suppress(FileNotFoundError), file.open("rb") as opened:
        size = opened.seek(0, 2)
        if size < _TAIL:
            return False
        with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return _has_checksum(content, size)
    return True


def _has_checksum(content: mmap.mmap, size: int) -> bool:
    length, magic = (int.from_bytes(content[at : at + 4], "little") for at in (size - _TAIL, size - 4))
    end = size - _TAIL - length
    if magic != _MAGIC or end < 0:
        return False
    try:
        wanted: int = json.loads(content[end : size - _TAIL])["crc"]
    except (ValueError, KeyError, TypeError):
        return False
    checksum = 0
    for start in range(0, end, _CHUNK):
        checksum = zlib.crc32(content[start : min(start + _CHUNK, end)], checksum)
    return checksum == wanted
