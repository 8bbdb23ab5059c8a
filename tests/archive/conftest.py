"""The archive that tests work on: a real one, empty, in a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database

from archive.archive import Archive


@pytest.fixture
def archive(uri: str, database: Database[dict[str, Any]]) -> Iterator[Archive]:
    """Give an empty archive."""
    with Archive.open(uri, database.name, create=True) as opened:
        yield opened
