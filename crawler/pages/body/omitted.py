"""Omissions from a body: asides and labelled boxes."""

from __future__ import annotations

import re
from functools import cached_property

from selectolax.lexbor import LexborNode

from archive.model.article import LeftOut
from archive.model.text import collapsed, normal_text
from crawler.pages.body.block_roles import RawBlock, Role, begins_box, begins_further_reading
from crawler.pages.body.surroundings import element_beside
from crawler.pages.html.elements import Attributes, is_hidden, is_noise

STRUCK = frozenset({"del", "s", "strike"})
ASIDES = frozenset({"aside", "figure"}) | STRUCK
"""Elements that can be left out by their tag; all others only by their attributes."""

_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_FOR_SCREEN_READERS = re.compile(r"sr-?only|visually-?hidden|screen-?reader", re.IGNORECASE)

_MOST_LOOKS = 200
"""How often a walk may read the whole text of an element before its children; the limit keeps it linear."""

_MOST_LEFT_OUT = 20
_LONGEST_PROSE = 2_000
_LONGEST_NAMES = 60
_LONGEST_ADVERTISEMENT = 120
_LABELS = frozenset({"dt", "label", "p", "div", "span"})
_NEWS = re.compile(r"\d|\([A-Z.]{1,6}\)")
"""Figures and symbols."""

_HIGHEST = 6
_SHARE = 0.4


class Omissions:
    """The omissions of one walk through a body.

    Attributes:
        dropped: How many characters were left out for the names of their elements.
        left_out: The prose that was left out, in order.
    """

    def __init__(self, root: LexborNode, *, by_names: bool) -> None:
        self.dropped = 0
        self.left_out: list[LeftOut] = []
        self._root = root
        self._by_names = by_names
        self._looks = 0
        self._meant: set[tuple[str | None, str | None]] = set()

    @cached_property
    def total(self) -> int:
        """Return how many characters the body holds."""
        return len(self._root.text())

    def may_look(self) -> bool:
        """Return whether the walk may look at the whole text of one more element."""
        self._looks += 1
        return self._looks < _MOST_LOOKS

    def hold(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        """Return whether an element is left out: one with attributes, or one of `ASIDES`."""
        if tag == "figure" and node.css_first("table") is None:
            return True
        if tag in STRUCK:
            self.note("struck out", node.text())
            return True
        if is_hidden(attributes):
            text = node.text()
            if self._is_most(len(text)):
                return False
            self.note("hidden", text)
            return True
        if self._by_names and (tag == "aside" or is_noise(attributes)) and self.may_look():
            return self._is_left_out_by_name(node, attributes)
        return False

    def _is_left_out_by_name(self, node: LexborNode, attributes: Attributes) -> bool:
        text, names = node.text(), (attributes.get("class"), attributes.get("id"))
        if names in self._meant or begins_further_reading(text) or _heads_prose(node, f"{names}"):
            return False
        if self._is_most(len(text)):
            self._meant.add(names)
            return False
        self._looks -= 1
        self.dropped += len(collapsed(text))
        self.note(f"named {' '.join(filter(None, names))[:_LONGEST_NAMES] or node.tag}", text)
        return True

    def note(self, reason: str, text: str) -> None:
        """Note an omitted text if it is prose: if it has a full stop."""
        if "。" in text and len(self.left_out) < _MOST_LEFT_OUT:
            self.left_out.append(LeftOut(normal_text(reason), normal_text(text[: 4 * _LONGEST_PROSE])[:_LONGEST_PROSE]))

    def _is_most(self, size: int) -> bool:
        return size * 2 > self.total and self.may_look()


def _heads_prose(node: LexborNode, names: str) -> bool:
    """Return whether an element is a heading with prose right below it, and is not for screen readers alone."""
    if node.tag not in _HEADINGS or _FOR_SCREEN_READERS.search(names):
        return False
    below = element_beside(node, "next")
    return below is not None and "。" in below.text() and not is_noise(below.attributes)


class Boxes:
    """The boxes of one walk through a body; their blocks are dropped when they end.

    Attributes:
        place: The element whose text is being read.
        blocks: The blocks that the walk has read.
    """

    def __init__(self, root: LexborNode, omissions: Omissions) -> None:
        self.place = root
        self.blocks: list[RawBlock] = []
        self._root = root
        self._omissions = omissions
        self._open: tuple[int, int] | None = None
        self._label = ""

    def see_label(self, role: Role) -> None:
        """Begin the box whose label is the next block, if an element makes a box of it."""
        if role == "advertisement":
            self.see_advertisement(self.place)
        elif self._open is None and self._omissions.may_look():
            self._begin(box_around(self.place, self._root, self._omissions.total))

    def see_advertisement(self, label: LexborNode) -> None:
        """Begin the box of an advertisement at its label, if it has one."""
        if self._open is None and self._omissions.may_look():
            self._begin(advertisement_around(label, self._root), collapsed(label.text()))

    def _begin(self, box: LexborNode | None, label: str = "") -> None:
        if box is not None:
            self._open, self._label = (box.mem_id, len(self.blocks)), label

    def end(self, node: LexborNode) -> None:
        """Drop the blocks of a box if it ends with an element."""
        if self._open and self._open[0] == node.mem_id:
            gone = self.blocks[self._open[1] :]
            if gone:
                label = self._label or gone[0].text
                rest = [block.text for block in gone if block.text != label]
                self._omissions.note(f"under the label {label[:_LONGEST_NAMES]}", " ".join(rest))
            del self.blocks[self._open[1] :]
            self._open = None


def box_around(label: LexborNode, root: LexborNode, total: int) -> LexborNode | None:
    """Return the largest element in a body that begins with a label; None if the label has no element around it.

    Args:
        label: The element that a block such as 你可能想知道 or 最新文章 was read off.
        root: The body.
        total: How many characters the body holds; a box holds less than two fifths of them.
    """
    box = None
    node = label
    for _ in range(_HIGHEST):
        parent = node.parent
        if parent is None or root.mem_id in {node.mem_id, parent.mem_id}:
            break
        text = parent.text()
        if len(text) > total * _SHARE or not begins_box(text):
            break
        box = node = parent
    return box


def advertisement_around(label: LexborNode, root: LexborNode) -> LexborNode | None:
    """Return the element in a body that holds an advertisement's label and its words; None without one.

    The words are few, and have no figure and no symbol: 廣告 may also head a paragraph on a business.

    Args:
        label: The element of the label.
        root: The body.
    """
    box = label.parent
    if box is None or root.mem_id in {label.mem_id, box.mem_id} or label.tag not in _LABELS:
        return None
    text, own = collapsed(box.text()), collapsed(label.text())
    is_first = text.startswith(own) and len(own) < len(text) <= _LONGEST_ADVERTISEMENT
    is_single = len(box.css(f"{label.tag}")) == 1 or label.tag in {"p", "div", "span"}
    return box if is_first and is_single and _NEWS.search(normal_text(text)) is None else None
