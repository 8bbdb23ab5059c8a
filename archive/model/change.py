"""A change of an article, and the cursor that marks a place among changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from archive.model.crawl.outcome import Cause

_CURSOR: Final = re.compile(r"(?P<archive>[0-9a-f]{32})-(?P<number>[0-9]{1,18})", re.ASCII)

Op = Literal["upsert", "gone", "back", "merge"]


class WrongCursor(ValueError):
    """A cursor is invalid, is another archive's, or is beyond this archive's newest change; the message has which."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a feed.

    Attributes:
        archive: The identity of the archive: 32 hex digits.
        number: The number of the change before it; 0 for the beginning.

    >>> str(Cursor("0" * 32, 7))
    '00000000000000000000000000000000-7'
    """

    archive: str
    number: int

    def __str__(self) -> str:
        return f"{self.archive}-{self.number}"


def read_cursor(text: str, archive: str) -> int:
    """Return the number of the change before a cursor.

    Args:
        text: The cursor, as in a line of the feed.
        archive: The identity of the archive that is read.

    Raises:
        WrongCursor: It is invalid, or another archive's.

    >>> read_cursor("00000000000000000000000000000000-7", "0" * 32)
    7
    """
    match = _CURSOR.fullmatch(text.strip())
    if not match:
        raise WrongCursor(f"{text.strip()[:80]!r} is no cursor: take the `cursor` of a line of the feed as it is")
    if match["archive"] != archive:
        raise WrongCursor(
            f"cursor {text.strip()} is of another archive ({match['archive'][:8]}…, this one is {archive[:8]}…): "
            "check MONGODB_URI and MONGODB_DATABASE; if it was restored from a backup since, begin anew with an empty "
            "copy and no cursor"
        )
    return int(match["number"])


@dataclass(frozen=True, slots=True)
class Change:
    """One insert, revision, removal or merge.

    Attributes:
        cursor: Its place in the order of commits: 1, 2, 3 … without holes.
        op: `upsert` (new, revised or corrected), `gone` (removed by the site; the text stays), `back` (it is there
            again, maybe revised) or `merge`.
        key: The article's key; of a merge, the key whose document ends.
        revision: The article's revision after the change.
        cause: `site` (the page changed) or `extractor` (our reading did).
        at: When it was written; aware, UTC.
        into: The key of the document it was merged into; None unless it is a merge.
    """

    cursor: int
    op: Op
    key: str
    revision: int
    cause: Cause
    at: datetime
    into: str | None = None
