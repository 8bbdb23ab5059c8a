"""Stage `boilerplate`: an article without its tail and without the page's own lines between its blocks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.model.article import Article, Block, BlockKind
from archive.model.labels import LISTS, SHARING
from pipelines.boilerplate_lines import (
    SUSPECT,
    LineKind,
    ends_of,
    inline_notice,
    inline_reading,
    is_column_title,
    is_furniture,
    is_link,
    is_list_label,
    is_question,
    is_questions_label,
    label_of,
    line_of,
    remembered,
    says_notice,
)
from pipelines.stage import Stage

_NOTICE_PARAGRAPHS = 2
_BUTTON_LENGTH = 6
_TITLE_LENGTH = 80
_NOTICES: frozenset[LineKind] = frozenset({"copyright", "disclaimer"})
_STOCK_LINK = re.compile(r"/forum/stock/", re.IGNORECASE)
_OF_PAGE = re.compile(rf"[\W_]*(?:(?:{SHARING}|{LISTS})[\W_]*)+")
_LETTER = re.compile(r"[^\W_]")


def boilerplate(article: Article, counts: Counter[str]) -> Article:
    """Return the article without its tail, furniture, promotion and question widgets (docs/site.md §3, §4).

    A marker counts only as a block of its own; one amid the body, with prose under it, stays. What has no marker goes
    by its shape (see `ends_of`). Where a tail goes, the end was seen; the page's furniture proves none, nor
    does a prompt to join: they stand in a body that was cut.
    Applied twice it does nothing more.

    Args:
        article: In the normal form.
        counts: How many blocks of each kind went: `further_reading`, `copyright`, `disclaimer`, `furniture`,
            `promotion`, `questions`, `login`.
    """
    blocks = article.blocks
    titles = {entry.title for entry in article.related}
    own_host = urlsplit(article.url).hostname if article.url else None
    is_ended = article.is_ended
    went_on = True
    while went_on:  # a label can come to stand over its entries when a line between them is gone
        places = _suspects(blocks)
        tail = tail_of(blocks, titles.union(article.tags), places) if places else []
        body = blocks[: len(blocks) - len(tail)]
        strays = dict(_strays(body, titles, places)) or ends_of(body, own_host)
        ends = [kind for kind, block in zip(tail, blocks[len(body) :], strict=True) if not _is_of_page(block)]
        ends += [strays[len(body) - 1]] if len(body) - 1 in strays else []
        is_ended = is_ended or any(kind != "login" for kind in ends)
        counts.update(tail)
        counts.update(strays.values())
        blocks = [block for place, block in enumerate(body) if place not in strays] if strays else body
        went_on = bool(strays)
    if len(blocks) == len(article.blocks):
        return article
    return article.but(blocks=blocks, is_ended=is_ended)


class Boilerplate(Stage):
    """Takes the page's tail and lines out of the body."""

    refine = staticmethod(boilerplate)


def _strays(blocks: Sequence[Block], titles: Collection[str], places: Sequence[int]) -> Iterator[tuple[int, LineKind]]:
    """Yield the place and kind of each block amid a body that is no part of it."""
    after = 0
    for place in places:
        if after <= place < len(blocks):
            kind, after = _stray(blocks, place, titles)
            if kind is not None:
                yield from ((gone, kind) for gone in range(place, after))


def _stray(blocks: Sequence[Block], place: int, titles: Collection[str]) -> tuple[LineKind | None, int]:
    """Return what begins at a place and is no part of a body, and the place after it; (None, place) if nothing does."""
    block = blocks[place]
    if is_questions_label(block):
        return "questions", _after_questions(blocks, place + 1)
    if is_list_label(block):
        return "furniture", _after_entries(blocks, place + 1, titles)
    if kind := line_of(block):
        return kind, place + 1
    reading = inline_reading(block)
    if reading and (is_link(block, reading) or is_column_title(reading) or reading in titles):
        return "further_reading", place + 1
    return _labelled(blocks, place, titles)


def _labelled(blocks: Sequence[Block], place: int, titles: Collection[str]) -> tuple[LineKind | None, int]:
    label = label_of(blocks[place])
    if label == "further_reading":
        end = _after_entries(blocks, place + 1, titles)
        is_list = any(line_of(block) is None for block in blocks[place + 1 : end])  # a promotion alone makes no list
        return (label, end) if is_list else (None, place)
    if label and place + 1 < len(blocks) and line_of(blocks[place + 1]) == label:
        return label, place + 2
    return None, place


def _after_entries(blocks: Sequence[Block], place: int, titles: Collection[str]) -> int:
    while place < len(blocks) and is_entry(blocks[place], titles):
        place += 1
    return place


def _after_questions(blocks: Sequence[Block], place: int) -> int:
    while place < len(blocks) and is_question(blocks[place]) and not _heads_prose(blocks, place):
        place += 1
    return place


def _heads_prose(blocks: Sequence[Block], place: int) -> bool:
    if not blocks[place].is_heading or place + 1 == len(blocks):
        return False
    below = blocks[place + 1]
    return not is_question(below) and opened_by(below) is None


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
        if _is_divider(block) or self._goes_on(block):
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
        places: Those of the `_suspects` among the blocks; None if they are still to be looked for.
    """
    after = 0
    for start in _suspects(blocks) if places is None else places:
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
    while start > len(dividers) and _is_divider(blocks[start - len(dividers) - 1]):
        dividers.append("furniture")
    return dividers + kinds


def _is_of_page(block: Block) -> bool:
    """Return whether a block is a share button or a list's label: they stand under a text that was cut as well."""
    return _OF_PAGE.fullmatch(block.text.lower()) is not None


def _is_divider(block: Block) -> bool:
    """Whether a block has no letter and no digit."""
    return _LETTER.search(block.text) is None


def _suspects(blocks: Sequence[Block]) -> list[int]:
    """Return the places of the blocks that can be a line, a label or a notice: most are none."""
    return [place for place, block in enumerate(blocks) if SUSPECT.match(block.text)]


def is_short(text: str) -> bool:
    """Return whether a text can be a title or a caption: it is short and ends no sentence."""
    return len(text) <= _TITLE_LENGTH and "。" not in text
