"""A process that reads kept pages again until it is killed: `python -m tests.archive.rereader URI DATABASE ELEMENT`."""

from __future__ import annotations

import sys

from archive.archive import Archive
from archive.reparse.job import Reparse, ReparseRequest
from tests.support.kept_readers import recipe

if __name__ == "__main__":
    uri, database, element = sys.argv[1:]
    with Archive.open(uri, database, create=True) as archive:
        Reparse(archive, recipe(element, "2"), ReparseRequest(processes=2)).run()
