"""The versions of an article."""

from __future__ import annotations

from typing import Any

from archive.mongo.spoken import Desk, spoken

Document = dict[str, Any]


class Revisions:
    """The collection `revisions`: each version of an article's title and text, with when it came up and why."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._revisions = desk.database["revisions"]

    @spoken
    def of(self, key: str) -> list[Document]:
        """Return the documents of an article's versions, oldest first; empty if it is not kept."""
        return list(self._revisions.find({"key": key}).sort("revision", 1))

    @spoken
    def get(self, key: str, revision: int) -> Document | None:
        """Return one version's document, or None if there is no such version."""
        return self._revisions.find_one({"_id": f"{key}#{revision}"})
