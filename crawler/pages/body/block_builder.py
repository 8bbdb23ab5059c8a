"""The block under construction: its lines, their links, and the emphasis of their text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from archive.model.article import BlockKind, Link
from archive.model.labels import FURTHER_WORD
from archive.model.text import HTML_SPACE, collapsed, is_blank
from crawler.pages.body.block_roles import TAIL_ROLES, RawBlock, Role, after_further_label, role_of
from crawler.pages.body.structure import is_headline, is_listed

_FEWEST_PARAGRAPHS = 3
_LONG = 25
_CLOSING = r"[」』”’\"')）】》〉\s\u200b\ufeff]*$"
_ENDED = re.compile(rf"[。！？!?…]{_CLOSING}")
_ENDED_LATIN = re.compile(rf"[a-z\d%)]\.{_CLOSING}")
"""How a sentence ends in Latin letters; in a long line, since short ones end so in addresses and abbreviations."""
_BAR = re.compile(r"(?<=\S)\s*[|｜]\s*(?=\S)")
_LONGEST_ROW = 100
_BOX_ROLES: frozenset[Role | None] = frozenset({"list", "questions", "advertisement"})


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
        see_label: Called before a block is kept that is the label of a box, such as 最新文章 or 廣告.
        blocks: Takes each block when it is complete.
        strong: How many emphasising elements are open.
        spans: How many spans are open.
        tail: Whether a label without later prose is above: then lines that can be titles become separate blocks.
        anchors: The links that are open.
        parts: The text of the line that is being read.
        links: Its links.
        all_strong: Whether all of its text is emphasised.
        all_spanned: Whether all of its text stands in spans.
        opening: How many of the parts at its beginning are emphasised or blank.
        lines: The block's lines before it, each as a block of its own.
    """

    kind: BlockKind
    see_label: Callable[[Role], None]
    blocks: list[RawBlock]
    strong: int = 0
    spans: int = 0
    tail: bool = False
    anchors: list[Anchor] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    all_strong: bool = True
    all_spanned: bool = True
    opening: int = 0
    lines: list[RawBlock] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Add text as it stands in the page."""
        if not self.parts and not text.strip(HTML_SPACE):
            return  # most white space only parts two blocks
        blank = is_blank(text)
        if self.opening == len(self.parts) and (self.strong or blank):
            self.opening += 1
        self.parts.append(text)
        if blank:
            return
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
            opening = "" if self.all_strong else collapsed("".join(self.parts[: self.opening]))
            links = tuple(self.links)
            self.lines.append(
                RawBlock(self.kind, text, links, self.all_strong, self.all_spanned, role_of(text), opening)
            )
        self.parts.clear()
        self.links.clear()
        self.all_strong = self.all_spanned = True
        self.opening = 0
        if blank and self.lines:
            self._close()

    def end_block(self) -> None:
        """End the block; nothing is emitted if it holds no text."""
        if self.parts:
            self.end_line()
        if self.lines:
            self._close()

    def keep(self, block: RawBlock) -> None:
        """Keep a block that is complete."""
        if _opens_tail(block):
            self.tail = True
        elif "。" in block.text:
            self.tail = False
        if block.role and block.role in _BOX_ROLES and not (block.role == "advertisement" and block.strong):
            self.see_label(block.role)
        self.blocks.append(block)

    def _keep_link(self, anchor: Anchor) -> None:
        title = collapsed("".join(self.parts[anchor.start :]))
        if title or not anchor.used:
            self.links.append(Link(title or anchor.label, anchor.url))
            anchor.used = anchor.used or bool(title)

    def _close(self) -> None:
        """Keep the block: as one, or line by line where its lines are headings, items, labels, links or paragraphs."""
        lines, self.lines = self.lines, []
        start = 0
        for place in range(len(lines) - 1):
            if _is_heading_line(*lines[place : place + 2]):
                self._close_lines(lines[start:place])
                self.keep(lines[place])
                start = place + 1
        self._close_lines(lines[start:])

    def _close_lines(self, lines: list[RawBlock]) -> None:
        """Keep lines below the same heading."""
        if len(lines) == 1:  # so are most
            self.keep(lines[0])
            return
        opening = next((index for index, line in enumerate(lines) if _opens_tail(line)), len(lines))
        if all(line.is_link or (self.tail and is_headline(line.text)) for line in lines):
            opening = 0
        rows = _rows_among(lines[:opening])
        for is_apart, group in groupby(
            range(opening), lambda place: place + 1 if place in rows or is_listed(lines[place].text) else 0
        ):
            members = [lines[place]._replace(kind="row") if place in rows else lines[place] for place in group]
            for block in members if is_apart or _are_paragraphs(members) else [_joined(members)]:
                self.keep(block)
        for line in lines[opening:]:
            self.keep(line)


def _is_heading_line(first: RawBlock, second: RawBlock) -> bool:
    return first.kind == "paragraph" and first.strong and not second.strong and is_headline(first.text)


def _rows_among(lines: Sequence[RawBlock]) -> frozenset[int]:
    """Return the places of lines that are rows of a table: beside another line with as many bars between texts."""
    bars = [len(_BAR.findall(line.text)) if _is_row(line) else 0 for line in lines]
    pairs = [place for place in range(1, len(bars)) if bars[place] and bars[place] == bars[place - 1]]
    return frozenset(place - back for place in pairs for back in (0, 1))


def _is_row(line: RawBlock) -> bool:
    return line.kind == "paragraph" and line.role is None and len(line.text) <= _LONGEST_ROW and "。" not in line.text


def _are_paragraphs(lines: list[RawBlock]) -> bool:
    """Return whether lines are paragraphs: each ends a sentence, or most of three or more do and the rest are headings.

    If a line ends within a sentence, as in verses, addresses and figures, the lines are one paragraph. Two sentences
    stay one heading, or one list item.
    """
    ended = [_is_ended(line.text) for line in lines]
    is_whole = all(is_ended or is_headline(line.text) for line, is_ended in zip(lines, ended, strict=True))
    if all(ended):
        return lines[0].kind == "paragraph" or len(lines) >= _FEWEST_PARAGRAPHS
    return is_whole and len(lines) >= _FEWEST_PARAGRAPHS and sum(ended) > len(lines) // 2


def _is_ended(text: str) -> bool:
    return _ENDED.search(text) is not None or (len(text) >= _LONG and _ENDED_LATIN.search(text) is not None)


def _joined(lines: list[RawBlock]) -> RawBlock:
    if len(lines) == 1:
        return lines[0]
    text = " ".join(line.text for line in lines)
    links = tuple(link for line in lines for link in line.links)
    strong, spanned = all(line.strong for line in lines), all(line.spanned for line in lines)
    return RawBlock(lines[0].kind, text, links, strong, spanned, role_of(text), lines[0].opening)


def _opens_tail(block: RawBlock) -> bool:
    if block.role:
        return block.role in TAIL_ROLES
    return FURTHER_WORD in block.text and after_further_label(block.text) is not None
