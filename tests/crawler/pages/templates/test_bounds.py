"""Bounds of the reader for unknown templates, at each and one beyond: weights, boxes of links, trimming, articles."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive.model.article import Link
from crawler.errors import NotShown, Unreadable
from crawler.pages.body.block_roles import RawBlock
from crawler.pages.templates.foreign import foreign_in
from crawler.pages.templates.main_content import climbed, main_element, weigh
from crawler.pages.templates.trimming import is_byline, is_linked, trimmed
from tests.support.sample_pages import NEWS_URL, OTHER_URL, SITES, read_article

TITLE = "新產線投產後的展望"


def prose(weight: int) -> str:
    """Return a sentence of so much prose: its first thirty characters count for nothing."""
    return "字" * (weight + 28) + "，。"


def page(body: str) -> LexborNode:
    root = LexborHTMLParser(f"<body>{body}</body>").root
    assert root is not None
    return root


def element(root: LexborNode, selector: str) -> LexborNode:
    node = root.css_first(selector)
    assert node is not None
    return node


def paragraphs(*texts: str) -> list[RawBlock]:
    return [RawBlock("paragraph", text) for text in texts]


@pytest.mark.parametrize(("beside", "total"), [(10, 20), (9, 10)])
def test_half_of_the_prose_is_text_whatever_it_stands_in(beside: int, total: int) -> None:
    root = page(f"<div><p>{prose(10)}</p></div><aside><p>{prose(beside)}</p></aside>")
    assert weigh(root).of(root) == total


@pytest.mark.parametrize(("rest", "total"), [(149, 649), (150, 150)])
def test_a_long_discussion_is_none_of_the_article_beside_enough_prose(rest: int, total: int) -> None:
    empty = "<div class='comments'></div>"
    root = page(f"{empty}<div><p>{prose(rest)}</p></div><div class='comments'><p>{prose(500)}</p></div>")
    assert weigh(root).of(root) == total


@pytest.mark.parametrize(("rest", "total"), [(29, 429), (30, 30)])
def test_what_a_heading_labels_as_comments_is_none_of_the_article(rest: int, total: int) -> None:
    root = page(f"<div><p>{prose(rest)}</p></div><div><h3>網友留言</h3><p>{prose(400)}</p></div>")
    assert weigh(root).of(root) == total


@pytest.mark.parametrize(("rest", "total"), [(10, 43), (11, 11)])
def test_what_is_called_no_text_stays_where_less_than_a_quarter_would_be_left(rest: int, total: int) -> None:
    root = page(f"<div><p>{prose(rest)}</p></div>" + f"<aside><p>{prose(11)}</p></aside>" * 3)
    assert weigh(root).of(root) == total


def test_links_hold_no_prose_and_a_suspect_in_a_suspect_counts_once() -> None:
    root = page(
        f"<div><p>{prose(40)}<a href='/1'>{prose(9)}</a></p></div>"
        f"<aside><p>{prose(10)}</p><nav><p>{prose(10)}</p></nav></aside>"
    )
    assert weigh(root).of(root) == 40


@pytest.mark.parametrize(("most", "name"), [(84, "outer"), (85, "inner")])
def test_the_main_element_holds_most_of_what_stands_around_it(most: int, name: str) -> None:
    root = page(
        f"<div id='outer'><div id='inner'><p>{prose(most // 2)}</p><p>{prose(most - most // 2)}</p></div>"
        f"<div><p>{prose(100 - most)}</p></div></div>"
    )
    assert main_element(root, weigh(root)).id == name


@pytest.mark.parametrize(("steps", "name"), [(12, "far"), (13, "core")])
def test_prose_is_taken_in_up_to_twelve_elements_further_out(steps: int, name: str) -> None:
    nested = f"<div id='core'><p>{prose(50)}</p></div>"
    for _ in range(steps - 1):
        nested = f"<section>{nested}</section>"
    root = page(f"<div id='far'>{nested}<p>{prose(5)}</p></div>")
    assert climbed(element(root, "#core"), weigh(root), None).id == name


@pytest.mark.parametrize(("far", "name"), [(4, "around"), (5, "core")])
def test_further_reading_is_looked_for_four_elements_below_the_text(far: int, name: str) -> None:
    between = "<div>圖</div>" * (far - 1)
    root = page(f"<div id='around'><div id='core'><p>{prose(50)}</p></div>{between}<div>延伸閱讀：</div></div>")
    assert climbed(element(root, "#core"), weigh(root), None).id == name


def test_a_paragraph_is_no_body_and_the_heading_stays_above() -> None:
    root = page(f"<main><h1>{TITLE}</h1><div id='text'><p>{prose(50)}</p></div></main>")
    paragraph, heading = element(root, "p"), element(root, "h1")
    assert climbed(paragraph, weigh(root), heading).id == "text"
    assert climbed(paragraph, weigh(root), None).id == "text"


def boxes(box: str, text: str) -> list[str]:
    root = page(f"<div id='body'><p>{text}</p>{box}</div>")
    return [node.tag or "" for node in foreign_in(element(root, "#body"))]


@pytest.mark.parametrize(("linked", "tags"), [(40, ["div"]), (41, [])])
def test_a_box_of_links_is_foreign_up_to_two_fifths_of_the_text(linked: int, tags: list[str]) -> None:
    assert boxes(f"<div><a href='/1'>{'連' * linked}</a></div>", "字" * (100 - linked)) == tags


@pytest.mark.parametrize(
    ("tag", "linked", "tags"),
    [("div", 10, []), ("div", 11, ["div"]), ("ul", 15, []), ("ul", 16, ["ul"])],
)
def test_a_box_of_links_is_half_links_and_a_list_three_quarters(tag: str, linked: int, tags: list[str]) -> None:
    inner = f"<a href='/1'>{'連' * linked}</a>{'字' * (20 - linked)}"
    assert boxes(f"<{tag}><li>{inner}</li></{tag}>", prose(200)) == tags


@pytest.mark.parametrize(("weight", "tags"), [(40, []), (39, ["div"])])
def test_in_a_box_of_links_less_than_a_third_is_prose(weight: int, tags: list[str]) -> None:
    size = 120
    text, linked = prose(weight), "連" * (size - weight - 30)
    box = f"<div><p>{text}</p><a href='/1'>{linked}</a></div>"
    assert len(linked) * 2 > size or weight > 30
    assert boxes(box.replace("<p>", "<p><b>"), prose(400)) == (tags if len(linked) * 2 > size else [])


@pytest.mark.parametrize(("length", "tags"), [(60, ["div"]), (61, [])])
def test_a_label_of_a_box_is_short(length: int, tags: list[str]) -> None:
    label = "相關新聞" + "字" * (length - 4)
    assert boxes(f"<div><span>{label}</span><p>{'文' * 80}<a href='/1'>看</a></p></div>", prose(400)) == tags


def test_a_label_without_a_link_below_is_text() -> None:
    assert boxes(f"<div><span>相關新聞</span><p>{'文' * 80}</p></div>", prose(400)) == []


@pytest.mark.parametrize(("above", "is_dropped"), [(14, True), (15, False)])
def test_the_title_in_the_text_is_looked_for_in_its_first_blocks(above: int, is_dropped: bool) -> None:
    lines = [f"第{number}行的文字" for number in range(above)]
    blocks = paragraphs(*lines, TITLE, prose(100), prose(100))
    assert (trimmed(blocks, TITLE, None) == blocks[above + 1 :]) == is_dropped


@pytest.mark.parametrize(("above", "is_dropped"), [(14, True), (15, False)])
def test_a_byline_is_looked_for_in_the_first_blocks(above: int, is_dropped: bool) -> None:
    lines = [f"第{number}行的文字" for number in range(above)]
    blocks = paragraphs(*lines, "2026-05-27", prose(100), prose(100))
    assert (trimmed(blocks, TITLE, None) == blocks[above + 1 :]) == is_dropped


@pytest.mark.parametrize(("length", "is_above"), [(15, True), (16, False)])
def test_a_sentence_ends_the_head_if_it_is_longer_than_a_label(length: int, is_above: bool) -> None:
    first = "字" * (length - 1) + "？"
    blocks = paragraphs(first, "2026-05-27", prose(100))
    assert (trimmed(blocks, TITLE, None) == blocks[2:]) == is_above


@pytest.mark.parametrize(("weight", "is_cut"), [(149, False), (150, True)])
def test_a_discussion_is_cut_off_below_enough_prose(weight: int, is_cut: bool) -> None:
    blocks = paragraphs(prose(weight), "全部留言", prose(60))
    assert (trimmed(blocks, TITLE, None) == blocks[:1]) == is_cut


@pytest.mark.parametrize(("weight", "is_kept"), [(0, True), (200, False)])
def test_all_is_kept_where_hardly_anything_would_be_left(weight: int, is_kept: bool) -> None:
    links = [RawBlock("paragraph", "連" * 60, (Link("連" * 60, "https://other.example/1"),)) for _ in range(4)]
    blocks = [RawBlock("paragraph", "字" * 90 + "。" + "字" * weight + "。"), *links]
    assert (trimmed(blocks, TITLE, None) == blocks) == is_kept


@pytest.mark.parametrize(
    ("text", "linked", "expected"),
    [
        ("字" * 100, 85, True),
        ("字" * 100, 84, False),
        ("相關新聞" + "字" * 96, 50, True),
        ("相關新聞" + "字" * 96, 49, False),
    ],
)
def test_a_block_is_links_if_most_of_it_is_linked_or_half_below_a_label(text: str, linked: int, expected: bool) -> None:
    assert is_linked(RawBlock("paragraph", text, (Link("連" * linked, "https://other.example/1"),))) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-27 11:10" + "字" * 44, True),
        ("2026-05-27 11:10" + "字" * 45, False),
        ("By " + "a" * 59, True),
        ("By " + "a" * 60, False),
        ("posted " + "a" * 79, True),
        ("posted " + "a" * 80, False),
        (" ".join(["1,024"] * 20), True),
        (" ".join(["1,024"] * 21), False),
        ("2026-05-27，收盤", False),
        ("2026-05-27。", False),
        ("小編", True),
    ],
)
def test_a_byline_is_short(text: str, expected: bool) -> None:
    assert is_byline(RawBlock("paragraph", text), "小編") is expected


@pytest.mark.parametrize(("count", "is_label"), [(6, True), (7, False)])
def test_a_share_bar_is_short(count: int, is_label: bool) -> None:
    bar = " ".join(["Facebook"] * count) + "x"[: count - 6]
    blocks = paragraphs(prose(100), bar.replace("x", " Twitter"), prose(100))
    assert (trimmed(blocks, TITLE, None) == [blocks[0], blocks[2]]) == is_label


CARD = '<div><a href="/notes/note-detail.aspx?nid={}"><h4>別篇的題目第{}篇</h4></a></div>'


def is_article(title: str, body: str) -> bool:
    html = f'<meta charset="utf-8"><title>{title}</title><main><h1>{title}</h1><div>{body}</div></main>'
    try:
        return read_article(html.encode(), NEWS_URL, SITES).extractor.name == "generic"
    except (NotShown, Unreadable):
        return False


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        (TITLE, f"<p>{prose(59)}</p>", False),
        (TITLE, f"<p>{prose(60)}</p>", True),
        (TITLE, f'<p>{prose(20)}</p><p>延伸閱讀：</p><p><a href="{OTHER_URL}">別篇</a></p>', True),
        ("五個字題目", f"<p>{prose(149)}</p>", False),
        ("五個字題目", f"<p>{prose(150)}</p>", True),
        ("六個字的題目", f"<p>{prose(60)}</p>", True),
        ("系統維護" + "字" * 12, f"<p>{prose(200)}</p>", False),
        ("系統維護" + "字" * 13, f"<p>{prose(200)}</p>", True),
    ],
)
def test_an_article_has_enough_prose_and_a_title_of_its_own(title: str, body: str, expected: bool) -> None:
    assert is_article(title, body) is expected


@pytest.mark.parametrize(("count", "expected"), [(4, True), (5, False)])
def test_a_page_of_many_cards_is_a_listing(count: int, expected: bool) -> None:
    cards = "".join(CARD.format(number, number) for number in range(11, 11 + count))
    assert is_article(TITLE, f"<p>{prose(100)}</p>{cards}<p>{prose(100)}</p>") is expected
