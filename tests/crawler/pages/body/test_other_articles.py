"""Cards of other articles and advertisements in a body, and the words on a card besides its title."""

from __future__ import annotations

import pytest

from crawler.pages.body.other_articles import bare_title, is_card_words
from tests.support.sample_pages import (
    BODY,
    MORE,
    NEWS_URL,
    OTHER_KEY,
    OTHER_URL,
    PROSE,
    TEXTS,
    TITLE,
    kinds,
    read_changed,
    read_news,
    read_notes,
    texts,
)

NAME = "【美股新聞】乙公司調整產線"
PLAIN = "乙公司調整產線，供應鏈重新排隊"
EMPTY = f'<a class="z-link" href="{OTHER_URL}" aria-label="前往{PLAIN}文章頁"></a>'
ADVERT = '<a rel="sponsored nofollow" href="https://ads.example.com/1">開戶送手續費</a>'
SECTION = f"<section><h2>成本回落</h2><p>{PROSE}</p>{{}}</section>"

CARDS = [
    f'<div class="articleCard">{EMPTY}<div class="articleCard__title">{PLAIN}</div><span>3 小時前</span></div>',
    f'<div class="articleCard"><div class="articleCard__title">{PLAIN}</div><div>2,048 次瀏覽</div>{EMPTY}</div>',
    f'<a class="articleCard z-link" href="{OTHER_URL}"><div class="articleCard__title">{PLAIN}</div></a>',
    f'<a class="x1" href="{OTHER_URL}"><h4>{PLAIN}</h4><time>昨天</time></a>',
    f'<div class="x1"><a href="{OTHER_URL}"><img src="/i.webp" alt=""><p>{PLAIN}</p></a></div>',
    f'<div class="x1"><a href="{OTHER_URL}"><h4>{PLAIN}</h4></a></div>',
    f'<div class="x1"><a href="{OTHER_URL}"><img src="/i.webp"></a><h3><a href="{OTHER_URL}">{PLAIN}</a></h3></div>',
    f'<div class="x1"><h3><a href="{OTHER_URL}">{NAME}</a></h3></div>',
    f'<div class="card"><a href="{OTHER_URL}">{PLAIN}</a><p>產線調整的說明只有一句。</p><span>乙編輯</span></div>',
    f'<div class="x1"><span>推薦閱讀</span><a href="{OTHER_URL}">{PLAIN}</a></div>',
    f'<div class="x1"><div><p>相關新聞：</p></div><div><p><a href="{OTHER_URL}">{PLAIN}</a></p></div></div>',
    f'<p><a href="{OTHER_URL}">{NAME}</a></p>',
    f'<div class="x1"><a href="{NEWS_URL}"><img src="/i.webp"><div>{TITLE}</div><span>剛剛</span></a></div>',
    f'<p><a href="{NEWS_URL}">{TITLE}</a></p>',
    f'<p><strong><a href="{OTHER_URL}">{PLAIN}</a></strong></p><p><a href="{OTHER_URL}">{NAME}</a> 2 天前</p>',
    f'<ul><li><a href="{OTHER_URL}">{NAME}</a></li><li><a href="/notes/note-detail.aspx?nid=7">{PLAIN}</a></li></ul>',
]
ADVERTS = [
    f'<div class="x5"><p>廣告</p>{ADVERT}</div>',
    f'<div class="x5"><span>廣告</span><p>{ADVERT}</p></div>',
    f"<p>{ADVERT}</p>",
    '<p>廣告</p><p><a href="https://ads.example.com/1">開戶送手續費</a></p>',
]
KEPT = [
    f'<p>{MORE}詳情見<a href="{OTHER_URL}">{NAME}</a>。</p>',
    f'<p><a href="{OTHER_URL}">先前的說明</a>指出，需求仍在回升。</p>',
    f'<div class="card"><p>{MORE}</p><p>另見<a href="{OTHER_URL}">{NAME}</a>的整理。</p></div>',
    f'<p>{MORE}透過<a rel="sponsored" href="https://ads.example.com/2">某券商</a>的平台交易。</p>',
    '<p><a href="/forum/stock/STAR">星海半導體(STAR)</a></p>',
    f'<p>廣告</p><p>{MORE}<a href="https://www.example.com/">年報</a>已有說明。</p>',
    f'<p><a href="{NEWS_URL}">本文的網頁版</a></p>',
]


def between(html: str) -> str:
    return f"<h2>需求穩健</h2><p>{PROSE}</p>{html}<h2>後續觀察</h2><p>{MORE}</p>"


@pytest.mark.parametrize("card", CARDS + ADVERTS)
def test_a_card_between_paragraphs_is_no_text_on_either_site(card: str) -> None:
    for article in (read_news(between(card)), read_notes(between(card))):
        assert texts(article) == TEXTS
        assert kinds(article) == list("hphp")
        assert article.related == []


@pytest.mark.parametrize("card", ["", *CARDS, *ADVERTS])
@pytest.mark.parametrize("section", [SECTION, SECTION.replace("section>", "div>")])
def test_a_card_in_a_section_leaves_the_section_s_own_text(section: str, card: str) -> None:
    body = between(section.format(card))
    changed = read_changed(body)
    for article in (changed, read_news(body)):
        assert texts(article) == [*TEXTS[:2], "成本回落", PROSE, *TEXTS[2:]]
        assert kinds(article) == list("hphphp")


@pytest.mark.parametrize("card", CARDS)
def test_a_card_below_a_heading_that_begins_like_the_label_is_a_card(card: str) -> None:
    article = read_news(f"<h2>延伸閱讀清單之外</h2>{card}<p>{PROSE}</p><h2>後續觀察</h2><p>{MORE}</p>")
    assert (texts(article), article.related) == (["延伸閱讀清單之外", *TEXTS[1:]], [])


@pytest.mark.parametrize("card", [card for card in CARDS if not card.startswith("<ul>")])
def test_a_card_beside_the_only_section_does_not_cut_the_body_short(card: str) -> None:
    section = f"<section><h4>需求穩健</h4>{card}<p>{PROSE * 3}</p></section>"
    reading = "<div><p>延伸閱讀</p><p>【美股動態】丙</p></div>"
    article = read_changed(section + card + reading)
    assert (texts(article)[:2], kinds(article)[:2]) == (["需求穩健", PROSE * 3], list("hp"))
    assert [entry.title for entry in article.related] == ["【美股動態】丙"]


@pytest.mark.parametrize("prose", KEPT)
def test_prose_with_links_stays(prose: str) -> None:
    plain = read_news(between(prose.replace("<a ", "<i ").replace("</a>", "</i>")))
    changed = read_changed(between(SECTION.format(prose)))
    assert texts(read_news(between(prose))) == texts(plain)
    assert texts(changed) == [*TEXTS[:2], "成本回落", PROSE, *texts(plain)[2:-2], *TEXTS[2:]]


def test_a_heading_that_is_a_link_still_heads_its_paragraph() -> None:
    body = f'<div><h2><a href="{OTHER_URL}">成本回落的來由</a></h2></div><p>{PROSE}</p>'
    article = read_news(between(body))
    assert (texts(article)[2:4], kinds(article)) == (["成本回落的來由", PROSE], list("hphphp"))


@pytest.mark.parametrize(
    "card", [card for card in CARDS if card.count(OTHER_URL) == 1 and "<ul>" not in card and "瀏覽" not in card]
)
def test_a_card_below_the_label_is_further_reading(card: str) -> None:
    for label in (
        "<p>延伸閱讀：</p>",
        "<h3>延伸閱讀</h3>",
        "<div><strong>延伸閱讀</strong></div>",
        "<p>&nbsp;延伸閱讀&#8203;</p>",
    ):
        related = read_news(f"{BODY}{label}{card}").related
        assert OTHER_KEY in [entry.key for entry in related]


def test_links_that_are_the_text_stay() -> None:
    links = "".join(
        f'<p><a href="/notes/note-detail.aspx?nid={number}">【美股焦點】第{number}篇整理與回顧</a></p>'
        for number in range(9)
    )
    assert len(read_news(f"<p>本週精選如下。</p>{links}").blocks) == 10


WORDS = (
    "約3 小時前|大約２天前|剛剛|昨天|推薦閱讀|相關報導|更多新聞|精選文章|熱門文章|最新報導|同場加映|看更多|閱讀更多"
    "|前天|繼續閱讀|廣告|贊助|2026/11/15|08:30|1,024 次瀏覽|①|３人讚|—…|"
)


@pytest.mark.parametrize("words", WORDS.split("|"))
def test_card_words_are_told_alone_among_others_and_from_prose(words: str) -> None:
    assert is_card_words(words)
    assert is_card_words(f"・{words}｜廣告・{words}")
    assert not is_card_words(f"{words} 亞馬遜")
    assert not is_card_words(f"…亞馬遜 {words}")
    assert not is_card_words(f"{words}{'・' * 41}")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("前往【甲】乙", "【甲】乙"),
        ("前往【甲】乙文章頁", "【甲】乙"),
        ("前往 【甲】乙前往【丙】", "【甲】乙前往【丙】"),
        ("看前往【甲】乙", "看前往【甲】乙"),
        ("前往乙", "前往乙"),
        ("3：【甲】乙", "【甲】乙"),
        ("3：【甲】乙 4：【丙】", "【甲】乙 4：【丙】"),
        ("1234: 【甲】", "【甲】"),
        ("3：乙", "3：乙"),
        ("【甲】3：乙", "【甲】3：乙"),
    ],
)
def test_words_around_a_title_are_none_of_it(text: str, title: str) -> None:
    assert bare_title(text) == title
