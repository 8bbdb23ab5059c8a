"""The archive's facade: open an archive, and reach all its parts.

A part that few programs need is imported when it is asked for, so that a command that reads starts quickly.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Unpack

from archive.articles.collection import Articles, Revisions
from archive.articles.scan import Scan
from archive.crawl_state.backfills import Backfills
from archive.crawl_state.frontier import Frontier
from archive.crawl_state.run_locks import RunLocks
from archive.crawl_state.runs import Runs
from archive.crawl_state.turns import Turns
from archive.crawl_state.wrong_clock import WrongClock
from archive.model.selection import Filters, Selection
from archive.mongo.client import Connection, connect
from archive.mongo.database import ArchiveDatabase, translating_errors
from archive.mongo.schema import setup
from archive.settings.declaration import Values
from archive.settings.place import read_place

if TYPE_CHECKING:
    import pyarrow

    from archive.articles.near_duplicates import NearDuplicates
    from archive.articles.writer import Writer
    from archive.crawl_state.settlements import GoneRule
    from archive.export.names import TableName
    from archive.feed.changes import Changes
    from archive.model.article import Article
    from archive.model.crawl.outcome import Cause, Saved
    from archive.mongo.schema.migrations import Step
    from archive.mongo.server_status import ServerStatus
    from archive.pages.collection import Pages
    from archive.pages.documents import Damage
    from archive.search.search import Search

LOOKS_AT_ONCE: Final = 50
"""Looks that are settled in one transaction."""

SEARCH_FOLDER: Final = "search"
"""Where search indexes lie, beside the embedded server's data; a folder in it for each archive."""


class Archive:
    """An open archive; a context manager, which closes it. Use it from any thread, never across a fork.

    Everything in it raises the errors of `archive.errors`, and takes and gives aware times.

    Attributes:
        connection: The connection to its MongoDB.
        database: Its database: for the rooms of this package, which build on it. Others use the attributes below.
        id: Its identity; empty when it was opened for a migration.
        articles: The articles as they were last read; calling it gives their records.
        revisions: Every version of their title and text.
        frontier: Every address ever discovered.
        runs: The runs of spiders.
        wrong_clock: What a machine whose clock was ahead left.
        locks: Locks on what one process at a time may do.
        turns: Whose turn it is to ask a host.
        backfills: Windows of the past, and how far each is filled.
    """

    def __init__(self, connection: Connection, database: ArchiveDatabase, identity: str, search_dir: Path) -> None:
        self.connection = connection
        self.database = database
        self.id = identity
        self._search_dir = search_dir
        self.articles = Articles(database)
        self.revisions = Revisions(database)
        self.runs = Runs(database, connection.times)
        self.frontier = Frontier(database, self.runs)
        self.wrong_clock = WrongClock(database, self.runs)
        self.locks = RunLocks(database)
        self.turns = Turns(database)
        self.backfills = Backfills(database)

    @classmethod
    def from_settings(cls, settings: Values, *, create: bool = False, for_migration: bool = False) -> Archive:
        """Return the archive that settings name: see `archive.settings.place`.

        Args:
            settings: The settings by name; an absent or empty one has its default.
            create: Whether to make an archive where there is none, as crawls do.
            for_migration: Whether to open it whatever its schema's version, or a database without an archive: to
                migrate, restore or remove it. `create` is then about the embedded server's directory.

        Raises:
            WrongSetting: One of them is invalid.
            ArchiveError: See `open`.
        """
        return cls._open(read_place(settings), create=create, for_migration=for_migration)

    @classmethod
    def open(
        cls,
        uri: str | None = None,
        database: str | None = None,
        *,
        data_dir: Path | None = None,
        search_dir: Path | None = None,
        create: bool = False,
    ) -> Archive:
        """Return an archive that exists and fits this program; without arguments, the one that the commands use.

        Args:
            uri: Address of a MongoDB; None for MONGODB_URI, and where that is not set either, for the embedded server.
            database: Name of the database; None for MONGODB_DATABASE, or its default.
            data_dir: Where the embedded server keeps its data, whatever MONGODB_URI is; None for ARCHIVE_DATA_DIR, or
                its default.
            search_dir: Where search indexes lie; None for SEARCH_INDEX_DIR, or a folder beside `data_dir`.
            create: Whether to make an archive where there is none, with its collections, validators and indexes: a
                crawl does, and nobody else.

        Raises:
            WrongSetting: A setting is invalid.
            ArchiveTooOld: An older program's: run `cmoney migrate`.
            ArchiveTooNew: A newer program's: upgrade.
            NoArchive: There is none, and none is to be made.
            ArchiveError: The database cannot be used.
        """
        place = read_place()
        place |= {"MONGODB_URI": None, "ARCHIVE_DATA_DIR": data_dir} if data_dir else {}
        given = {"MONGODB_URI": uri, "MONGODB_DATABASE": database, "SEARCH_INDEX_DIR": search_dir}
        place |= {name: value for name, value in given.items() if value}
        return cls._open(place, create=create, for_migration=False)

    @classmethod
    def _open(cls, place: Mapping[str, Any], *, create: bool, for_migration: bool) -> Archive:
        data_dir: Path = place["ARCHIVE_DATA_DIR"]
        connection = connect(place["MONGODB_URI"], data_dir, create=create)
        opened = ArchiveDatabase(connection.database(place["MONGODB_DATABASE"]), connection.uri)
        identity = ""
        try:
            if not for_migration:
                with translating_errors(opened.uri):
                    identity = setup.ensure(opened.handle, connection.place, create=create)
        except BaseException:
            connection.close()
            raise
        return cls(connection, opened, identity, place["SEARCH_INDEX_DIR"] or data_dir.parent / SEARCH_FOLDER)

    @cached_property
    def near_duplicates(self) -> NearDuplicates:
        """Pairs of articles whose texts are nearly the same."""
        from archive.articles.near_duplicates import NearDuplicates

        return NearDuplicates(self.database)

    @cached_property
    def pages(self) -> Pages:
        """Every page as it was received."""
        from archive.pages.collection import Pages

        return Pages(self.database)

    @cached_property
    def changes(self) -> Changes:
        """The outbox; calling it gives the feed."""
        from archive.feed.changes import Changes

        return Changes(self.database, self.id)

    @cached_property
    def search(self) -> Search:
        """The full-text search; called with a query, it gives the articles that are found (see `docs/search.md`)."""
        from archive.search.search import Search

        return Search(self.database, self.changes, self._search_dir)

    def writer(self, recheck_days: float = 3, cause: Cause = "site", **rules: Any) -> Writer:
        """Return a writer.

        Args:
            recheck_days: Days after publication in which articles are checked again.
            cause: `site` for fetched pages. `extractor` for stored pages that are parsed again: pages are not stored
                again, gone articles stay gone, and settled addresses stay as they are.
            **rules: Other attributes of `archive.articles.plan.Policy`.
        """
        from archive.articles.plan import Policy
        from archive.articles.writer import Writer

        return Writer(self.database, self.pages, Policy(cause, recheck_days, **rules))

    def settle_looks(self, run_id: str, rule: GoneRule, *, well: bool, at: datetime | None = None) -> list[Saved]:
        """Return what became of the addresses at which a run found no article, now that it ends.

        One that ended well counts them, and articles are gone with the last look that `rule` asks for. Of any other
        run they are forgotten, and nothing is returned. Safe to repeat.

        Args:
            run_id: The run; none of its addresses may be under way.
            rule: When an article is gone.
            well: Whether it ended well.
            at: When it ends; aware; None for the clock's moment.
        """
        from archive.model.crawl.outcome import CountedLook

        if not well:
            self.frontier.forget_looks(run_id)
            return []
        settled: list[Saved] = []
        writer = self.writer(0, gone=rule)
        before: set[str] = set()  # where it is all that is left, none of it can be settled
        while (keys := set(self.frontier.looked_at(run_id, LOOKS_AT_ONCE))) - before:
            settled += writer.save([CountedLook(key) for key in sorted(keys)], at or datetime.now(UTC))
            before = keys
        return settled

    def revert(self, version: Article, who: str, why: str) -> Saved:
        """Put an earlier version of a kept article back, as a revision of its own; what is kept now is put aside.

        Args:
            version: The version, under one of the article's keys.
            who: Who does it.
            why: The reason.

        Raises:
            ArchiveError: The database cannot be used.
        """
        return self.writer(0, "revert", who=who, why=why).save([version], datetime.now(UTC))[0]

    def scan(self, selection: Selection, fields: tuple[str, ...] | None = None) -> Scan:
        """Return a scan of the articles of a selection, in the order of publication.

        Args:
            selection: Which articles.
            fields: The fields to read; None for all.
        """
        return Scan(self.database, selection, fields)

    def table(
        self,
        what: TableName = "articles",
        fields: Iterable[str] | None = None,
        *,
        as_of: datetime | None = None,
        **wanted: Unpack[Filters],
    ) -> pyarrow.Table:
        """Return a table of the archive as an Arrow table, oldest articles first; memory holds all of it.

        Args:
            what: See `docs/exports.md`.
            fields: Its columns, in the order wanted; None for all.
            as_of: The moment of the state that is read (see `docs/as-of.md`); aware; None for now.
            **wanted: Of which articles: see `archive.model.selection.Filters`.

        Raises:
            WrongSelection: The fields or filters make no sense.
            NotInstalled: A library of the extra `export` is missing.
        """
        from archive.export.exporter import arrow

        return arrow(self, what, fields, wanted, as_of)

    def note_damaged(self, damages: Sequence[Damage]) -> int:
        """Put damaged pages on the list, and make the addresses of new ones due, to be fetched again as a whole.

        Returns:
            How many addresses were made due. One that is not in the frontier, such as a capture's, cannot be.
        """
        keys = self.pages.damaged.note(damages, datetime.now(UTC))
        return self.frontier.fetch_again(keys) if keys else 0

    def migrate(self, steps: Sequence[Step] | None = None) -> list[Step]:
        """Bring an older archive up to date; return the applied steps, in order.

        Args:
            steps: All steps in order; None for this program's.

        Raises:
            NoArchive: There is none.
            OperationRefused: A run of it has not ended.
            ArchiveTooNew: A newer program's.
        """
        from archive.mongo.schema import migrations

        known = migrations.STEPS if steps is None else steps
        return migrations.migrate(self.database, self.connection.place, self.running, known)

    def remove(self) -> dict[str, int]:
        """Remove the archive with all it holds, its search index too; return how many documents, by collection.

        Raises:
            NoArchive: There is none.
            OperationRefused: A run of it has not ended.
        """
        from archive.mongo.schema import removal

        identity = removal.identity(self.database)
        held = removal.remove(self.database, self.connection.place, self.running)
        if identity:
            shutil.rmtree(self._search_dir / identity, ignore_errors=True)
        return held

    def running(self) -> Sequence[str]:
        """Return the ids of the runs that are going on; those that died are marked as killed first."""
        self.runs.reap(datetime.now(UTC))
        return self.runs.running()

    def differences(self) -> list[str]:
        """Return the parts of the schema that the database lacks, one line each."""
        with translating_errors(self.database.uri):
            return setup.differences(self.database.handle)

    def server_status(self) -> ServerStatus:
        """Return the state of the archive's MongoDB server; raises ArchiveError where it does not answer."""
        from archive.mongo.server_status import server_status

        return server_status(self.connection, self.database)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
