"""Writes a batch of outcomes: pages first, then the rest in one transaction."""

from __future__ import annotations

import functools
import logging
from collections.abc import Sequence
from datetime import datetime

import pymongo
from bson.int64 import Int64
from pymongo import DeleteOne, InsertOne, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.errors import OperationFailure
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

from archive.articles.decisions import Decisions
from archive.articles.documents import to_document
from archive.articles.plan import Candidates, Outcome, Plan, Policy, lookup
from archive.articles.scrutiny import keys_doubted_with
from archive.crawl_state.discoveries import NEEDED_TO_DISCOVER
from archive.crawl_state.settlements import NEEDED_TO_SETTLE
from archive.errors import ArchiveError, DocumentRefused, OperationRefused
from archive.model.article import Article
from archive.model.crawl.frontier import DiscoveredUrl
from archive.model.crawl.outcome import Miss, Saved, unexpected
from archive.model.crawl.page import Page
from archive.model.identity import keys_of
from archive.mongo.database import ArchiveDatabase, Document, Repository, legible, moment, translating_errors
from archive.mongo.transactions import end_orphans
from archive.pages.collection import Pages

logger = logging.getLogger(__name__)

LONGEST_DETAIL = 500
"""Characters of an exception's message that are kept."""

REFUSED = "refused by the schema"
DURABLE = WriteConcern("majority", j=True)

LIMIT = 10.0
"""Seconds for a transaction with all its retries; then the database counts as unavailable. The driver's own limit, two
minutes, is too long for some callers."""

_WRITE_CONFLICT = 112
_ENTRY_FIELDS = dict.fromkeys((*NEEDED_TO_SETTLE, *NEEDED_TO_DISCOVER), 1)


class Writer(Repository):
    """Writes batches; it has no state, so that threads may share it."""

    def __init__(self, database: ArchiveDatabase, pages: Pages, policy: Policy) -> None:
        super().__init__(database)
        self._pages = pages
        self._policy = policy

    def save(self, batch: Sequence[Outcome], now: datetime) -> list[Saved]:
        """Save a batch durably, and return the result of each outcome, in order.

        Pages are written first; then articles, revisions, changes and frontier entries in one transaction, so that a
        crash leaves a whole batch or none of it. Safe to repeat. An outcome that the schema refuses, or that raises an
        unforeseen exception, is settled as failed; the rest of its batch is kept. Changes are numbered under one lock,
        so that numbers follow the order of commits.

        Args:
            batch: Articles, misses, 304s and looks that count; about 50 serve speed best.
            now: The time of the changes; aware.

        Raises:
            ArchiveError: The database is unavailable, full or refuses; only pages may have been written.
        """
        if not batch:
            return []
        try:
            return self._keep(batch, moment(now))
        except DocumentRefused:  # one of them cannot be stored: find out which
            return [self._alone(outcome, moment(now)) for outcome in batch]
        except ArchiveError:
            raise
        except Exception:  # noqa: BLE001 -- likewise; reported, with the outcome's key, once it is found
            return [self._alone(outcome, moment(now)) for outcome in batch]

    def _keep(self, batch: Sequence[Outcome], now: datetime) -> list[Saved]:
        if self._policy.cause == "site":
            self._pages.keep([page for page in map(_page_of, batch) if page])
        return self._commit(batch, now)

    def _alone(self, outcome: Outcome, now: datetime) -> Saved:
        try:
            return self._keep([outcome], now)[0]
        except (DocumentRefused, ValueError, OverflowError) as error:
            return self._fail(outcome, REFUSED, str(error), now)
        except ArchiveError:
            raise
        except Exception as error:
            logger.exception("%s is settled as failed: %s", outcome.key, type(error).__name__)
            return self._fail(outcome, unexpected(error), str(error), now)

    def _fail(self, outcome: Outcome, reason: str, detail: str, now: datetime) -> Saved:
        """Settle the address of an outcome that cannot be stored; if even that fails, without its page.

        Raises:
            ArchiveError: The database is away, full or refuses.
        """
        url, detail = getattr(outcome, "url", None), detail[:LONGEST_DETAIL]
        at: datetime = getattr(outcome, "fetched_at" if isinstance(outcome, Article) else "at", None) or now
        miss = Miss(outcome.key, url or "", "failed", reason, at, _page_of(outcome), detail, finds=_finds_of(outcome))
        try:
            self._keep([miss], now)
        except (DocumentRefused, ValueError, OverflowError):
            self._commit([Miss(outcome.key, url or "", "failed", reason, now)], now)
        except ArchiveError:
            raise
        except Exception:
            logger.exception("%s could not be settled with its page", outcome.key)
            self._commit([Miss(outcome.key, url or "", "failed", reason, now)], now)
        return Saved(outcome.key, "refused" if reason == REFUSED else "failed", f"{reason}: {legible(detail)}")

    def _commit(self, batch: Sequence[Outcome], now: datetime) -> list[Saved]:
        reads = [to_document(outcome, now) if isinstance(outcome, Article) else None for outcome in batch]
        write = functools.partial(self._write, batch, reads, now)
        with (
            translating_errors(self.database.uri),
            pymongo.timeout(LIMIT),
            self.database.client.start_session() as session,
        ):
            return session.with_transaction(
                write,
                read_concern=ReadConcern("snapshot"),
                write_concern=DURABLE,
                read_preference=ReadPreference.PRIMARY,
            )

    def _write(
        self, batch: Sequence[Outcome], reads: Sequence[Document | None], now: datetime, session: ClientSession
    ) -> list[Saved]:
        """Decide and write a batch within a transaction; it takes the lock before it reads anything."""
        last = self._lock(session)
        keys = {outcome.key for outcome in batch}
        articles = self._articles(keys, reads, session)
        keys |= {find.key for outcome in batch for find in _finds_of(outcome)}
        keys = keys.union(*map(keys_of, articles), *map(keys_doubted_with, articles))
        plan = Plan(self._policy, now, articles, self._entries(keys, session))
        decisions = Decisions(plan)
        saved = [
            decisions.decide(outcome, None if read is None else dict(read))
            for outcome, read in zip(batch, reads, strict=True)
        ]
        if finds := [find for outcome in batch for find in _finds_of(outcome)]:
            plan.discover(finds)
        self._write_articles(plan, session)
        self._write_changes(plan.changes, last, session)
        self._write_entries(plan, session)
        return saved

    def _lock(self, session: ClientSession) -> int:
        """Take the lock of the counter, and return its last number.

        Raises:
            OperationFailure: Another transaction has the lock: this one has to begin again.
            OperationRefused: The counter does not exist.
        """
        counters = self.database["counters"]
        turn = {"$inc": {"turns": Int64(1)}}
        try:
            counter = counters.find_one_and_update({"_id": "changes"}, turn, session=session)
        except OperationFailure as error:
            if error.code == _WRITE_CONFLICT:  # another has it: a living one for milliseconds, a dead one for a minute
                end_orphans(self.database.client)
            raise
        if counter is None:
            raise OperationRefused("the collection `counters` has no document `changes`: restore it, or open anew")
        return int(counter["value"])

    def _articles(self, keys: set[str], reads: Sequence[Document | None], session: ClientSession) -> Candidates:
        return Candidates(self.database["articles"].find(lookup(list(keys), reads), {"text": 0}, session=session))

    def _entries(self, keys: set[str], session: ClientSession) -> dict[str, Document]:
        cursor = self.database["frontier"].find({"_id": {"$in": list(keys)}}, _ENTRY_FIELDS, session=session)
        return {document["_id"]: document for document in cursor}

    def _write_articles(self, plan: Plan, session: ClientSession) -> None:
        database = self.database.handle
        if plan.inserts:
            database["articles"].insert_many(plan.inserts.values(), session=session)
        changed: list[UpdateOne | DeleteOne] = [
            *_setting(plan.updates),
            *(DeleteOne({"_id": key}) for key in plan.deletes),
        ]
        if changed:
            database["articles"].bulk_write(changed, session=session)
        if plan.revisions:
            database["revisions"].insert_many(plan.revisions, session=session)

    def _write_changes(self, changes: list[Document], last: int, session: ClientSession) -> None:
        if not changes:
            return
        numbered = [{"_id": Int64(number), **change} for number, change in enumerate(changes, last + 1)]
        self.database["changes"].insert_many(numbered, session=session)
        self.database["counters"].update_one(
            {"_id": "changes"}, {"$inc": {"value": Int64(len(changes))}}, session=session
        )

    def _write_entries(self, plan: Plan, session: ClientSession) -> None:
        writes = [InsertOne(entry) for entry in plan.discoveries.values()] + _setting(plan.settled)
        if writes:
            self.database["frontier"].bulk_write(writes, session=session)


def _page_of(outcome: Outcome) -> Page | None:
    return outcome.page if isinstance(outcome, Article | Miss) else None


def _finds_of(outcome: Outcome) -> tuple[DiscoveredUrl, ...]:
    return outcome.finds if isinstance(outcome, Article | Miss) else ()


def _setting(fields: dict[str, Document]) -> list[UpdateOne]:
    return [UpdateOne({"_id": key}, {"$set": values}) for key, values in fields.items()]
