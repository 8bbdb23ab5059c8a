"""How long a text may be that plays a part by its words alone."""

from __future__ import annotations

import pytest

from crawler.pages.body.block_reader import read_body
from crawler.pages.body.block_roles import (
    RawBlock,
    after_further_label,
    begins_box,
    begins_further_reading,
    below_notices,
    prose_in,
    role_of,
)
from crawler.pages.body.other_articles import is_card_words
from crawler.pages.body.structure import with_lists
from crawler.pages.html.document import Document
from tests.support.sample_pages import NEWS_URL, SITES


@pytest.mark.parametrize(("spaces", "role"), [(76, "further"), (77, None)])
def test_a_label_is_short(spaces: int, role: str | None) -> None:
    assert role_of("延伸閱讀" + " " * spaces) == role


def test_what_stands_beside_a_label_is_short() -> None:
    assert after_further_label("延伸閱讀：" + "甲" * 395) == "甲" * 395
    assert after_further_label("延伸閱讀：" + "甲" * 396) is None


@pytest.mark.parametrize(("spaces", "is_near"), [(196, True), (197, False)])
def test_a_label_stands_at_the_beginning(spaces: int, *, is_near: bool) -> None:
    assert begins_further_reading(" " * spaces + "延伸閱讀") is is_near
    assert begins_box(" " * spaces + "最新文章") is is_near


@pytest.mark.parametrize(("length", "is_card"), [(40, True), (41, False)])
def test_what_a_card_shows_is_short(length: int, *, is_card: bool) -> None:
    assert is_card_words("．" * length) is is_card


@pytest.mark.parametrize(("length", "count"), [(120, 3), (121, 1)])
def test_what_introduces_a_list_on_its_line_is_short(length: int, count: int) -> None:
    text = "重" * (length - 1) + "：• 甲項目 • 乙項目"
    assert len(with_lists([RawBlock("paragraph", text)])) == count


def blocks_of(body: str) -> list[RawBlock]:
    document = Document(f"<main>{body}</main>".encode(), NEWS_URL, SITES)
    root = document.tree.css_first("main")
    assert root is not None
    return read_body(document, root)


@pytest.mark.parametrize(("length", "count"), [(10, 1), (9, 3)])
def test_names_of_noise_mean_something_else_where_they_take_most_of_the_text(length: int, count: int) -> None:
    asides = "<aside>" + "乙" * 5 + "</aside><p></p><aside>" + "丙" * 5 + "</aside>"
    assert len(blocks_of(f"<p>{'甲' * length}</p>{asides}")) == count


def test_a_block_is_in_spans_if_all_of_its_text_is() -> None:
    blocks = blocks_of("<p><span>結論</span> <span>先行</span></p><p><span>毛利率</span>上升</p><p>展望</p>")
    assert [block.spanned for block in blocks] == [True, False, False]


def prose(weight: int) -> str:
    """Return a sentence of so much prose: its first thirty characters count for nothing."""
    return "字" * (weight + 28) + "，。"


def paragraphs(*texts: str) -> list[RawBlock]:
    return [RawBlock("paragraph", text) for text in texts]


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("字" * 29 + "。", 0),
        ("字" * 30 + "，", 1),
        ("字" * 40, 0),
        ("word " * 12 + "a.", 1),
        ("word " * 12 + ".", 0),
        ("v1.2" + "x" * 60, 0),
    ],
)
def test_prose_begins_beyond_the_length_of_titles(text: str, weight: int) -> None:
    assert prose_in(text) == weight


@pytest.mark.parametrize(("weight", "end"), [(59, 3), (60, 2)])
def test_the_text_ends_below_a_disclaimer_under_enough_prose(weight: int, end: int) -> None:
    blocks = paragraphs(prose(weight), "免責聲明：以上內容僅供參考，不構成投資建議。", prose(60))
    assert below_notices(blocks) == end


@pytest.mark.parametrize(("label", "end"), [("免責聲明：", 3), ("法人看法：", 4)])
def test_words_of_a_disclaimer_end_the_text_only_below_its_label(label: str, end: int) -> None:
    notice = [RawBlock("paragraph", label, role="notice" if end == 3 else None), *paragraphs("投資有風險。", prose(60))]
    assert below_notices([*paragraphs(prose(100)), *notice]) == end


def test_a_disclaimer_above_further_reading_ends_nothing() -> None:
    blocks = paragraphs(prose(200), "免責聲明：以上內容僅供參考，不構成投資建議。", "延伸閱讀：")
    assert below_notices(blocks) == 3


@pytest.mark.parametrize(("length", "is_heading"), [(120, True), (121, False)])
def test_a_styled_heading_is_short(length: int, *, is_heading: bool) -> None:
    (first, *_) = blocks_of(f'<div role="heading">{"題" * length}</div><p>{"文" * 200}。</p>')
    assert first.strong is is_heading
