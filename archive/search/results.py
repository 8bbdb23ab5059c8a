"""The results of a search: hits with their snippets, and the state of the index."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from archive.articles.walk import Place
from archive.search.language.snippets import Piece

Order = Literal["newest", "oldest", "relevance"]
ProgressCallback = Callable[[int, int], None]
"""Called with how many of how many are done."""

Condition = Literal["ready", "absent", "outdated", "newer", "damaged"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that was found, in one of its versions.

    Attributes:
        key: The article's key.
        revision: The version that was found.
        article: The article's document as it is now, without its text.
        title: The version's title, words of the query marked.
        snippet: A piece of the version's text, likewise.
    """

    key: str
    revision: int
    article: Mapping[str, Any]
    title: tuple[Piece, ...]
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a search.

    Attributes:
        hits: The hits of this page, in the requested order.
        total: The number of hits on all pages.
        behind: Changes of the archive that the index does not have yet.
        next: The place of the last hit, from which the next page goes on; None on the last page, and by relevance.
    """

    hits: Sequence[Hit]
    total: int
    behind: int
    next: Place | None = None


@dataclass(frozen=True, slots=True)
class IndexState:
    """The state of an index.

    Attributes:
        condition: `ready`; `absent`; `outdated`: of an older program, or of data that the archive no longer has;
            `newer`: of a newer program; `damaged`.
        path: Its folder.
        behind: Changes that it does not have yet; None unless it is ready.
        articles: Articles in it; None unless it is ready.
        size: Bytes of its files.
        detail: Why, in one line; empty where it is ready.
    """

    condition: Condition
    path: Path
    behind: int | None = None
    articles: int | None = None
    size: int = 0
    detail: str = ""
