"""The outbox, with every change of the archive in order of commit, and the feed made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NotRequired, TypedDict, Unpack, cast

from archive.articles.collection import Articles
from archive.model.change import Change, Cursor, Op, WrongCursor, read_cursor
from archive.model.crawl.outcome import Cause
from archive.model.record import Record
from archive.model.selection import Filters, Selection, choose, select
from archive.mongo.database import ArchiveDatabase, Repository
from archive.mongo.schema.articles import ARTICLES
from archive.mongo.schema.soundness import sound

BATCH: Final = 200
"""Changes that are read at once."""

PATIENCE: Final = 30.0
"""Longest wait for a change in seconds; the change stream ends it at once."""

_READ = ("op", "key", "revision", "cause", "at", "into")
_LONGEST_WAIT = 60.0
"""Seconds of one read of the change stream: less than the socket's timeout."""


class Changes(Repository):
    """The collection `changes`, and the feed that is made of it.

    It is read with read concern `majority`: a change once read is never rolled back.
    """

    def __init__(self, database: ArchiveDatabase, identity: str) -> None:
        super().__init__(database)
        self.identity = identity
        self._changes = database["changes"]

    def __call__(
        self,
        after: str | None = None,
        fields: Iterable[str] | None = None,
        *,
        follow: bool = False,
        **wanted: Unpack[Filters],
    ) -> Iterator[Line]:
        """Return the feed: each change in order, with its current article (see `docs/feed.md`).

        Args:
            after: The cursor of the last processed line; None for the beginning.
            fields: The fields that articles are to have; None for all.
            follow: Whether to wait for more at the end; it then never ends.
            **wanted: Which articles: see `archive.model.selection.Filters`.

        Raises:
            WrongCursor: It is none of this archive.
            WrongSelection: What is asked for is invalid.
        """
        return self.feed(fields, **wanted).lines(after, follow=follow)

    def feed(self, fields: Iterable[str] | None = None, **wanted: Unpack[Filters]) -> Feed:
        """Return the feed, to be read by the batch.

        Raises:
            WrongSelection: What is asked for is invalid.
        """
        return Feed(self, Articles(self.database), fields, **wanted)

    def cursor(self) -> str:
        """Return the cursor of the newest change."""
        return str(Cursor(self.identity, self.latest()))

    def firsts(self, keys: Iterable[str]) -> dict[str, int]:
        """Return the number of the first change of each of some keys."""
        groups: list[dict[str, Any]] = [
            {"$match": {"key": {"$in": list(keys)}}},
            {"$group": {"_id": "$key", "first": {"$min": "$_id"}}},
        ]
        return {group["_id"]: int(group["first"]) for group in self._changes.aggregate(groups)}

    def after(self, cursor: int, limit: int) -> list[Change]:
        """Return up to `limit` changes that follow a cursor, in order; 0 is before the first."""
        documents = self._changes.find({"_id": {"$gt": cursor}}, _READ).sort("_id", 1).limit(limit)
        return [_to_change(document) for document in sound(self.database, "changes", documents, _READ)]

    def latest(self) -> int:
        """Return the cursor of the newest change; 0 if there is none."""
        newest = self._changes.find_one(sort=[("_id", -1)], projection=["_id"])
        return int(newest["_id"]) if newest else 0

    def watch(self, cursor: int, seconds: float) -> bool:
        """Wait up to some seconds for a change after a cursor (change stream); return whether there is one."""
        added: list[dict[str, Any]] = [{"$match": {"operationType": "insert"}}, {"$project": {"_id": 1}}]
        wait = min(seconds, _LONGEST_WAIT)
        with self._changes.watch(added, max_await_time_ms=max(1, int(wait * 1000))) as stream:
            left = seconds
            while self.latest() <= cursor:  # asked after the stream is open, so that none slips through between
                if left <= 0:
                    return False
                stream.try_next()
                left -= wait
        return True


class Line(TypedDict):
    """One change, as a reader gets it.

    Attributes:
        cursor: Its position, for `after`.
        op: `upsert`, `gone`, `back` or `merge`.
        key: The article's key; of a merge, the key that ends.
        into: Of a merge only: the key it was merged into, whose record `article` is.
        revision: The article's revision after the change.
        cause: `site` or `extractor`.
        at: When it was written; aware, UTC.
        article: The current record, which may be newer than the change; None if the reader has to drop the key: the
            article does not match the selection (any more), or was merged.
    """

    cursor: str
    op: Op
    key: str
    into: NotRequired[str | None]
    revision: int
    cause: Cause
    at: datetime
    article: Record | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Some lines, and the cursor of the last change that was read, with or without a line."""

    lines: Sequence[Line]
    cursor: str


class Feed:
    """The feed of an archive for one reader's selection."""

    def __init__(
        self,
        changes: Changes,
        articles: Articles,
        fields: Iterable[str] | None = None,
        **wanted: Unpack[Filters],
    ) -> None:
        self._changes = changes
        self._articles = articles
        self._fields = choose(fields, ARTICLES.field_names)
        self._selection = select(wanted)

    def start(self, after: str | None) -> str:
        """Return the cursor to begin with: the given one, or for None the one before the first change.

        Raises:
            WrongCursor: It is none of this archive, or lies beyond its newest change.
        """
        if after is None:
            return self._cursor(0)
        number, latest = read_cursor(after, self._changes.identity), self._changes.latest()
        if number > latest:
            raise WrongCursor(
                f"cursor {after} lies beyond this archive's newest change ({latest}): older data were put in its "
                "place; begin anew with an empty copy and no cursor"
            )
        return self._cursor(number)

    def lines(self, after: str | None, *, follow: bool) -> Iterator[Line]:
        """Return the lines after a cursor.

        Args:
            after: A cursor; None for the beginning.
            follow: Whether to wait for more for ever.

        Raises:
            WrongCursor: See `start`; at once, not when the first line is asked for.
        """
        return self._lines(self.start(after), follow=follow)

    def _lines(self, cursor: str, *, follow: bool) -> Iterator[Line]:
        while True:
            batch = self.read(cursor)
            yield from batch.lines
            if batch.cursor == cursor:
                if not follow:
                    return
                self.wait(cursor)
            cursor = batch.cursor

    def read(self, cursor: str) -> Batch:
        """Return a batch of lines after a cursor; the same cursor if there are none."""
        changes = self._changes.after(self._number(cursor), BATCH)
        if not changes:
            return Batch([], cursor)
        articles = self._articles.documents({_about(change) for change in changes})
        chosen = self._chosen(self._readable(changes, articles), articles)
        return Batch([self._line(change, articles) for change in chosen], self._cursor(changes[-1].cursor))

    def wait(self, cursor: str, seconds: float = PATIENCE) -> bool:
        """Wait up to some seconds for a change after a cursor; return whether there is one."""
        return self._changes.watch(self._number(cursor), seconds)

    def _readable(self, changes: Sequence[Change], articles: Mapping[str, Mapping[str, Any]]) -> list[Change]:
        """Leave out changes of damaged articles, so that no reader takes the articles for removed."""
        absent = {_about(change) for change in changes} - articles.keys()
        damaged = self._articles.present(absent) if absent else frozenset[str]()
        return [change for change in changes if _about(change) not in damaged]

    def _chosen(self, changes: Sequence[Change], articles: Mapping[str, Mapping[str, Any]]) -> list[Change]:
        """Leave out first changes of articles outside the selection, which the reader never had."""
        if self._selection == Selection():
            return list(changes)
        foreign = {change.key for change in changes if not self._wants(articles.get(_about(change)))}
        firsts = self._changes.firsts(foreign) if foreign else {}
        return [change for change in changes if firsts.get(change.key) != change.cursor]

    def _wants(self, article: Mapping[str, Any] | None) -> bool:
        return article is not None and self._selection.matches(article)

    def _line(self, change: Change, articles: Mapping[str, Mapping[str, Any]]) -> Line:
        article = articles.get(_about(change))
        chosen = {name: article[name] for name in self._fields} if article and self._wants(article) else None
        line: dict[str, Any] = {"cursor": self._cursor(change.cursor), "op": change.op, "key": change.key}
        if change.op == "merge":
            line["into"] = change.into
        line |= {"revision": change.revision, "cause": change.cause, "at": change.at, "article": chosen}
        return cast("Line", line)

    def _number(self, cursor: str) -> int:
        return read_cursor(cursor, self._changes.identity)

    def _cursor(self, number: int) -> str:
        return str(Cursor(self._changes.identity, number))


def _about(change: Change) -> str:
    """Return the key of a change's article."""
    return change.into or change.key


def _to_change(document: dict[str, Any]) -> Change:
    fields = {name: document[name] for name in _READ}
    return Change(cursor=int(document["_id"]), **fields)
