"""A block being read: its lines, their links, and how their text is emphasised."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from archive.model.article import BlockKind, Link
from archive.model.labels import FURTHER_WORD
from crawler.pages.body.block_roles import TAIL_ROLES, Role, after_further_label, role_of
from crawler.pages.body.headings import RawBlock, is_headline
from crawler.pages.html.text import collapsed, is_blank

if TYPE_CHECKING:
    from collections.abc import Callable

_BOX_ROLES: frozenset[Role | None] = frozenset({"list", "questions"})


class Line(NamedTuple):
    """The text between two line breaks, its links, and whether all of it is emphasised or stands in spans."""

    text: str
    links: tuple[Link, ...] = ()
    strong: bool = False
    spanned: bool = False


@dataclass(slots=True)
class Anchor:
    """A link being read: its address, its label, and where its text begins in the line."""

    url: str
    label: str
    start: int
    used: bool = False


@dataclass(slots=True)
class BlockBuilder:
    """The lines of the block that is being read.

    Attributes:
        kind: Which block it will be.
        see_label: Called before a block is kept that is the label of a box, such as 最新文章.
        blocks: Takes each block when it is complete.
        strong: How many emphasising elements are open.
        spans: How many spans are open.
        tail: Whether a label stands above, and no prose since: then lines that can be titles are blocks of their own.
        anchors: The links that are open.
        parts: The text of the line that is being read.
        links: Its links.
        all_strong: Whether all of its text is emphasised.
        all_spanned: Whether all of its text stands in spans.
        done: The block's lines before it.
    """

    kind: BlockKind
    see_label: Callable[[], None]
    blocks: list[RawBlock]
    strong: int = 0
    spans: int = 0
    tail: bool = False
    anchors: list[Anchor] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    all_strong: bool = True
    all_spanned: bool = True
    done: list[Line] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Add text as it stands in the page."""
        if is_blank(text):
            if self.parts:
                self.parts.append(text)
            return
        self.parts.append(text)
        if not self.strong:
            self.all_strong = False
        if not self.spans:
            self.all_spanned = False

    def open_link(self, url: str, label: str) -> None:
        """Begin a link."""
        self.anchors.append(Anchor(url, label, len(self.parts)))

    def close_link(self) -> None:
        """End the innermost link."""
        self._keep_link(self.anchors.pop())

    def end_line(self) -> None:
        """End a line; an empty one after another line ends the block."""
        for anchor in self.anchors:
            self._keep_link(anchor)
            anchor.start = 0
        text = collapsed("".join(self.parts))
        blank = is_blank(text)
        if not blank:
            self.done.append(Line(text, tuple(self.links), self.all_strong, self.all_spanned))
        self.parts.clear()
        self.links.clear()
        self.all_strong = self.all_spanned = True
        if blank and self.done:
            self._close()

    def end_block(self) -> None:
        """End the block; nothing is emitted if it holds no text."""
        if self.parts:
            self.end_line()
        if self.done:
            self._close()

    def keep(self, block: RawBlock) -> None:
        """Keep a block that is complete."""
        text, role = block.text, block.role
        if (role or FURTHER_WORD in text) and _opens_tail(text, role):
            self.tail = True
        elif self.tail and "。" in text:
            self.tail = False
        if role in _BOX_ROLES:
            self.see_label()
        self.blocks.append(block)

    def _keep_link(self, anchor: Anchor) -> None:
        title = collapsed("".join(self.parts[anchor.start :]))
        if title or not anchor.used:
            self.links.append(Link(title or anchor.label, anchor.url))
            anchor.used = anchor.used or bool(title)

    def _close(self) -> None:
        lines, self.done = self.done, []
        if len(lines) == 1:
            self._take_line(lines[0])
            return
        rest = self._take_heading(lines)
        opening = next(
            (index for index, line in enumerate(rest) if _opens_tail(line.text, role_of(line.text))), len(rest)
        )
        if all(_is_link(line) or (self.tail and is_headline(line.text)) for line in rest):
            opening = 0
        if opening:
            self._take_joined(rest[:opening])
        for line in rest[opening:]:
            self._take_joined([line])

    def _take_heading(self, lines: list[Line]) -> list[Line]:
        first = lines[0]
        if self.kind == "paragraph" and first.strong and not lines[1].strong and is_headline(first.text):
            self._take_joined(lines[:1])
            return lines[1:]
        return lines

    def _take_joined(self, lines: list[Line]) -> None:
        links = tuple(link for line in lines for link in line.links)
        strong, spanned = all(line.strong for line in lines), all(line.spanned for line in lines)
        self._take_line(Line(" ".join(line.text for line in lines), links, strong, spanned))

    def _take_line(self, line: Line) -> None:
        self.keep(RawBlock(self.kind, *line, role_of(line.text)))


def _opens_tail(text: str, role: Role | None) -> bool:
    return role in TAIL_ROLES or (FURTHER_WORD in text and after_further_label(text) is not None)


def _is_link(line: Line) -> bool:
    return len(line.links) == 1 and line.links[0].title == line.text
