"""The feed: every change of the archive with its article, in order, for readers that keep a copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NotRequired, TypedDict, Unpack, cast

from archive.feed.outbox import Outbox
from archive.model.change import Change, Cursor, Op, WrongCursor, read_cursor
from archive.model.crawl.outcome import Cause
from archive.model.record import Record
from archive.model.selection import Filters, Selection, choose, select
from archive.mongo.schema.articles import ARTICLES

if TYPE_CHECKING:
    from archive.articles.collection import Articles

BATCH: Final = 200
"""Changes that are read at once."""

PATIENCE: Final = 30.0
"""Seconds that one wait for a change takes at most; the change stream rings at once when there is one."""


class Line(TypedDict):
    """One change, as a reader gets it.

    Attributes:
        cursor: Its place; what comes `after` it is new to the reader.
        op: `upsert`, `gone`, `back` or `merge`.
        key: The article's key; of a merge, the key that ceased.
        into: Of a merge only: the key it was merged into, whose record `article` is.
        revision: The article's revision after the change.
        cause: `site` or `extractor`.
        at: When it was written; aware, UTC.
        article: The record as it is now, which may be newer than the change; None if a reader is to drop the key:
            it is not of the selection (any more), or has ceased to be a document of its own.
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
    """Some lines, and the cursor of the last change that was looked at, whether it gave a line or not."""

    lines: Sequence[Line]
    cursor: str


class Feed:
    """The feed of an archive for one reader's selection."""

    def __init__(
        self,
        changes: Outbox,
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
        """Return the lines that follow a cursor, a batch of them; an unmoved cursor if nothing follows."""
        changes = self._changes.after(self._number(cursor), BATCH)
        if not changes:
            return Batch([], cursor)
        articles = self._articles.documents({_about(change) for change in changes})
        chosen = self._told(self._readable(changes, articles), articles)
        return Batch([self._line(change, articles) for change in chosen], self._cursor(changes[-1].cursor))

    def wait(self, cursor: str, seconds: float = PATIENCE) -> bool:
        """Return whether something follows a cursor, waiting for it for some seconds at most."""
        return self._changes.watch(self._number(cursor), seconds)

    def _readable(self, changes: Sequence[Change], articles: Mapping[str, Mapping[str, Any]]) -> list[Change]:
        """Leave out changes of articles that are kept and damaged: their reader must not take them for removed."""
        absent = {_about(change) for change in changes} - articles.keys()
        damaged = self._articles.present(absent) if absent else frozenset[str]()
        return [change for change in changes if _about(change) not in damaged]

    def _told(self, changes: Sequence[Change], articles: Mapping[str, Mapping[str, Any]]) -> list[Change]:
        """Leave out the first changes of articles that are not of the selection: their reader never had them."""
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
