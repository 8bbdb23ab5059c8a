"""Boxes in a body that a label of their own gives away: question widgets, lists of tags and of other articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.pages.roles import begins_box

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from crawler.pages.headings import Marked
    from crawler.pages.omissions import Omissions

_HIGHEST = 6
_SHARE = 0.4


class Boxes:
    """The boxes of one walk through a body, of which nothing is kept: their blocks go when they end.

    Attributes:
        place: The element whose text is being read.
        blocks: The blocks that the walk has read.
    """

    def __init__(self, root: LexborNode, omissions: Omissions) -> None:
        self.place = root
        self.blocks: list[Marked] = []
        self._root = root
        self._omissions = omissions
        self._open: tuple[int, int] | None = None

    def see_label(self) -> None:
        """Begin the box whose label is the next block, if an element makes a box of it."""
        if self._open is None and self._omissions.may_look():
            box = box_around(self.place, self._root, self._omissions.total)
            if box is not None:
                self._open = (box.mem_id, len(self.blocks))

    def end(self, node: LexborNode) -> None:
        """Take back the blocks of a box if it ends with an element."""
        if self._open and self._open[0] == node.mem_id:
            del self.blocks[self._open[1] :]
            self._open = None


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
