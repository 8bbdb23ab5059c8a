"""Boxes in a body that a label of their own gives away: question widgets, lists of tags and of other articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.pages.roles import begins_box

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_HIGHEST = 6
_SHARE = 0.4


def box_around(label: LexborNode, root: LexborNode, total: int) -> LexborNode | None:
    """Return the largest element in a body that begins with a label; None if the label has no element around it.

    Args:
        label: The element that a block such as 你可能想知道 or 最新文章 was read off.
        root: The body.
        total: How many characters the body holds; a box holds less than two fifths of them.
    """
    found = None
    node = label
    for _ in range(_HIGHEST):
        parent = node.parent
        if parent is None or root.mem_id in {node.mem_id, parent.mem_id}:
            break
        text = parent.text()
        if len(text) > total * _SHARE or not begins_box(text):
            break
        found = node = parent
    return found
