"""The words of a card besides the title: age, views, label."""

from __future__ import annotations

import re

from crawler.pages.html.text import collapsed, normal_of

RELATIVE = re.compile(r"(?:約|大約)?\d+\s*(?:秒|分鐘|小時|天|日|週|個?月|年)(?:之)?前|剛剛|昨天|前天")
"""A relative time, which is no date of record."""

_LABEL = (
    "(?:推薦|相關|更多|精選|熱門|最新|同場)(?:閱讀|文章|新聞|報導|加映)"
    "|看更多|(?:閱讀|繼續)(?:更多|全文|閱讀)|廣告|贊助"
)
_MOMENT = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}:\d{2}"
_COUNT = r"[①-⓿]|\d[\d,.]*\s*[萬千kK]?\s*(?:次|人)?(?:瀏覽|觀看|閱讀|點閱|讚|留言)?"
_WORDS = re.compile(f"{RELATIVE.pattern}|{_MOMENT}|{_LABEL}|{_COUNT}")
_LETTER = re.compile(r"[^\W_]")

_LONGEST = 40

LINKS = 'a[href*="/article/" i], a[href*="%2farticle%2f" i], a[href*="note-detail" i]'
HEADINGS = "h1, h2, h3, h4, h5, h6"

_WRAPPED = re.compile(r"前往\s*(?P<title>.+?)\s*文章頁(?:面)?", re.DOTALL)
_LED = re.compile(r"前往\s*(?=【)")
_COUNTED = re.compile(r"\s*\d{1,4}\s*[：:]\s*(?=【)")


def is_card_words(text: str) -> bool:
    """Whether a text holds only card furniture (age, views, label); true for text without letters.

    >>> is_card_words("3 小時前"), is_card_words("推薦閱讀：2026/11/15・1,024 次瀏覽"), is_card_words("3 小時前宣布")
    (True, True, False)
    """
    if len(text) > _LONGEST:
        return False
    return not _LETTER.search(_WORDS.sub("", normal_of(text)))


def without_titles(text: str, titles: list[str]) -> str:
    """Return a text in the normal form without the given titles, each taken out once."""
    text = normal_of(text)
    for title in titles:
        text = text.replace(title, "", 1) if title else text
    return text


def bare_title(text: str) -> str:
    """Return a title without the words around it: `前往{title}文章頁`, `前往` or a counter before a prefix, spaces.

    >>> bare_title("前往【美股動態】亞馬遜財報文章頁"), bare_title("3：【美股動態】亞馬遜財報")
    ('【美股動態】亞馬遜財報', '【美股動態】亞馬遜財報')
    """
    text = collapsed(text)
    wrapped = _WRAPPED.fullmatch(text)
    title = wrapped["title"] if wrapped else _LED.sub("", text, count=1) if text.startswith("前往") else text
    return _COUNTED.sub("", title, count=1) if title.rfind("【") > 0 else title
