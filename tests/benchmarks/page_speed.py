"""The web archive: each page asked by one client, and all of them by 200 clients at once."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import aiohttp

from archive.archive import Archive
from archive.market_calendar import nights
from tests.benchmarks.result import Result, Size
from tests.benchmarks.search_speed import fill, words_of_articles
from tests.support.browsing import served
from tests.support.mongodb import serving

GOAL: Final = 100.0
"""Milliseconds that the slowest twentieth of the answers to one client may take."""

CLIENTS: Final = 200


def measure(size: Size) -> Result:
    """Return how long each page takes, of an archive of many articles."""
    count = size.library
    words = words_of_articles()
    with serving() as server, tempfile.TemporaryDirectory() as folder:
        with Archive.open(server.uri, "bench", search_dir=Path(folder), create=True) as archive:
            fill(archive, count, words)
            archive.search.rebuild()
            newest = archive.articles.listed(1)[0]
            year = newest["published_at"].year
            day = nights(newest["published_at"] - timedelta(days=9), newest["published_at"])[0].day
        pages = {
            "newest": "/newest?",
            "search": f"/search?q={words[40]}&",
            "article": f"/articles/{newest['_id']}?",
            "ticker": f"/tickers/{newest['tickers'][0]}?",
            "session": f"/sessions/{day}?",
            "coverage, a year": f"/coverage?since={year}-01-01&until={year}-12-31&",
            "coverage, four years": f"/coverage?since={year - 3}-01-01&until={year}-12-31&",
            "newest.json": "/api/v1/articles?",
        }
        environ = os.environ | {"MONGODB_URI": server.uri, "MONGODB_DATABASE": "bench", "SERVE_RATE": "0"}
        environ |= {"SEARCH_INDEX_DIR": folder}
        with served(environ) as url:
            asyncio.run(_ask(url, list(pages.values()), 1, 1))  # templates are compiled and the index is opened
            alone = {name: asyncio.run(_ask(url, [address], 1, size.rounds * 8)) for name, address in pages.items()}
            crowd = asyncio.run(_ask(url, list(pages.values()), CLIENTS if size.rounds > 1 else 4, 3))
    slowest = max(_p95(times) for times in alone.values())
    return Result(
        "Pages of the web archive",
        f"{count:,} articles; `cmoney serve` in a process of its own on the same machine. One client asks for "
        f"pages that nobody has asked for, after one round; then {CLIENTS} clients ask for all pages at once.",
        ("page", "ms, p50 / p95"),
        (
            *((name, f"{median(times):.0f} / {_p95(times):.0f}") for name, times in alone.items()),
            (f"all pages, {CLIENTS} clients at once", f"{median(crowd):.0f} / {_p95(crowd):.0f}"),
        ),
        ((f"p95 under {GOAL:.0f} ms for one client", f"{slowest:.0f} ms"),),
    )


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1]


async def _ask(url: str, addresses: Sequence[str], clients: int, times: int) -> list[float]:
    """Return how long each answer took, in milliseconds; each client asks every address some times."""
    took: list[float] = []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=clients)) as session:

        async def client(place: int) -> None:
            for number in range(times * len(addresses)):
                clock = time.perf_counter()
                address = url + addresses[(place + number) % len(addresses)]
                address += f"limit={20 + number}" if clients == 1 else "limit=30"
                async with session.get(address) as answer:
                    assert answer.status == 200, await answer.text()
                    await answer.read()
                took.append(1000 * (time.perf_counter() - clock))

        await asyncio.gather(*(client(place) for place in range(clients)))
    return took
