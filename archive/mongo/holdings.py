"""The articles that a batch may concern: found by key, by alias, or by what they say; as planned so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archive.identity import keys_of, site_of
from archive.mongo.documents import is_as_kept

Document = dict[str, Any]

_NO_TELLING = float("inf")


def lookup(keys: list[str], identities: list[str]) -> Document:
    """Return the filter that finds every article that a batch may concern: one query, an index for each branch."""
    wanted: list[Document] = [
        {"_id": {"$in": keys}},
        {"aliases": {"$in": keys}, "aliases.0": {"$exists": True}},
    ]
    if identities:
        wanted.append({"identity_hash": {"$gt": "", "$in": identities}})
    return {"$or": wanted}


class Holdings:
    """Documents of `articles`, with text or without, that change while a batch is planned."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents: dict[str, Document] = {}
        self._owners: dict[str, str] = {}
        self._alike: dict[str, set[str]] = {}
        for document in documents:
            self.put(document)

    def __iter__(self) -> Iterator[Document]:
        """Yield every document."""
        return iter(self._documents.values())

    def of(self, key: str) -> Document | None:
        """Return the article that has a key, as its own or as an alias; None if there is none."""
        return self._documents.get(self._owners.get(key, key))

    def same_as(self, document: Mapping[str, Any]) -> Document | None:
        """Return the document of the same article at another site; None if there is none.

        It says the same (`identity_hash`), and the two share no site: what one site has at two addresses, it takes for
        two articles. Of several, the one that was published nearest.
        """
        names = self._alike.get(document["identity_hash"] or "", ())
        found = [self._documents[name] for name in names if name in self._documents and name != document["_id"]]
        if not found:
            return None
        sites = set(map(site_of, keys_of(document)))
        others = [
            other
            for other in found
            if other["identity_hash"] == document["identity_hash"] and sites.isdisjoint(map(site_of, keys_of(other)))
        ]
        return min(others, key=lambda other: (_apart(document, other), other["_id"]), default=None)

    def has_as_is(self, read: Mapping[str, Any]) -> bool:
        """Return whether a reading is to the letter what is kept under its key, and concerns no other document.

        Then there is nothing to decide about it, whatever is decided about others: none of them has its key as an
        alias or says the same. To be asked of whole documents.
        """
        kept = self._documents.get(read["_id"])
        return (
            kept is not None and is_as_kept(kept, read) and len(self._alike.get(kept["identity_hash"] or "", ())) <= 1
        )

    def put(self, document: Document) -> None:
        """Take a document in, or note that it has changed."""
        self._documents[document["_id"]] = document
        self._owners.update((key, document["_id"]) for key in keys_of(document))
        if document["identity_hash"]:
            self._alike.setdefault(document["identity_hash"], set()).add(document["_id"])

    def drop(self, document: Document) -> None:
        """Forget a document that another one has taken in."""
        del self._documents[document["_id"]]


def _apart(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Return the seconds between two publications; infinite where one is unknown."""
    first, second = one["published_at"], other["published_at"]
    return abs((first - second).total_seconds()) if first and second else _NO_TELLING
