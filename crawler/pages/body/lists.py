"""Lists that are written with signs and not marked up: each of their lines is an item of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from archive.model.article import Link
from crawler.pages.body.block_roles import RawBlock
from crawler.pages.html.text import collapsed, trimmed

MARK: Final = "• "
"""How every sign of a list is written in the archive."""

_SURE = "•‣◦∙"
_UNSURE = "●○▪▫■◆◇·‧・*＊"
_DASHES = "-–—－−"
_SIGN = re.compile(
    rf"(?:(?P<sure>[{_SURE}])[^\S\n]*|(?P<unsure>[{_UNSURE}]\s*|[{_DASHES}]\s+))(?=[^\s\d.{_DASHES}]|\d)"
)
_SEVERAL = {sign: re.compile(rf"\s*{sign}\s*") for sign in _SURE} | {
    dash: re.compile(rf"\s+{re.escape(dash)}\s+") for dash in _DASHES
}
_INTRODUCED = re.compile(
    rf"(?P<intro>[^{_SURE}]*?[:：︰。])\s*(?P<list>[{_SURE}]\s*\S.*|[{_DASHES}]\s+\S.*)", re.DOTALL
)
_LONGEST_INTRO = 120


def with_lists(blocks: Sequence[RawBlock]) -> list[RawBlock]:
    """Return blocks with the lines of a list as items of their own, their sign as `MARK`.

    Several items on one line are parted where the line begins with their sign, or with a text that ends in a colon or
    full stop before it. A lone line that begins with a dash is no list.
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
