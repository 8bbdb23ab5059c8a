"""Tests of `crawler.pages.html.limits`: what is too much is cut, and nothing else is taken for it."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.pages.html import limits
from crawler.pages.html.limits import MANY_BYTES, MANY_TAGS, MOST_ATTRIBUTES, MOST_FORMATS_OPEN, within_limits
from tests.support.sample_pages import NEWS_URL, PROSE, SITES, news_page, read_article, texts

FILLING = b"<p>x</p>" * MANY_TAGS
"""What makes a page large enough to be looked at."""


def text_of(html: bytes) -> str:
    body = LexborHTMLParser(html).body
    assert body is not None
    return body.text()


def depth_of(html: bytes) -> int:
    deepest, node = 0, LexborHTMLParser(html).css_first("i")
    while node is not None:
        deepest, node = deepest + 1, node.parent
    return deepest


@pytest.mark.parametrize(
    "oddity",
    [
        b'<a href="/x/"">y</a>',
        '<img alt="輝達"財報" src=x>'.encode(),
        b"<p title=it's>y</p>",
        b"<p 'a'=b \"c>y</p>",
        b'<a = == ="x>y</a>',
        b"<!-- <script> -->",
        b"<!-- <p a='> -->",
        b"<!--> <p a=b> <!---> <!-- x --!>",
        b'<script>document.write("<script src=\'");</script>',
        b"<script><!-- <script> ' </script> ' --></script>",
        b"<script>if (a<b && c>d) {'\"'}</script>",
        b"<style>a<b{content:'\"'}</style>",
        b"<textarea><p a='</textarea>",
        b"<svg><title/><path d='M0'/><style/></svg>",
        b"<?php echo '\"' ?> <!doctype x \"> </ '>",
        b"a < b <3 <- >",
    ],
)
def test_an_oddity_spoils_no_count(oddity: bytes) -> None:
    attributes = b"<p " + b" ".join(b"a%d='>'" % number for number in range(19)) + b">z</p>"
    page = oddity + FILLING + attributes * 600 + oddity + attributes * 100
    assert within_limits(page) == (page, None)


@pytest.mark.parametrize("oddity", ['<a href="/x/"">更多</a>', "<!-- <script> -->", '<img alt="輝達"財報" src="/a">'])
def test_a_large_page_with_an_oddity_is_an_article(oddity: str) -> None:
    paragraphs = "".join(f'<p class="a" data-n="{number}">{PROSE}</p>' for number in range(2_000))
    article = read_article(news_page(oddity + paragraphs), NEWS_URL, SITES)
    assert texts(article)[-2_000:] == [PROSE] * 2_000
    assert not [problem for problem in article.problems if problem.field == "text"]


@pytest.mark.parametrize(("count", "is_cut"), [(MOST_ATTRIBUTES, False), (MOST_ATTRIBUTES + 1, True)])
def test_attributes_are_cut_at_the_limit(count: int, is_cut: bool) -> None:
    page = FILLING + b"<p" + b"".join(b" a%d" % number for number in range(count)) + b"/>text</p>"
    cut, excess = within_limits(page)
    nodes = LexborHTMLParser(cut).css("p[a0]")
    assert [len(node.attributes) for node in nodes] == [MOST_ATTRIBUTES]
    assert nodes[0].text() == "text"
    assert (excess == f"the page has an element of more than {MOST_ATTRIBUTES} attributes: what is beyond was cut") is (
        is_cut
    )


@pytest.fixture
def shallow() -> Iterator[int]:
    """Set the limit of nesting where a test of it takes no seconds."""
    with patch.object(limits, "MOST_OPEN", 500):
        yield limits.MOST_OPEN


@pytest.mark.usefixtures("shallow")
@pytest.mark.parametrize(("depth", "is_cut"), [(500, False), (501, True), (1_000, True)])
def test_nesting_is_cut_at_the_limit(depth: int, is_cut: bool) -> None:
    page = FILLING + b"<div>" * depth + b"<br>a<i>b</i>" + b"</div>" * depth + b"<section>c</section>"
    cut, excess = within_limits(page)
    assert depth_of(cut) == 504  # the element itself, body, html, document
    assert text_of(cut) == text_of(FILLING) + "abc"
    assert [node.parent.tag for node in LexborHTMLParser(cut).css("section") if node.parent] == ["body"]
    assert (excess is not None) is is_cut


@pytest.mark.usefixtures("shallow")
def test_an_end_of_nothing_makes_no_page_shallow() -> None:
    cut, excess = within_limits(b"<div></x>" * MANY_TAGS + b"<i>b</i>")
    assert depth_of(cut) == 504
    assert excess


def test_elements_that_others_end_are_not_nested() -> None:
    page = b"<ul>" + b"<li>x<p>y" * 20_000 + b"</ul><svg>" + b"<path d='M0'/>" * 20_000 + b"</svg>"
    assert within_limits(page) == (page, None)


@pytest.mark.parametrize(("count", "is_cut"), [(MOST_FORMATS_OPEN, False), (MOST_FORMATS_OPEN + 1, True)])
def test_open_formats_are_cut_at_the_limit(count: int, is_cut: bool) -> None:
    page = FILLING + b"".join(b"<p><b id=%d>x" % number for number in range(count)) + b"</b>" * count + b"<p>end"
    cut, excess = within_limits(page)
    assert text_of(cut) == text_of(page)
    assert len(LexborHTMLParser(cut).css("b[id='100']")) == 0
    assert LexborHTMLParser(cut).css("p")[-1].css_first("b") is None
    assert (excess is not None) is is_cut


def test_ends_without_a_beginning_open_no_place_for_formats() -> None:
    page = FILLING + b"<b>x</b></b>" * 50 + b"<b>y" * (MOST_FORMATS_OPEN + 1)
    assert within_limits(page)[1] is not None


@pytest.mark.parametrize(("page", "is_looked_at"), [("tags", True), ("bytes", True), ("small", False)])
def test_a_small_page_is_left_as_it_is(page: str, is_looked_at: bool) -> None:
    deep = b"<b id=%d>" * (MOST_FORMATS_OPEN + 1)
    fillings = {
        "small": b"<br>" * (MANY_TAGS - MOST_FORMATS_OPEN - 2),
        "tags": b"<br>" * (MANY_TAGS - MOST_FORMATS_OPEN - 1),
        "bytes": b"x" * (MANY_BYTES - len(deep)),
    }
    _, excess = within_limits(deep + fillings[page])
    assert (excess is not None) is is_looked_at


def test_what_was_cut_is_a_problem_of_the_article(shallow: int) -> None:
    body = f"<p>{PROSE}</p>{'<br>' * MANY_TAGS}" + "<div>" * 501 + f"<p>{PROSE}最後。</p>"
    article = read_article(news_page(body), NEWS_URL, SITES)
    assert texts(article) == [PROSE, f"{PROSE}最後。"]
    reasons = [problem.reason for problem in article.problems if problem.field == "text"]
    assert reasons == [f"the page has more than {shallow} elements open at once: what is beyond was cut"]


def test_a_page_without_end_is_read_to_its_end() -> None:
    for beginning in (b"<p a='", b"<!-- ", b"<script>", b"<script><!-- <script>", b"<title>", b"<plaintext>", b"<a ="):
        page = FILLING + beginning + FILLING
        assert within_limits(page)[0] == page
