"""Tests of `crawler.pages.html.document`: a page without its scripts reads like the whole page."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.html import document as html_document
from crawler.pages.html.document import without_scripts
from tests.support.sample_pages import NEWS_URL, PROSE, SITES, news_page, read_article

PIECES = st.sampled_from(
    [
        f"<p>{PROSE}</p>",
        "<h2>標題</h2>",
        "<script>var a='<p>不是</p>';if(a<b){}</script>",
        "<SCRIPT src='x.js'></SCRIPT >",
        "<script type='module'>\n<!-- a --></script\n>",
        '<script>document.write("<scr"+"ipt>")</script>',
        "<style>.a>b{}</style>",
        "<style media='print'><!-- .b{} --></style>",
        "<!-- <script>x</script> -->",
        "<!-- <script> -->",
        "<p title='<script>x</script>'>甲公司宣布擴產。</p>",
        "<noscript><style>.a{}</style><p>不是</p></noscript>",
        "<svg><style>.a{}</style><path d='M0'/></svg>",
        "<template><script>x</script></template>",
        "<scripted>乙公司降價。</scripted>",
        "<table><tr><td>一<script>x</script></td><td>二</td></tr></table>",
        "<ul><li>項目<style>x</style></li></ul>",
        "<p>粗<b>體<script>x</script>字</b>。</p>",
        "<textarea><script>x</script></textarea>",
        '<script type="application/json">{"body":"<p>x</p>"}</script>',
        "文字 < 三。",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=12), st.lists(PIECES, max_size=4))
def test_a_slice_gives_the_article_of_the_whole_page(body: list[str], below: list[str]) -> None:
    data = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-05-27T11:10"}</script>'
    page = news_page(f"<p>{PROSE}</p>" + "".join(body), head=data, below="".join(below))
    with patch.object(html_document, "without_scripts", lambda html: html):
        whole = read_article(page, NEWS_URL, SITES)
    assert read_article(page, NEWS_URL, SITES) == whole


@pytest.mark.parametrize(
    "page",
    [
        b"<p>a<script>b",
        b"<p>a<style>b</styl>",
        b"<script><script></script>",
        b"</script>a",
        b"<script>a</script><script " * 9,
        b"<!-- <script> --><p>a</p><!-- </script> -->",
        b"<p title='<style>'>a</p><p title='</style>'>b</p>",
    ],
)
def test_what_is_not_sure_is_left_whole(page: bytes) -> None:
    assert without_scripts(page) == page


def test_most_of_a_heavy_page_goes() -> None:
    page = news_page(below="<script>" + "x=1;" * 30_000 + "</script>")
    assert len(without_scripts(page)) < 2_000
