"""The blocks of a body, from its elements in order."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar

from selectolax.lexbor import LexborNode

from archive.model.article import BlockKind, LeftOut
from archive.model.text import collapsed
from crawler.pages.body.block_builder import BlockBuilder
from crawler.pages.body.block_roles import RawBlock, role_of
from crawler.pages.body.omitted import ASIDES, Boxes, Omissions
from crawler.pages.html.document import Document
from crawler.pages.html.elements import (
    BLOCK_KINDS,
    BREAKING,
    SKIPPED,
    SPANS,
    STRONG,
    TABLE_PARTS,
    Attributes,
    is_heading_style,
)

CAPTIONED = frozenset({"figure", "figcaption"})
"""Elements that are left out of the text, unless they hold further reading."""

_TWO_CELLS = "td + td, th + td, td + th, th + th"
_TEXT_IN_CELL = "td h2, td h3, td h4, td p + p + p"

_MARKS = re.compile(r"[\W_]*")
"""The text of a link to a place in its own page that is no word: `#`, `¶`, `↩`."""

_NOTES = re.compile(r"\W?(?:註|注)?\d{1,3}\W?")
"""The text of a superscript link to a footnote: `[1]`, `註2`."""

_LONGEST_HEADING = 120
_FEWEST_LINES = 5

_SIGNS = "0123456789+-=()"
_RAISED = str.maketrans(_SIGNS + "\u2212ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾⁻ⁿⁱ")
_LOWERED = str.maketrans(_SIGNS + "\u2212", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋")

Undo = Callable[[], None]


def is_layout(table: LexborNode) -> bool:
    """Return whether a table is only layout.

    It has such a `role`, one cell a row, cells with headed or many paragraphs, or one row with several sentences.
    """
    if table.attributes.get("role") in {"presentation", "none"} or table.css_first(_TWO_CELLS) is None:
        return True
    if table.css_first(_TEXT_IN_CELL) is not None:
        return True
    return len(table.css("tr")) == 1 and any(cell.text().count("。") > 1 for cell in table.css("td"))


class BlockReader:
    """One walk. It does not recurse, since pages can be nested deeply."""

    def __init__(
        self, document: Document, root: LexborNode, end: str, *, by_names: bool = True, by_lines: bool = False
    ) -> None:
        self._document = document
        self._root = root
        self._end = end
        self._omissions = Omissions(root, by_names=by_names)
        self._boxes = Boxes(root, self._omissions)
        self._lines = BlockBuilder("paragraph", self._boxes.see_label, self._boxes.blocks)
        self._open: list[tuple[LexborNode, Undo | None]] = []
        self._around: list[BlockKind] = []
        self._layouts: list[bool] = []
        self._cells: int | None = None
        self._by_lines = by_lines
        self._script: dict[int, int] | None = None

    @property
    def dropped(self) -> int:
        """Return how many characters were left out for the names of their elements."""
        return self._omissions.dropped

    @property
    def left_out(self) -> list[LeftOut]:
        """Return the prose that was left out."""
        return self._omissions.left_out

    def read(self) -> list[RawBlock]:
        """Return the blocks of the body."""
        lines, end = self._lines, self._end
        node = self._root.first_child
        while node is not None or self._open:
            if node is None:
                node = self._leave()
            elif node.is_text_node:
                self._add(node.text_content or "")
                node = node.next
            elif end and node.id == end:
                break
            else:
                node = self._enter(node, node.tag or "")
        lines.end_block()
        self._open.clear()  # what is open refers to the walk: in a ring, it would outlive its page
        return lines.blocks

    def _add(self, text: str) -> None:
        """Add text as it is shown; a superscript digit stays apart from the number before it (10⁹, not 109)."""
        if self._script is not None and all(ord(sign) in self._script for sign in text):
            text = text.translate(self._script)
        if self._by_lines:
            *ended, text = text.split("\n")
            for line in ended:
                self._lines.add(line)
                self._lines.end_line()
        self._lines.add(text)

    def _leave(self) -> LexborNode | None:
        node, undo = self._open.pop()
        if undo:
            self._boxes.place = node
            undo()
        self._boxes.end(node)
        return node.next

    def _enter(self, node: LexborNode, tag: str) -> LexborNode | None:
        """Return the next node: an element's first child, or the node after it if it is left out."""
        attributes = node.attributes
        if self._is_skipped(node, tag, attributes):
            if tag in BREAKING:
                self._break_block()
            return node.next
        begin = self._BEGINNINGS.get(tag)
        self._open.append((node, begin(self, node, attributes) if begin else None))
        return node.first_child

    def _is_skipped(self, node: LexborNode, tag: str, attributes: Attributes) -> bool:
        """Return whether an element is left out. In the tail, captions are titles of further reading."""
        if tag in CAPTIONED and self._lines.tail:
            return False
        if tag == "label" and role_of(collapsed(node.text())) == "advertisement":
            self._boxes.see_advertisement(node)
        if tag in SKIPPED or (tag == "a" and self._is_mark(node, attributes)):
            return True
        return bool(attributes or tag in ASIDES) and self._omissions.hold(node, tag, attributes)

    def _is_mark(self, link: LexborNode, attributes: Attributes) -> bool:
        """Return whether a link leads to a place in the page and is only a sign, or a footnote's number."""
        if not (attributes.get("href") or "").startswith("#"):
            return False
        text = collapsed(link.text())
        is_raised = self._script is _RAISED or link.css_first("sup") is not None
        return _MARKS.fullmatch(text) is not None or (is_raised and _NOTES.fullmatch(text) is not None)

    def _is_headed(self, node: LexborNode, attributes: Attributes) -> bool:
        """Return whether an element is a heading by its attributes, and not too long for one, or stands in one."""
        if self._lines.kind == "heading" and node.tag == "p":
            return True
        styled = bool(attributes) and is_heading_style(attributes)
        return styled and self._omissions.may_look() and len(node.text()) <= _LONGEST_HEADING

    def _begin_block(self, node: LexborNode, attributes: Attributes) -> Undo:
        self._break_block()
        self._boxes.place = node
        if self._cells is not None:
            return self._break_block
        lines, tag = self._lines, node.tag or ""
        around, is_headed = lines.kind, self._is_headed(node, attributes)
        self._around.append(around)
        lines.kind = "item" if tag == "p" and around == "item" else self._kind_of(tag) or around
        if is_headed:
            lines.strong += 1
            return self._end_heading_block
        return self._end_block

    def _kind_of(self, tag: str) -> BlockKind | None:
        """Return what an element's text is by its tag; the cells of a table that only places text are nothing."""
        return None if self._layouts and self._layouts[-1] and tag in TABLE_PARTS else BLOCK_KINDS[tag]

    def _begin_table_part(self, node: LexborNode, attributes: Attributes) -> Undo:
        tag = node.tag
        if self._cells is not None:
            return self._begin_cell() if tag in {"td", "th"} else self._break_block
        if tag == "table":
            self._break_block()
            self._layouts.append(is_layout(node) if self._omissions.may_look() else True)
            return self._end_table
        if tag == "tr" and self._layouts and not self._layouts[-1]:
            self._break_block()
            self._around.append(self._lines.kind)
            self._lines.kind = "row"
            self._cells = 0
            return self._end_row
        return self._begin_block(node, attributes)

    def _begin_cell(self) -> Undo:
        self._lines.add(" | " if self._cells else " ")
        self._cells = (self._cells or 0) + 1
        return self._break_block

    def _begin_link(self, _node: LexborNode, attributes: Attributes) -> Undo | None:
        href = attributes.get("href")
        url = self._document.absolute(href) if href else None
        if not url:
            return None
        self._lines.open_link(url, collapsed(attributes.get("aria-label") or attributes.get("title") or ""))
        return self._lines.close_link

    def _begin_caption(self, node: LexborNode, _attributes: Attributes) -> Undo:
        """Begin a caption in the tail; without a link in it, its figure's link is its own."""
        self._break_block()
        figure = node.parent
        link = figure.css_first("a[href]") if figure is not None and figure.tag == "figure" else None
        url = self._document.absolute(link.attributes.get("href") or "") if link is not None else None
        if not url or self._lines.anchors or node.css_first("a[href]") is not None:
            return self._break_block
        self._lines.open_link(url, "")
        return self._end_caption

    def _end_caption(self) -> None:
        self._lines.close_link()
        self._break_block()

    def _begin_reading(self, _node: LexborNode, _attributes: Attributes) -> Undo:
        """Begin the reading of a ruby text, which stands in brackets behind its characters."""
        self._lines.add("(")
        return self._end_reading

    def _end_reading(self) -> None:
        self._lines.add(")")

    def _begin_strong(self, _node: LexborNode, _attributes: Attributes) -> Undo:
        self._lines.strong += 1
        return self._end_strong

    def _begin_span(self, node: LexborNode, attributes: Attributes) -> Undo:
        if attributes and is_heading_style(attributes):
            return self._begin_strong(node, attributes)
        self._lines.spans += 1
        return self._end_span

    def _begin_script(self, node: LexborNode, _attributes: Attributes) -> Undo:
        self._script = _RAISED if node.tag == "sup" else _LOWERED
        return self._end_script

    def _break_line(self, _node: LexborNode, _attributes: Attributes) -> None:
        if self._cells is None:
            self._lines.end_line()
        else:
            self._lines.add(" ")

    def _break_block(self) -> None:
        if self._cells is None:
            if self._lines.parts or self._lines.lines:
                self._lines.end_block()
        else:
            self._lines.add(" ")

    def _end_block(self) -> None:
        self._break_block()
        self._lines.kind = self._around.pop()

    def _end_heading_block(self) -> None:
        self._end_block()
        self._lines.strong -= 1

    def _end_row(self) -> None:
        self._cells = None
        self._end_block()

    def _end_table(self) -> None:
        self._break_block()
        self._layouts.pop()

    def _end_strong(self) -> None:
        self._lines.strong -= 1

    def _end_span(self) -> None:
        self._lines.spans -= 1

    def _end_script(self) -> None:
        self._script = None

    _BEGINNINGS: ClassVar[dict[str, Callable[[BlockReader, LexborNode, Attributes], Undo | None]]] = {
        **dict.fromkeys(BLOCK_KINDS, _begin_block),
        **dict.fromkeys(TABLE_PARTS, _begin_table_part),
        **dict.fromkeys(STRONG, _begin_strong),
        **dict.fromkeys(SPANS, _begin_span),
        "a": _begin_link,
        "figcaption": _begin_caption,
        "rt": _begin_reading,
        "br": _break_line,
        "sup": _begin_script,
        "sub": _begin_script,
    }
    """What the beginning of an element does, by its tag; returns what its end has to undo."""


def read_body(
    document: Document, root: LexborNode, end: str = "", left_out: list[LeftOut] | None = None
) -> list[RawBlock]:
    """Return the blocks of a body element, as a browser would show them.

    Elements with names of noise are left out, unless they hold most of the text; then the names mean something else on
    this page. If all of the text is in one block, its lines become blocks.

    Args:
        document: The page.
        root: The element that holds the body.
        end: The id of the element in the body at which the text ends; empty if it ends with the body.
        left_out: Takes the prose that is left out; None if it is not needed.
    """
    walk = BlockReader(document, root, end)
    blocks = walk.read()
    if walk.dropped and walk.dropped > sum(len(block.text) for block in blocks):
        walk = BlockReader(document, root, end, by_names=False)
        blocks = walk.read()
    lengths = [len(block.text) for block in blocks]
    if blocks and max(lengths) * 3 >= sum(lengths) * 2 and (root.text() or "").strip().count("\n") >= _FEWEST_LINES:
        lined = BlockReader(document, root, end, by_lines=True).read()
        blocks = lined if len(lined) >= len(blocks) + _FEWEST_LINES - 1 else blocks
    if left_out is not None:
        left_out += walk.left_out
    return blocks
