"""The client of one run: an address that outlives its lease is asked once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import time_machine

from archive.archive import Archive
from archive.crawl_state.settlements import GoneRule
from crawler.frontier_client import FrontierClient
from tests.support.made_articles import NOW, found


def test_an_address_in_hand_is_leased_again_and_not_returned_again(archive: Archive) -> None:
    """Its host made the run wait for longer than the lease; others still come, though it took their room."""
    archive.frontier.discover([found(number) for number in (1, 2, 3)], NOW)
    client = FrontierClient(lambda: archive, 0, 900, GoneRule())

    async def claim() -> list[str]:
        client.fresh = False
        return [wanted.key for wanted in await client.claim(2)]

    async def wait_for_hours() -> None:
        with time_machine.travel(NOW, tick=False) as clock:
            await client.begin("column", {}, "all", {})
            assert await claim() == ["notes:1", "notes:2"]
            clock.shift(timedelta(seconds=901))
            assert await claim() == []
            assert client.fresh, "there is more to claim"
            assert await claim() == ["notes:3"]
            assert archive.frontier.claim("another run", 3, NOW + timedelta(seconds=1000), 900) == []
            assert client.sums["due"] == 3

    asyncio.run(wait_for_hours())
