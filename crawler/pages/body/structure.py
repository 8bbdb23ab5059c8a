"""Headings and lists by a text's own words and signs, with or without mark-up (docs/site.md §4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from archive.model.article import Block, BlockKind, Link
from archive.model.text import collapsed, trimmed
from crawler.pages.body.block_roles import TAIL_ROLES, RawBlock, after_further_label

_LONGEST_MARKED = 80
_LONGEST_SENTENCE = 60
_LONGEST_QUESTION = 40
_LONGEST_STOPPED = 45
_LONG = 40
_LEAST_STOPPED = 2
_STOPPED_SHARE = 0.6
_EMPHASISED_SHARE = 0.3
_HIGHEST_LEAD = 3
_FULL_STOPS = tuple("。.．;；:：,，、…")
_QUESTIONS = tuple("?!？！")
_CLOSING = "」』”’\"')）]】》〉 \u3000\xa0\u200b\ufeff\u2060\u200d\u200e"

LEAD = re.compile(r"結論先行\s*(?:[,，:：︰|｜]\s*[^。]*)?。?")
"""A lead: the two words alone, or a sentence behind them."""

_RUN_IN_LEAD = re.compile(r"(?P<head>結論先行\s*(?:[,，:：︰|｜]\s*[^。]{4,70})?。)\s*(?P<rest>.{20,})", re.DOTALL)
"""A lead without mark-up, with the text that follows it in its paragraph."""

_LONGEST_LEAD = 80
_LONGEST_OPENING = 60
_SHORTEST_OPENING = 6
_SHORTEST_STOPPED = 4
_SHORTEST_LOOSE = 8
_SHORTEST_REST = 20
_SIGN_BEHIND = re.compile(r"[。:：︰!！?？|｜]\s*")
_OPEN_END = tuple("。:：︰!！?？|｜")
_PLAIN = (
    re.compile(r"(?P<head>[^。]{4,30}?[\u4e00-\u9fff)）」%])[^\S\n]+(?P<rest>[^\s。].{39,})", re.DOTALL),
    re.compile(r"(?P<head>[^。]{4,40}?[|｜])\s*(?P<rest>.{40,})", re.DOTALL),
    re.compile(r"(?P<head>[^。]{4,26}。)(?P<rest>.{30,})", re.DOTALL),
)
"""How a heading without mark-up is parted from its text: by a space between Chinese words, a bar, a full stop."""

_LEAST_MARKED = 2
_LEAST_PLAIN = 4
_MARKED_SHARE = 0.5
_LOOSE_SHARE = 0.7
_PLAIN_SHARE = 0.9

MARK: Final = "• "
"""How every sign of a list is written in the archive."""

_SURE = "•‣◦∙"
_UNSURE = "●○▪▫■◆◇·‧・*＊"
_DASHES = "-–—－−"
_SIGN = re.compile(
    rf"(?:(?P<sure>[{_SURE}])[^\S\n]*|(?P<unsure>[{_UNSURE}]\s*|[{_DASHES}]\s+|[-–－](?=[\u3400-\u9fff])))(?=[^\s\d.{_DASHES}]|\d)"
)
_SEVERAL = {sign: re.compile(rf"\s*{sign}\s*") for sign in _SURE} | {
    dash: re.compile(rf"\s+{re.escape(dash)}\s+") for dash in _DASHES
}
_INTRODUCED = re.compile(
    rf"(?P<intro>[^{_SURE}]*?[:：︰。])\s*(?P<list>[{_SURE}]\s*\S.*|[{_DASHES}]\s+\S.*)", re.DOTALL
)
_LONGEST_INTRO = 120


def with_headings(marked: Sequence[RawBlock]) -> list[Block]:
    """Return blocks with their headings: those by mark-up; if there are none, those by wording.

    A paragraph is a heading if it is short, wholly emphasised and without a full stop; if it is in its own span and
    worded like one; or if it is the lead. If there is no other heading, single sentences over longer paragraphs are
    headings despite their full stops, and so are beginnings of paragraphs (see `cut_run_in`). A heading that opens the
    body does not count as another one. Blocks after the opening of a tail do not count at all.
    """
    tail = next((index for index, block in enumerate(marked) if _opens_tail(block)), len(marked))
    kinds: list[BlockKind] = [_marked_kind(block) if block.strong else block.kind for block in marked]
    leads = {index for index in range(min(tail, _HIGHEST_LEAD)) if _is_lead(marked, index)}
    if not _are_headed(kinds[:tail], leads):
        spanned = [index for index in range(tail) if marked[index].spanned and index not in leads]
        lone = 0 < len(spanned) <= tail // 2 + 1
        eligible = set(spanned) if lone and _read_so(marked, tail, set(spanned)) else set(range(tail))
        for index in _read_so(marked, tail, eligible):
            kinds[index] = "heading"
    openings = leads | {0}  # the first block heads the whole article, as a lead does: it is no sign of others
    if not _are_headed(kinds[:tail], openings):
        for index in _stopped(marked, tail):
            kinds[index] = "heading"
    for index in leads:
        kinds[index] = "heading"
    blocks = [block._replace(kind=kind) for block, kind in zip(marked, kinds, strict=True)]
    cuts = cut_run_in(blocks[:tail], has_headings=_are_headed(kinds[:tail], openings))
    parts = [part for index, block in enumerate(blocks) for part in cuts.get(index, [block])]
    return [Block(part.kind, part.text, part.links) for part in parts]


def _opens_tail(block: RawBlock) -> bool:
    return block.role in TAIL_ROLES or (block.role is None and after_further_label(block.text) is not None)


def _is_lead(marked: Sequence[RawBlock], index: int) -> bool:
    block = marked[index]
    return block.kind in {"paragraph", "heading"} and is_lead(block.text) and not is_lead(block.opening)


def _are_headed(kinds: Sequence[BlockKind], leads: set[int]) -> bool:
    return any(kind == "heading" and index not in leads for index, kind in enumerate(kinds))


def _stopped(marked: Sequence[RawBlock], tail: int) -> list[int]:
    """Return the positions of single sentences with a full stop over longer paragraphs: emphasised ones, else all.

    They count only if most paragraphs have one; or every third, if they are emphasised or the lead ends so too. A short
    paragraph among others is no heading. Then one over a paragraph that is only a little longer is a heading too.
    """
    sentences = [index for index in range(tail - 1) if _is_stopped(marked[index], marked[index + 1])]
    heads = [index for index in sentences if _heads_longer(marked[index], marked[index + 1])]
    is_emphasised = any(marked[index].strong for index in heads)
    places, likely = ([i for i in indexes if marked[i].strong or not is_emphasised] for indexes in (heads, sentences))
    texts = [
        block.text for index, block in enumerate(marked[:tail]) if block.kind == "paragraph" and index not in heads
    ]
    long = sum(len(text) >= _LONG for text in texts)
    has_lead = any(
        _is_lead(marked, index) and marked[index].text.rstrip(_CLOSING).endswith("。") for index in range(tail)
    )
    share = _EMPHASISED_SHARE if is_emphasised or has_lead else _STOPPED_SHARE
    return likely if len(places) >= max(_LEAST_STOPPED, long * share) else []


def _is_stopped(block: RawBlock, below: RawBlock) -> bool:
    if block.kind != "paragraph" or block.role or block.is_link or below.kind != "paragraph" or below.role:
        return False
    text = block.text.rstrip(_CLOSING)
    is_sentence = text.endswith("。") and text.count("。") == 1 and len(text) <= _LONGEST_STOPPED
    return is_sentence and len(below.text) > len(text)


def _heads_longer(block: RawBlock, below: RawBlock) -> bool:
    return len(below.text) >= max(_LONG, len(block.text.rstrip(_CLOSING)) * 2)


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
    """Return whether a text can be a heading: short, without a full stop, and without a colon at its end."""
    return len(text) <= longest and "。" not in text and not _ends_in(text, _FULL_STOPS)


def _is_sentence(text: str) -> bool:
    if not is_headline(text, _LONGEST_SENTENCE):
        return False
    return not _ends_in(text, _QUESTIONS) or len(text) <= _LONGEST_QUESTION


def _ends_in(text: str, signs: tuple[str, ...]) -> bool:
    return text.endswith(signs) or text.rstrip(_CLOSING).endswith(signs)


def is_lead(text: str) -> bool:
    """Whether a text is a lead: 結論先行 alone, or with one sentence behind a sign.

    >>> is_lead("結論先行︰財報優於預期。"), is_lead("結論先行"), is_lead("結論先行的寫法常見。")
    (True, True, False)
    """
    text = trimmed(text)
    return len(text) <= _LONGEST_LEAD and LEAD.fullmatch(text) is not None


def cut_run_in(blocks: Sequence[RawBlock], *, has_headings: bool) -> dict[int, list[RawBlock]]:
    """Return the paragraphs that begin with a heading, by place, each as heading and text.

    If most paragraphs begin with several emphasised words, these are headings. If none is emphasised and nearly all
    begin with a short sentence, that is the heading. A single paragraph is no evidence, unless it begins with the lead.

    Args:
        blocks: The body without its tail.
        has_headings: Whether it has other headings than the lead: then only the lead may stand run-in.
    """
    places = [place for place, block in enumerate(blocks) if block.kind == "paragraph" and not block.role]
    opened = {place: cut for place in places if (cut := _after_opening(blocks[place]))}
    leads = {place: cut for place, cut in opened.items() if is_lead(cut[0])}
    plain_leads = {
        place: (match["head"], match["rest"])
        for place in places
        if place < _HIGHEST_LEAD and (match := _RUN_IN_LEAD.fullmatch(trimmed(blocks[place].text)))
    }
    if has_headings:
        return _headed(blocks, plain_leads | leads)
    long = [place for place in places if len(blocks[place].text) >= _LONG]
    closed = {place: cut for place, cut in opened.items() if cut[0].endswith(_OPEN_END) or cut[1][:1].isspace()}
    if len(closed) >= max(_LEAST_MARKED, len(long) * _MARKED_SHARE):
        return _headed(blocks, closed | leads)
    loose = {place: cut for place, cut in opened.items() if len(cut[0]) >= _SHORTEST_LOOSE}
    if len(loose) > max(_LEAST_MARKED, len(long) * _LOOSE_SHARE):
        return _headed(blocks, loose | leads)
    return _headed(blocks, leads or (_plain(blocks, long) | plain_leads))


def _after_opening(block: RawBlock) -> tuple[str, str] | None:
    """Return the emphasised beginning of a paragraph, with the sign that closes it, and the rest; None without both."""
    opening = trimmed(block.opening)
    shortest = _SHORTEST_STOPPED if opening.endswith("。") else _SHORTEST_OPENING
    if not shortest <= len(opening) <= _LONGEST_OPENING or not (text := trimmed(block.text)).startswith(opening):
        return None
    rest = text[len(opening) :]
    if not opening.endswith(_OPEN_END) and (sign := _SIGN_BEHIND.match(rest)):
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


def with_lists(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """Return blocks with each line of a list as an item, its sign as `MARK`.

    Several items on one line are split if the line begins with their sign, or with a text that ends in a colon or full
    stop before it. A single line that begins with a dash is no list.
    """
    parted = [part for block in blocks for part in _parted(block)]
    signs = [_sign_of(block) for block in parted]
    return [
        _as_item(block, sign) if sign and (sign["sure"] or _is_beside(signs, index)) else block
        for index, (block, sign) in enumerate(zip(parted, signs, strict=True))
    ]


def is_listed(line: str) -> bool:
    """Whether a line begins with the sign of a list.

    >>> is_listed("• 營收"), is_listed("- 甲:一"), is_listed("-5%"), is_listed("營收")
    (True, True, False, False)
    """
    return _SIGN.match(trimmed(line)) is not None


def parts_of(block: RawBlock, texts: Sequence[str]) -> list[RawBlock]:
    """Return a block cut into pieces of its text, in order, each with the links whose titles stand in it."""
    links = list(block.links)
    pieces = []
    for text in texts:
        own: list[Link] = []
        while links and collapsed(links[0].title) in text:
            own.append(links.pop(0))
        pieces.append(block._replace(text=text, links=tuple(own), opening=""))
    if links and pieces:
        pieces[-1] = pieces[-1]._replace(links=(*pieces[-1].links, *links))
    return pieces


def _parted(block: RawBlock) -> list[RawBlock]:
    if block.kind != "paragraph" or block.role or block.strong:
        return [block]
    text = trimmed(block.text)
    introduced = _INTRODUCED.fullmatch(text)
    is_introduced = introduced is not None and len(introduced["intro"]) <= _LONGEST_INTRO
    listed = introduced["list"] if introduced and is_introduced else text
    separator = _SEVERAL.get(listed[:1]) if _SIGN.match(listed) else None
    items = [item for item in separator.split(f" {listed}") if item.strip()] if separator else []
    if len(items) < (2 if listed[:1] in _DASHES or is_introduced else 1):
        return [block]
    texts = [f"{MARK}{item.strip()}" for item in items]
    return parts_of(block, [introduced["intro"].strip(), *texts] if introduced and is_introduced else texts)


def _sign_of(block: RawBlock) -> re.Match[str] | None:
    is_text = block.kind == "paragraph" and not block.role and not block.strong
    return _SIGN.match(trimmed(block.text)) if is_text else None


def _is_beside(signs: Sequence[re.Match[str] | None], index: int) -> bool:
    """Whether the block before or after another begins with a sign too."""
    return any(0 <= other < len(signs) and signs[other] for other in (index - 1, index + 1))


def _as_item(block: RawBlock, sign: re.Match[str]) -> RawBlock:
    return block._replace(kind="item", text=MARK + trimmed(block.text)[sign.end() :].lstrip())
