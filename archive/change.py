"""A change of the archive, as its outbox tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archive.saved import Cause

Op = Literal["upsert", "gone", "merge"]


@dataclass(frozen=True, slots=True)
class Change:
    """One insert, revision, removal or merge.

    Attributes:
        cursor: Its place in the order of commits: 1, 2, 3 … without holes.
        op: `upsert` (new, revised, corrected or back again), `gone` (removed by the site; the text stays) or `merge`.
        key: The article's key; of a merge, the key that ceased to be a document of its own.
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
