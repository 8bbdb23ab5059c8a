"""Which blocks of a body head what follows them (FACTS §5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.model.article import Block
from crawler.pages.body.block_roles import TAIL_ROLES, after_further_label
from crawler.pages.body.run_in import cut_run_in, is_lead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archive.model.article import BlockKind
    from crawler.pages.body.raw_block import RawBlock

_LONGEST_MARKED = 80
_LONGEST_SENTENCE = 60
_LONGEST_QUESTION = 40
_LONGEST_STOPPED = 45
_LONG = 60
_LEAST_STOPPED = 2
_STOPPED_SHARE = 0.6
_HIGHEST_LEAD = 3
_FULL_STOPS = tuple("。.．;；:：,，、…")
_QUESTIONS = tuple("?!？！")
_CLOSING = "」』”’\"')）]】》〉 \u3000\xa0\u200b\ufeff\u2060\u200d\u200e"


def with_headings(marked: Sequence[RawBlock]) -> list[Block]:
    """Return blocks with those as headings that are marked up so; where none is, those that read so.

    A paragraph is a heading where all of it is emphasised, it is short and ends in no full stop; where it stands in a
    span of its own and reads like one; where it is the lead. Where there is no other heading, sentences that stand
    alone over longer paragraphs are headings though they end in full stops, and beginnings of paragraphs are (see
    `run_in`). What follows the opening of a tail decides nothing.
    """
    tail = next((index for index, block in enumerate(marked) if _opens_tail(block)), len(marked))
    kinds: list[BlockKind] = [_marked_kind(block) if block.strong else block.kind for block in marked]
    leads = {index for index in range(tail) if _is_lead(marked, index)}
    if not _are_headed(kinds[:tail], leads):
        spanned = [index for index in range(tail) if marked[index].spanned and index not in leads]
        lone = 0 < len(spanned) <= tail // 2 + 1
        eligible = set(spanned) if lone and _read_so(marked, tail, set(spanned)) else set(range(tail))
        for index in _read_so(marked, tail, eligible):
            kinds[index] = "heading"
    if not _are_headed(kinds[:tail], leads):
        for index in _stopped(marked, tail):
            kinds[index] = "heading"
    for index in leads:
        kinds[index] = "heading"
    blocks = [block._replace(kind=kind) for block, kind in zip(marked, kinds, strict=True)]
    cuts = cut_run_in(blocks[:tail], has_headings=_are_headed(kinds[:tail], leads))
    parts = [part for index, block in enumerate(blocks) for part in cuts.get(index, [block])]
    return [Block(part.kind, part.text, part.links) for part in parts]


def _opens_tail(block: RawBlock) -> bool:
    return block.role in TAIL_ROLES or (block.role is None and after_further_label(block.text) is not None)


def _is_lead(marked: Sequence[RawBlock], index: int) -> bool:
    block = marked[index]
    is_text = index < _HIGHEST_LEAD and block.kind in {"paragraph", "heading"}
    return is_text and is_lead(block.text) and not is_lead(block.opening)


def _are_headed(kinds: Sequence[BlockKind], leads: set[int]) -> bool:
    return any(kind == "heading" and index not in leads for index, kind in enumerate(kinds))


def _stopped(marked: Sequence[RawBlock], tail: int) -> list[int]:
    """Return the places of lone sentences with a full stop that head longer paragraphs: emphasised ones, else all.

    So many must be that most paragraphs have one: a short paragraph amid others is none.
    """
    heads = [index for index in range(tail - 1) if _heads_longer(marked[index], marked[index + 1])]
    emphasised = [index for index in heads if marked[index].strong]
    places = emphasised or heads
    long = sum(block.kind == "paragraph" and len(block.text) >= _LONG for block in marked[:tail])
    return places if len(places) >= max(_LEAST_STOPPED, long * _STOPPED_SHARE) else []


def _heads_longer(block: RawBlock, below: RawBlock) -> bool:
    if block.kind != "paragraph" or block.role or block.is_link or below.kind != "paragraph" or below.role:
        return False
    text = block.text.rstrip(_CLOSING)
    is_sentence = text.endswith("。") and text.count("。") == 1 and len(text) <= _LONGEST_STOPPED
    return is_sentence and len(below.text) >= max(_LONG, len(text) * 2)


def _marked_kind(block: RawBlock) -> BlockKind:
    if block.kind == "paragraph" and is_headline(block.text) and not block.is_link:
        return "heading"
    return block.kind


def _read_so(marked: Sequence[RawBlock], tail: int, eligible: set[int]) -> list[int]:
    places = []
    heads = False
    for index in range(tail - 1, -1, -1):
        block = marked[index]
        if block.kind != "paragraph":
            heads = True
            continue
        reads = index in eligible and not block.is_link and not block.role and _is_sentence(block.text)
        if reads and heads:
            places.append(index)
        heads = heads if reads else not block.is_link  # what stands over a mere link leads to it
    return places


def is_headline(text: str, longest: int = _LONGEST_MARKED) -> bool:
    """Return whether a text can head others: short, and no full stop in it or colon at its end."""
    return len(text) <= longest and "。" not in text and not _ends_in(text, _FULL_STOPS)


def _is_sentence(text: str) -> bool:
    if not is_headline(text, _LONGEST_SENTENCE):
        return False
    return not _ends_in(text, _QUESTIONS) or len(text) <= _LONGEST_QUESTION


def _ends_in(text: str, signs: tuple[str, ...]) -> bool:
    return text.endswith(signs) or text.rstrip(_CLOSING).endswith(signs)
