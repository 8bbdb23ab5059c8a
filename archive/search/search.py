"""The search of an archive: what is found, how the index is kept, and in which state it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Unpack

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
"""Hits that are given, unless another number is asked for."""


def _silent(_done: int, _total: int) -> None:
    """Show no progress."""


class Search:
    """Searches an archive; called with a query, it gives what it finds.

    The index lies in a folder of its own for each archive. Only `update` and `rebuild` write it.
    """

    def __init__(self, database: ArchiveDatabase, changes: ChangesRead, folder: Path) -> None:
        self._source = SearchSource(database, changes)
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
        """Return the articles that a query finds, as far as the index has them.

        Args:
            query: In the language of docs/search.md; may be empty where something is selected.
            limit: Hits at most, from 1.
            order: By date of publication, articles without one last; or the most relevant first.
            as_of: The moment of the state that is searched (see docs/as-of.md); aware; None for now.
            after: The place that the page before ended with; None for the first page. Not by relevance.
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
        """Return the commonest tickers and tags of what a query finds, and its months, newest first, with how many.

        Args:
            query: As of a search.
            as_of: As of a search.
            **wanted: As of a search.

        Raises:
            WrongQuery: The query cannot be understood.
            WrongSelection: What is selected is invalid.
            SearchUnavailable: There is no index that can be searched.
            NotInstalled: A library of the extra `search` is not there.
        """
        clause = parse(query) if query.strip() or not any(wanted.values()) else None
        return self._reader.snapshot().facets(Wanted(clause, select(wanted), as_of))

    def place(self) -> str:
        """Return the cursor that the index has come to; empty where there is none that can be searched."""
        try:
            return self._reader.snapshot().cursor
        except (SearchUnavailable, NotInstalled):
            return ""

    def update(self, progress: ProgressCallback = _silent) -> None:
        """Bring the index up to the newest change; build it where there is none. See `Indexer.update`."""
        self._indexer.update(progress)

    def rebuild(self, progress: ProgressCallback = _silent) -> None:
        """Build the index anew. See `Indexer.rebuild`."""
        self._indexer.rebuild(progress)

    def state(self) -> IndexState:
        """Return the state of the index, all of whose files are read: about a third of a second for 300 MB.

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
        """Return hits with their articles, each in the text of the version that was found, changed since or not.

        An article that was merged into another one since is left out.
        """
        keys = {key for key, _ in versions}
        records = self._source.records(keys) if as_of is None else self._source.known(keys, as_of)
        kept = [(key, revision) for key, revision in versions if key in records]
        older = self._source.contents(version for version in kept if records[version[0]]["revision"] != version[1])
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
    """Give an import that fails the message of how to install what it needs.

    Raises:
        NotInstalled: It is not there.
    """
    try:
        yield
    except ImportError as error:
        raise NotInstalled(f"search needs a library that is not installed ({error}): {INSTALL}") from error
