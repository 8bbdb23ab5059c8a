"""A process that follows an archive with its index until it is killed: `python -m …index_writer URI DATABASE FOLDER`.

Batches are small, so that it commits as often as can be. It prints a line after each update, and rebuilds now and then.
"""

from __future__ import annotations

import sys
from pathlib import Path

from archive.archive import Archive
from archive.search import indexer

REBUILD = 40


def main(uri: str, database: str, folder: str) -> None:
    """Follow for ever."""
    indexer.BATCH = 3  # type: ignore[misc]
    with Archive.open(uri, database, search_dir=Path(folder), create=True) as archive:
        turn = 0
        while True:
            turn += 1
            archive.search.rebuild() if turn % REBUILD == 0 else archive.search.update()
            sys.stdout.write("done\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
