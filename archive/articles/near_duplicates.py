"""Near-duplicates: pairs of articles whose texts are nearly the same."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pymongo import ReplaceOne

from archive.model.identity import essence
from archive.mongo.database import Document, Repository, moment, translating_errors
from archive.mongo.schema.fields import EPOCH
from archive.mongo.schema.soundness import sound

PIECE: Final = 4
"""Characters of a piece: about two Chinese words. White space means nothing in Chinese, so characters are counted."""

ONE_DAY: Final = timedelta(days=1)
"""Two articles are of one day if they were published within this time."""


@dataclass(frozen=True, slots=True)
class Text:
    """The compared parts of an article; the moment of publication is aware."""

    key: str
    title: str
    text: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Two articles that may be one.

    Attributes:
        first: The one that was published first.
        second: The other.
        similarity: The share of their pieces that both have, 0 to 1 (Jaccard's index).
    """

    first: Text
    second: Text
    similarity: float


def near_duplicates(texts: Iterable[Text], least: float) -> Iterator[NearDuplicate]:
    """Yield the pairs of articles of one day that read alike; memory holds a day of texts.

    Args:
        texts: In order of publication.
        least: The smallest similarity of a pair.
    """
    recent: deque[tuple[Text, frozenset[str]]] = deque()
    for text in texts:
        while recent and text.published_at - recent[0][0].published_at > ONE_DAY:
            recent.popleft()
        pieces = pieces_of(f"{text.title}\n{text.text}")
        for other, other_pieces in recent:
            similarity = _similarity(other_pieces, pieces)
            if similarity >= least:
                yield NearDuplicate(other, text, similarity)
        recent.append((text, pieces))


def pieces_of(text: str) -> frozenset[str]:
    """Return every run of four characters, white space and punctuation left out; the whole where it is shorter.

    >>> sorted(pieces_of("營收成長,優於"))
    ['成長優於', '收成長優', '營收成長']
    """
    characters = essence(text)
    return frozenset(characters[start : start + PIECE] for start in range(max(1, len(characters) - PIECE + 1)))


def _similarity(first: frozenset[str], second: frozenset[str]) -> float:
    """Return Jaccard's index of two sets of pieces.

    >>> _similarity(pieces_of("營收成長優於"), pieces_of("營收成長優"))
    0.6666666666666666
    """
    common = len(first & second)
    return common / (len(first) + len(second) - common)


class NearDuplicates(Repository, collection="suspicions"):
    """The collection `suspicions`, and the texts to compare."""

    def texts(self, since: datetime | None, until: datetime | None) -> Iterator[Text]:
        """Yield the texts of a window's articles, oldest first; undated ones are of no day and left out.

        Args:
            since: Its beginning; aware; included; None for no bound.
            until: Its end; aware; not included; None for no bound.
        """
        with translating_errors(self.database.uri):
            cursor = self.database["articles"].find(
                {"published_at": _within(since, until)}, ["title", "text", "published_at"]
            )
            cursor = cursor.sort([("published_at", 1), ("_id", -1)])
            for document in sound(self.database, "articles", cursor, ("title", "text", "published_at")):
                yield Text(document["_id"], document["title"], document["text"], document["published_at"])

    def record(
        self, pairs: Sequence[NearDuplicate], since: datetime | None, until: datetime | None, now: datetime
    ) -> None:
        """Save the near-duplicates of a window, and remove former ones that were not found again.

        Args:
            pairs: All near-duplicates of the window.
            since: As of `texts`.
            until: As of `texts`.
            now: When it was found; aware.
        """
        documents = [_to_document(pair, now) for pair in pairs]
        if documents:
            self.collection.bulk_write(
                [ReplaceOne({"_id": document["_id"]}, document, upsert=True) for document in documents]
            )
        stale = {"published_at": _within(since, until), "found_at": {"$lt": moment(now)}}
        self.collection.delete_many(stale)


def _within(since: datetime | None, until: datetime | None) -> Document:
    wanted: Document = {"$gte": moment(since)} if since else {"$gt": EPOCH}
    return wanted | ({"$lt": moment(until)} if until else {})


def _to_document(pair: NearDuplicate, now: datetime) -> Document:
    keys = sorted((pair.first.key, pair.second.key))
    return {
        "_id": " ".join(keys),
        "keys": keys,
        "similarity": pair.similarity,
        "published_at": moment(pair.second.published_at),
        "found_at": moment(now),
    }
