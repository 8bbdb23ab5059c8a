"""Sitting out a database that is away."""

from __future__ import annotations

import pytest

from archive import outage
from archive.errors import DatabaseUnavailable, DiskFull

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(outage, "LONGEST_WAIT", 0.02)


class Away:
    """A call that fails a number of times before it succeeds."""

    def __init__(self, times: int, error: type[Exception] = DatabaseUnavailable) -> None:
        self.left = times
        self.error = error
        self.revived = 0

    def __call__(self) -> str:
        if self.left:
            self.left -= 1
            raise self.error("away")
        return "back"

    def revive(self) -> None:
        self.revived += 1
        if self.revived == 1:
            raise DatabaseUnavailable("not yet")


async def test_a_call_is_repeated_until_the_database_is_back() -> None:
    away = Away(3)
    assert await outage.sit_out(away, limit=10, revive=away.revive) == "back"
    assert away.revived == 3


async def test_an_outage_over_the_limit_is_an_error_that_says_so() -> None:
    with pytest.raises(DatabaseUnavailable, match="MONGODB_OUTAGE_LIMIT"):
        await outage.sit_out(Away(1000), limit=0.05)


async def test_other_errors_are_not_sat_out() -> None:
    with pytest.raises(DiskFull):
        await outage.sit_out(Away(1, DiskFull), limit=10)
