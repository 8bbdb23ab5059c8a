"""The lines of a page that are no part of its article: how each kind reads in the normal form (FACTS §4, §5)."""

from __future__ import annotations

import re
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Literal

from archive.model.text import COPYRIGHT, DISCLAIMER, FURTHER_READING, PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archive.model.article import Block

LineKind = Literal["further_reading", "copyright", "disclaimer", "furniture", "promotion", "questions", "login"]

LABEL_LENGTH = 16
"""Characters of a label, at most."""

SUSPECT = re.compile(
    r"[\W_]*(?:延伸閱讀|版權|著作權|免責|(?i:facebook|line)|廣告|你可能想知道|AI\s*來解答|收藏內容|點我|歡迎|喜歡這篇|文章"
    r"|相關標籤|相關文章|熱門文章|作者文章|最新文章|今日最熱|更多文章|全站最新|本文|本網站|閱讀\s*VIP|更新:|\d{4}-\d)"
)
"""What every line and label below begins with: blocks that do not are looked at no further."""

_LABEL_KINDS: tuple[LineKind, ...] = ("further_reading", "copyright", "disclaimer")
_LABEL = re.compile("|".join(f"({label.pattern})" for label in (FURTHER_READING, COPYRIGHT, DISCLAIMER)))
_NOTICE_LABELS = {"copyright": r"(?:版權|著作權)(?:聲明|宣告)", "disclaimer": r"免責(?:宣言|聲明|宣告)"}
_AFTER_LABEL = r"\s*[:】》>|\s]\s*"

_SHARE = r"喜歡這篇文章嗎|歡迎分享\W*讓更多人可以看到|facebook|line|廣告"
_LISTS = r"(?:文章)?相關標籤|相關文章|熱門文章|作者文章|最新文章|今日最熱|更多文章|全站最新"
_MOMENT = r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}"
_FURNITURE = re.compile(rf"[\W_]*(?:(?:{_SHARE}|{_LISTS})[\W_]*)+")
_HEAD = re.compile(rf"(?:{_MOMENT}(?: [\d,]+)?)? ?(?:\(更新:\s*{_MOMENT}\))?")
_LIST = re.compile(rf"[\W_]*(?:{_LISTS})[\W_]*")

_LOGIN = re.compile(r"[\W_]*閱讀\s*VIP\s*文章\W*請先登入(?:\W*(?:登入|註冊))*[\W_]*")
_QUESTIONS = re.compile(r"[\W_]*(?:(?:你可能想知道|AI\s*來解答)[\W_]*)+")
_ASKED = re.compile(r"[\W_]*(?:你可能想知道|AI\s*來解答)\s*[:>|][^。]*\?")

_UNQUOTED = r"(?:(?![「『《〈“\"'])[\W_])*"
_SAVE = re.compile(r"[\W_]*收藏內容[\W_]*讓好文不錯過[\W_]*")
_CALL = re.compile(
    _UNQUOTED
    + r"(?:點我(?:下載|加入)(?!按鈕|連結)|歡迎訂閱(?!方案|服務|制|數|戶))(?![」』》〉”\"'的成為是已遭恐被讓與和或式])"
)
_SOURCE = re.compile(_UNQUOTED + r"文章出處(?:\s*:[^。]{0,120}。?)?")

_OWN_NOTICES = {
    "copyright": r"本文章?之?版權[係均]?[屬為歸]",
    "disclaimer": r"本網站所?提供(?:之|的)?(?:資訊|內容)\W*僅供參考",
}
_NOTICE_WORDS = {
    "copyright": r"版權[係均]?[屬為歸]|版權所有|著作權法|(?:未經|嚴禁|禁止|不得)\S{0,20}轉載",
    "disclaimer": r"僅供參考|不構成|推介|自行承擔|自負|自行判斷",
}
_INLINE_READING = re.compile(r"[\W_]{0,3}延伸閱讀(?P<divided>[:】》>|\s]*)(?P<rest>.+)")

_SAYING = re.compile(r"[^\W_]")
_NUMBER = re.compile(r"\b\d{1,2}[.、)]")
_REMEMBERED = 512
_REMEMBERED_LENGTH = 400  # characters
_TITLE_LENGTH = 80
_QUESTION_LENGTH = 60
_CALL_LENGTH = 40


def _notices(words: dict[str, str], lead: str) -> dict[LineKind, re.Pattern[str]]:
    kinds: tuple[LineKind, ...] = ("copyright", "disclaimer")
    return {
        kind: re.compile(rf"{_UNQUOTED}{lead.replace('LABEL', _NOTICE_LABELS[kind])}(?:{words[kind]})")
        for kind in kinds
    }


_SAID = re.compile("|".join(_NOTICE_WORDS.values()))
_OWN = _notices(_OWN_NOTICES, rf"(?:LABEL{_AFTER_LABEL})?")
_INLINE = _notices(_NOTICE_WORDS, rf"LABEL{_AFTER_LABEL}.*")


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
    """Return what a block, being nothing but a label, says the blocks below it are; None if it is no label."""
    if len(block.text) > LABEL_LENGTH or block.kind == "row":
        return None
    label = _LABEL.match(block.text)
    return _LABEL_KINDS[label.lastindex - 1] if label and label.lastindex else None


def line_of(block: Block) -> LineKind | None:
    """Return which line a block is that belongs to no article, wherever it stands; None for anything else."""
    return None if block.kind == "row" or not SUSPECT.match(block.text) else _line_of(block)


@remembered
def _line_of(block: Block) -> LineKind | None:
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
    """Return which notice a block is that begins with the notice's label and says what such notices say; else None.

    >>> from archive.article import Block
    >>> inline_notice(Block("paragraph", "免責聲明:以上內容僅供參考,不構成投資建議。"))
    'disclaimer'
    >>> inline_notice(Block("paragraph", "免責聲明引發訴訟,法院認為僅供參考。")) is None
    True
    """
    return next((kind for kind, pattern in _INLINE.items() if pattern.match(block.text)), None)


def says_notice(text: str) -> bool:
    """Return whether a text says what a copyright notice or a disclaimer says."""
    return _SAID.search(text) is not None


def inline_reading(block: Block) -> str | None:
    """Return what follows the label 延伸閱讀 in the same block, or None if the block does not begin with that label.

    >>> from archive.article import Block
    >>> inline_reading(Block("paragraph", "延伸閱讀:【美股動態】蘋果新機熱銷"))
    '【美股動態】蘋果新機熱銷'
    >>> inline_reading(Block("paragraph", "延伸閱讀清單由編輯部整理。")) is None
    True
    """
    match = _INLINE_READING.fullmatch(block.text)
    if match is None:
        return None
    rest = match["rest"]
    # without anything between them, only a link or a title with a column's prefix is no part of the same word
    return rest if match["divided"] or is_link(block, rest) or is_column_title(rest) else None


def is_link(block: Block, text: str) -> bool:
    """Return whether a text, which is all or part of a block's, is nothing but the block's links."""
    for link in block.links:
        text = text.replace(link.title, "", 1) if link.title else text
    return any(link.title for link in block.links) and _is_divider(_NUMBER.sub("", text))


def is_short(text: str) -> bool:
    """Return whether a text can be a title or a caption: it is short and ends no sentence."""
    return len(text) <= _TITLE_LENGTH and "。" not in text


def is_column_title(text: str) -> bool:
    """Return whether a text reads like a title with a column's prefix."""
    return PREFIX.match(text) is not None and "。" not in text


def is_divider(block: Block) -> bool:
    """Return whether a block has no letter and no digit."""
    return _is_divider(block.text)


def _is_divider(text: str) -> bool:
    return _SAYING.search(text) is None


def _is_promotion(block: Block) -> bool:
    # Prose that only begins with such words ends in a full stop, is long, quotes them or says something of them.
    text = block.text
    if _SAVE.fullmatch(text) or _SOURCE.fullmatch(text):
        return True
    is_short_call = len(text) <= _CALL_LENGTH and "。" not in text
    return _CALL.match(text) is not None and (is_short_call or is_link(block, text))
