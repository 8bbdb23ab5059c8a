"""The archive that tests of the search work on: its index lies in the test's own folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from archive.archive import Archive


@pytest.fixture
def archive(uri: str, database: Database[dict[str, Any]], tmp_path: Path) -> Iterator[Archive]:
    """Give an empty archive without an index."""
    with Archive.open(uri, database.name, search_dir=tmp_path / "search", create=True) as opened:
        yield opened
