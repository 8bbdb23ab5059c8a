"""Raw blocks, their roles by their words, and the end of a text by these (docs/site.md §4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, cast

from archive.model.article import BlockKind, Link
from archive.model.labels import (
    ADVERTISEMENT,
    CALL,
    CAPTION,
    COPYRIGHT,
    DISCLAIMER,
    DISCLAIMER_WORDS,
    FURTHER_READING,
    FURTHER_WORD,
    LISTS,
    LOGIN_PROMPT,
    OWN_COPYRIGHT,
    QUESTIONS,
    SAVE_PROMPT,
    SHARING,
    SOURCE,
    VIP,
    further_reading_beside,
)
from archive.model.text import normal_of

Role = Literal["further", "notice", "list", "questions", "furniture", "login", "advertisement", "caption", "line"]

_ROLES: dict[Role, str] = {
    "further": FURTHER_READING.pattern,
    "notice": f"{COPYRIGHT.pattern}|{DISCLAIMER.pattern}",
    "list": rf"[\W_]*(?:(?:{LISTS})[\W_]*)+",
    "questions": rf"[\W_]*(?:(?:{QUESTIONS})[\W_]*)+",
    "furniture": rf"[\W_]*(?:(?i:{SHARING})|{SAVE_PROMPT})[\W_]*",
    "login": rf"[\W_]*{LOGIN_PROMPT}[\W_]*",
    "advertisement": rf"[\W_]*(?:{ADVERTISEMENT})[\W_]*",
    "caption": rf"[\W_]*{CAPTION}",
    "line": rf"[\W_]{{0,4}}(?:{CALL}|{SOURCE}|{OWN_COPYRIGHT}|{VIP}).*",
}
_ANY_ROLE = re.compile("|".join(f"(?P<{role}>{pattern})" for role, pattern in _ROLES.items()))
"""All roles at once, in their order: the name of the group that matches is the role."""

_BOX = re.compile(rf"[\W_]{{0,6}}(?:{LISTS}|{QUESTIONS})")
_OPENING = re.compile(rf"{FURTHER_WORD}(?![\u3400-\u9fff])")
_LONGEST = 80
_LONGEST_LABELLED = 400
_BEGINNING = 200
_BULLETS = " \t\n\r\f\u3000\xa0\u200b\u200c\u200d\u2060\ufeff•·▍▎█■◆【[《「★☆#*▶►▸▷➤→»>👉📌🔎"

_WHOSE = "(?:[网網]友|[读讀]者|最新|[热熱][门門]|全部|所有|精[选選]|[發发]表|我要|相[关關])"
_DISCUSSION = re.compile(
    r"[\W_]*(?:(?:top rated |readers?['’]? |all |most recent |recent |latest )?"
    r"comments?(?: \(?\d+\)?)?|\d+ (?:comments?|responses?|replies|thoughts on.*)"
    r"|leave a (?:reply|comment|response)|(?:join the )?(?:discussion|conversation)"
    rf"|(?:{_WHOSE}?(?:[评評][论論]|跟帖|留言)(?:[区區板]|列表|[讨討][论論]|回[应應])?|{_WHOSE}(?:[讨討][论論]|回[应應]|迴響))"
    r"(?:\W*\d*\W*[条條則则]?)?)[\W_]*",
    re.IGNORECASE,
)
_LONGEST_LABEL = 60
_SIGNS = re.compile(r"[，。、；！？]|[,.;!?](?:\s|$)")
CHINESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_NOT_PROSE = 30
"""Characters of a block that do not count as prose, since titles and labels have as many. Two Latin letters are one."""

_LEAST_ABOVE_NOTICES = 60
_DISCLAIMS = re.compile(rf"[\W_]*{DISCLAIMER_WORDS}[\W_]")
_RISK = re.compile(r"僅供參考|不構成|推介|自行承擔|自負|自行判斷")
"""Words of a disclaimer after its label."""

_NOTICE = re.compile(rf"{_RISK.pattern}|風險|建議|評估|盈虧|損益|負責|責任")
"""Words of a disclaimer under a label in a separate block."""

TAIL_ROLES: frozenset[Role | None] = frozenset({"further", "notice", "list", "furniture"})
"""Roles that occur only in tails."""


def role_of(text: str) -> Role | None:
    """Return the role of a block by its words alone; None for ordinary text.

    >>> role_of("延伸閱讀："), role_of("延伸閱讀清單"), role_of("•  Facebook")
    ('further', None, 'furniture')
    """
    return _role_of(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=2048)
def _role_of(text: str) -> Role | None:
    match = _ANY_ROLE.fullmatch(normal_of(text))
    return cast("Role | None", match.lastgroup) if match else None


def after_further_label(text: str) -> str | None:
    """Return the text behind the label 延伸閱讀 and a sign, in the normal form; None without label, sign or text.

    >>> after_further_label("延伸閱讀：【美股動態】蘋果新機")
    '【美股動態】蘋果新機'
    >>> after_further_label("延伸閱讀清單由編輯整理。") is None
    True
    """
    if len(text) > _LONGEST_LABELLED or FURTHER_WORD not in text:
        return None
    divider, rest = further_reading_beside(normal_of(text)) or ("", "")
    return rest if divider.strip() else None


def begins_further_reading(text: str) -> bool:
    """Return whether the text of an element begins with the label 延伸閱讀, whatever follows it."""
    return text[:_BEGINNING].lstrip(_BULLETS).startswith(FURTHER_WORD)


def opens_further_reading(text: str) -> bool:
    """Return whether a text begins with the label 延伸閱讀, and not with a longer word.

    >>> opens_further_reading("▍延伸閱讀：甲"), opens_further_reading("延伸閱讀"), opens_further_reading("延伸閱讀清單")
    (True, True, False)
    """
    return _OPENING.match(text[:_BEGINNING].lstrip(_BULLETS)) is not None


def begins_box(text: str) -> bool:
    """Return whether the text of an element begins with the label of a question widget or of a list of articles."""
    return _BOX.match(text[:_BEGINNING].lstrip()) is not None


class RawBlock(NamedTuple):
    """A block of a body as its page marks it up.

    Attributes:
        kind: The kind of its element.
        text: Its text.
        links: The links in it.
        strong: Whether all of its text is emphasised: in `strong` or `b`, or in what is styled as a heading.
        spanned: Whether all of its text stands in spans.
        role: Its role by its words alone.
        opening: The emphasised text at its beginning; may be empty.
    """

    kind: BlockKind
    text: str
    links: tuple[Link, ...] = ()
    strong: bool = False
    spanned: bool = False
    role: Role | None = None
    opening: str = ""

    @property
    def is_link(self) -> bool:
        """Whether the block is a single link, and therefore no heading."""
        return len(self.links) == 1 and self.links[0].title == self.text


def is_discussion_label(text: str) -> bool:
    """Return whether a text is the label of readers' comments.

    >>> is_discussion_label("網友留言 (9)"), is_discussion_label("3 comments"), is_discussion_label("留言板關閉")
    (True, True, False)
    """
    return len(text) <= _LONGEST_LABEL and _DISCUSSION.fullmatch(normal_of(text)) is not None


def prose_in(text: str) -> int:
    """Return the amount of prose in a block's text.

    >>> prose_in("甲公司宣布擴產，" * 6), prose_in("最新文章"), prose_in("It grew, slowly, by a tenth. " * 4)
    (18, 0, 28)
    """
    width = len(text) if CHINESE.search(text) else len(text) // 2
    return width - _NOT_PROSE if width > _NOT_PROSE and _SIGNS.search(text) else 0


def below_notices(blocks: Sequence[RawBlock]) -> int:
    """Return the position after the disclaimer and its paragraph, or of a discussion's label under other notices.

    The blocks below do not belong to the article (docs/site.md §4). The position is the number of blocks if there is
    no disclaimer, if there is hardly any prose above it, or if there is further reading below it.
    """
    before, is_tail = 0, False
    for place, block in enumerate(blocks):
        if before >= _LEAST_ABOVE_NOTICES and _ends(blocks, place, is_tail=is_tail):
            end = place if is_tail and is_discussion_label(block.text) else place + 1
            return len(blocks) if any(map(opens_reading, blocks[end:])) else end
        is_tail = is_tail or block.role in {"notice", "further"}
        before += prose_in(block.text)
    return len(blocks)


def _ends(blocks: Sequence[RawBlock], place: int, *, is_tail: bool) -> bool:
    """Whether a block is the paragraph of a disclaimer, or the label of a discussion in the tail."""
    block, above = blocks[place], blocks[place - 1]
    if is_tail and is_discussion_label(block.text):
        return True
    is_under = above.role == "notice" and DISCLAIMER.match(normal_of(above.text)) is not None
    if is_under and block.role is None and not block.is_link:
        return _NOTICE.search(normal_of(block.text)) is not None
    return _DISCLAIMS.match(block.text) is not None and _RISK.search(normal_of(block.text)) is not None


def opens_reading(block: RawBlock) -> bool:
    """Return whether a block is the label 延伸閱讀, or begins with it."""
    return block.role == "further" or opens_further_reading(block.text)
