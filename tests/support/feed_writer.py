"""A process that writes and revises articles: `python -m tests.archive.feed_writer URI DATABASE FIRST LAST`.

Of its own articles it writes batches, revises every second one, takes every tenth off the site and brings every
twentieth back; all writers revise the same few articles besides. It prints the number behind each batch that was
acknowledged; begun there again, it repeats at most one batch.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from archive.archive import Archive
from archive.model.article import Article
from tests.support.looks import vanish
from tests.support.made_articles import NOW, article, key_of

BATCH = 25
SHARED = range(5)


def written(number: int, turn: int) -> Article:
    """Return an article in one of its versions; a later version was fetched later."""
    at = NOW + timedelta(seconds=turn)
    return article(number, f"第{turn}版", at=at, page=None, tickers=["AMZN", "NVDA"][(number + turn) % 2 :])


def main(uri: str, database: str, first: int, last: int) -> None:
    """Write what is asked for."""
    with Archive.open(uri, database, create=True) as archive:
        writer = archive.writer()
        for start in range(first, last, BATCH):
            numbers = range(start, min(start + BATCH, last))
            now = datetime.now(UTC)
            shared = [article(number, f"第{start}版", at=now, page=None) for number in SHARED]
            writer.save([*(written(number, 1) for number in numbers), *shared], now)
            writer.save([written(number, 2) for number in numbers if number % 2 == 0], now)
            gone = [number for number in numbers if number % 10 == 0]
            vanish(archive, *map(key_of, gone), at=NOW + timedelta(seconds=3))
            writer.save([written(number, 4) for number in gone if number % 20 == 0], now)
            sys.stdout.write(f"{numbers.stop}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
