"""The site's label words mean the same on a page and in a text capture, which only the stage `boilerplate` cleans."""

from __future__ import annotations

from collections import Counter

import pytest

from archive.model.article import Article
from archive.model.text import normal_text
from crawler.pages.body.block_roles import role_of
from crawler.pages.templates.text_capture import read_capture
from pipelines.boilerplate_lines import SUSPECT, any_line_of, inline_notice, inline_reading, label_of, line_of
from pipelines.stage import refiner
from tests.support.sample_pages import MORE, PROSE, TITLE, read_news
from tests.support.stage_articles import para

REFINE = refiner(["pipelines.normalise.Normalise", "pipelines.boilerplate.Boilerplate"])
LABELS = {
    "advertisement": ["廣告", "贊助", "贊助內容", "Sponsored", "廣告 請繼續往下閱讀", "請繼續往下閱讀", "照片", "攝影"],
    "caption": ["圖片來源：路透", "圖／路透", "示意圖來源：圖庫", "攝影：小編", "封面圖提供/公司"],
    "login": ["閱讀VIP文章，請先登入會員", "閱讀 VIP 文章請先登入", "閱讀VIP文章請先登入或立即加入"],
    "questions": ["你可能想知道", "AI來解答", "AI 來解答"],
    "list": [
        "文章相關標籤",
        "相關標籤",
        "相關文章",
        "熱門文章",
        "作者文章",
        "最新文章",
        "今日最熱",
        "更多文章",
        "全站最新",
    ],
    "furniture": ["喜歡這篇文章嗎？", "歡迎分享，讓更多人可以看到！", "收藏內容 讓好文不錯過", "facebook"],
    "line": ["點我下載App", "點我加入", "歡迎訂閱電子報", "文章出處：某報", "本文章之版權屬筆者", "本文之版權屬筆者"],
    "further": ["延伸閱讀：", "【延伸閱讀】"],
    "notice": ["版權聲明", "著作權宣告", "免責宣言", "免責聲明："],
}
ALL = [(role, text) for role, texts in LABELS.items() for text in texts]
BESIDE = ["延伸閱讀:【美股動態】蘋果", "延伸閱讀 【美股動態】蘋果", "版權聲明:版權所有", "免責聲明 僅供參考"]
STAMPS = ["2025-08-14 15:50 13,086", "(更新:2025-08-14 15:55)", "本網站所提供資訊僅供參考"]
PROSE_BEGUN_SO = [
    "廣告平台的毛利率能否守住",
    "照片應用的用戶成長",
    "贊助內容占營收一成。",
    "圖像晶片需求升溫",
    "閱讀VIP文章的用戶比去年成長。",
    "收藏內容成為平台的新功能",
]


def refined(article: Article) -> list[str]:
    """Return the texts of an article's blocks behind the first two stages."""
    result = REFINE(article, Counter())
    assert isinstance(result, Article)
    return [block.text for block in result.blocks]


def on_page(text: str) -> list[str]:
    """Return the body of a page with a text between two paragraphs."""
    return refined(read_news(f"<p>{PROSE}</p><p>{text}</p><p>{MORE}</p>"))


def in_capture(text: str) -> list[str]:
    """Return the body of a text capture with a text between two paragraphs."""
    return refined(read_capture("\n\n".join((TITLE, PROSE, text, MORE)).encode(), "capture.txt"))


@pytest.mark.parametrize(("role", "text"), ALL)
def test_a_label_has_its_role_on_a_page(role: str, text: str) -> None:
    assert role_of(text) == role


@pytest.mark.parametrize("text", [text for role, text in ALL if role not in {"further", "notice"}])
def test_a_line_of_the_site_is_in_no_body(text: str) -> None:
    body = refined(read_news(f"<p>{PROSE}</p><p>{MORE}</p>"))
    assert len(body) == 2
    assert on_page(text) == body
    assert in_capture(text) == body


@pytest.mark.parametrize("text", PROSE_BEGUN_SO)
def test_prose_that_begins_with_a_label_word_stays(text: str) -> None:
    assert text in on_page(text)
    assert text in in_capture(text)


@pytest.mark.parametrize("text", [*(text for _, text in ALL), *BESIDE, *STAMPS])
def test_the_filter_of_suspects_lets_every_line_through(text: str) -> None:
    block = para(normal_text(text))
    assert any_line_of(block) or label_of(block) or inline_notice(block) or inline_reading(block)
    assert SUSPECT.match(block.text)
    assert line_of(block) == any_line_of(block)
