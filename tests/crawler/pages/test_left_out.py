"""Prose of a page that is not in the text is kept beside it, and more than a remark of it is a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipelines.boilerplate import boilerplate
from pipelines.normalise import normalise
from tests.support.sample_pages import BODY, MORE, PROSE, TITLE, read_news, read_notes, texts
from tests.support.stage_articles import counter

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.model.article import Article

FOUR = f"<p>{PROSE}</p><p>{MORE}</p><p>{PROSE}最後。</p>"


@pytest.mark.parametrize(
    ("around", "reason"),
    [
        ('<div class="faq-list sidebar">{}</div>', "named faq-list sidebar"),
        ('<div class="related-share" id="box">{}</div>', "named related-share box"),
        ("<aside>{}</aside>", "named aside"),
        ('<div style="display:none">{}</div>', "hidden"),
        ("<div><h3>最新文章</h3>{}</div>", "under the label 最新文章"),
    ],
)
def test_prose_that_is_left_out_is_kept_with_its_reason(around: str, reason: str) -> None:
    body = BODY * 4
    article = read_news(body + around.format(FOUR))
    assert texts(article) == texts(read_news(body))
    assert [prose.reason for prose in article.left_out] == [reason]
    assert PROSE in article.left_out[0].text.replace(",", "，")
    problems = [problem.reason for problem in article.problems if problem.field == "text"]
    assert problems == [f"4 sentences of the page are left out: {reason}"]


def test_a_remark_is_kept_and_is_no_problem() -> None:
    article = read_news(f"{BODY * 4}<aside><p>{PROSE}</p></aside>")
    assert len(article.left_out) == 1
    assert article.problems == read_news(BODY * 4).problems


def test_a_lead_between_title_and_body_is_not_lost_without_a_word() -> None:
    article = read_news(above=f"<h1>{TITLE}</h1><div class='summary'>{FOUR}</div>")
    assert [prose.reason for prose in article.left_out] == ["between title and body"]
    assert any("between title and body" in problem.reason for problem in article.problems)


def test_what_is_no_prose_is_not_kept() -> None:
    share = '<div class="share-bar"><a href="#">facebook</a></div><aside>熱門</aside>'
    assert read_news(BODY * 4 + share).left_out == []


REMARKS = "".join(f"<div><b>讀者{number}</b><p>{MORE}{PROSE}</p></div>" for number in range(6))


@pytest.mark.parametrize("read", [read_news, read_notes])
@pytest.mark.parametrize(
    "tail",
    [
        "<p>免責宣言</p><p>讀者請自行評估並承擔盈虧風險。</p><div>{}</div>",
        "<p>版權聲明</p><p>轉載前請先取得同意。</p><div><h3>留言討論</h3>{}</div>",
        "<p>免責聲明：內容僅供參考，盈虧自負。</p><div><h4>網友回應 (6)</h4>{}</div>",
    ],
)
def test_what_readers_write_under_the_notices_is_no_text(read: Callable[[str], Article], tail: str) -> None:
    article = boilerplate(normalise(read(BODY * 4 + tail.format(REMARKS)), counter()), counter())
    assert texts(article) == texts(normalise(read(BODY * 4), counter()))
    assert [prose.reason for prose in article.left_out] == ["below the disclaimer"]
    assert any("left out: below the disclaimer" in problem.reason for problem in article.problems)


@pytest.mark.parametrize("read", [read_news, read_notes])
@pytest.mark.parametrize("label", ["免責聲明", "討論", "版權聲明"])
def test_a_heading_with_the_word_of_a_notice_ends_no_text(read: Callable[[str], Article], label: str) -> None:
    body = f"{BODY * 4}<h2>{label}</h2><p>{PROSE}</p><h2>後續</h2><p>{MORE}{PROSE}</p>"
    assert texts(read(body))[-4:] == [label, PROSE, "後續", MORE + PROSE]


OFFER = "限時開戶送手續費折抵，立即體驗。"


@pytest.mark.parametrize(
    "box",
    [
        f"<dl><dt>廣告</dt><dd>{OFFER}</dd></dl>",
        f"<div><label>廣告</label><p>{OFFER}</p></div>",
        f"<div><span>廣告</span><p>{OFFER}</p></div>",
        f"<section><p>贊助內容</p><p>{OFFER}</p></section>",
    ],
)
def test_an_offer_under_its_label_is_left_out(box: str) -> None:
    article = read_news(BODY + box + f"<p>{MORE}{MORE}</p>")
    assert all("開戶" not in text for text in texts(article))
    assert [entry.text for entry in article.left_out] == [OFFER.replace("，", ",")]


@pytest.mark.parametrize(
    "box",
    [
        "<dl><dt>廣告</dt><dd>營收創高。</dd><dt>雲端</dt><dd>營收持平。</dd></dl>",
        "<div><h3>廣告</h3><p>營收創高。</p></div>",
        "<div><p><strong>廣告</strong></p><p>營收創高。</p></div>",
        "<div><p>廣告</p><p>營收創高，年增20%。</p></div>",
        "<p>廣告</p><p>營收創高。</p>",
    ],
)
def test_a_business_called_so_is_text(box: str) -> None:
    assert any("營收創高" in text for text in texts(read_news(BODY + box + f"<p>{MORE}{MORE}</p>")))
