"""Tests of `crawler.pages.templates.foreign`, `main_content` and `trimming`: what is text, and what stands around."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from archive.model.article import Link
from crawler.pages.body.block_roles import RawBlock
from crawler.pages.templates.foreign import foreign_in
from crawler.pages.templates.trimming import trimmed
from tests.support.sample_pages import BODY, MORE, PROSE, TEXTS, TITLE, read_changed, texts

H1 = f"<h1>{TITLE}</h1>"
LINKS = "".join(f'<li><a href="https://other.example/{number}">別家的第{number}則消息</a></li>' for number in range(6))


@pytest.mark.parametrize(
    "around",
    [
        f"<div class='layout--with-sidebar'>{H1}<div>{{}}</div></div>",
        f"<div class='main__with-ad'>{H1}<div>{{}}</div></div>",
        f"<div class='page-widget'>{H1}<div class='banner'>{{}}</div></div>",
        f"<form id='form1'>{H1}<div>{{}}</div></form>",
        f"<aside>{H1}<div>{{}}</div></aside>",
        f"<div hidden id='S:0'>{H1}<div>{{}}</div></div>",
        f"<div id='dialog-off-canvas'>{H1}<div class='comments'>{{}}</div></div>",
    ],
)
def test_what_holds_most_of_the_prose_is_text_whatever_it_is_called(around: str) -> None:
    assert texts(read_changed(BODY, around=around)) == TEXTS


@pytest.mark.parametrize(
    "foreign",
    [
        f"<ul>{LINKS}</ul>",
        f"<div><h3>相关阅读</h3><ul>{LINKS}</ul></div>",
        "<div>上一篇：<a href='/x/1'>甲公司的消息</a> 下一篇：<a href='/x/2'>乙公司的消息</a></div>",
        "<div><span>Share</span> <a href='/s/1'>Facebook</a> <a href='/s/2'>Twitter</a></div>",
        "<p>Facebook</p><p>Twitter</p><p>收藏</p>",
        f"<div id='comments'><h3>網友評論</h3><p>{PROSE * 4}</p><p>{MORE * 4}</p></div>",
        f"<h3>Comments</h3><p>{MORE}說得好。</p>",
        "<p>Copyright 2026 Somebody. All rights reserved.</p>",
        '<p><a href="/subscribe">CLICK HERE NOW</a></p>',
    ],
)
def test_lists_of_links_share_labels_and_discussions_are_not_text(foreign: str) -> None:
    body = f"<h2>需求穩健</h2><p>{PROSE * 5}</p><h2>後續觀察</h2><p>{MORE * 5}</p>"
    wanted = ["需求穩健", PROSE * 5, "後續觀察", MORE * 5]
    assert texts(read_changed(body, around=f"<main>{H1}<div>{{}}{foreign}</div></main>")) == wanted
    assert (
        texts(read_changed(body, around=f"<main>{H1}<div>\n<script>0</script>{{}}\n{foreign}</div></main>")) == wanted
    )


@pytest.mark.parametrize("kept", ["<ul><li>第一點：營收</li><li>第二點：毛利</li></ul>", "<p>完</p>"])
def test_a_list_without_links_and_a_short_end_stay(kept: str) -> None:
    body = f"<p>{PROSE}</p><p>{MORE}</p>{kept}"
    assert len(texts(read_changed(body))) > 2


def test_a_link_in_the_midst_of_the_text_stays() -> None:
    link = '<p><a href="https://other.example/report">報告的全文</a></p>'
    body = f"<p>{PROSE}</p>{link}<p>{MORE}</p>"
    assert texts(read_changed(body)) == [PROSE, "報告的全文", MORE]


def test_bylines_above_the_text_are_not_text() -> None:
    above = "<p>By Some Writer</p><p>May 27, 2026</p><p>1,024</p>"
    assert texts(read_changed(f"{above}<p>{PROSE}</p><p>{MORE}</p>")) == [PROSE, MORE]


def test_text_in_two_halves_around_an_advertisement_is_whole() -> None:
    halves = (
        f"<div class='half'><p>{PROSE * 3}</p></div><div class='ad'>買！</div><div class='half'><p>{MORE}</p></div>"
    )
    assert texts(read_changed(halves, around=f"<main>{H1}<section>{{}}</section></main>")) == [PROSE * 3, MORE]


def test_elements_that_are_skipped_end_no_search() -> None:
    page = LexborHTMLParser(f"<div id='body'>\n<script>0</script><p>{PROSE * 4}</p><ul>{LINKS}</ul></div>")
    body = page.css_first("#body")
    assert body is not None
    assert [element.tag for element in foreign_in(body)] == ["ul"]


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_what_stands_below_the_last_sentence_goes_and_the_sentence_stays(count: int) -> None:
    text = [RawBlock("paragraph", PROSE), RawBlock("paragraph", MORE)]
    tail = [RawBlock("heading", f"後續{number}") for number in range(count)]
    assert trimmed([*text, *tail], TITLE, None) == text


def test_calls_in_capitals_go_from_amid_the_text() -> None:
    call = RawBlock("paragraph", "CLICK HERE NOW", (Link("CLICK HERE NOW", "https://other.example/1"),))
    text = [RawBlock("paragraph", PROSE), RawBlock("paragraph", MORE)]
    assert trimmed([text[0], call, text[1]], TITLE, None) == text
