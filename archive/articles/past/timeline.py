"""The states of an article, moment by moment: today's record, with its changes undone one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from archive.articles.past.clock import ByPublication
from archive.mongo.database import Document, Repository, moment
from archive.mongo.schema.soundness import sound

SELECTED_BY: Final = ("published_at", "column", "tickers", "tw_stocks", "tags")
"""The fields that articles are selected by."""

CONTENT: Final = ("title", "text", "sections", "extractor")
"""The fields that `revisions` has of each version."""

_CHANGE: Final = ("op", "key", "revision", "at", "before")
_OWN: Final = "own_sections"
"""Marks a state whose sections differ from those of its revision."""

_LOOKED_AT: Final = ("checked_at", "fetched_at")


@dataclass(frozen=True, slots=True)
class KnownState:
    """A state of an article in the archive, with its time span.

    Attributes:
        since: From when; aware, UTC.
        until: To when, not included; None for the current state.
        document: The record of that time.
    """

    since: datetime
    until: datetime | None
    document: Document


class Timeline(Repository):
    """Reads former states of articles.

    The clock is that of the outbox: a change is known from its `at` on. `source` is the current one. Changes of older
    programs, whose `before` is null, can be undone for text and status only.
    """

    def at(
        self, when: datetime, keys: Iterable[str], *, today: Mapping[str, Document] | None = None
    ) -> dict[str, Document]:
        """Return the records of some articles as of a moment, by key; articles unknown then are left out.

        Args:
            when: The moment; aware, included.
            keys: Keys of documents of then, merged since or not.
            today: Their current documents, if they are read already; None to read them.
        """
        wanted = list(keys)
        kept = self._kept(wanted) if today is None else today
        known: dict[str, Document] = {}
        for key, changes in self._changes(wanted, kept).items():
            state = _state_at(when, _states(kept.get(key), changes))
            if state and state.document is not None:
                known[key] = dict(state.document)
        whole = (known[key] for key in self._filled(known, kept))
        return {document["_id"]: _looked_at(document, when) for document in sound(self.database, "articles", whole)}

    def states(
        self, keys: Collection[str], names: Sequence[str], kept: Mapping[str, Document]
    ) -> dict[str, list[KnownState]]:
        """Return every state of some articles, oldest first, by key; of merged ones those before the merge.

        Args:
            keys: Their keys.
            names: The fields that were read, nested ones with dots.
            kept: Their current documents, if sound, by key.
        """
        by_key: dict[str, list[KnownState]] = {}
        for key, changes in self._changes(keys, kept).items():
            states = [
                KnownState(span.since, span.until, dict(span.document))
                for span in _states(kept.get(key), changes)
                if span.document is not None and span.since != span.until
            ]
            by_key[key] = states[::-1]
        documents = {id(state): state.document for some in by_key.values() for state in some}
        whole = (name for name in self._filled(documents, kept) if self._is_sound(documents[name], names))
        filled = set(whole)
        for state in (state for some in by_key.values() for state in some):
            state.document.pop(_OWN, None)
        return {key: [state for state in some if id(state) in filled] for key, some in by_key.items()}

    def moved(self, when: datetime) -> list[str]:
        """Return the keys of articles that a selection may match differently at a moment than now.

        They are those merged since then, or changed in a field of the filters.
        """
        changed = [{f"before.{name}": {"$exists": True}} for name in SELECTED_BY]
        wanted = {"at": {"$gt": moment(when)}, "$or": [{"op": "merge"}, *changed]}
        rows = self.database["changes"].aggregate([{"$match": wanted}, {"$group": {"_id": "$key"}}])
        return [row["_id"] for row in rows]

    def _kept(self, keys: Iterable[str]) -> dict[str, Document]:
        documents = self.database["articles"].find({"_id": {"$in": list(keys)}})
        return {document["_id"]: document for document in sound(self.database, "articles", documents)}

    def _changes(self, keys: Iterable[str], kept: Mapping[str, Document]) -> dict[str, list[Document]]:
        """Return the changes of some articles, by key, in order; articles with unreadable documents are left out."""
        by_key: dict[str, list[Document]] = defaultdict(list)
        documents = self.database["changes"].find({"key": {"$in": list(keys)}}, _CHANGE).sort([("key", 1), ("_id", 1)])
        for change in sound(self.database, "changes", documents, _CHANGE):
            by_key[change["key"]].append(change)
        readable: dict[str, list[Document]] = {}
        for key, changes in by_key.items():
            if key in kept or changes[-1]["op"] == "merge":
                readable[key] = changes
            else:
                self.database.pass_over("articles", key, "its document is damaged or missing")
        return readable

    def _is_sound(self, document: Document, names: Sequence[str]) -> bool:
        return any(sound(self.database, "articles", (document,), names))

    def _filled(self, states: Mapping[Any, Document], kept: Mapping[str, Document]) -> Iterator[Any]:
        """Fill states with the content of their revision, and yield those that are complete.

        A state whose revision is missing, or of which too little is known, is skipped with a message.
        """
        former = {
            name: document
            for name, document in states.items()
            if document["_id"] not in kept or document.get("revision") != kept[document["_id"]]["revision"]
        }
        ids = list({f"{document['_id']}#{document.get('revision')}" for document in former.values()})
        documents = self.database["revisions"].find({"_id": {"$in": ids}}) if ids else ()
        versions = {revision["_id"]: revision for revision in sound(self.database, "revisions", documents)}
        for name, document in states.items():
            if name in former:
                identity = f"{document['_id']}#{document.get('revision')}"
                version = versions.get(identity)
                if version is None:
                    self.database.pass_over("revisions", identity, "it is damaged or missing")
                    continue
                own = {"sections": document["sections"]} if _OWN in document else {}
                document.update({field: version[field] for field in CONTENT} | own)
            yield name


@dataclass(frozen=True, slots=True)
class _Span:
    since: datetime
    until: datetime | None
    document: Document | None


def _states(today: Document | None, changes: Sequence[Document]) -> Iterator[_Span]:
    """Yield an article's states, newest first; the document of one in which it was none is None."""
    state, until = today, None
    for place in range(len(changes) - 1, -1, -1):
        change = changes[place]
        since = min(change["at"], until) if until else change["at"]
        yield _Span(since, until, state)
        state = _undone(state, change, changes[place - 1] if place else None)
        until = since


def _state_at(when: datetime, states: Iterator[_Span]) -> _Span | None:
    """Return an article's state at a moment, from its states, newest first; None if there was none.

    By the clock of publication a published article that was not yet seen has its first state.
    """
    state: _Span | None = None
    for state in states:
        if state.since <= when:
            return state
    first = state.document if state and isinstance(when, ByPublication) else None
    return state if first and first.get("published_at") and first["published_at"] <= when else None


def _undone(state: Document | None, change: Mapping[str, Any], former: Mapping[str, Any] | None) -> Document | None:
    """Return a state as it was before a change; None where there was none."""
    before = change["before"]
    if former is None:
        return None
    if before is None:  # written before the archive kept what was before
        status = "gone" if former["op"] == "gone" else "live"
        before = {"revision": former["revision"], "status": status}
    document = dict(before if change["op"] == "merge" else (state or {}) | before)
    if "revision" in before:
        document.pop(_OWN, None)
    if "sections" in before:
        document[_OWN] = True
    return document


def _looked_at(document: Document, when: datetime) -> Document:
    """Return a record whose times of checking are not after a moment."""
    document.pop(_OWN, None)
    return document | {name: min(document[name], when) for name in _LOOKED_AT}
