"""The lines of a page that are no part of its article: how each kind reads in the normal form (docs/site.md §3, §4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, wraps
from typing import Literal

from archive.model.article import Block
from archive.model.labels import (
    ADVERTISEMENT,
    CALL,
    CAPTION,
    COPYRIGHT,
    COPYRIGHT_WORDS,
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
    further_reading_beside,
    is_only_titles,
)
from archive.model.text import PREFIX

LineKind = Literal["further_reading", "copyright", "disclaimer", "furniture", "promotion", "questions", "login"]

LABEL_LENGTH = 16
"""Characters of a label, at most."""

_LABEL_KINDS: tuple[LineKind, ...] = ("further_reading", "copyright", "disclaimer")
_LABEL = re.compile("|".join(f"({label.pattern})" for label in (FURTHER_READING, COPYRIGHT, DISCLAIMER)))
_AFTER_LABEL = r"\s*[:】》>|\s]\s*"

_MOMENT = r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}"
_FURNITURE = re.compile(rf"[\W_]*(?:(?:{SHARING}|{ADVERTISEMENT}|{LISTS})[\W_]*)+|[\W_]*{CAPTION}")
_OF_PAGE = re.compile(rf"[\W_]*(?:(?:{SHARING}|{LISTS})[\W_]*)+")
_HEAD = re.compile(rf"(?:{_MOMENT}(?: [\d,]+)?)? ?(?:\(更新:\s*{_MOMENT}\))?")
_LIST = re.compile(rf"[\W_]*(?:{LISTS})[\W_]*")

_LOGIN = re.compile(rf"[\W_]*{LOGIN_PROMPT}[\W_]*")
_QUESTIONS = re.compile(rf"[\W_]*(?:(?:{QUESTIONS})[\W_]*)+")
_ASKED = re.compile(rf"[\W_]*(?:{QUESTIONS})\s*[:>|][^。]*\?")

_UNQUOTED = r"(?:(?![「『《〈“\"'])[\W_])*"
_SAVE = re.compile(rf"[\W_]*{SAVE_PROMPT}[\W_]*")
_CALL = re.compile(_UNQUOTED + rf"(?:{CALL})(?![」』》〉”\"'的成為是已遭恐被讓與和或式])")
_SOURCE = re.compile(_UNQUOTED + rf"{SOURCE}(?:\s*:[^。]{{0,120}}。?)?")

_OWN_DISCLAIMER = r"本網站所?提供(?:之|的)?(?:資訊|內容)\W*僅供參考"
_NOTICE_LABELS: dict[LineKind, str] = {"copyright": COPYRIGHT_WORDS, "disclaimer": DISCLAIMER_WORDS}
_OWN_NOTICES: dict[LineKind, str] = {"copyright": rf"{OWN_COPYRIGHT}[係均]?[屬為歸]", "disclaimer": _OWN_DISCLAIMER}
_NOTICE_WORDS: dict[LineKind, str] = {
    "copyright": r"版權[係均]?[屬為歸]|版權所有|著作權法|(?:未經|嚴禁|禁止|不得)\S{0,20}轉載"
    r"|著作權[^。]{0,12}[屬為歸]|(?:轉載|引用|重製)[^。]{0,12}(?:同意|授權|許可)",
    "disclaimer": r"僅供參考|不構成|推介|自行承擔|自負|自行判斷"
    r"|(?:並非|非為|不是|不得?作為)[^。]{0,12}(?:建議|邀約|依據)|(?:自行|審慎)[^。]{0,4}評估"
    r"|(?:承擔|自理)[^。]{0,6}(?:盈虧|損益|風險)",
}
_ANY_NOTICE_WORDS = re.compile("|".join(_NOTICE_WORDS.values()))
_OWN = {
    kind: re.compile(rf"{_UNQUOTED}(?:{_NOTICE_LABELS[kind]}{_AFTER_LABEL})?(?:{words})")
    for kind, words in _OWN_NOTICES.items()
}
"""Notices in the site's own wording, with or without their label."""

_LABELLED = {
    kind: re.compile(rf"{_UNQUOTED}{_NOTICE_LABELS[kind]}{_AFTER_LABEL}.*(?:{words})")
    for kind, words in _NOTICE_WORDS.items()
}
"""Notices in any wording, behind their label."""

SUSPECT = re.compile(
    rf"[\W_]*(?:{FURTHER_WORD}|{COPYRIGHT_WORDS}|{DISCLAIMER_WORDS}|{LISTS}|{QUESTIONS}|(?i:{SHARING})|{ADVERTISEMENT}"
    rf"|{CAPTION}|{SAVE_PROMPT}|{LOGIN_PROMPT}|{CALL}|{SOURCE}|{OWN_COPYRIGHT}|{_OWN_DISCLAIMER}|更新:|\d{{4}}-\d)"
)
"""The beginnings of every line, label and notice below. It saves a tenth of the work on a page."""

_REMEMBERED = 512
_REMEMBERED_LENGTH = 400  # characters
_TITLE_LENGTH = 80
_QUESTION_LENGTH = 60
_CALL_LENGTH = 40
_LETTER = re.compile(r"[^\W_]")


def remembered(judge: Callable[[Block], LineKind | None]) -> Callable[[Block], LineKind | None]:
    """Return a judgement of single blocks that remembers short ones: a site's lines are the same on every page."""
    before = lru_cache(_REMEMBERED)(judge)

    @wraps(judge)
    def judged(block: Block) -> LineKind | None:
        return judge(block) if block.links or len(block.text) > _REMEMBERED_LENGTH else before(block)

    return judged


def suspects(blocks: Sequence[Block]) -> list[int]:
    """Return the places of the blocks that can be a line, a label or a notice: most are none."""
    return [place for place, block in enumerate(blocks) if SUSPECT.match(block.text)]


def label_of(block: Block) -> LineKind | None:
    """Return the kind of the blocks below a block that is nothing but a label; None if it is no label."""
    if len(block.text) > LABEL_LENGTH or block.kind == "row":
        return None
    label = _LABEL.match(block.text)
    return _LABEL_KINDS[label.lastindex - 1] if label and label.lastindex else None


def line_of(block: Block) -> LineKind | None:
    """Return which line a block is that belongs to no article, wherever it stands; None for anything else."""
    return None if block.kind == "row" or not SUSPECT.match(block.text) else any_line_of(block)


@remembered
def any_line_of(block: Block) -> LineKind | None:
    """Return what `line_of` does for a block that is no row, without its filter `SUSPECT`."""
    text = block.text
    if is_furniture(text):
        return "furniture"
    if _is_promotion(block):
        return "promotion"
    if _LOGIN.fullmatch(text):
        return "login"
    if is_questions_label(block) or _ASKED.fullmatch(text):
        return "questions"
    return next((kind for kind, pattern in _OWN.items() if pattern.match(text)), None)


def is_furniture(text: str) -> bool:
    """Return whether a text is exactly furniture: share buttons, list labels, time and views from a page's head.

    >>> is_furniture("• facebook"), is_furniture("喜歡這篇文章嗎?"), is_furniture("facebook股價創高")
    (True, True, False)
    """
    return bool(text) and bool(_FURNITURE.fullmatch(text) or _HEAD.fullmatch(text))


def is_of_page(block: Block) -> bool:
    """Return whether a block is a share button or a list's label: they stand under a text that was cut as well."""
    return _OF_PAGE.fullmatch(block.text.lower()) is not None


def is_list_label(block: Block) -> bool:
    """Return whether a block is furniture that heads a list of tags or of other articles."""
    return _LIST.fullmatch(block.text) is not None


def is_questions_label(block: Block) -> bool:
    """Return whether a block heads a question widget."""
    return _QUESTIONS.fullmatch(block.text) is not None


def is_question(block: Block) -> bool:
    """Return whether a block can be a question of such a widget: short, one sentence, ending in a question mark."""
    return len(block.text) <= _QUESTION_LENGTH and block.text.endswith("?") and "。" not in block.text


def inline_notice(block: Block) -> LineKind | None:
    """Return which notice a block is that begins with the notice's label and goes on in the notice's words; else None.

    >>> from archive.model.article import Block
    >>> inline_notice(Block("paragraph", "免責聲明:以上內容僅供參考,不構成投資建議。"))
    'disclaimer'
    >>> inline_notice(Block("paragraph", "免責聲明引發訴訟,法院認為僅供參考。")) is None
    True
    """
    return next((kind for kind, pattern in _LABELLED.items() if pattern.match(block.text)), None)


def says_notice(text: str) -> bool:
    """Return whether a text has the words of a copyright notice or a disclaimer."""
    return _ANY_NOTICE_WORDS.search(text) is not None


def inline_reading(block: Block) -> str | None:
    """Return what follows the label 延伸閱讀 in the same block, or None if the block does not begin with that label.

    >>> from archive.model.article import Block
    >>> inline_reading(Block("paragraph", "延伸閱讀:【美股動態】蘋果新機熱銷"))
    '【美股動態】蘋果新機熱銷'
    >>> inline_reading(Block("paragraph", "延伸閱讀清單由編輯部整理。")) is None
    True
    """
    match = further_reading_beside(block.text)
    if match is None:
        return None
    divider, rest = match
    # with nothing between them, only a link or a title with a column's prefix is no part of the same word
    return rest if divider or is_link(block, rest) or is_column_title(rest) else None


def is_link(block: Block, text: str) -> bool:
    """Whether a text, which is all or part of a block's, holds the block's links and no other word."""
    return is_only_titles(text, [link.title for link in block.links])


def is_short(text: str) -> bool:
    """Return whether a text can be a title or a caption: it is short and ends no sentence."""
    return len(text) <= _TITLE_LENGTH and "。" not in text


def is_column_title(text: str) -> bool:
    """Return whether a text reads like a title with a column's prefix."""
    return PREFIX.match(text) is not None and "。" not in text


def is_divider(block: Block) -> bool:
    """Whether a block has no letter and no digit."""
    return _LETTER.search(block.text) is None


def _is_promotion(block: Block) -> bool:
    # Prose that only begins with such words ends in a full stop, is long, quotes them or has them as its subject.
    text = block.text
    if _SAVE.fullmatch(text) or _SOURCE.fullmatch(text):
        return True
    is_short_call = len(text) <= _CALL_LENGTH and "。" not in text
    return _CALL.match(text) is not None and (is_short_call or is_link(block, text))
