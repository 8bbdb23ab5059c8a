"""Records as JSON lines: dates as ISO 8601 with Z, Chinese as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final

import orjson

Encode = Callable[[Any], bytes]


def moment(at: datetime) -> str:
    """Return a moment as ISO 8601 in UTC with milliseconds and Z; one without a zone is UTC already.

    >>> moment(datetime.fromisoformat("2026-08-30T12:04:05+08:00"))
    '2026-08-30T04:04:05.000Z'
    """
    naive = at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None)
    return naive.isoformat(timespec="milliseconds") + "Z"


def _plain(value: object) -> str:
    """Return what JSON has no kind for as text.

    Raises:
        TypeError: It is nothing that an archive holds.
    """
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a record")


_encode: Final = partial(orjson.dumps, default=_plain)

to_json: Final[Encode] = partial(_encode, option=orjson.OPT_PASSTHROUGH_DATETIME)
"""Return a value as JSON in UTF-8 without blanks; members of objects in the order that they have."""

to_line: Final[Encode] = partial(_encode, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_APPEND_NEWLINE)
"""Return a value as a line of the same JSON, with its line feed."""
