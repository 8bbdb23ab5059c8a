"""Which elements of a body are left out of it: hidden, or called noise by their names, unless they hold most of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from crawler.pages.noise import Attributes, is_hidden, is_noise
from crawler.pages.roles import begins_further_reading
from crawler.pages.whitespace import collapsed

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

ASIDES = frozenset({"aside", "figure"})
"""The elements that can be left out for what they are; all others only for their attributes."""

_MOST_LOOKS = 200
"""How often a walk may look at the whole text of an element that it then goes into: what keeps its time linear."""


class Omissions:
    """What one walk through a body leaves out.

    Attributes:
        dropped: How many characters were left out for the names of their elements.
    """

    def __init__(self, root: LexborNode, *, by_names: bool) -> None:
        self.dropped = 0
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
        if is_hidden(attributes):
            return not self._is_most(len(node.text()))
        if self._by_names and (tag == "aside" or is_noise(attributes)) and self.may_look():
            return self._is_left_out_by_name(node, attributes)
        return False

    def _is_left_out_by_name(self, node: LexborNode, attributes: Attributes) -> bool:
        text, names = node.text(), (attributes.get("class"), attributes.get("id"))
        if names in self._meant or begins_further_reading(text):
            return False
        if self._is_most(len(text)):
            self._meant.add(names)
            return False
        self._looks -= 1
        self.dropped += len(collapsed(text))
        return True

    def _is_most(self, size: int) -> bool:
        return size * 2 > self.total and self.may_look()
