"""A process that reads kept pages again until it is killed: `python -m tests.archive.rereader URI DATABASE ELEMENT`."""

from __future__ import annotations

import sys

from archive import Archive
from archive.reparse import Order, Reparse, Watch
from tests.archive.readers import recipe

if __name__ == "__main__":
    uri, database, element = sys.argv[1:]
    with Archive.open(uri, database) as archive:
        Reparse(archive, recipe(element, "2"), Order(processes=2)).run(Watch())
