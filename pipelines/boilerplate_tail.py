"""The tail of a body: from which block on everything is further reading, notices and furniture (docs/site.md §4)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from archive.model.article import Block, BlockKind
from pipelines.boilerplate_lines import (
    SUSPECT,
    LineKind,
    inline_notice,
    inline_reading,
    is_column_title,
    is_divider,
    is_furniture,
    is_link,
    is_list_label,
    is_question,
    is_short,
    label_of,
    line_of,
    remembered,
    says_notice,
    suspects,
)

_NOTICE_PARAGRAPHS = 2
_BUTTON_LENGTH = 6
_NOTICES: frozenset[LineKind] = frozenset({"copyright", "disclaimer"})
_STOCK_LINK = re.compile(r"/forum/stock/", re.IGNORECASE)


@dataclass(slots=True)
class Tail:
    """A tail being read, block by block.

    Attributes:
        listed: The titles of the page's further reading and its tags: what may stand in a tail's lists.
        under: Which label or line the next block stands under.
        paragraphs: How many paragraphs of any wording the notice above may still have.
        entry: What kind of block the entries of the list above are; None where no list is open.
        certain: Whether a label of further reading or of a notice was met: then short lines of any wording belong.
    """

    listed: Collection[str]
    under: LineKind = "furniture"
    paragraphs: int = 0
    entry: BlockKind | None = None
    certain: bool = False

    def read(self, block: Block) -> LineKind | None:
        """Return what of the tail a block is, or None if a tail cannot hold it."""
        kind = opened_by(block) or _shared(block)
        if kind:
            self._open(kind, block)
            return kind
        return self.under if block.kind != "row" and self._holds(block) else None

    def _open(self, kind: LineKind, block: Block) -> None:
        is_label = label_of(block) is not None
        is_below_label = kind == self.under and kind in _NOTICES
        if is_below_label and not is_label:
            self.paragraphs -= 1  # the notice itself, below its label
            return
        self.under = kind
        self.entry = None
        if kind == "further_reading" or is_list_label(block):
            self.entry = "heading" if is_label or is_list_label(block) else block.kind
        self.paragraphs = _NOTICE_PARAGRAPHS if is_label and kind in _NOTICES else 0
        self.certain = self.certain or kind == "further_reading" or kind in _NOTICES

    def _holds(self, block: Block) -> bool:
        if is_divider(block) or self._goes_on(block):
            return True
        if self.entry and is_entry(block, self.listed):
            self.entry = block.kind
            return True
        return self._holds_paragraph(block) or self._holds_short(block)

    def _goes_on(self, block: Block) -> bool:
        if self.under in _NOTICES:
            return self.certain and says_notice(block.text)
        if self.under == "questions":
            return is_question(block)
        return self.under == "login" and len(block.text) <= _BUTTON_LENGTH

    def _holds_paragraph(self, block: Block) -> bool:
        if self.paragraphs <= 0 or block.is_heading:
            return False
        self.paragraphs -= 1
        return True

    def _holds_short(self, block: Block) -> bool:
        if not self.certain or not is_short(block.text):
            return False
        if self.entry:
            return block.kind in {self.entry, "heading", "paragraph"}
        return self.under == "furniture"


def tail_of(blocks: Sequence[Block], listed: Collection[str], places: Sequence[int] | None = None) -> list[LineKind]:
    """Return what the blocks of the tail are, from its first to the last of the body; empty if the body has none.

    The tail begins at the earliest block that opens one and from which every block to the end can be one: a label
    amid the body, with prose under it, opens none.

    Args:
        blocks: The body in the normal form.
        listed: The titles of the page's further reading and its tags.
        places: Those of the `suspects` among the blocks; None if they are still to be looked for.
    """
    after = 0
    for start in suspects(blocks) if places is None else places:
        if start < after or opened_by(blocks[start]) is None:
            continue
        kinds = _read(blocks, start, listed)
        after = start + len(kinds)  # what stopped this start stops every start between: it holds no more than this one
        if after == len(blocks):
            return _with_dividers(blocks, start, kinds)
    return []


def opened_by(block: Block) -> LineKind | None:
    """Return what a tail may begin or go on with at this block: a label, a notice or a line; None if nothing."""
    if block.kind == "row" or not SUSPECT.match(block.text):
        return None
    return _opened(block)


@remembered
def _opened(block: Block) -> LineKind | None:
    kind = label_of(block) or line_of(block) or inline_notice(block)
    if kind:
        return kind
    reading = inline_reading(block)
    is_title = reading is not None and (is_link(block, reading) or is_short(reading) or is_column_title(reading))
    return "further_reading" if is_title else None


def is_entry(block: Block, listed: Collection[str]) -> bool:
    """Return whether a block is an entry of a list of articles: a title that is listed, prefixed or all link."""
    text = block.text.strip("•·-*> ")
    if text in listed or is_column_title(text):
        return True
    return is_link(block, block.text) and not any(_STOCK_LINK.search(link.url) for link in block.links)


def _shared(block: Block) -> LineKind | None:
    # `Facebook` and `LINE` are furniture only where a tail has begun: a body may list the companies
    return "furniture" if block.kind != "row" and is_furniture(block.text.lower()) else None


def _read(blocks: Sequence[Block], start: int, listed: Collection[str]) -> list[LineKind]:
    tail = Tail(listed)
    kinds: list[LineKind] = []
    for index in range(start, len(blocks)):
        kind = tail.read(blocks[index])
        if kind is None:
            break
        kinds.append(kind)
    return kinds


def _with_dividers(blocks: Sequence[Block], start: int, kinds: list[LineKind]) -> list[LineKind]:
    dividers: list[LineKind] = []
    while start > len(dividers) and is_divider(blocks[start - len(dividers) - 1]):
        dividers.append("furniture")
    return dividers + kinds
