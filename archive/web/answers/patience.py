"""How long the database may work on an answer."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final

import pymongo

from archive.archive import Archive

LONGEST: Final = 15.0
"""Seconds that the database may work on one answer; exports, which are streams, take as long as they take."""

LONGEST_AWAY: Final = 1.0
"""The same while the database is known to be away: it might just be back."""


def bounded(archive: Archive) -> AbstractContextManager[object]:
    """Return a context in which the database is given up after a while."""
    return pymongo.timeout(LONGEST if archive.connection.is_up else LONGEST_AWAY)
