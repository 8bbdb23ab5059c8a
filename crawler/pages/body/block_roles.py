"""A block as it is read, and the role that its words alone give it: label, notice, furniture (docs/site.md §4)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple, cast

from archive.model.article import BlockKind, Link
from archive.model.labels import (
    ADVERTISEMENT,
    CALL,
    CAPTION,
    COPYRIGHT,
    DISCLAIMER,
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
from crawler.pages.html.text import normal_of

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

TAIL_ROLES: frozenset[Role | None] = frozenset({"further", "notice", "list", "furniture"})
"""What stands in tails only."""


def role_of(text: str) -> Role | None:
    """Return which part a block plays by its words alone, or None if it is none of these.

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
    """Return whether a text begins with the label 延伸閱讀 and not with a word that it is a part of.

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
        kind: Which element it stands in.
        text: Its text.
        links: The links in it.
        strong: Whether all of its text is emphasised: in `strong` or `b`, or in what is styled as a heading.
        spanned: Whether all of its text stands in spans.
        role: Which part it plays by its words alone.
        opening: The emphasised text that it begins with; empty if it begins with none.
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
        """Whether the block is one link and nothing else: it leads elsewhere and heads nothing."""
        return len(self.links) == 1 and self.links[0].title == self.text
