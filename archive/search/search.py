"""The search of an archive: queries, facets, and the upkeep and state of the index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Unpack

from archive.articles.collection import Articles, Revisions
from archive.articles.walk import Place
from archive.extras import NotInstalled
from archive.model.change import WrongCursor, read_cursor
from archive.model.selection import Filters, select
from archive.mongo.database import ArchiveDatabase
from archive.search.errors import IndexDamaged, IndexTooNew, SearchUnavailable
from archive.search.folder import INSTALL, VERSION, IndexFolder
from archive.search.language.parser import parse
from archive.search.language.query import Wanted, Words, words_of
from archive.search.language.snippets import marked_title, snippet
from archive.search.results import Condition, Hit, IndexState, Order, ProgressCallback, Results
from archive.search.source import ChangesRead, SearchSource, blocks_of

if TYPE_CHECKING:
    from archive.search.indexer import Indexer
    from archive.search.reader import IndexReader, IndexSnapshot

LIMIT: Final = 20
"""Default number of hits."""


def _silent(_done: int, _total: int) -> None:
    """Show no progress."""


class Search:
    """Searches an archive; call it with a query.

    The index is a folder, one for each archive. Only `update` and `rebuild` write it.
    """

    def __init__(self, database: ArchiveDatabase, changes: ChangesRead, folder: Path) -> None:
        self._source = SearchSource(database, changes)
        self._articles, self._revisions = Articles(database), Revisions(database)
        self._folder = IndexFolder(folder / changes.identity)

    def __call__(
        self,
        query: str = "",
        *,
        limit: int = LIMIT,
        order: Order = "newest",
        as_of: datetime | None = None,
        after: Place | None = None,
        **wanted: Unpack[Filters],
    ) -> Results:
        """Return the articles in the index that match a query.

        Args:
            query: In the language of docs/search.md; may be empty if there are filters.
            limit: Most hits, from 1.
            order: By date of publication, undated articles last; or the most relevant first.
            as_of: The moment of the state to search (see docs/as-of.md); aware; None for now.
            after: `next` of the page before; None for the first page. Not by relevance.
            **wanted: Which articles: see `archive.model.selection.Filters`; names are folded.

        Raises:
            WrongQuery: The query cannot be understood.
            WrongSelection: What is selected is invalid.
            SearchUnavailable: There is no index that can be searched.
            NotInstalled: A library of the extra `search` is not there.
        """
        selection = select(wanted)
        clause = parse(query) if query.strip() or not any(wanted.values()) else None
        snapshot = self._reader.snapshot()
        page = snapshot.find(Wanted(clause, selection, as_of), limit, order, after)
        hits = self._hits(page.versions, list(words_of(clause)) if clause else [], as_of)
        return Results(hits, page.total, self._behind(snapshot), page.last)

    def facets(
        self, query: str = "", *, as_of: datetime | None = None, **wanted: Unpack[Filters]
    ) -> dict[str, list[tuple[str, int]]]:
        """Return the most frequent tickers and tags of a query's hits, and their months, newest first, with counts.

        Args:
            query: As for a search.
            as_of: As for a search.
            **wanted: As for a search.

        Raises:
            WrongQuery: The query cannot be understood.
            WrongSelection: What is selected is invalid.
            SearchUnavailable: There is no index that can be searched.
            NotInstalled: A library of the extra `search` is not there.
        """
        clause = parse(query) if query.strip() or not any(wanted.values()) else None
        return self._reader.snapshot().facets(Wanted(clause, select(wanted), as_of))

    def place(self) -> str:
        """Return the feed cursor up to which the index is current; empty if there is no usable index."""
        try:
            return self._reader.snapshot().cursor
        except (SearchUnavailable, NotInstalled):
            return ""

    def update(self, progress: ProgressCallback = _silent) -> None:
        """Update the index to the newest change; build it if there is none. See `Indexer.update`."""
        self._indexer.update(progress)

    def rebuild(self, progress: ProgressCallback = _silent) -> None:
        """Rebuild the index. See `Indexer.rebuild`."""
        self._indexer.rebuild(progress)

    def state(self) -> IndexState:
        """Return the state of the index. It verifies all files: about a third of a second for 300 MB.

        Raises:
            ArchiveError: The archive or the index's folder cannot be read.
        """
        try:
            current = self._folder.current()
            if current is None:
                return self._unready("absent", "none was built")
            if current.version < VERSION:
                return self._unready("outdated", "an older program's")
            snapshot = self._reader.snapshot()
            snapshot.verify()
            behind = self._behind(snapshot)
        except (IndexTooNew, IndexDamaged, WrongCursor) as error:
            kinds: dict[type[Exception], Condition] = {IndexTooNew: "newer", IndexDamaged: "damaged"}
            return self._unready(kinds.get(type(error), "outdated"), str(error))
        if behind < 0:
            return self._unready("outdated", "older data were put in the archive's place")
        return IndexState("ready", self._folder.path, behind, snapshot.articles(), self._folder.size())

    def _unready(self, condition: Condition, detail: str) -> IndexState:
        return IndexState(condition, self._folder.path, detail=detail)

    @cached_property
    def _reader(self) -> IndexReader:
        """The reader; with it the library is imported."""
        with _importing():
            from archive.search.reader import IndexReader  # noqa: PLC0415 -- the import that is put off
        return IndexReader(self._folder)

    @cached_property
    def _indexer(self) -> Indexer:
        """The writer; with it the library is imported."""
        with _importing():
            from archive.search.indexer import Indexer  # noqa: PLC0415 -- the import that is put off
        return Indexer(self._folder, self._source)

    def _hits(self, versions: Sequence[tuple[str, int]], words: Sequence[Words], as_of: datetime | None) -> list[Hit]:
        """Return hits with their articles, each with the text of the version that matched.

        An article that has been merged into another one since is left out.
        """
        keys = {key for key, _ in versions}
        records = self._articles.documents(keys, as_of)
        kept = [(key, revision) for key, revision in versions if key in records]
        older = self._revisions.some(version for version in kept if records[version[0]]["revision"] != version[1])
        hits = []
        for key, revision in kept:
            content = older.get((key, revision), records[key])
            title, text = marked_title(content["title"], words), snippet(blocks_of(content), words)
            article = {name: value for name, value in records[key].items() if name not in {"text", "sections"}}
            hits.append(Hit(key, revision, article, title, text))
        return hits

    def _behind(self, snapshot: IndexSnapshot) -> int:
        """Return how many changes an index does not have yet.

        Raises:
            WrongCursor: The index is another archive's.
        """
        changes = self._source.changes
        return changes.latest() - read_cursor(snapshot.cursor, changes.identity)


@contextmanager
def _importing() -> Iterator[None]:
    """Translate a failing import into a message on how to install the extra.

    Raises:
        NotInstalled: The extra is missing.
    """
    try:
        yield
    except ImportError as error:
        raise NotInstalled(f"search needs a library that is not installed ({error}): {INSTALL}") from error
