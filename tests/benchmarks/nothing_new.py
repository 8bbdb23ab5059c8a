"""A scheduled run that finds nothing new: what it asks for and how long it takes, in a small and in a large archive."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, Final

from pymongo import MongoClient
from pymongo.write_concern import WriteConcern

from archive.articles.documents import to_document
from archive.crawl_state.settlements import new_entry
from tests.benchmarks import ground
from tests.benchmarks.result import Result, Size, middle
from tests.support.made_articles import article, key_of, url_of

GOAL: Final = 1.1
LISTED: Final = 200
"""Articles in the listing, all of them kept."""

_AT_ONCE: Final = 5_000
_FIRST: Final = 900_000_000_000  # number of the first made-up article: no link of the stand-in leads there
_NEWEST: Final = datetime(2020, 1, 1, tzinfo=UTC)

Runs = dict[int, list[dict[str, Any]]]


def measure(size: Size) -> Result:
    """Return requests and seconds of a run that finds nothing new, in archives of two sizes, by turns."""
    runs: Runs = {count: [] for count in size.archives}
    with ExitStack() as stack:
        mongodb = stack.enter_context(ground.mongodb())
        site = stack.enter_context(ground.pages(min(LISTED, size.pages)))
        databases = {count: stack.enter_context(mongodb.database()) for count in size.archives}
        for count, database in databases.items():
            ground.crawl("column", site, mongodb, database)
            fill(mongodb.uri, database, count)
        for _ in range(size.rounds):
            for count, database in databases.items():
                runs[count].append(ground.crawl("column", site, mongodb, database))
    small, large = size.archives
    pairs = zip(runs[small], runs[large], strict=True)
    ratio = median(entry["seconds"] / other["seconds"] for other, entry in pairs)
    return Result(
        "A run that finds nothing new",
        f"{len(site.paths):,} articles in the listing, all kept; {size.rounds} runs of each by turns.",
        ("articles in the archive", "requests", "articles fetched", "seconds", "CPU seconds"),
        tuple(_row(count, runs[count]) for count in size.archives),
        ((f"{large:,} articles against {small:,}: within {GOAL} ×", f"{ratio:.2f} ×"),),
    )


def _row(count: int, runs: list[dict[str, Any]]) -> tuple[str, ...]:
    requests = {run["stats"]["downloader/request_count"] for run in runs}
    return (
        f"{count:,}",
        ", ".join(map(str, sorted(requests))),
        str(max(run["kept"] for run in runs)),
        middle([run["seconds"] for run in runs]),
        middle([run["cpu"] for run in runs]),
    )


def fill(uri: str, database: str, count: int) -> None:
    """Put so many made-up articles, with their entries in the frontier, into an archive."""
    with MongoClient[dict[str, Any]](uri) as client:
        desk = client[database]
        collections = [desk.get_collection(name, write_concern=WriteConcern(1)) for name in ("articles", "frontier")]
        pattern = to_document(article(1, "營收成長17%。" * 40, page=None), _NEWEST)
        for start in range(0, count, _AT_ONCE):
            numbers = range(_FIRST + start, _FIRST + min(start + _AT_ONCE, count))
            collections[0].insert_many([_article(pattern, number) for number in numbers], ordered=False)
            collections[1].insert_many([_entry(number) for number in numbers], ordered=False)
        client.admin.command("fsync")


def _article(pattern: dict[str, Any], number: int) -> dict[str, Any]:
    own = {"_id": key_of(number), "source": key_of(number), "url": url_of(number), "identity_hash": None}
    return pattern | own | {"published_at": _published(number), "content_hash": f"{number:064x}", "problems": []}


def _entry(number: int) -> dict[str, Any]:
    published = _published(number)
    kept = {"state": "kept", "published_at": published, "next_at": None, "checked_at": published}
    return new_entry(key_of(number), url_of(number), published) | kept


def _published(number: int) -> datetime:
    return _NEWEST - timedelta(minutes=number - _FIRST)
