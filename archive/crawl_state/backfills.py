"""The collection `backfills`: windows of the past, with their progress."""

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
"""The progress of a new window."""


class Backfills(Repository, collection="backfills"):
    """Windows of the past, with their progress."""

    def begin(self, window: Window, *, anew: bool = False) -> Filled:
        """Return the progress of a window, which is created if it is new.

        A window that was completed before its end had passed starts anew, since it may have more articles by now.

        Args:
            window: The window.
            anew: Whether any complete window starts anew.
        """
        fields: Document = {"since": moment(window.since), "until": moment(window.until)}
        fields |= {"columns": list(window.columns), "via": list(window.via)}
        untouched = _UNTOUCHED | {"updated_at": _now()}
        self.collection.update_one({"_id": window.id}, {"$setOnInsert": fields | untouched}, upsert=True)
        early = {} if anew else {"updated_at": {"$lt": moment(window.until)}}
        self.collection.update_one({"_id": window.id, "complete": True} | early, {"$set": untouched})
        return self._get(window.id)

    def note_interface(self, window: Window, cursor: str | None) -> None:
        """Save the cursor of the interface's next page; None once it was read far enough."""
        self._set(window, {"api_cursor": cursor, "api_done": cursor is None})

    def note_numbers(self, window: Window, first: int, last: int) -> Filled:
        """Save the window's range of numbers, unless another process has, and return its progress."""
        fields = {"notes_first": first, "notes_last": last, "notes_next": first, "updated_at": _now()}
        self.collection.update_one({"_id": window.id, "notes_first": None}, {"$set": fields})
        return self._get(window.id)

    def advance(self, window: Window, begin: int, end: int) -> Filled:
        """Record that the numbers from `begin` to before `end` are in the frontier, and return the progress.

        A further position of another process stays.
        """
        step = {"$set": {"notes_next": end, "updated_at": _now()}}
        self.collection.update_one({"_id": window.id, "notes_next": begin}, step)
        return self._get(window.id)

    def complete(self, window: Window) -> None:
        """Record that every source was read to its end."""
        self._set(window, {"complete": True})

    def some(self, identities: Sequence[str]) -> list[Filled]:
        """Return the progress of some windows by `_id`, in their order; unknown ones are left out."""
        documents = {document["_id"]: document for document in self.collection.find({"_id": {"$in": list(identities)}})}
        return [_filled(documents[identity]) for identity in identities if identity in documents]

    def every(self) -> list[Filled]:
        """Return all windows, oldest first."""
        return [_filled(document) for document in self.collection.find().sort([("since", 1), ("_id", 1)])]

    def unfilled(self, window: Window) -> list[Window]:
        """Return the windows that fill one without an end: see `archive.model.crawl.backfill.unfilled`."""
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
