"""The archive as one thing: open it, and everything in it is at hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Unpack

from archive.articles.collection import Articles, Revisions
from archive.articles.plan import Policy
from archive.articles.writer import Writer
from archive.crawl_state.backfills import Backfills
from archive.crawl_state.frontier import Frontier
from archive.crawl_state.runs import Runs
from archive.export.exporter import arrow
from archive.export.tables import What
from archive.feed.changes import Changes
from archive.model.outcome import Cause
from archive.model.selection import Filters
from archive.mongo.client import Connection, connect
from archive.mongo.driver_errors import ArchiveDatabase, translating_errors
from archive.mongo.schema import migrations, setup
from archive.mongo.schema.migrations import STEPS, Step
from archive.pages.collection import Pages
from archive.search.search import Search

if TYPE_CHECKING:
    import pyarrow

DATABASE: Final = "cmoney"
DATA_DIR: Final = Path(".data/mongo")
SEARCH_FOLDER: Final = "search"
"""Where search indexes lie, beside the embedded server's data; a folder in it for each archive."""


class Archive:
    """An open archive; a context manager, which closes it. To be used from any thread, not across a fork.

    Everything in it raises the errors of `archive.errors`, and takes and gives aware times.

    Attributes:
        connection: The connection to its MongoDB.
        desk: Its database.
        id: Its identity; empty when it was opened for migration.
        articles: The articles, as they were last read; called, it gives their records.
        revisions: Every version of their content.
        pages: Every page as it was received.
        frontier: Every address ever discovered.
        runs: The ledger of runs.
        changes: The outbox; called, it gives the feed.
        backfills: Windows of the past, and how far each is filled.
        search: The full-text search; called with a query, it gives the articles that are found (see `docs/search.md`).
    """

    def __init__(
        self,
        connection: Connection,
        desk: ArchiveDatabase,
        identity: str,
        search_dir: Path = DATA_DIR.parent / SEARCH_FOLDER,
    ) -> None:
        self.connection = connection
        self.desk = desk
        self.id = identity
        self.articles = Articles(desk)
        self.revisions = Revisions(desk)
        self.pages = Pages(desk)
        self.runs = Runs(desk)
        self.frontier = Frontier(desk, self.runs)
        self.changes = Changes(desk, identity)
        self.backfills = Backfills(desk)
        self.search = Search(desk, self.changes, search_dir)

    @classmethod
    def open(
        cls,
        uri: str | None,
        database: str = DATABASE,
        *,
        data_dir: Path = DATA_DIR,
        search_dir: Path | None = None,
        create: bool = True,
    ) -> Archive:
        """Return an archive that is there and fits this program.

        Args:
            uri: Address of a MongoDB; None or empty for the embedded server.
            database: Name of the database.
            data_dir: Where the embedded server keeps its data.
            search_dir: Where search indexes lie; None for a folder beside the embedded server's data.
            create: Whether to make an archive where there is none; its collections, validators and indexes.

        Raises:
            ArchiveTooOld: An older program's: run `scrapy migrate`.
            ArchiveTooNew: A newer program's: upgrade.
            ArchiveError: The database cannot be used, or there is no archive and none is to be made.
        """
        connection = connect(uri, data_dir)
        try:
            desk = ArchiveDatabase(connection.database(database), connection.uri)
            with translating_errors(desk.uri):
                identity = setup.ensure(desk.database, create=create)
        except BaseException:
            connection.close()
            raise
        return cls(connection, desk, identity, search_dir or data_dir.parent / SEARCH_FOLDER)

    @classmethod
    def open_for_migration(cls, uri: str | None, database: str = DATABASE, *, data_dir: Path = DATA_DIR) -> Archive:
        """Return an archive whatever its schema's version, for `migrate` and `restore` and nothing else.

        Raises:
            ArchiveError: The database cannot be used.
        """
        connection = connect(uri, data_dir)
        return cls(connection, ArchiveDatabase(connection.database(database), connection.uri), "")

    def writer(self, recheck_days: float = 3, cause: Cause = "site") -> Writer:
        """Return a writer.

        Args:
            recheck_days: Days after publication in which articles are looked at again.
            cause: `site` for what is fetched; `extractor` for kept pages that are read again: then pages are not kept
                again, articles do not come back to life, and addresses are not settled that are settled already.
        """
        return Writer(self.desk, self.pages, Policy(cause, recheck_days))

    def table(
        self, what: What = "articles", fields: Iterable[str] | None = None, **wanted: Unpack[Filters]
    ) -> pyarrow.Table:
        """Return a table of the archive as an Arrow table, oldest articles first; it is held in memory as a whole.

        Args:
            what: `articles`, `mentions`, `links` or `tags`: see `docs/exports.md`.
            fields: Its columns, in the order wanted; None for all.
            **wanted: Of which articles: see `archive.model.selection.Filters`.

        Raises:
            WrongSelection: What is asked for cannot be meant.
            NotInstalled: A library of the extra `export` is not there.
        """
        return arrow(self, what, fields, wanted)

    def migrate(self, steps: Sequence[Step] = STEPS) -> list[Step]:
        """Bring an older archive up to date; return the steps that were applied, in order.

        Args:
            steps: All steps in order.

        Raises:
            OperationRefused: There is no archive, or a run is going on in it.
            ArchiveTooNew: A newer program's.
        """
        return migrations.migrate(self.desk, self._running, steps)

    def _running(self) -> Sequence[str]:
        self.runs.reap(datetime.now(UTC))
        return self.runs.running()

    def differences(self) -> list[str]:
        """Return what of the schema is not in place in the database, one line each; empty if all is."""
        with translating_errors(self.desk.uri):
            return setup.differences(self.desk.database)

    def close(self) -> None:
        """Close it."""
        self.connection.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
