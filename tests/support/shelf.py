"""Archives filled with many made-up articles, of the length and shape of real ones, for tests of exports and feeds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice

from archive.archive import Archive
from archive.articles.documents import to_document
from archive.model.article import Article, Author, Block, Mention, Related
from tests.support.made_articles import article, key_of, url_of

BEGINNING = datetime(2024, 1, 1, tzinfo=UTC)
MARKS = ("，", "。", "、", "%", "AI", "2026", "「", "」")
BATCH = 1000


def big_article(number: int) -> Article:
    """Return an article of 11 headed paragraphs, some 2,500 characters; one in fifty has no date."""
    chance = random.Random(number)
    blocks = []
    for _ in range(11):
        blocks += [Block("heading", _prose(chance, 18)), Block("paragraph", _prose(chance, 205))]
    dated = number % 50 != 7
    at = BEGINNING + timedelta(seconds=chance.randrange(800 * 86400), milliseconds=number % 1000)
    related = [Related(_prose(chance, 20), url_of(number + step), key_of(number + step)) for step in (1, 2, 3)]
    return article(
        number,
        at=BEGINNING,
        title=f"【美股動態】第{number}篇{_prose(chance, 14)}",
        headline=f"第{number}篇",
        blocks=blocks,
        published_at=at if dated else None,
        published_from="page" if dated else None,
        author=Author("cmoney", "編輯"),
        tags=["亞馬遜(AMZN)", "台積電(2330)", "=SUM(1)"][: number % 4],
        related=related[: number % 4],
        mentions=[Mention("AMZN", "US", "bracket"), Mention("2330", "TW", "tag")][: number % 3],
        tickers=["AMZN"] if number % 3 else [],
        tw_stocks=["2330"] if number % 3 == 2 else [],
        page=None,
    )


def fill(archive: Archive, count: int, first: int = 1) -> None:
    """Put articles into an archive the quick way: as documents, without pages, revisions and changes."""
    documents: Iterator[dict[str, object]] = (
        to_document(big_article(number), BEGINNING) for number in range(first, first + count)
    )
    while some := list(islice(documents, BATCH)):
        archive.database["articles"].insert_many(some)


@cache
def _pool() -> str:
    chance = random.Random(0)
    characters = [chr(0x4E00 + place) for place in range(2500)] + list(MARKS) * 40
    return "".join(chance.choices(characters, k=100_000))


def _prose(chance: random.Random, length: int) -> str:
    start = chance.randrange(len(_pool()) - length)
    return _pool()[start : start + length]
