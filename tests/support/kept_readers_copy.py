"""A reader's copy of the archive, kept by the lines of the feed alone, as docs/feed.md says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from archive.archive import Archive
from archive.json_text import to_json

Copy = dict[str, Any]


def take(copy: Copy, line: Mapping[str, Any]) -> None:
    """Do to the copy what a line says."""
    key = line["key"]
    if line["op"] == "merge":
        copy.pop(key, None)
        key = line["into"]
    if line["article"] is None:
        copy.pop(key, None)
    else:
        copy[key] = line["article"]


def copied(lines: Iterable[Mapping[str, Any]]) -> Copy:
    """Return the copy of one who has read some lines."""
    copy: Copy = {}
    for line in lines:
        take(copy, line)
    return copy


def original(archive: Archive, **wanted: Any) -> Copy:
    """Return what the archive has, as JSON tells it."""
    return {record["_id"]: json.loads(to_json(record)) for record in archive.articles(**wanted)}


def as_told(copy: Copy) -> Copy:
    """Return a copy as it would have come through JSON."""
    return {key: json.loads(to_json(record)) for key, record in copy.items()}


def number_of(line: Mapping[str, Any]) -> int:
    """Return the number of a line's change."""
    return int(line["cursor"].rpartition("-")[2])
