"""Tests of `crawler.pages.body.block_reader`: the blocks of a body, as a browser shows them."""

from __future__ import annotations

import pytest

from tests.support.sample_pages import MORE, PROSE, kinds, read_news, texts


def test_inline_markup_and_white_space_are_as_a_browser_shows_them() -> None:
    body = "<p>\n  雲端<b>需求</b> <i>強勁</i>\n ，<span>營收</span>\t成長\r\n 10<sup>%</sup>。<!-- x --><wbr></p>"
    assert texts(read_news(body)) == ["雲端需求 強勁 ，營收 成長 10%。"]


@pytest.mark.parametrize("around", ["<div>{}</div>", "<p>{}</p>", "{}"])
@pytest.mark.parametrize(
    ("lines", "is_one"),
    [
        (["需求回溫。", "訂單成長。"], False),
        ([PROSE, MORE], False),
        (["He said the demand was strong again.", "The margin rose to 45.5% in the third quarter."], False),
        (["需求回溫，", "訂單成長。"], True),
        (["No. 5 Lane 12.", "Taipei 2F."], True),
        (["春風又綠江南岸，", "明月何時照我還。"], True),
        (["營收 10 億", "毛利率 45%"], True),
    ],
)
def test_one_break_parts_what_ends_a_sentence_from_the_next(around: str, lines: list[str], is_one: bool) -> None:
    read = texts(read_news(f"<p>{PROSE}</p>{around.format('<br>'.join(lines))}<p>{MORE}</p>"))
    assert read == [PROSE, *([" ".join(lines)] if is_one else lines), MORE]


def test_two_breaks_part_paragraphs_and_one_within_an_item_or_heading_parts_nothing() -> None:
    body = f"<h2>需求回溫。<br>訂單成長。</h2><div>{PROSE}<br>&nbsp;<br/>{MORE}</div><ul><li>甲漲。<br>乙跌。</li></ul>"
    assert texts(read_news(body)) == ["需求回溫。 訂單成長。", PROSE, MORE, "甲漲。 乙跌。"]


LINES = [PROSE, MORE, "下一季的供應將會增加。", "「需求仍大於供給。」"]


@pytest.mark.parametrize("around", ["<div>{}</div>", "<p>{}</p>", "{}"])
def test_paragraphs_that_single_breaks_part_are_paragraphs(around: str) -> None:
    assert texts(read_news(around.format("<br>".join(LINES)))) == LINES


def test_headings_between_such_paragraphs_are_headings() -> None:
    lines = ["<b>需求回溫，訂單成長</b>", PROSE, MORE, "<strong>風險提示</strong>", PROSE, MORE, PROSE]
    article = read_news(f"<div>{'<br>'.join(lines)}</div>")
    assert kinds(article) == list("hpphppp")
    assert texts(article)[1:3] == [PROSE, MORE]


@pytest.mark.parametrize(
    "lines", [["亞馬遜公布財報，", "營收與獲利", "都優於預期。"], ["甲，", "乙。", "丙，", "丁。", "戊，"]]
)
def test_lines_that_only_wrap_are_one_paragraph(lines: list[str]) -> None:
    assert texts(read_news(f"<p>{PROSE}</p><p>{'<br>'.join(lines)}</p>")) == [PROSE, " ".join(lines)]


def test_text_beside_elements_is_a_block_of_its_own() -> None:
    body = f"{PROSE}<p>{MORE}</p>{PROSE}<div>{MORE}<div>{PROSE}</div>{MORE}</div>"
    assert texts(read_news(body)) == [PROSE, MORE, PROSE, MORE, PROSE, MORE]


def test_lists_give_items_and_tables_rows() -> None:
    body = (
        f"<p>{PROSE}</p><ul><li>甲<ul><li>乙</li></ul>丙</li><li><p>丁</p><p>戊</p></li></ul>"
        "<table><tr><th>項目</th><th>數值</th></tr><tr><td><p>營收</p></td><td>10<br>億</td></tr><tr><td></td><td>1</td></tr></table>"
    )
    article = read_news(body)
    assert texts(article) == [PROSE, "甲", "乙", "丙", "丁", "戊", "項目 | 數值", "營收 | 10 億", "| 1"]
    assert kinds(article) == list("piiiiirrr")


def test_a_table_that_only_places_text_gives_its_paragraphs() -> None:
    body = f"<table><tr><td><h2>標題</h2><p>{PROSE}</p></td><td><p>{MORE}</p></td></tr></table>"
    assert texts(read_news(body)) == ["標題", PROSE, MORE]


@pytest.mark.parametrize(
    "table",
    [
        f'<table role="presentation"><tr><td>{PROSE}</td><td>{MORE}</td></tr></table>',
        f"<table><tr><td><p>{PROSE}</p><p>{MORE}</p></td><td><img src=x></td></tr></table>",
        f"<table><tr><td><p>{PROSE}</p></td></tr><tr><td><p>{MORE}</p></td></tr></table>",
    ],
)
def test_a_table_without_data_gives_no_rows(table: str) -> None:
    article = read_news(f"{table}<p>{PROSE}最後。</p>")
    assert (texts(article), kinds(article)) == ([PROSE, MORE, f"{PROSE}最後。"], list("ppp"))


def test_a_table_of_data_with_a_remark_keeps_its_rows() -> None:
    rows = f"<tr><th>公司</th><th>說明</th></tr><tr><td>亞馬遜</td><td>{PROSE}</td></tr>"
    assert kinds(read_news(f"<p>{MORE}</p><table>{rows}</table>")) == list("prr")


@pytest.mark.parametrize(
    "noise",
    [
        '<div class="ad-slot">字</div>',
        '<div id="div-gpt-ad-1">字</div>',
        '<div class="articleContent__sponsorBox"><p>字</p></div>',
        '<ul class="share-bar"><li>字</li></ul>',
        '<div class="newsletterSubscribe">字</div>',
        "<aside><p>字</p></aside>",
        "<figure><img><figcaption>字</figcaption></figure>",
        '<p class="image-caption">字</p>',
        "<p>圖片來源：圖庫公司</p>",
        "<p>廣告</p>",
        "<form><p>字</p></form>",
        "<nav>字</nav>",
        "<button>字</button>",
        '<div class="x"><select><option>大</option></select><label>字級</label></div>',
        "<svg><text>字</text></svg>",
        "<template><p>字</p></template>",
        "<noscript><p>字</p></noscript>",
        "<iframe>字</iframe>",
        "<p hidden>字</p>",
        '<p style="color:red; display : none">字</p>',
        '<span class="sr-only">字</span>',
        '<div class="x"><h3>你可能想知道</h3><ul><li>會漲嗎?</li></ul></div>',
        "<div><p>AI來解答</p><p>現在可以買嗎?</p></div>",
        '<div><h4>今日最熱</h4><p><a href="/forum/stock/A">字</a></p></div>',
        "<p>&nbsp;</p>",
        "<p><br></p>",
        "<p>&#8203;</p>",
        "<p><strong>\ufeff</strong></p>",
    ],
)
def test_noise_between_blocks_goes(noise: str) -> None:
    body = f"<h2>標題</h2><p>{PROSE}</p>{noise}<p>{MORE}</p>"
    assert texts(read_news(body)) == ["標題", PROSE, MORE]


@pytest.mark.parametrize(
    "name", ["shadow", "headline", "leading", "overflow-hidden", "adapter", "shareholders", "hidden md:block"]
)
def test_names_that_only_look_like_noise_stay(name: str) -> None:
    assert texts(read_news(f'<p>{PROSE}</p><div class="{name}"><p>{MORE}</p></div><p>{PROSE}</p>')) == [
        PROSE,
        MORE,
        PROSE,
    ]


def test_a_name_that_would_take_the_body_along_is_no_noise() -> None:
    assert texts(read_news(f'<div class="widget-banner"><p>{PROSE}</p><p>{MORE}</p></div>')) == [PROSE, MORE]
    assert texts(read_news(f'<div class="ad"><p>{PROSE}</p></div><div class="ad"><p>{MORE}</p></div>')) == [PROSE, MORE]


def test_stock_links_stay_in_their_block() -> None:
    (block,) = read_news(f'<p>{PROSE}<a href="/forum/stock/STAR">星海(STAR)</a>上漲。</p>').blocks
    assert [(link.title, link.url) for link in block.links] == [
        ("星海(STAR)", "https://cmnews.com.tw/forum/stock/STAR")
    ]


def test_a_link_around_blocks_stands_in_each() -> None:
    blocks = read_news(f'<p>{PROSE}</p><a href="/x"><p>甲</p><p>乙</p></a><a href="#top"><img></a>').blocks
    assert [[link.title for link in block.links] for block in blocks] == [[], ["甲"], ["乙"]]


@pytest.mark.parametrize(
    "heading",
    [
        "<h2>{}</h2>",
        '<h3 class="title">{}</h3>',
        "<h3><p>{}</p></h3>",
        '<h2><p class="x"><span>{}</span></p></h2>',
        "<p><strong>{}</strong></p>",
        "<p> <b>{}</b>&nbsp;</p>",
        "<div><b><span>{}</span></b></div>",
        "<p>&#8203;<strong>{}</strong></p>",
        "<p><strong>{}</strong>\ufeff</p>",
        "<p><span>\u200b </span><b>{}</b>&nbsp;\u2060</p>",
        "<div>\u200b<strong>{}</strong>\u200b<br><br></div>",
        "<br>\u200b<br><strong>{}</strong><br>\ufeff<br>",
        '<span style="font-size:20px"><h2>{}</h2></span>',
        '<p><span style="font-weight:700">{}</span></p>',
        '<p><span class="article-heading">{}</span></p>',
        '<p class="sub-title">{}</p>',
        '<div role="heading">{}</div>',
        "<p><font size='5'>{}</font></p>",
        "<p><span>{}</span></p>",
        "<p>{}</p>",
        "<div>{}</div>",
    ],
)
def test_headings_are_found_however_they_are_marked_up(heading: str) -> None:
    body = f"{heading.format('需求回溫，訂單成長')}<p>{PROSE}</p>{heading.format('風險提示')}<p>{MORE}</p>"
    article = read_news(body)
    shown = [text.strip(" \xa0\u200b\u2060\ufeff") for text in texts(article)]
    assert shown == ["需求回溫，訂單成長", PROSE, "風險提示", MORE]
    assert kinds(article) == list("hphp")


def test_a_heading_that_is_not_closed_leaves_its_paragraphs() -> None:
    assert kinds(read_news(f"<div><h3>需求回溫<p>{PROSE}</p><p>{MORE}</p></div>")) == list("hpp")


def test_a_strong_line_above_its_text_in_one_paragraph_is_a_heading() -> None:
    assert kinds(read_news(f"<p><strong>需求回溫</strong><br>{PROSE}</p>")) == list("hp")


@pytest.mark.parametrize("text", ["整段粗體，但以句號結尾。", "重點如下：", "很長" * 50])
def test_strong_prose_is_no_heading(text: str) -> None:
    assert kinds(read_news(f"<h2>標題</h2><p>{PROSE}</p><p><strong>{text}</strong></p><p>{MORE}</p>")) == list("hppp")


def test_unmarked_sentences_are_no_headings_where_others_are_marked() -> None:
    assert kinds(read_news(f"<h2>標題</h2><p>{PROSE}</p><p>一句沒有句號的話</p><p>{MORE}</p>")) == list("hppp")


def test_promotion_is_never_a_heading() -> None:
    body = f'<p>{PROSE}</p><p>歡迎訂閱美股晚報</p><p><strong><a href="/app">點我下載</a></strong></p><p>{MORE}</p>'
    assert kinds(read_news(body)) == list("pppp")
