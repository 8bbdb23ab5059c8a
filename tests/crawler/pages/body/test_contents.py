"""Lists of contents are left out; what only looks like one stays."""

from __future__ import annotations

import pytest

from archive.model.text import normal_text
from crawler.addresses import Sites
from crawler.pages.body.block_reader import read_body
from crawler.pages.body.other_articles import without_contents
from crawler.pages.html.document import Document

SITES = Sites("https://cmnews.com.tw", "https://www.cmoney.tw", "https://www.forecastock.tw")
PAGE = "https://cmnews.com.tw/article/emily-90cf4975-5979-11f1-9bdb-c96c3424ad86"
TEXT = "<h2>需求穩健</h2><p>營收創高。</p><h2>風險提示</h2><p>匯率波動。</p>"
SHOWN = ["需求穩健", "營收創高。", "風險提示", "匯率波動。"]
LINKED = '<li><a href="#a">需求穩健</a></li><li><a href="#b">風險提示</a></li>'


def blocks_of(body: str) -> list[str]:
    document = Document.read(f"<html><body><div id=text>{body}</div></body></html>".encode(), PAGE, SITES)
    root = document.tree.css_first("#text")
    assert root is not None
    return [normal_text(block.text) for block in without_contents(read_body(document, root), document)]


@pytest.mark.parametrize(
    "contents",
    [
        f"<p>目錄</p><ul>{LINKED}</ul>",
        f"<h2>文章目錄</h2><ol>{LINKED}</ol>",
        f'<p>本文目錄</p><p><a href="{PAGE}#a">1. 需求穩健</a></p><p><a href="{PAGE}#b">2. 風險提示</a></p>',
        '<p>目錄:<a href="#a">需求穩健</a>、<a href="#b">風險提示</a>、<a href="#c">結語</a></p>',
        "<p>目錄</p><p>1. 需求穩健</p><p>2. 風險提示</p>",
        f'<ul>{LINKED}<li><a href="#c">結語</a></li></ul>',
    ],
)
def test_a_list_of_contents_is_left_out(contents: str) -> None:
    assert blocks_of(contents + TEXT) == SHOWN


@pytest.mark.parametrize(
    "body",
    [
        f"<p>目錄</p>{TEXT}",
        "<p>目錄</p><p>1. 需求穩健</p><p>營收創高。</p>",
        f"<ul>{LINKED}</ul>",
        '<p><a href="#a">需求穩健</a>的說明見下。</p><p><a href="#b">風險提示</a>的說明見下。</p><p>續。</p>',
        '<p>目錄</p><p><a href="/article/emily-90cf4975-5979-11f1-9bdb-c96c3424ad87">別篇</a></p><p>一句話。</p>',
    ],
)
def test_what_only_looks_like_one_stays(body: str) -> None:
    before = body.replace("</p>", "\n").replace("</h2>", "\n").replace("</li>", "\n")
    lines = [line for part in before.split("\n") if (line := "".join(_texts(part)).strip())]
    assert blocks_of(body) == lines


def _texts(part: str) -> list[str]:
    return [piece.partition(">")[2] if index else piece for index, piece in enumerate(part.split("<"))]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('<h2 id="a"><a href="#a">需求穩健</a></h2><p>營收創高。</p>', ["需求穩健", "營收創高。"]),
        ('<h2 id="a">需求穩健<a href="#a" aria-label="連結">#</a></h2><p>營收創高。</p>', ["需求穩健", "營收創高。"]),
        (
            '<p>營收創高<sup><a href="#n1">[1]</a></sup>。</p><p>公司財報。<a href="#r1">↩</a></p>',
            ["營收創高。", "公司財報。"],
        ),
        ('<p>第<a href="#n1">[1]</a>項。</p>', ["第[1]項。"]),
        ("<p>共10<sup>9</sup>元。</p>", ["共10⁹元。"]),
        ("<p><ruby>輝達<rp>(</rp><rt>NVDA</rt><rp>)</rp></ruby>上漲。</p>", ["輝達(NVDA)上漲。"]),
        ("<p><ruby>輝達<rt>NVDA</rt></ruby>上漲。</p>", ["輝達(NVDA)上漲。"]),
        ("<p>營收 | 351億美元<br>毛利率 | 74.6%</p>", ["營收 | 351億美元", "毛利率 | 74.6%"]),
        ("<p>說明<br>營收 | 351億<br>毛利率 | 74.6%</p>", ["說明", "營收 | 351億", "毛利率 | 74.6%"]),
        ("<p>營收 | 351億美元<br>毛利率74.6%</p>", ["營收 | 351億美元 毛利率74.6%"]),
        ("<p>甲 | 乙<br>甲 | 乙 | 丙</p>", ["甲 | 乙 甲 | 乙 | 丙"]),
        ("<p>他說 | 她說了。<br>詩行 | 其二。</p>", ["他說 | 她說了。", "詩行 | 其二。"]),
    ],
)
def test_marks_readings_and_rows(body: str, shown: list[str]) -> None:
    assert blocks_of(body) == shown
