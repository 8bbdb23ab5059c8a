"""Repair after a machine with a fast clock: frontier entries that wait for a moment in the far future."""

from __future__ import annotations

import logging
from datetime import datetime

from archive.crawl_state.runs import Runs
from archive.model.crawl.run import TOLERANCE
from archive.mongo.database import ArchiveDatabase, Repository, moment
from archive.mongo.schema.fields import EPOCH

logger = logging.getLogger(__name__)

_MOMENTS = ("checked_at", "found_at", "last_found_at")


class WrongClock(Repository, collection="frontier"):
    """The filter for entries with a moment in the future."""

    def __init__(self, database: ArchiveDatabase, runs: Runs) -> None:
        super().__init__(database)
        self._runs = runs

    def mend(self, now: datetime) -> int:
        """Make addresses due that a run dated into the future let wait, and return their number.

        Their future checks without an article are removed, since they would make it gone too early. Without such a run
        only `runs` is read. If this machine's own clock is wrong, pages are requested once more than needed.

        Args:
            now: The moment; aware.
        """
        runs = [run["_id"] for run in self._runs.from_the_future(now)]
        if not runs:
            return 0
        limit = moment(now + TOLERANCE)
        ahead = {"$or": [{name: {"$gt": limit}} for name in (*_MOMENTS, "look.at")]}
        past = {name: {"$cond": [{"$gt": [f"${name}", limit]}, moment(now), f"${name}"]} for name in _MOMENTS}
        looks = {"$filter": {"input": "$looks", "cond": {"$lte": ["$$this", limit]}}}
        look = {"$cond": [{"$gt": ["$look.at", limit]}, None, "$look"]}
        due = {"next_at": moment(now), "looks": looks, "look": look, **past}
        waiting = {"next_at": {"$gt": EPOCH}, "leased_by": None} | ahead
        count = self.collection.update_many(waiting, [{"$set": due}]).modified_count
        logger.warning(
            "Dated in the future: run %s. A clock was ahead, or this machine's is behind; %d addresses that "
            "it let wait are due now.",
            ", ".join(runs[:3]),
            count,
        )
        return count
