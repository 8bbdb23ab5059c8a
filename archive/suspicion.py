"""Which articles of one day read nearly alike: pieces of text compared by MinHash, then counted."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from archive.identity import essence

PIECE: Final = 4
"""Characters of a piece: about two Chinese words. White space says nothing in Chinese, so characters are counted."""

ONE_DAY: Final = timedelta(days=1)
"""Two articles are of one day when they were published no further apart."""

_PERMUTATIONS: Final = 128
_ERROR: Final = 0.15
"""How far MinHash may be off with so many permutations; what it lets through is counted exactly."""


@dataclass(frozen=True, slots=True)
class Text:
    """What of an article is compared; the moment of publication is aware."""

    key: str
    title: str
    text: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Two articles that may be one.

    Attributes:
        first: The one that was published first.
        second: The other.
        similarity: The share of their pieces that both have, 0 to 1 (Jaccard's index).
    """

    first: Text
    second: Text
    similarity: float


@dataclass(frozen=True, slots=True)
class _Sketch:
    text: Text
    pieces: frozenset[str]
    sketch: Any


def suspicions(texts: Iterable[Text], least: float) -> Iterator[Suspicion]:
    """Yield the pairs of articles of one day that read alike; memory holds a day of texts.

    Args:
        texts: In order of publication.
        least: The smallest similarity that is told.

    Raises:
        ModuleNotFoundError: The extra `duplicates` is not installed.
    """
    recent: deque[_Sketch] = deque()
    for text in texts:
        while recent and text.published_at - recent[0].text.published_at > ONE_DAY:
            recent.popleft()
        second = _sketched(text)
        for first in recent:
            if first.sketch.jaccard(second.sketch) >= least - _ERROR:
                similarity = _similarity(first.pieces, second.pieces)
                if similarity >= least:
                    yield Suspicion(first.text, text, similarity)
        recent.append(second)


def pieces_of(text: str) -> frozenset[str]:
    """Return every run of four characters, white space and punctuation left out; the whole where it is shorter.

    >>> sorted(pieces_of("營收成長,優於"))
    ['成長優於', '收成長優', '營收成長']
    """
    said = essence(text)
    return frozenset(said[start : start + PIECE] for start in range(max(1, len(said) - PIECE + 1)))


def _sketched(text: Text) -> _Sketch:
    from datasketch import MinHash  # noqa: PLC0415 -- an extra

    pieces = pieces_of(f"{text.title}\n{text.text}")
    sketch = MinHash(num_perm=_PERMUTATIONS, hashfunc=zlib.crc32)
    sketch.update_batch([piece.encode() for piece in pieces])
    return _Sketch(text, pieces, sketch)


def _similarity(first: frozenset[str], second: frozenset[str]) -> float:
    """Return Jaccard's index of two sets of pieces.

    >>> _similarity(pieces_of("營收成長優於"), pieces_of("營收成長優"))
    0.6666666666666666
    """
    return len(first & second) / len(first | second)
