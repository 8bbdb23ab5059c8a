"""Reading the current generation of an index at its last commit; a reader never waits for the writer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import tantivy

from archive.articles.walk import Place
from archive.search.checksums import damaged_files
from archive.search.errors import IndexDamaged, SearchUnavailable
from archive.search.fields import CURRENT, CURSOR_KEY, FACETS
from archive.search.folder import VERSION, Generation, IndexFolder
from archive.search.language.query import Wanted
from archive.search.paging import FoundVersion, Paging, count, found_version
from archive.search.results import Order
from archive.search.translation import Translation

_LONGEST_REASON: Final = 200
"""Characters of a reason that are shown."""

_ATTEMPTS: Final = 3
"""Attempts to open the index while rebuilds replace it."""


FACET_SIZE: Final = 12
"""Values of a facet that are counted."""


class HitPage(NamedTuple):
    """A page of hits.

    Attributes:
        total: How many versions are found, on all pages.
        versions: Key and revision of those on this page.
        last: The place of the last one, where another page follows; else None.
    """

    total: int
    versions: list[tuple[str, int]]
    last: Place | None


class IndexSnapshot:
    """The index as it was at one commit.

    Attributes:
        cursor: The feed cursor up to which it is current.
    """

    def __init__(self, index: tantivy.Index, path: Path) -> None:
        self._path = path
        self._schema = index.schema
        self._searcher = index.searcher()
        self.cursor = self._cursor()

    def find(self, wanted: Wanted, limit: int, order: Order, after: Place | None) -> HitPage:
        """Return how many versions are found, and a page of them; see `Search.__call__`.

        Raises:
            IndexDamaged: The index cannot be read.
        """
        query = Translation(self._schema).query(wanted.clause, wanted.selection, wanted.as_of)
        with _reading(self._path):
            if order == "relevance":
                result = self._searcher.search(query, limit)
                versions = [found_version(self._searcher.doc(address)) for _, address in result.hits]
                return HitPage(result.count, _versions(versions), None)  # type: ignore[attr-defined]  # as in `count`
            paging = Paging(self._searcher, self._schema, query, oldest=order == "oldest")
            versions = paging.page(limit + 1, after)
            last = versions[limit - 1].place if len(versions) > limit else None
            return HitPage(paging.total(), _versions(versions[:limit]), last)

    def facets(self, wanted: Wanted, size: int = FACET_SIZE) -> dict[str, list[tuple[str, int]]]:
        """Return the most frequent values of each of `FACETS` among the hits, with counts; months by date.

        Raises:
            IndexDamaged: The index cannot be read.
        """
        query = Translation(self._schema).query(wanted.clause, wanted.selection, wanted.as_of)
        by_name = {name: {"terms": {"field": f"{name}_facet", "size": size}} for name in FACETS}
        by_name["month"]["terms"]["order"] = {"_key": "desc"}
        with _reading(self._path):
            result = self._searcher.aggregate(query, by_name)
        return {name: [(bucket["key"], bucket["doc_count"]) for bucket in result[name]["buckets"]] for name in FACETS}

    def verify(self) -> None:
        """Check the files of the index by their checksums.

        Raises:
            IndexDamaged: Some are damaged.
        """
        with _reading(self._path):
            names = damaged_files(self._path)
        if names:
            raise IndexDamaged(_damaged(self._path, f"not as written: {', '.join(names)}"))

    def articles(self) -> int:
        """Return how many articles there are in it."""
        current = tantivy.Query.term_query(self._schema, "mark", CURRENT)
        return count(self._searcher, current)

    def _cursor(self) -> str:
        """Return the cursor.

        Raises:
            IndexDamaged: There is none.
        """
        with _reading(self._path):
            hits = self._searcher.search(tantivy.Query.term_query(self._schema, "key", CURSOR_KEY), 2).hits
            (cursor,) = [self._searcher.doc(address)["cursor"][0] for _, address in hits]
        return str(cursor)


class IndexReader:
    """The index of an archive for one process; to be used from any thread."""

    def __init__(self, folder: IndexFolder) -> None:
        self._folder = folder
        self._open: tuple[Generation, tantivy.Index] | None = None

    def snapshot(self) -> IndexSnapshot:
        """Return the index as it was last committed.

        Raises:
            SearchUnavailable: None was built, or it is of an older program.
            IndexDamaged: It cannot be read.
            IndexTooNew: It is of a newer program.
        """
        attempts = _ATTEMPTS
        while True:
            attempts -= 1
            current = self._folder.current()
            if current is None or current.version < VERSION:
                kind = "no search index" if current is None else "only an older program's search index"
                raise SearchUnavailable(f"There is {kind} in {str(self._folder.path)!r}: cmoney search --rebuild")
            try:
                return self._snapshot(current)
            except IndexDamaged:
                # A rebuild may have removed the generation while it was opened.
                if not attempts or self._folder.current() == current:
                    raise

    def _snapshot(self, current: Generation) -> IndexSnapshot:
        """Return a generation as it was last committed.

        Raises:
            IndexDamaged: It cannot be read.
        """
        with _reading(current.path):
            if self._open is None or self._open[0] != current:
                index = tantivy.Index.open(str(current.path))
                index.config_reader("manual")  # reloaded below, by no thread that watches files
                self._open = (current, index)
            self._open[1].reload()
        return IndexSnapshot(self._open[1], current.path)


def _versions(versions: Sequence[FoundVersion]) -> list[tuple[str, int]]:
    return [(version.key, version.revision) for version in versions]


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Translate the library's errors into those of the search.

    Raises:
        IndexDamaged: The library cannot read.
    """
    try:
        yield
    except BaseException as error:  # a panic of the library, as of damaged files, is no Exception
        if not isinstance(error, ValueError | OSError) and type(error).__name__ != "PanicException":
            raise
        raise IndexDamaged(_damaged(path, str(error))) from error


def _damaged(path: Path, reason: str) -> str:
    line = " ".join(reason.split())[:_LONGEST_REASON]
    return f"The search index in {str(path)!r} is damaged ({line}). Rebuild it: cmoney search --rebuild"
