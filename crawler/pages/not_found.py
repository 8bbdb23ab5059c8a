"""Soft 404: pages with status 200 which state that the article does not exist (docs/site.md §3)."""

from __future__ import annotations

import re

from archive.model.text import normal_text
from crawler.pages.html.document import Document

_POLITE = r"(?:(?:很|非常)?抱歉|對不起|不好意思)?"
_WHAT = (
    r"(?:(?:這|此|該|本|您|你|要|想|所|尋找|查看|瀏覽|找|查詢|閱讀|的|篇|個|則){0,6}"
    r"(?:文章|頁面|網頁|內容|網誌|貼文|筆記))"
)
_HOW = r"(?:已經?|可能|目前|並|或|被|作者|原作者|管理員|系統|不存在|刪除|移除|下架|關閉|隱藏|失效){0,4}"
_CLAUSE = re.compile(
    rf"{_POLITE}\s*(?:(?:找不到|查無|無此|沒有|查不到){_WHAT}|{_WHAT}{_HOW}(?:不存在|刪除|移除|下架|關閉|隱藏|失效|不見|找不到)了?"
    r"|(?:404 ?)?(?:page |article )?not found)[喔囉哦]?",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"(?:請|返回|回到|回首頁|回上頁|您可以).{0,30}|(?:很|非常)?抱歉|對不起|不好意思|sorry|oops|404|error|.{0,12}cmoney.{0,12}|cmnews",
    re.IGNORECASE,
)
_JOINTS = re.compile(r"[,.。!?:;|—–\n]+|\s-\s")
_LONGEST = 60
_PLACES = "title, h1, h2, h3, h4, p, div, span, strong, b, section, center"
_MOST_PLACES = 4_000


def says_gone(text: str) -> bool:
    """Return whether a text states only that an article or a page does not exist.

    >>> says_gone("很抱歉，您要找的文章不存在！"), says_gone("文章不存在的年代,投資人如何取得資訊")
    (True, False)
    """
    if len(text) > _LONGEST:
        return False
    clauses = [clause for clause in map(str.strip, _JOINTS.split(normal_text(text))) if clause]
    notices = [clause for clause in clauses if _CLAUSE.fullmatch(clause)]
    return bool(notices) and all(clause in notices or _AROUND.fullmatch(clause) for clause in clauses)


def notice_of(document: Document) -> str | None:
    """Return a page's statement that its article is gone; None without one."""
    for node in document.tree.css(_PLACES)[:_MOST_PLACES]:
        child = node.first_child
        if child is not None and says_gone(text := node.text().strip()):
            return normal_text(text)
    return None
