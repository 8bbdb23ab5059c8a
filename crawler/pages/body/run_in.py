"""Headings that stand run-in: in the same paragraph before its text (FACTS §5)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.pages.body.lists import parts_of
from crawler.pages.html.text import trimmed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.pages.body.raw_block import RawBlock

LEAD = re.compile(r"結論先行\s*(?:[,，:：︰|｜]\s*[^。]*)?。?")
"""A lead: the two words alone, or a sentence behind them."""

_LONGEST_LEAD = 80
_LONGEST_OPENING = 60
_SHORTEST_OPENING = 6
_SHORTEST_STOPPED = 4
_SHORTEST_LOOSE = 8
_SHORTEST_REST = 20
_CLOSING = re.compile(r"[。:：︰!！?？|｜]\s*")
_OPEN_END = tuple("。:：︰!！?？|｜")
_PLAIN = (
    re.compile(r"(?P<head>[^。]{4,30}?[\u4e00-\u9fff)）」%])[^\S\n]+(?P<rest>[^\s。].{39,})", re.DOTALL),
    re.compile(r"(?P<head>[^。]{4,40}?[|｜])\s*(?P<rest>.{40,})", re.DOTALL),
    re.compile(r"(?P<head>[^。]{4,26}。)(?P<rest>.{50,})", re.DOTALL),
)
"""How a heading without mark-up is parted from its text: by a space between Chinese words, a bar, a full stop."""

_LONG = 60
_LEAST_MARKED = 2
_LEAST_PLAIN = 4
_MARKED_SHARE = 0.5
_LOOSE_SHARE = 0.7
_PLAIN_SHARE = 0.9


def is_lead(text: str) -> bool:
    """Whether a text is a lead: 結論先行 alone, or with one sentence behind a sign.

    >>> is_lead("結論先行︰財報優於預期。"), is_lead("結論先行"), is_lead("結論先行的寫法常見。")
    (True, True, False)
    """
    text = trimmed(text)
    return len(text) <= _LONGEST_LEAD and LEAD.fullmatch(text) is not None


def cut_run_in(blocks: Sequence[RawBlock], *, has_headings: bool) -> dict[int, list[RawBlock]]:
    """Return the paragraphs that begin with a heading, by place, each as heading and text.

    Where most paragraphs begin with emphasised words of some length, these are headings; where none is emphasised and
    nearly all begin with a short sentence, it is. One paragraph alone proves nothing, unless it is the lead.

    Args:
        blocks: The body without its tail.
        has_headings: Whether it has other headings than the lead: then only the lead may stand run-in.
    """
    places = [place for place, block in enumerate(blocks) if block.kind == "paragraph" and not block.role]
    opened = {place: cut for place in places if (cut := _after_opening(blocks[place]))}
    leads = {place: cut for place, cut in opened.items() if is_lead(cut[0])}
    if has_headings:
        return _headed(blocks, leads)
    long = [place for place in places if len(blocks[place].text) >= _LONG]
    closed = {place: cut for place, cut in opened.items() if cut[0].endswith(_OPEN_END) or cut[1][:1].isspace()}
    if len(closed) >= max(_LEAST_MARKED, len(long) * _MARKED_SHARE):
        return _headed(blocks, closed | leads)
    loose = {place: cut for place, cut in opened.items() if len(cut[0]) >= _SHORTEST_LOOSE}
    if len(loose) > max(_LEAST_MARKED, len(long) * _LOOSE_SHARE):
        return _headed(blocks, loose | leads)
    return _headed(blocks, leads or _plain(blocks, long))


def _after_opening(block: RawBlock) -> tuple[str, str] | None:
    """Return the emphasised beginning of a paragraph, with the sign that closes it, and the rest; None without both."""
    opening, text = trimmed(block.opening), trimmed(block.text)
    shortest = _SHORTEST_STOPPED if opening.endswith("。") else _SHORTEST_OPENING
    if not shortest <= len(opening) <= _LONGEST_OPENING or not text.startswith(opening):
        return None
    rest = text[len(opening) :]
    if not opening.endswith(_OPEN_END) and (sign := _CLOSING.match(rest)):
        opening, rest = opening + sign[0].strip(), rest[sign.end() :]
    is_heading = opening.count("。") - opening.endswith("。") == 0
    return (opening, rest) if is_heading and len(rest.strip()) >= _SHORTEST_REST else None


def _plain(blocks: Sequence[RawBlock], long: Sequence[int]) -> dict[int, tuple[str, str]]:
    for pattern in _PLAIN:
        matches = {place: match for place in long if (match := pattern.fullmatch(trimmed(blocks[place].text)))}
        if len(matches) >= max(_LEAST_PLAIN, len(long) * _PLAIN_SHARE):
            return {place: (match["head"], match["rest"]) for place, match in matches.items()}
    return {}


def _headed(blocks: Sequence[RawBlock], cuts: dict[int, tuple[str, str]]) -> dict[int, list[RawBlock]]:
    headed = {}
    for place, (head, rest) in cuts.items():
        first, second = parts_of(blocks[place], [head, rest.strip()])
        headed[place] = [first._replace(kind="heading"), second]
    return headed
