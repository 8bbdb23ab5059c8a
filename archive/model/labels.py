"""The site's own words on its pages, none of an article's: labels, prompts, buttons, captions (docs/site.md §4).

Each constant is the source of a pattern for texts in the normal form. The page reader and the stage `boilerplate` build
their rules from them, so that a line means the same to both. Words of the tail stand in `site.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from archive.model.site_file import site

HOUSE = re.compile(r"(?:.+\.)?(?:cmnews\.com\.tw|cmoney\.tw|forecastock\.tw)")
"""The hosts of CMoney's public sites."""


def _any_of(name: str) -> str:
    """Return the source of a pattern for the words of the tail under a name."""
    words = (r"\W*".join(map(re.escape, text.split())) for text in site().tail[name])
    return f"(?:{'|'.join(words)})"


FURTHER_WORD: str = site().tail["further_reading"]
COPYRIGHT_WORDS = _any_of("copyright")
DISCLAIMER_WORDS = _any_of("disclaimer")

FURTHER_READING = re.compile(rf"^[\W_]{{0,3}}{FURTHER_WORD}[\W_]{{0,3}}$")
"""A block of its own that opens the further reading."""

COPYRIGHT = re.compile(rf"^[\W_]{{0,3}}{COPYRIGHT_WORDS}[\W_]{{0,3}}$")
"""A block of its own that heads the copyright notice."""

DISCLAIMER = re.compile(rf"^[\W_]{{0,3}}{DISCLAIMER_WORDS}[\W_]{{0,3}}$")
"""A block of its own that heads the disclaimer."""

OWN_COPYRIGHT = _any_of("own_copyright")
"""How a copyright notice without a label begins."""

LISTS = _any_of("lists")
"""Labels of lists of tags and of other articles."""

QUESTIONS = _any_of("questions")
"""Labels of a question widget."""

SHARING = _any_of("sharing")
"""The share bar; in lower case."""

SAVE_PROMPT = r"收藏內容[\W_]*讓好文不錯過"
LOGIN_WORD = "請先登入"
OTHER_LOGIN_WORDS = (
    "繼續閱讀",
    "閱讀全文",
    "觀看全文",
    "解鎖全文",
    "完整內容",
    "完整文章",
    "完整全文",
    "會員專屬",
    "會員限定",
    "看全文",
)
"""One of these stands in every prompt to log in that has not the site's own words."""

VIP = r"閱讀\s*VIP"
_JOIN = r"(?:(?:登入|登錄|註冊|訂閱|升級|加入|成為)\W*(?:為|成為)?(?:付費|VIP)?(?:會員)?)"
_WHOLE = r"(?:繼續閱讀|(?:閱讀|觀看|解鎖|看)\W*(?:全文|完整(?:內容|文章|全文)))"
_THIS = r"(?:本|此|這)(?:文|篇|則)"
_RESERVED = r"(?:專屬|限定|專享|獨享|付費|訂閱)(?:內容|文章|閱讀)?"
LOGIN_PROMPT = (
    rf"(?:{VIP}\s*文章\W*{LOGIN_WORD}(?:\W*(?:會員|登入|註冊|加入|立即|或))*"
    rf"|(?:請先?|立即|免費|馬上|只要)?{_JOIN}(?:(?:或|並|/)\W*{_JOIN})?\W*(?:即可|後|就能|以|來|才能|方可|可)?\W*{_WHOLE}\w{{0,6}}"
    rf"|(?:若?要|如欲|想)?\W*{_WHOLE}\w{{0,4}}\W*(?:請先?|需要?|須|必須)\W*{_JOIN}(?:(?:或|並|/)\W*{_JOIN})?"
    r"|(?:本文|此文|本篇|以下|完整|剩餘|其餘)[^。]{0,10}(?:VIP|付費|訂閱)?會員(?:專屬|限定)[^。]{0,20}"
    rf"|{_THIS}[^。,]{{0,16}}{_RESERVED}\W*[,。!]\W*[^。,]{{0,8}}{_JOIN}\W*[^。,]{{0,6}}{_WHOLE}\w{{0,6}})"
)
"""A prompt to log in that stands where the rest of a text would: the site's own words, or others that promise it."""


ADVERTISEMENT = (
    r"(?:廣告|贊助(?:內容)?|圖|照片|攝影商?|(?i:ads?|advertisement|sponsored))(?:\W*請繼續往下閱讀)?|請繼續往下閱讀"
)
"""What stands over an advertisement or a picture, alone in its block."""

CAPTION = r"(?:(?:圖片?|照片|首圖|封面(?:圖片?|照片?)?|示意圖)(?:來源|出處|提供)|(?:圖|攝影)\s*[/:])[^。]{0,60}"
"""A picture's caption that names its source."""

CALL = r"點我(?:下載|加入)(?!按鈕|連結)|歡迎訂閱(?!方案|服務|制|數|戶)"
"""How a line begins that promotes an app or a newsletter."""

SOURCE = "文章出處"
"""How a line begins that names where the article was first published."""

_BESIDE = re.compile(rf"[\W_]{{0,3}}{FURTHER_WORD}(?P<divider>[:】》>|\s]*)(?P<rest>.+)")
_NUMBER = re.compile(r"\b\d{1,2}[.、)]")
_LETTER = re.compile(r"[^\W_]")


def further_reading_beside(text: str) -> tuple[str, str] | None:
    """Return what parts the label 延伸閱讀 from the text behind it, and that text; None without label or text.

    Args:
        text: A block in the normal form.

    >>> further_reading_beside("延伸閱讀: 【美股動態】蘋果新機"), further_reading_beside("延伸閱讀清單")
    ((': ', '【美股動態】蘋果新機'), ('', '清單'))
    >>> further_reading_beside("公司的延伸閱讀:甲") is None
    True
    """
    match = _BESIDE.fullmatch(text)
    return (match["divider"], match["rest"]) if match else None


def is_only_titles(text: str, titles: Iterable[str]) -> bool:
    """Whether a text holds the given titles, signs and the numbers of a list, and no other word.

    Without a title it is false.

    >>> is_only_titles("1. 甲乙 2. 丙", ["甲乙", "丙"]), is_only_titles("甲乙的丙", ["甲乙", "丙"])
    (True, False)
    """
    is_titled = False
    for title in titles:
        if title:
            is_titled = True
            text = text.replace(title, "", 1)
    return is_titled and _LETTER.search(_NUMBER.sub("", text)) is None
