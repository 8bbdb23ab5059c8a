"""The further reading of an article as a graph: on the left articles that link to it, on the right its links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from archive.web.answers.rows import headline

WIDTH: Final = 900
"""Units of the picture; it is scaled to the page."""

MOST: Final = 8
"""Articles on a side, at most."""

_BOX: Final = (270, 34)
_STEP: Final = 44
_COLUMNS: Final = (0, 315, 630)
_LETTERS: Final = 19


@dataclass(frozen=True, slots=True)
class ArticleNode:
    """An article in the picture.

    Attributes:
        x: Its left edge.
        y: Its upper edge.
        label: The beginning of its headline.
        title: Its whole headline.
        key: The key it is kept under; None where it is not kept.
    """

    x: int
    y: int
    label: str
    title: str
    key: str | None


@dataclass(frozen=True, slots=True)
class ReadingGraph:
    """The picture.

    Attributes:
        height: Units.
        middle: The article.
        nodes: The others.
        edges: A path for each link, as of SVG's `d`.
    """

    height: int
    middle: ArticleNode
    nodes: Sequence[ArticleNode]
    edges: Sequence[str]


def graph_of(
    article: Mapping[str, Any], referring: Sequence[Mapping[str, Any]], reading: Sequence[Mapping[str, Any]]
) -> ReadingGraph | None:
    """Return the picture of an article; None where nothing is linked with it.

    Args:
        article: Its document.
        referring: Documents of articles that point at it.
        reading: Its further reading: `title`, and `kept_as`, which is None where it is not kept.
    """
    older = [(headline(document), document["_id"]) for document in referring[:MOST]]
    others = [(entry["title"], entry["kept_as"]) for entry in reading[:MOST]]
    rows = max(len(older), len(others))
    if not rows:
        return None
    height = rows * _STEP
    middle = _node(_COLUMNS[1], (height - _BOX[1]) // 2, headline(article), article["_id"])
    left, right = _column(_COLUMNS[0], older, height), _column(_COLUMNS[2], others, height)
    edges = [_edge(node, middle) for node in left] + [_edge(middle, node) for node in right]
    return ReadingGraph(height, middle, (*left, *right), edges)


def _column(x: int, entries: Sequence[tuple[str, str | None]], height: int) -> list[ArticleNode]:
    top = (height - len(entries) * _STEP) // 2 + (_STEP - _BOX[1]) // 2
    return [_node(x, top + place * _STEP, title, key) for place, (title, key) in enumerate(entries)]


def _node(x: int, y: int, title: str, key: str | None) -> ArticleNode:
    label = title if len(title) <= _LETTERS else f"{title[: _LETTERS - 1]}…"
    return ArticleNode(x, y, label, title, key)


def _edge(start: ArticleNode, end: ArticleNode) -> str:
    begin, end_x = start.x + _BOX[0], end.x
    height, target = start.y + _BOX[1] // 2, end.y + _BOX[1] // 2
    turn = (begin + end_x) // 2
    return f"M{begin} {height}C{turn} {height} {turn} {target} {end_x} {target}"
