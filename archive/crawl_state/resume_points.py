"""Where a scan of the kept pages was stopped, so that the same command resumes there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bson.int64 import Int64

from archive.mongo.database import Repository, moment


@dataclass(frozen=True, slots=True)
class ResumePoint:
    """Where a scan was stopped.

    Attributes:
        began_at: When it was begun; aware, UTC.
        after: The last key that is done.
        done: How many are done: keys, or pages.
    """

    began_at: datetime
    after: str
    done: int


class ResumePoints(Repository, collection="rereadings"):
    """The collection `rereadings`."""

    def place(self, identity: str) -> ResumePoint | None:
        """Return where a scan was stopped; None if it was not."""
        document = self.collection.find_one({"_id": identity})
        return ResumePoint(document["began_at"], document["after"], document["done"]) if document else None

    def mark(self, identity: str, place: ResumePoint) -> None:
        """Save the progress of a scan."""
        fields = {"began_at": moment(place.began_at), "after": place.after, "done": Int64(place.done)}
        fields["marked_at"] = moment(datetime.now(UTC))
        self.collection.replace_one({"_id": identity}, fields, upsert=True)

    def finish(self, identity: str) -> None:
        """Remove the progress of a scan, which is complete or starts anew."""
        self.collection.delete_one({"_id": identity})
