"""The raw pages that are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn

from pymongo.errors import BulkWriteError

from archive.model.crawl.page import Page
from archive.model.crawl.run import TOLERANCE
from archive.mongo.database import ArchiveDatabase, Document, Repository, moment, translating_errors
from archive.mongo.schema.fields import EPOCH
from archive.mongo.schema.soundness import fault_of
from archive.pages.compression import LEVEL, Packed, Packing
from archive.pages.content_encoding import unpack
from archive.pages.dictionaries import Dictionaries
from archive.pages.documents import (
    Damage,
    DamageCallback,
    DamagedPages,
    PageDamaged,
    checked_body,
    damage_of,
    to_document,
    to_page,
)

READABLE = 200
"""The status of a response that may hold an article."""

LONGEST = 8 * 1024 * 1024
"""Bytes that a body may unpack to; the crawler takes no longer ones either."""

_DUPLICATE = 11000
_READ_AT_ONCE = 50
_KEYS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class StorageRow:
    """The pages whose body is stored in one form.

    Attributes:
        stored: `received`, `zstd`, or `elsewhere`: another page has the same body.
        encoding: The content encoding as received; None if it came plain.
        pages: How many pages.
        received: Bytes of their bodies as received.
        kept: Bytes that their bodies take in the archive, before the database's own compression.
    """

    stored: str
    encoding: str | None
    pages: int
    received: int
    kept: int


def refuse(damage: Damage) -> NoReturn:
    """Refuse a damaged page, for readers that pass none over.

    Raises:
        PageDamaged: Always.
    """
    raise PageDamaged(damage)


class Pages(Repository, collection="pages"):
    """The collection `pages`.

    A body is compared with the sha256 and the size on record whenever it is read.

    Attributes:
        damaged: The list of those that were seen not to be what was received.
    """

    def __init__(self, database: ArchiveDatabase) -> None:
        super().__init__(database)
        self._dictionaries = Dictionaries(database)
        self.damaged = DamagedPages(database)

    def keep(self, pages: Sequence[Page]) -> None:
        """Keep pages as they were received; safe to repeat. A body that is there already is not kept again.

        Where the one that is there was found damaged, the new one, which has the same sha256, takes its place.

        Raises:
            ArchiveError: The database is away, full or refuses.
        """
        if not pages:
            return
        documents = [to_document(page) for page in pages]
        bodies = {document["sha256"]: document["body"] for document in documents}
        known = self._bodies_known(list(bodies))
        for document in documents:
            if document["sha256"] in known:
                document["body"] = None
            known.add(document["sha256"])
        beaten = self._insert(documents)
        if beaten:
            self._insert([document | {"body": None} for document in beaten])
        self._mend(bodies)

    def get(self, identity: str) -> Page | None:
        """Return the page of an `_id`, unpacked, or None if there is none.

        Raises:
            PageDamaged: It is not what was received.
        """
        document = self.collection.find_one({"_id": identity})
        return self._to_page(document) if document else None

    def kept(self, identity: str) -> Page | None:
        """Return the page of an `_id` with its body as received (recompressed, unpacked), or None if there is none.

        Raises:
            PageDamaged: It is not what was received.
        """
        document = self.collection.find_one({"_id": identity})
        return self._as_received(document) if document else None

    def responses(self, keys: Sequence[str]) -> list[Document]:
        """Return the documents of the responses of some keys without their bodies, newest first."""
        return list(self.collection.find({"key": {"$in": list(keys)}}, {"body": 0}).sort("fetched_at", -1))

    def latest(self, key: str) -> Page | None:
        """Return the newest response with status 200 of a key, unpacked, or None if there is none that is whole.

        One that a wrong clock dated into the future counts only where there is no other: it may be the oldest of all.
        """
        wanted, limit = {"key": key, "status": READABLE}, moment(datetime.now(UTC) + TOLERANCE)
        for received in ({"$lte": limit}, {"$gt": limit}):
            documents = self.collection.find(wanted | {"fetched_at": received}).sort("fetched_at", -1).batch_size(2)
            if page := next(self._whole(documents, self._to_page, lambda _: None), None):
                return page
        return None

    def troubled_keys(self) -> Iterator[str]:
        """Return the keys whose article has problems, then those that failed: what a better parser may mend."""
        articles, frontier = self.database["articles"], self.database["frontier"]
        with translating_errors(self.database.uri):
            for document in articles.find({"problems.0": {"$exists": True}}, {"_id": 1}).hint("problems"):
                yield document["_id"]
            failed = {"$or": [{"state": "failed"}, {"state": "kept", "reason": {"$gt": ""}}]}
            for document in frontier.find(failed, {"_id": 1}):
                yield document["_id"]

    def read(self, keys: Sequence[str], report: DamageCallback = refuse) -> Iterator[Page]:
        """Return the newest response with status 200 of each key that has one, unpacked, by key; see `latest`.

        Args:
            keys: Article keys.
            report: Called with each that is not what was received; no other page of its key comes instead.

        Raises:
            PageDamaged: One is not what was received, and `report` is left out.
        """
        limit = datetime.now(UTC) + TOLERANCE
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            newest: dict[str, str] = {}
            ahead: dict[str, str] = {}
            with translating_errors(self.database.uri):
                wanted = {"key": {"$in": list(keys[start : start + _KEYS_AT_ONCE])}, "status": READABLE}
                received = self.collection.find(wanted, ["key", "fetched_at"]).sort([("key", 1), ("fetched_at", 1)])
                for document in received:
                    is_ahead = document.get("fetched_at", EPOCH) > limit
                    (ahead if is_ahead else newest)[document["key"]] = document["_id"]
                documents = self.collection.find({"_id": {"$in": list((ahead | newest).values())}}).sort("_id", 1)
                yield from self._whole(documents.batch_size(_READ_AT_ONCE), self._to_page, report)

    def every(
        self, since: datetime | None = None, keys: Sequence[str] | None = None, report: DamageCallback = refuse
    ) -> Iterator[Page]:
        """Return every response that was kept, as it came where that is still known, by key and time.

        A page that was recompressed since comes unpacked, with `encoding` None.

        Args:
            since: Only what was received then or later; aware.
            keys: Only these keys; None for all.
            report: Called with each that is not what was received; it is passed over.

        Raises:
            PageDamaged: One is not what was received, and `report` is left out.
        """
        documents = self.collection.find(_filter(since, keys)).sort([("key", 1), ("fetched_at", 1)])
        yield from self._whole(documents.batch_size(_READ_AT_ONCE), self._as_received, report)

    def after(self, key: str, limit: int) -> list[Document]:
        """Return documents of responses whose key follows one, by key and time: those of up to `limit` and whole keys.

        Args:
            key: Empty for the beginning.
            limit: Documents at most, but for the last key's, which all come.
        """
        order = [("key", 1), ("fetched_at", 1)]
        documents = list(self.collection.find({"key": {"$gt": key}}).sort(order).hint("key_fetched").limit(limit))
        if len(documents) == limit:  # the last key may have more
            last = documents[-1]["key"]
            documents = [document for document in documents if document["key"] != last]
            documents += self.collection.find({"key": last}).sort(order).hint("key_fetched")
        nameless = () if key else self.collection.find({"key": None}).hint("key_fetched")  # a damaged one may have none
        return [*nameless, *documents]

    def damage(self, document: Document) -> Damage | None:
        """Return what is wrong with a response as it is kept, or None if it is what was received."""
        try:
            self._as_received(document)
        except PageDamaged as error:
            return error.damage
        return None

    def damage_in(self, document: Document) -> Damage | None:
        """Return what is wrong with the body in a document; None too where another document has it."""
        return None if document.get("body", b"") is None else self.damage(document)

    def count(self, since: datetime | None = None, keys: Sequence[str] | None = None) -> int:
        """Return how many responses are kept; received since a moment (aware), or of some keys, if they are given."""
        return self.collection.count_documents(_filter(since, keys), hint="key_fetched")

    def storage(self) -> list[StorageRow]:
        """Return every form that there is, the one with most pages first; reads every document."""
        has_body = {"$eq": [{"$type": "$body"}, "binData"]}
        grouped: list[Document] = [
            {
                "$group": {
                    "_id": {"stored": {"$cond": [has_body, "$stored", "elsewhere"]}, "encoding": "$encoding"},
                    "pages": {"$sum": 1},
                    "received": {"$sum": "$size"},
                    "kept": {"$sum": {"$cond": [has_body, {"$binarySize": "$body"}, 0]}},
                }
            },
            {"$sort": {"pages": -1, "_id.stored": 1, "_id.encoding": 1}},
        ]
        rows = self.collection.aggregate(grouped)
        return [
            StorageRow(row["_id"]["stored"], row["_id"]["encoding"], row["pages"], row["received"], row["kept"])
            for row in rows
        ]

    def compress(
        self, level: int = LEVEL, progress: Callable[[Packed], None] = lambda _: None, report: DamageCallback = refuse
    ) -> Packed:
        """Return what packing with a trained zstd dictionary did to the bodies that are still as they were received.

        Each is read back and compared before it replaces the received one. From then on a page comes unpacked, since
        the packed bytes that were received cannot be made again; their sha256 and size stay on record. Can be stopped
        at any moment and started again.

        Args:
            level: Of zstd, 1 to 22.
            progress: Called with the sum so far after each body.
            report: Called with each body that is not what was received; it stays as it is.

        Raises:
            PageDamaged: One is not what was received, and `report` is left out.
        """
        return Packing(self.database, self._dictionaries).run(level, progress, report)

    def _whole(
        self, documents: Iterable[Document], to_page: Callable[[Document], Page], report: DamageCallback
    ) -> Iterator[Page]:
        for document in documents:
            try:
                page = to_page(document)
            except PageDamaged as error:
                report(error.damage)
            else:
                yield page

    def _mend(self, bodies: Mapping[str, bytes]) -> None:
        """Put bodies that were just received, by sha256, in the place of damaged ones."""
        for sha256 in self.damaged.among(list(bodies)):
            received = {"body": bodies[sha256], "stored": "received"}
            plain = {"dictionary": None, "plain_sha256": None, "plain_size": None}
            self.collection.update_one({"sha256": sha256, "body": {"$type": "binData"}}, {"$set": received | plain})
            self.damaged.clear([document["_id"] for document in self.collection.find({"sha256": sha256}, ["_id"])])

    def _bodies_known(self, hashes: list[str]) -> set[str]:
        """Return those hashes whose body is there. Asking is cheap; to learn it from failed inserts costs ten times."""
        wanted = {"sha256": {"$in": hashes}, "body": {"$type": "binData"}}
        return {
            document["sha256"] for document in self.collection.find(wanted, {"_id": 0, "sha256": 1}).hint("one_body")
        }

    def _insert(self, documents: list[Document]) -> list[Document]:
        """Insert documents and return those whose body another document has; those already there are left alone.

        Raises:
            BulkWriteError: Something else is wrong with one.
        """
        try:
            self.collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            failures = error.details.get("writeErrors", [])
            if error.details.get("writeConcernErrors") or any(failure["code"] != _DUPLICATE for failure in failures):
                raise
            return [documents[failure["index"]] for failure in failures if "sha256" in failure.get("keyPattern", {})]
        return []

    def _to_page(self, document: Document) -> Page:
        """Return a page unpacked; one that cannot be unpacked comes as received, so that its reader finds the cause."""
        page = self._as_received(document)
        try:
            body = unpack(page.body, page.encoding, LONGEST)
        except ValueError:
            return page
        return to_page(document, body, None)

    def _as_received(self, document: Document) -> Page:
        if reason := fault_of("pages")(document):
            raise PageDamaged(damage_of(document, f"its document is damaged: {reason}"))
        holder: Document | None = document
        if document["body"] is None:
            holder = self.collection.find_one({"sha256": document["sha256"], "body": {"$type": "binData"}})
        body = checked_body(document, holder, self._dictionaries)
        return to_page(document, body, holder["encoding"] if holder and holder["stored"] == "received" else None)


def _filter(since: datetime | None, keys: Sequence[str] | None) -> Document:
    """Return the filter for responses received since a moment (aware), or of some keys; None narrows nothing."""
    received: Document = {"fetched_at": {"$gte": moment(since)}} if since else {}
    return received if keys is None else received | {"key": {"$in": list(keys)}}
