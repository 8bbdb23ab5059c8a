"""Whether a page may replace its kept article, or be kept at all, with the reasons.

A kept article is replaced only by the same article, whole. The page reader notes doubts about a page
(`Article.suspect`); this module finds losses by comparison with the kept article. `TREATMENTS` has the rules.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from archive.crawl_state.doubts import DAYS
from archive.model.suspicion import Suspicion, SuspicionKind
from archive.model.text import (
    SURELY_ALIKE,
    is_garbled,
    is_listed_otherwise,
    is_of_another_column,
    likeness,
)

COMMON: Final = 0.2
"""Share of equal blocks below which two texts have nothing in common but the site's phrases."""

REWRITTEN: Final = 0.6
"""Share of equal paragraphs below which a text counts as another one, unless its page states a change."""

MOST_EDITED: Final = 2
"""Paragraphs that an edit may replace whatever their share, since a short text has few."""

_PARAGRAPH: Final = 12
"""Characters of a block that is more than a label or a usual heading."""

_SENTENCE_END: Final = re.compile(r"[。!?;]\s*")
_CUT_MARK: Final = "…. "
"""Marks at the end of a text that a site cut."""

MIXED: Final[SuspicionKind] = "text under two titles"
_DISPLACED: Final[frozenset[SuspicionKind]] = frozenset({"another text", "text of another article"})
"""Doubts whether the kept text is another article's: then a different text is no loss."""

HALF: Final = 0.5
CUT: Final = 0.05
"""Share of a text that must be missing at its end for it to count as cut."""


BELIEVED: Final = "; the same on several days"
"""The end of the problem of an article that was in doubt, and believed later."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """The rule for one kind of doubt.

    Attributes:
        first: Whether the page is kept at a first visit, with a problem, since it has a part of the article.
        later: Whether it replaces the kept article once it was the same on `DAYS` days.
        why: The reason for both.
    """

    first: bool
    later: bool
    why: str


_NOT_THE_ARTICLE = "its text is the site's, not the article's, however long it stays"

TREATMENTS: Final[Mapping[SuspicionKind, Treatment]] = {
    "cut short": Treatment(first=True, later=True, why="half an article is better than none, and worse than a whole"),
    "garbled": Treatment(first=False, later=True, why="its column is unreadable; its characters may heal"),
    "shrunk": Treatment(first=True, later=True, why="articles do get shortened, but rarely to less than half"),
    "headings lost": Treatment(first=True, later=True, why="a template can lose its headings, and find them again"),
    "tickers lost": Treatment(first=True, later=True, why="a template can lose its symbols, and find them again"),
    "other column": Treatment(
        first=False, later=True, why="articles do move, and a page can name the wrong column; the listings show which"
    ),
    "another text": Treatment(first=True, later=True, why="an article can be rewritten; a server can mix up two"),
    "another title": Treatment(first=False, later=True, why="a link's title may be old, or the page another's"),
    "text of another article": Treatment(first=False, later=False, why="it is kept under the key that it belongs to"),
    MIXED: Treatment(first=False, later=True, why="a site can give a text out anew, or show it at a wrong address"),
    "another article": Treatment(
        first=False, later=False, why="the page itself names another key than the one asked for"
    ),
    "put aside": Treatment(first=False, later=False, why="a person has put this version aside"),
    "login": Treatment(first=False, later=False, why="the fuller text was public, and stays true"),
    "notice": Treatment(first=False, later=False, why=_NOT_THE_ARTICLE),
    "challenge": Treatment(first=False, later=False, why=_NOT_THE_ARTICLE),
    "loading": Treatment(first=False, later=False, why=_NOT_THE_ARTICLE),
}


def is_kept_at_first(suspicions: Iterable[Suspicion]) -> bool:
    """Return whether a page in doubt is kept if its article is not."""
    return all(TREATMENTS[suspicion.kind].first for suspicion in suspicions)


def is_believed_later(suspicions: Iterable[Suspicion], days: int) -> bool:
    """Return whether a page in doubt is believed after it was the same on so many days."""
    return days >= DAYS and all(TREATMENTS[suspicion.kind].later for suspicion in suspicions)


def losses(kept: Mapping[str, Any], read: Mapping[str, Any]) -> list[Suspicion]:
    """Return the reasons to doubt that a reading is the whole kept article; empty if there are none.

    A doubtful kept text is compared too, unless it may be another article's and the reading has a different text.

    Args:
        kept: The article's document; its text need not be there.
        read: The reading's document.
    """
    if read["content_hash"] in kept["put_aside"]:
        return [Suspicion("put aside", "a person has put this version aside")]
    return list(_losses(kept, read))


def replaces_in_doubt(kept: Mapping[str, Any], read: Mapping[str, Any], suspicions: Collection[Suspicion]) -> bool:
    """Return whether a reading in doubt replaces its kept article nevertheless.

    It does if it has at least as much of the same text, and the kept one is in the same doubt or a public beginning.

    Args:
        kept: The article's document; its text need not be there.
        read: The reading's document.
        suspicions: The doubts about the reading, including its losses.
    """
    doubts = {suspicion["kind"] for suspicion in kept["suspect"]}
    if kept["access"] == "members" and read["access"] == "public":
        doubts.add("cut short")
    kinds = {suspicion.kind for suspicion in suspicions}
    if read["content_hash"] == kept["content_hash"] or not kinds <= doubts or not is_kept_at_first(suspicions):
        return False
    before, after = _blocks(kept), _blocks(read)
    is_same = _is_beginning(before, after) or _shared(_paragraphs(before), _paragraphs(after)) >= HALF
    return is_same and sum(map(len, after)) >= sum(map(len, before))


def _losses(kept: Mapping[str, Any], read: Mapping[str, Any]) -> Iterator[Suspicion]:
    before, after = _blocks(kept), _blocks(read)
    length, left = sum(map(len, before)), sum(map(len, after))
    paragraphs, others = _paragraphs(before), _paragraphs(after)
    is_new_text = _shared(paragraphs, others) < COMMON
    is_another = likeness(kept["title"], read["title"]) < SURELY_ALIKE and is_new_text
    doubts = {suspicion["kind"] for suspicion in kept["suspect"]}
    is_displaced = (is_another and doubts & _DISPLACED) or (is_new_text and MIXED in doubts)
    if is_displaced and after and not is_garbled(read["title"]):
        return
    if kept["access"] == "public" and read["access"] == "members" and left < length:
        yield Suspicion("login", f"{left} of {length} characters are public")
        return
    if is_garbled(read["title"]) and not is_garbled(kept["title"]):
        yield Suspicion("garbled", "the title's characters are damaged")
    elif is_another:
        yield Suspicion("another text", "neither title nor text is like what is kept")
        return
    elif is_of_another_column(read["title"], kept["title"]):
        yield Suspicion("other column", f"the page states {read['title'][:80]!r}, kept is {kept['title'][:80]!r}")
    if left < length * HALF:
        yield Suspicion("shrunk", f"{left} of {length} characters")
    elif left < length * (1 - CUT) and _is_beginning(after, before):
        yield Suspicion("cut short", f"it ends after {left} of {length} characters")
    else:
        yield from _rewritten(kept, read, paragraphs, others)
    yield from _lost("headings lost", _headings(kept), _headings(read))
    yield from _lost("tickers lost", _symbols(kept), _symbols(read))


def retitled(kept: Mapping[str, Any], read: Mapping[str, Any]) -> list[Suspicion]:
    """Return a doubt if the kept text has a very different title now, and the page states no change; else nothing.

    Args:
        kept: The article's document; one that is in doubt itself may have the wrong title.
        read: The reading's document.
    """
    if _states_change(kept, read) or kept["suspect"] or not is_listed_otherwise(kept["title"], read["title"]):
        return []
    return [Suspicion("another title", f"its title is {read['title'][:80]!r}, where {kept['title'][:80]!r} is kept")]


def _states_change(kept: Mapping[str, Any], read: Mapping[str, Any]) -> bool:
    """Return whether a page states that it was changed after the reading that is kept."""
    changed, before = read["updated_at"], kept["updated_at"]
    return changed is not None and (before is None or changed > before)


def _rewritten(
    kept: Mapping[str, Any], read: Mapping[str, Any], before: set[str], after: set[str]
) -> Iterator[Suspicion]:
    """Yield a doubt if many paragraphs differ without a stated change: a server may have mixed two articles."""
    if _states_change(kept, read):
        return
    if kept["extractor"] != read["extractor"]:  # readers cut paragraphs differently
        before, after = _sentences(before), _sentences(after)
    gone = len(before - after)
    if gone > MOST_EDITED and len(before & after) < REWRITTEN * min(len(before), len(after)):
        yield Suspicion("another text", f"{gone} of {len(before)} passages are others, and the page states no change")


def _lost(kind: SuspicionKind, before: set[str], after: set[str]) -> Iterator[Suspicion]:
    """Yield a doubt if half of the symbols, or most of the headings, are gone; headings may be reworded."""
    gone = len(before - after) if kind == "tickers lost" else len(before) - len(after)
    if before and (gone > len(before) * HALF or (kind == "tickers lost" and gone == len(before) * HALF)):
        yield Suspicion(kind, f"{gone} of {len(before)}")


def _headings(document: Mapping[str, Any]) -> set[str]:
    return {section["heading"] for section in document["sections"] if section["heading"]}


def _symbols(document: Mapping[str, Any]) -> set[str]:
    return {*document["tickers"], *document["tw_stocks"]}


def _blocks(document: Mapping[str, Any]) -> list[str]:
    """Return the blocks of a document, headings among them, in order."""
    return [text for section in document["sections"] for text in (section["heading"], *section["blocks"]) if text]


def _paragraphs(texts: Iterable[str]) -> set[str]:
    return {text for text in texts if len(text) >= _PARAGRAPH}


def _sentences(paragraphs: Iterable[str]) -> set[str]:
    return _paragraphs(sentence for text in paragraphs for sentence in _SENTENCE_END.split(text))


def _shared(first: set[str], second: set[str]) -> float:
    """Return the share of common paragraphs, of the text with fewer paragraphs."""
    return len(first & second) / max(1, min(len(first), len(second)))


def _is_beginning(after: list[str], before: list[str]) -> bool:
    """Return whether a text is the beginning of another; its last block may be cut."""
    if not after or len(after) > len(before):
        return False
    return after[:-1] == before[: len(after) - 1] and before[len(after) - 1].startswith(after[-1].rstrip(_CUT_MARK))
