"""Which part a block plays by its words alone: labels, notices, furniture, as they stand on a page (FACTS §5)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, cast

from archive.model.text import COPYRIGHT, DISCLAIMER, FURTHER_READING
from crawler.pages.html.text import normal_of

Role = Literal["further", "notice", "list", "questions", "furniture", "login", "advertisement", "caption", "line"]

LABEL_WORDS = (
    "文章相關標籤|相關標籤|作者文章|最新文章|今日最熱|更多文章|全站最新|熱門文章|相關文章",
    r"你可能想知道|AI\s*來解答",
)
_SUSPECT = re.compile(
    r"[\W_]*(?:延伸|版權|著作|免責|文章|相關|作者|熱門|最新|今日|更多|全站|喜歡|歡迎|收藏|點我|閱讀|廣告|贊助|請繼續|你可能|AI|本文"
    r"|圖|照片|首圖|封面|示意|攝影|(?i:facebook|line|ad|sponsor))"
)
"""What every part below begins with: blocks that do not are looked at no further."""

_ROLES: dict[Role, str] = {
    "further": FURTHER_READING.pattern,
    "notice": f"{COPYRIGHT.pattern}|{DISCLAIMER.pattern}",
    "list": rf"[\W_]*(?:(?:{LABEL_WORDS[0]})[\W_]*)+",
    "questions": rf"[\W_]*(?:(?:{LABEL_WORDS[1]})[\W_]*)+",
    "furniture": (
        r"[\W_]*(?:喜歡這篇文章嗎|歡迎分享\W*讓更多人可以看到|收藏內容\W*讓好文不錯過|(?i:facebook|line))[\W_]*"
    ),
    "login": r"[\W_]*閱讀\s*VIP\s*文章\W*請先登入(?:\W*(?:會員|登入|註冊|加入|立即|或))*[\W_]*",
    "advertisement": (
        r"[\W_]*(?:廣告|贊助|圖|照片|攝影商?|贊助內容|(?i:ads?|advertisement|sponsored))(?:\W*請繼續往下閱讀)?[\W_]*"
        r"|\W*請繼續往下閱讀\W*"
    ),
    "caption": r"[\W_]*(?:(?:圖片?|照片|首圖|封面圖?|示意圖)(?:來源|出處|提供)|(?:圖|攝影)\s*[/:])[^。]{0,60}",
    "line": r"[\W_]{0,4}(?:點我(?:下載|加入)|歡迎訂閱|收藏內容|文章出處|本文章之?版權|閱讀\s*VIP).*",
}
_ANY_ROLE = re.compile("|".join(f"(?P<{role}>{pattern})" for role, pattern in _ROLES.items()))
"""All parts at once, in their order: the name of what matches is the role."""

_BOX = re.compile(rf"[\W_]{{0,6}}(?:{'|'.join(LABEL_WORDS)})")
_LABELLED = re.compile(r"[\W_]{0,3}延伸閱讀\s*[:】》>|]\s*(?P<rest>.*)", re.DOTALL)
_LONGEST = 80
_LONGEST_LABELLED = 400
_BULLETS = " \t\n\r\f\u3000\xa0\u200b\u200c\u200d\u2060\ufeff•·▍▎█■◆【[《「★☆#*"

_OPENING = re.compile(r"延伸閱讀(?![\u3400-\u9fff])")

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
    if not text.isprintable():
        text = normal_of(text)
    if not _SUSPECT.match(text):
        return None
    match = _ANY_ROLE.fullmatch(normal_of(text))
    return cast("Role | None", match.lastgroup) if match else None


def after_further_label(text: str) -> str | None:
    """Return what follows the label 延伸閱讀 in the same block, in the normal form; None if it begins with none.

    >>> after_further_label("延伸閱讀：【美股動態】蘋果新機")
    '【美股動態】蘋果新機'
    >>> after_further_label("延伸閱讀清單由編輯整理。") is None
    True
    """
    if len(text) > _LONGEST_LABELLED or "延伸閱讀" not in text:
        return None
    match = _LABELLED.fullmatch(normal_of(text))
    return match["rest"] or None if match else None


def begins_further_reading(text: str) -> bool:
    """Return whether the text of an element begins with the label 延伸閱讀, whatever follows it."""
    return text[:200].lstrip(_BULLETS).startswith("延伸閱讀")


def opens_further_reading(text: str) -> bool:
    """Return whether a text begins with the label 延伸閱讀 and not with a word that it is a part of.

    >>> opens_further_reading("▍延伸閱讀：甲"), opens_further_reading("延伸閱讀"), opens_further_reading("延伸閱讀清單")
    (True, True, False)
    """
    return _OPENING.match(text[:200].lstrip(_BULLETS)) is not None


def begins_box(text: str) -> bool:
    """Return whether the text of an element begins with the label of a question widget or of a list of articles."""
    return _BOX.match(text[:200].lstrip()) is not None
