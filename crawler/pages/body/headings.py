"""Which blocks of a body head what follows them (FACTS §5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archive.model.article import Block
from crawler.pages.body.block_roles import TAIL_ROLES, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.model.article import BlockKind, Link

_LONGEST_MARKED = 80
_LONGEST_SENTENCE = 60
_LONGEST_QUESTION = 40
_SHORTEST_PARAGRAPH = 40
_FULL_STOPS = tuple("。.．;；:：,，、…")
_QUESTIONS = tuple("?!？！")
_CLOSING = "」』”’\"')）]】》〉 \u3000\xa0\u200b\ufeff\u2060\u200d\u200e"


class RawBlock(NamedTuple):
    """A block of a body as its page marks it up.

    Attributes:
        kind: Which element it stands in.
        text: Its text.
        links: The links in it.
        strong: Whether all of its text is emphasised: in `strong` or `b`, or in what is styled as a heading.
        spanned: Whether all of its text stands in spans.
        role: Which part it plays by its words alone.
    """

    kind: BlockKind
    text: str
    links: tuple[Link, ...] = ()
    strong: bool = False
    spanned: bool = False
    role: Role | None = None

    @property
    def is_link(self) -> bool:
        """Whether the block is one link and nothing else: it leads elsewhere and heads nothing."""
        return len(self.links) == 1 and self.links[0].title == self.text


def with_headings(marked: Sequence[RawBlock]) -> list[Block]:
    """Return blocks with those as headings that are marked up so; where none is, those that read so.

    A paragraph is a heading where all of it is emphasised, it is short and ends in no full stop; or where it stands in
    a span of its own and reads like one. What follows the opening of a tail decides nothing.
    """
    roles = [block.role for block in marked]
    tail = len(roles) if TAIL_ROLES.isdisjoint(roles) else next(i for i, role in enumerate(roles) if role in TAIL_ROLES)
    kinds: list[BlockKind] = [_marked_kind(block) if block.strong else block.kind for block in marked]
    if "heading" not in kinds[:tail]:
        spanned = [index for index in range(tail) if marked[index].spanned]
        lone = 0 < len(spanned) <= tail // 2 + 1
        eligible = set(spanned) if lone and _read_so(marked, tail, set(spanned)) else set(range(tail))
        for index in _read_so(marked, tail, eligible):
            kinds[index] = "heading"
    return [Block(kind, block.text, block.links) for block, kind in zip(marked, kinds, strict=True)]


def _marked_kind(block: RawBlock) -> BlockKind:
    if block.kind == "paragraph" and is_headline(block.text) and not block.is_link:
        return "heading"
    return block.kind


def _read_so(marked: Sequence[RawBlock], tail: int, eligible: set[int]) -> list[int]:
    found = []
    heads = False
    for index in range(tail - 1, -1, -1):
        block = marked[index]
        if block.kind != "paragraph":
            heads = True
            continue
        reads = index in eligible and not block.is_link and not block.role and _is_sentence(block.text)
        if reads and heads:
            found.append(index)
        heads = heads if reads else True
    return found


def is_headline(text: str, longest: int = _LONGEST_MARKED) -> bool:
    """Return whether a text can head others: short, and no full stop in it or colon at its end."""
    return len(text) <= longest and "。" not in text and not _ends_in(text, _FULL_STOPS)


def _is_sentence(text: str) -> bool:
    if not is_headline(text, _LONGEST_SENTENCE):
        return False
    return not _ends_in(text, _QUESTIONS) or len(text) <= _LONGEST_QUESTION


def _ends_in(text: str, signs: tuple[str, ...]) -> bool:
    return text.endswith(signs) or text.rstrip(_CLOSING).endswith(signs)
