"""Tests of `crawler.pages.body.surroundings`: what stands in the further reading of a body."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.pages.body.surroundings import Reading


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<aside><b>延伸閱讀</b><p><a>甲</a></p></aside>", True),
        ("<aside> \n<span></span>延伸閱讀：<p><a>甲</a></p></aside>", True),
        ("<p>延伸閱讀：</p><ul><li><a>甲</a></li></ul>", True),
        ("<p>延伸閱讀：</p><p>圖</p><ul><li><a>甲</a></li></ul>", True),
        ("<p>延伸閱讀：</p><p>這裡是一句話。</p><ul><li><a>甲</a></li></ul>", False),
        ("<aside>延伸閱讀：<p>這裡是一句話。</p><a>甲</a></aside>", True),
        ("<p>延伸閱讀清單</p><ul><li><a>甲</a></li></ul>", False),
        ("<aside><b>最新文章</b><p><a>甲</a></p></aside>", False),
        ("<p><a>甲</a></p><p>延伸閱讀：</p>", False),
    ],
)
def test_what_stands_under_the_label_is_further_reading(html: str, expected: bool) -> None:
    body = LexborHTMLParser(f"<div id='body'>{html}</div>").css_first("#body")
    assert body is not None
    link = body.css_first("a")
    assert link is not None
    reading = Reading(body)
    assert (reading.holds(link), reading.holds(link)) == (expected, expected)
