"""A process that works on an archive until it is killed: `python -m …scribe WHAT URI DATABASE NUMBER`.

`write` saves batches of articles of its own and one article that all scribes share, whose text it changes each time.
`claim` claims addresses and prints each key on a line once it holds it. Both print `ready` first.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from archive.archive import Archive
from tests.support.made_articles import article

BATCH = 5
SHARED = 1


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def write(archive: Archive, number: int) -> None:
    """Save batches for ever, and print each number that was acknowledged."""
    writer = archive.writer()
    turn = 0
    while True:
        turn += 1
        now = datetime.now(UTC)
        first = number * 1_000_000 + turn * BATCH
        batch = [article(first + place, f"第{turn}輪", at=now) for place in range(BATCH)]
        batch.append(article(SHARED, f"由{number}號於第{turn}輪改寫", at=now))
        writer.save(batch, now)
        for written in batch[:BATCH]:
            say(written.key)


def claim(archive: Archive) -> None:
    """Claim until nothing is left, then hold what was claimed."""
    run = archive.runs.begin("column", {})
    while wanted := archive.frontier.claim(run.id, 7, datetime.now(UTC), 3600):
        for leased in wanted:
            say(leased.key)
    say("done")
    sys.stdin.read()


def main(what: str, uri: str, database: str, number: str) -> None:
    """Do what is asked."""
    with Archive.open(uri, database, create=True) as archive:
        say("ready")
        if what == "write":
            write(archive, int(number))
        else:
            claim(archive)


if __name__ == "__main__":
    main(*sys.argv[1:])
