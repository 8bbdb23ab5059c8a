"""What a page states of its own text proves that it is not whole, or none of its article's."""

from __future__ import annotations

import json

import pytest

from tests.support.sample_pages import read_news

SENTENCES = [f"測試公司擴大雲端布局之後的第{word}項營收優於預期" for word in "甲乙丙丁戊己庚辛壬癸"]
OWN = "<h2>結論先行</h2>"


def kinds_of(shown: list[str], stated: str, *, below: str = "") -> list[str]:
    data = json.dumps({"@type": "NewsArticle", "articleBody": stated}, ensure_ascii=False)  # its text is not shown
    script = f'<script type="application/ld+json">{data}</script>'
    body = OWN + "".join(f"<p>{text}。</p>" for text in shown)
    return [doubt.kind for doubt in read_news(body, below=below + script).suspect]


@pytest.mark.parametrize(
    ("shown", "kinds"),
    [(10, []), (8, []), (7, ["cut short"]), (2, ["cut short"]), (1, ["notice"])],
)
def test_sentences_that_only_the_json_ld_has_are_absent(shown: int, kinds: list[str]) -> None:
    rest = ["另一段文字談的是別的題目"] * (10 - shown)
    assert kinds_of(SENTENCES[:shown] + rest, "。".join(SENTENCES) + "。") == kinds


@pytest.mark.parametrize(
    "stated",
    [
        "。".join(SENTENCES[:4]) + "…",
        "".join(f"<p>{text}。</p>" for text in SENTENCES),
        "".join(f"&lt;p&gt;{text}。&lt;/p&gt;" for text in SENTENCES),
        "本站提供美股新聞。歡迎訂閱電子報。",
    ],
)
def test_a_beginning_mark_up_or_few_sentences_prove_nothing(stated: str) -> None:
    assert kinds_of(SENTENCES, stated) == []


def test_two_absent_sentences_are_an_edit_however_short_the_text() -> None:
    assert kinds_of(SENTENCES[:3], "。".join(SENTENCES[:5])) == []
    assert kinds_of(SENTENCES[:3], "。".join(SENTENCES[:6])) == ["cut short"]


def test_what_stands_elsewhere_on_the_page_is_shown() -> None:
    below = "".join(f"<p>{text}。</p>" for text in SENTENCES[5:])
    assert kinds_of(SENTENCES[:5], "。".join(SENTENCES), below=below) == []


def test_a_members_article_may_state_what_is_not_public() -> None:
    shown = [*SENTENCES[:3], "閱讀VIP文章請先登入"]
    assert "cut short" not in kinds_of(shown, "。".join(SENTENCES))


OFFER = "這個夏天，理財工具陪你一起前進市場，從選股、看盤到資產配置一次滿足，首月只要一元。" * 3


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        (f"<p>{OFFER}</p>", ["notice"]),
        (f"<h2>訂閱方案</h2><p>{OFFER}</p>", ["notice"]),
        (f"<h2>訂閱方案</h2><p>{OFFER}輝達(NVDA)上漲。</p>", []),
        (f"<h2>訂閱方案</h2><p>{OFFER}指數上漲0.3%。</p>", []),
        (f"<h2>訂閱方案</h2><p>{OFFER}測試公司的雲端布局。</p>", []),
    ],
)
def test_an_offer_under_the_article_s_title_has_none_of_its_words(body: str, kinds: list[str]) -> None:
    assert [doubt.kind for doubt in read_news(body).suspect] == kinds
