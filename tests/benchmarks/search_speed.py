"""The search: building the index, its size against the texts, and queries of a page of hits with their snippets."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import accumulate, islice, product
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from bson import Int64

from archive.archive import Archive
from archive.articles.documents import to_document
from archive.crawl_state.discoveries import entry_of
from archive.model.article import Block
from archive.search.results import Order
from tests.benchmarks.result import Result, Size
from tests.support.made_articles import article, found
from tests.support.mongodb import serving
from tests.support.shelf import BEGINNING

SLOWEST: Final = 20.0
"""Milliseconds that the slowest twentieth of queries may take."""

RATE: Final = 1_500
"""Articles a second and core that a build is to index."""

OPENING: Final = 200.0
"""Milliseconds in which the index is to be open."""

SYMBOLS: Final = ("NVDA", *("".join(letters) for letters in islice(product("ABCDEFGHIJ", repeat=3), 799)))
"""Symbols, the most frequent first; by Zipf's law."""

YEARS: Final = 10
"""Over which the articles are spread: some 40 a session."""

_FREQUENCY: Final = list(accumulate(1 / rank for rank in range(1, len(SYMBOLS) + 1)))

BATCH: Final = 1_000
WORDS: Final = 3_000
QUERIES: Final = 100


def measure(size: Size) -> Result:
    """Return the speed of a build and of queries, and the index's size, of many articles."""
    count = size.library
    words = words_of_articles()
    with serving() as server, tempfile.TemporaryDirectory() as folder:
        with Archive.open(server.uri, "bench", search_dir=Path(folder), create=True) as archive:
            texts = fill(archive, count, words)
            clock, cpu = time.perf_counter(), time.process_time()
            archive.search.rebuild()
            clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
            state = archive.search.state()
            assert state.articles == count, f"{state.articles} of {count} are in the index"
            index = state.size
            times = {order: _times(archive, words, order) for order in _ORDERS}
        opened = _opening(server.uri, Path(folder))
    slowest = {order: quantiles(of, n=20)[-1] for order, of in times.items()}
    rows = (
        ("build: articles/s of the process's CPU", f"{count / cpu:,.0f}"),
        ("build: articles/s of the clock, all cores", f"{count / clock:,.0f}"),
        ("index : texts in UTF-8", f"{index / texts:.2f}"),
        *(
            (f"20 hits, {entry}: ms, p50 / p95", f"{median(times[entry]):.1f} / {slowest[entry]:.1f}")
            for entry in _ORDERS
        ),
        ("opening: the first search of an archive that is open, ms", f"{opened:.0f}"),
    )
    return Result(
        "Search",
        f"{count:,} articles of 600 to 1,500 characters, words and {len(SYMBOLS)} symbols by Zipf's law, over {YEARS} "
        "years; the server on the same machine. Queries are one word, two words, a phrase of two, and a word with a "
        "ticker, each with its 20 snippets.",
        ("what", "figure"),
        rows,
        (
            (f"p95 under {SLOWEST:.0f} ms", f"{max(slowest.values()):.1f} ms"),
            (f"build at least {RATE:,} articles a second and core", f"{count / cpu:,.0f}"),
            ("index no larger than the texts", f"{index / texts:.2f}"),
            (f"open under {OPENING:.0f} ms", f"{opened:.0f} ms"),
        ),
    )


_ORDERS: Final[tuple[Order, ...]] = ("newest", "relevance")


def words_of_articles() -> list[str]:
    """Return made-up words of two to four characters, the most frequent first."""
    chance = random.Random(0)
    characters = [chr(0x4E00 + place) for place in range(2_500)]
    return ["".join(chance.choices(characters, k=chance.choice((2, 2, 2, 3, 4)))) for _ in range(WORDS)]


def fill(archive: Archive, count: int, words: list[str]) -> int:
    """Put articles, changes and frontier entries into an archive the quick way; return the texts' bytes in UTF-8."""
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    documents = _documents(count, words, weights)
    size = written = 0
    while some := list(islice(documents, BATCH)):
        size += sum(len(str(document["text"]).encode()) for document in some)
        archive.database["articles"].insert_many(some)
        archive.database["changes"].insert_many(map(_change, some, range(written + 1, written + 1 + len(some))))
        archive.database["frontier"].insert_many(map(_entry, range(written, written + len(some)), some))
        written += len(some)
    archive.database["counters"].update_one({"_id": "changes"}, {"$set": {"value": Int64(written)}})
    return size


def _entry(number: int, document: dict[str, object]) -> dict[str, object]:
    """Return the frontier's entry of an article that is kept: what coverage goes by."""
    find = found(number, published_at=document["published_at"])
    return entry_of(find, BEGINNING)[1] | {"_id": document["_id"], "state": "kept", "next_at": None}


def _change(document: dict[str, object], number: int) -> dict[str, object]:
    """Return the change by which an article came: what the search and the archive of a moment go by."""
    came = {"op": "upsert", "key": document["_id"], "revision": 1, "cause": "site", "at": BEGINNING}
    return {"_id": Int64(number), **came, "into": None, "before": None}


def _documents(count: int, words: list[str], weights: list[float]) -> Iterator[dict[str, object]]:
    for number in range(count):
        chance = random.Random(number)
        blocks = [Block("heading", _prose(chance, words, weights, 12))]
        blocks += [Block("paragraph", _prose(chance, words, weights, 160)) for _ in range(chance.randrange(4, 9))]
        made = article(
            number,
            title=f"【美股動態】{_prose(chance, words, weights, 16)}",
            blocks=blocks,
            page=None,
            tickers=sorted(set(chance.choices(SYMBOLS, cum_weights=_FREQUENCY, k=chance.choice((1, 2, 3))))),
            published_at=BEGINNING - timedelta(minutes=chance.randrange(YEARS * 525_600)),
        )
        yield to_document(made, BEGINNING)


def _prose(chance: random.Random, words: list[str], weights: list[float], length: int) -> str:
    """Return words by Zipf's law, with a number, a Latin word or a sign now and then, up to a length."""
    drawn = chance.choices(words, cum_weights=weights, k=length // 2)
    signs = chance.choices(("", "", "", "，", "。", "AI", "Q3", "17.5%", "1,234"), k=length // 2)
    return "".join(word + sign for word, sign in zip(drawn, signs, strict=True))[:length]


def _times(archive: Archive, words: list[str], order: Order) -> list[float]:
    """Return the milliseconds that each of some queries takes; all of them are asked once before."""
    chance = random.Random(1)
    queries: list[str] = []
    for _ in range(QUERIES // 4):
        first, second = chance.choices(words[:400], k=2)
        queries += [first, f"{first} {second}", f'"{first}{second}"', f"ticker:NVDA {first}"]
    times: list[float] = []
    for _ in range(2):
        times.clear()
        for query in queries:
            start = time.perf_counter()
            archive.search(query, order=order)
            times.append((time.perf_counter() - start) * 1000)
    return times


def _opening(uri: str, folder: Path) -> float:
    """Return the milliseconds of the first search of an archive that was opened anew."""
    with Archive.open(uri, "bench", search_dir=folder, create=True) as archive:
        start = time.perf_counter()
        archive.search("ticker:NVDA")
        return (time.perf_counter() - start) * 1000
