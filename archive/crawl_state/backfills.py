"""The collection `backfills`: windows of the past, and how far each is filled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from archive.model.crawl.backfill import Filled, Window, unfilled
from archive.mongo.database import Document, Repository, moment

_UNTOUCHED: Document = {
    "api_cursor": None,
    "api_done": False,
    "notes_first": None,
    "notes_last": None,
    "notes_next": None,
    "complete": False,
}
"""How far a window is of which nothing is filled."""


class Backfills(Repository, collection="backfills"):
    """Windows of the past, and how far each is filled."""

    def begin(self, window: Window, *, anew: bool = False) -> Filled:
        """Return how far a window is filled; it is entered if it is new.

        One that was complete before it was over is begun anew: there may be more of it by now.

        Args:
            window: The window.
            anew: Whether one that is complete is begun anew in any case.
        """
        fields: Document = {"since": moment(window.since), "until": moment(window.until)}
        fields |= {"columns": list(window.columns), "via": list(window.via)}
        untouched = _UNTOUCHED | {"updated_at": _now()}
        self.collection.update_one({"_id": window.id}, {"$setOnInsert": fields | untouched}, upsert=True)
        early = {} if anew else {"updated_at": {"$lt": moment(window.until)}}
        self.collection.update_one({"_id": window.id, "complete": True} | early, {"$set": untouched})
        return self._get(window.id)

    def note_interface(self, window: Window, cursor: str | None) -> None:
        """Enter how far the interface was walked: the next page's cursor, or None when it was walked far enough."""
        self._set(window, {"api_cursor": cursor, "api_done": cursor is None})

    def note_numbers(self, window: Window, first: int, last: int) -> Filled:
        """Enter the window's range of numbers, unless another process has, and return how far the window is."""
        fields = {"notes_first": first, "notes_last": last, "notes_next": first, "updated_at": _now()}
        self.collection.update_one({"_id": window.id, "notes_first": None}, {"$set": fields})
        return self._get(window.id)

    def advance(self, window: Window, begin: int, end: int) -> Filled:
        """Enter that the numbers from `begin` to before `end` are in the frontier, and return how far the window is.

        Where another process has gone further meanwhile, that stays.
        """
        step = {"$set": {"notes_next": end, "updated_at": _now()}}
        self.collection.update_one({"_id": window.id, "notes_next": begin}, step)
        return self._get(window.id)

    def complete(self, window: Window) -> None:
        """Enter that every way was walked to its end."""
        self._set(window, {"complete": True})

    def some(self, identities: Sequence[str]) -> list[Filled]:
        """Return how far the windows of some `_id` are filled, in their order; unknown ones are left out."""
        documents = {document["_id"]: document for document in self.collection.find({"_id": {"$in": list(identities)}})}
        return [_filled(documents[identity]) for identity in identities if identity in documents]

    def every(self) -> list[Filled]:
        """Return all windows, oldest first."""
        return [_filled(document) for document in self.collection.find().sort([("since", 1), ("_id", 1)])]

    def unfilled(self, window: Window) -> list[Window]:
        """Return what fills a window that goes on until now: see `archive.model.crawl.backfill.unfilled`."""
        alike = {"columns": list(window.columns), "via": list(window.via)}
        return unfilled(window, [_filled(document) for document in self.collection.find(alike)])

    def _get(self, identity: str) -> Filled:
        document = self.collection.find_one({"_id": identity})
        if document is None:
            raise LookupError(f"the window {identity!r} was removed from the archive while it was being filled")
        return _filled(document)

    def _set(self, window: Window, fields: Document) -> None:
        self.collection.update_one({"_id": window.id}, {"$set": fields | {"updated_at": _now()}})


def _filled(document: Document) -> Filled:
    window = Window(document["since"], document["until"], tuple(document["columns"]), tuple(document["via"]))
    names = ("api_cursor", "api_done", "notes_first", "notes_last", "notes_next", "complete", "updated_at")
    return Filled(window, **{name: document[name] for name in names})


def _now() -> datetime:
    return moment(datetime.now(UTC))
