"""The kept articles, and all versions of their content."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Unpack, cast

import bson

from archive.articles.past.timeline import Timeline
from archive.articles.scan import BATCH, ORDER, Scan, query
from archive.articles.walk import Place, Walk
from archive.errors import DocumentDamaged
from archive.model.crawl.outcome import Cause
from archive.model.identity import keys_of, ranges_of_keys
from archive.model.record import Record
from archive.model.selection import Filters, choose, select
from archive.mongo.database import Document, Repository, moment
from archive.mongo.raw_bson import identity, split
from archive.mongo.schema.articles import ARTICLES
from archive.mongo.schema.soundness import fault_of, first_sound, narrowed_to_sound, sound


@dataclass(frozen=True, slots=True)
class Traits:
    """Further filters of a list; each default filters nothing.

    Attributes:
        words: Texts that the title contains, all of them; case is ignored.
        is_changed: Whether only those with more than one revision.
        has_problems: Whether only those with a field in doubt.
        status: `live` or `gone`; None for both.
    """

    words: tuple[str, ...] = ()
    is_changed: bool = False
    has_problems: bool = False
    status: str | None = None

    def query(self) -> Document:
        """Return the filter of articles that have them."""
        titles = [{"title": {"$regex": re.escape(word), "$options": "i"}} for word in self.words]
        wanted: Document = {"$and": titles} if titles else {}
        if self.is_changed:
            wanted["revision"] = {"$gt": 1}
        if self.has_problems:
            wanted["problems.0"] = {"$exists": True}
        if self.status:
            wanted["status"] = self.status
        return wanted

    def matches(self, document: Document) -> bool:
        """Return whether an article's document has them."""
        title = document["title"].casefold()
        return (
            all(word.casefold() in title for word in self.words)
            and (not self.is_changed or document["revision"] > 1)
            and (not self.has_problems or bool(document["problems"]))
            and self.status in {None, document["status"]}
        )


class Articles(Repository, collection="articles"):
    """The collection `articles`: each article as it was last read."""

    def __call__(
        self, fields: Iterable[str] | None = None, *, as_of: datetime | None = None, **wanted: Unpack[Filters]
    ) -> Iterator[Record]:
        """Return the records of articles, oldest first, undated ones before all; with little memory.

        They are read from one snapshot, for as long as the server keeps it: see `Scan.batches`.

        Args:
            fields: The fields that records are to have; None for all.
            as_of: The moment of the state that is read (see docs/as-of.md); aware; None for now.
            **wanted: Which articles: see `archive.model.selection.Filters`.

        Raises:
            WrongSelection: It is invalid; at once, not when the first record is asked for.
        """
        chosen = choose(fields, ARTICLES.field_names)
        chosen_only = chosen if fields is not None else None
        if as_of is not None:
            return self._records(Walk(self.database, select(wanted), as_of, fields=chosen_only), chosen)
        return self._records(Scan(self.database, select(wanted), chosen_only), chosen)

    def _records(self, scan: Scan | Walk, chosen: tuple[str, ...]) -> Iterator[Record]:
        for batch in scan.batches():
            for document in sound(
                self.database, "articles", bson.decode_all(batch, self.collection.codec_options), chosen
            ):
                yield cast("Record", {name: document[name] for name in chosen})

    def page(
        self, limit: int, after: Place | None = None, *, as_of: datetime | None = None, **wanted: Unpack[Filters]
    ) -> list[Document]:
        """Return the documents of some articles, newest first, the undated last.

        Args:
            limit: How many at most.
            after: The place of the last one of the page before; None for the first page.
            as_of: As of `__call__`.
            **wanted: As of `__call__`.

        Raises:
            WrongSelection: It is invalid.
        """
        return Walk(self.database, select(wanted), as_of, newest=True).page(limit, after)

    def documents(self, keys: Iterable[str], as_of: datetime | None = None) -> dict[str, Document]:
        """Return the documents with some keys, by key; aliases do not count.

        Args:
            keys: The keys.
            as_of: The moment of the state that is read; articles unknown then are left out; aware; None for now.
        """
        if as_of is not None:
            return Timeline(self.database).at(as_of, keys)
        documents = self.collection.find({"_id": {"$in": list(keys)}})
        return {document["_id"]: document for document in sound(self.database, "articles", documents)}

    def present(self, keys: Iterable[str]) -> frozenset[str]:
        """Return those of some keys that have a document, sound or damaged."""
        return frozenset(document["_id"] for document in self.collection.find({"_id": {"$in": list(keys)}}, ["_id"]))

    def referring(self, keys: Iterable[str], limit: int, as_of: datetime | None = None) -> list[Document]:
        """Return the documents of the newest articles whose further reading names one of some keys, newest first.

        Args:
            keys: All keys of one article.
            limit: How many at most.
            as_of: Only those that already did at this moment; aware; None for now.
        """
        wanted = set(keys)
        cursor = self.collection.find({"related.key": {"$in": list(wanted)}}).sort("published_at", -1)
        documents = first_sound(self.database, "articles", cursor, limit)
        if as_of is None:
            return documents
        then = Timeline(self.database).at(
            as_of,
            [document["_id"] for document in documents],
            today={document["_id"]: document for document in documents},
        )
        known = [then[document["_id"]] for document in documents if document["_id"] in then]
        return [document for document in known if wanted & {related["key"] for related in document["related"]}]

    def kept_as(self, keys: Iterable[str], as_of: datetime | None = None) -> dict[str, str]:
        """Return the `_id` of the articles with some keys or aliases, by the given key.

        Args:
            keys: The keys.
            as_of: The moment of the state that is read; aware; None for now.
        """
        requested = list(keys)
        wanted = {"$or": [{"_id": {"$in": requested}}, {"aliases": {"$in": requested}, "aliases.0": {"$exists": True}}]}
        documents = list(sound(self.database, "articles", self.collection.find(wanted, ["aliases"]), ("aliases",)))
        if as_of is not None:
            documents = list(self.documents({*requested, *(document["_id"] for document in documents)}, as_of).values())
        ids = {key: document["_id"] for document in documents for key in keys_of(document)}
        return {key: ids[key] for key in requested if key in ids}

    def get(self, key: str, as_of: datetime | None = None) -> Document | None:
        """Return an article's document by its key or one of its aliases, or None if it is not kept.

        Args:
            key: The key.
            as_of: The moment of the state that is read; aware; None for now.

        Raises:
            DocumentDamaged: The kept document is against the schema.
        """
        today = self.collection.find_one({"_id": key}) or self.collection.find_one(
            {"aliases": key, "aliases.0": {"$exists": True}}
        )
        if today and (reason := fault_of("articles")(today)):
            name = today["_id"]
            raise DocumentDamaged(
                f"{name} is damaged: {reason}. A backup from before has it whole; `cmoney page {name}` reads its page."
            )
        if as_of is None:
            return today
        keys = [key, today["_id"]] if today else [key]
        known = self.documents(keys, as_of)
        return next((known[name] for name in keys if name in known), None)

    def raw(self, keys: Sequence[str]) -> Iterator[bytes]:
        """Yield the articles under some keys or aliases as BSON, each once, in batches."""
        seen: set[str] = set()
        for start in range(0, len(keys), BATCH):
            part = {"$in": list(keys[start : start + BATCH])}
            wanted = narrowed_to_sound(self.database, "articles", {"$or": [{"_id": part}, {"aliases": part}]})
            for batch in self.collection.find_raw_batches(wanted):
                fresh = [document for document in split(batch) if identity(document) not in seen]
                seen.update(map(identity, fresh))
                if fresh:
                    yield b"".join(fresh)

    def listed(
        self, limit: int, traits: Traits = Traits(), *, as_of: datetime | None = None, **wanted: Unpack[Filters]
    ) -> list[Document]:
        """Return the documents of the newest articles, newest first, the undated last.

        Args:
            limit: How many at most; 0 for all.
            traits: Further filters.
            as_of: As of `__call__`.
            **wanted: As of `__call__`.

        Raises:
            WrongSelection: It is invalid.
        """
        if as_of is not None:
            known = Walk(self.database, select(wanted), as_of, newest=True).documents()
            return list(islice(filter(traits.matches, known), limit or None))
        cursor = self.collection.find({"$and": [query(select(wanted)), traits.query()]})
        newest_first = [(name, -direction) for name, direction in ORDER]
        return first_sound(self.database, "articles", cursor.sort(newest_first), limit)

    def beginning_with(self, beginning: str, limit: int) -> list[str]:
        """Return the ids of articles with a key of this beginning; see `archive.model.identity.ranges_of_keys`.

        Args:
            beginning: Of a key or alias (`cmnews:90cf`), or of what follows its site (`90cf`).
            limit: How many at most.
        """
        begins = [{"$gte": first, "$lt": end} for first, end in ranges_of_keys(beginning)]
        if not begins:
            return []
        ids = self.collection.find({"$or": [{"_id": part} for part in begins]}, ["_id"]).limit(limit)
        aliased = {"$or": [{"aliases": {"$elemMatch": part}, "aliases.0": {"$exists": True}} for part in begins]}
        others = self.collection.find(aliased, ["_id"]).limit(limit)
        return sorted({document["_id"] for matches in (ids, others) for document in matches})[:limit]

    def authors(self, columns: Sequence[str] | None = None) -> list[str]:
        """Return the ids of the authors of the articles of some columns, sorted; None for all columns."""
        wanted = {} if columns is None else {"column": {"$in": list(columns)}}
        return sorted(author for author in self.collection.distinct("author.id", wanted) if author)

    def columns(self) -> dict[str | None, int]:
        """Return the number of articles of each column, largest first; reads one whole index."""
        groups: list[Document] = [
            {"$group": {"_id": "$column", "count": {"$sum": 1}}},
            {"$sort": {"count": -1, "_id": 1}},
        ]
        return {row["_id"]: row["count"] for row in self.collection.aggregate(groups, hint="column_newest")}

    def count(self, as_of: datetime | None = None) -> int:
        """Return the number of articles, by the collection's metadata; or as of a moment (aware)."""
        if as_of is None:
            return self.collection.estimated_document_count()
        return Walk(self.database, select({}), as_of).count()

    def newest_note(self) -> tuple[int, datetime] | None:
        """Return number and date of the newest article of the old site, or None if none is kept with a date."""
        return self._note({"$ne": None}, -1)

    def notes_around(
        self, at: datetime, margin: timedelta
    ) -> tuple[tuple[int, datetime] | None, tuple[int, datetime] | None]:
        """Return number and date of the last article of the old site before a moment, and of the first after it.

        Args:
            at: Aware.
            margin: How far from the moment they are at least.
        """
        return self._note({"$lt": moment(at - margin)}, -1), self._note({"$gt": moment(at + margin)}, 1)

    def _note(self, published: Document, order: int) -> tuple[int, datetime] | None:
        wanted = {"_id": {"$regex": "^notes:"}, "published_at": published}
        document = self.collection.find_one(wanted, ["published_at"], sort=[("published_at", order)])
        return (int(document["_id"].partition(":")[2]), document["published_at"]) if document else None


FilterWindow = tuple[datetime | None, datetime | None]
"""Beginning and end of a span of time, the end not included; None where it has no bound."""


class Revisions(Repository, collection="revisions"):
    """The collection `revisions`: each version of an article's title and text, with its time and cause."""

    def some(self, versions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Document]:
        """Return the documents of some versions, by key and revision; missing ones are left out."""
        ids = [f"{key}#{revision}" for key, revision in versions]
        documents = self._sound(self.collection.find({"_id": {"$in": ids}}) if ids else ())
        return {(document["key"], document["revision"]): document for document in documents}

    def later(self, causes: Sequence[Cause], window: FilterWindow = (None, None)) -> Iterator[Document]:
        """Yield the documents of versions that replaced an earlier one, newest first.

        Args:
            causes: Their causes.
            window: When they were first seen; aware, the end not included; None for no bound.
        """
        since, until = window
        bounds = {name: at for name, at in (("$gte", since), ("$lt", until)) if at is not None}
        wanted: Document = {"revision": {"$gt": 1}, "cause": {"$in": list(causes)}}
        wanted |= {"seen_at": bounds} if bounds else {}
        yield from self._sound(self.collection.find(wanted).sort("seen_at", -1))

    def of_some(self, keys: Iterable[str]) -> dict[str, list[Document]]:
        """Return the documents of the versions of some keys, by key, each in order; a key without any is left out."""
        versions: dict[str, list[Document]] = {}
        documents = self.collection.find({"key": {"$in": list(keys)}}).sort([("key", 1), ("revision", 1)])
        for version in self._sound(documents):
            versions.setdefault(version["key"], []).append(version)
        return versions

    def of(self, key: str) -> list[Document]:
        """Return the documents of an article's versions, oldest first; empty if it is not kept."""
        return list(self._sound(self.collection.find({"key": key}).sort("revision", 1)))

    def _sound(self, documents: Iterable[Document]) -> Iterator[Document]:
        return sound(self.database, "revisions", documents)
