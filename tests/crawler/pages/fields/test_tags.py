"""Tags that stand under other class names are the article's by their place, and others' are not."""

from __future__ import annotations

import pytest

from tests.support.sample_pages import OTHER_URL, read_news, read_notes

LINK = '<a href="/tag/亞馬遜(AMZN)">#亞馬遜（AMZN）</a>'
MARKED = LINK.replace("<a ", '<a rel="nofollow tag" ')
KNOWN = '<div class="articleContent__tagWrapper"><a class="tagLink__link" href="/tag/甲">甲</a></div>'


@pytest.mark.parametrize(
    ("below", "tags"),
    [
        (f"<ul class=postTags><li>{MARKED}</li></ul>", ["亞馬遜（AMZN）"]),
        (f"<ul class=postTags><li>{LINK}</li></ul>", ["亞馬遜（AMZN）"]),
        (f"<div><span>文章相關標籤</span>{LINK}</div>", ["亞馬遜（AMZN）"]),
        (f"<section><p>相關標籤：</p><ul><li>{LINK}</li></ul></section>", ["亞馬遜（AMZN）"]),
        (f"<aside><span>文章相關標籤</span>{LINK}</aside>", []),
        (f"<nav>{MARKED}</nav>", []),
        (f'<div><a href="{OTHER_URL}">【美股動態】別篇</a>{MARKED}</div>', []),
        (f"<div><p>熱門話題</p>{LINK}</div>", []),
        (KNOWN + f"<div>{MARKED}</div>", ["甲"]),
    ],
)
def test_tags_are_found_by_their_place(below: str, tags: list[str]) -> None:
    assert read_news(below=below).tags == tags


def test_tags_of_the_old_site_too() -> None:
    assert read_notes(inside=f"<div>{LINK}</div>").tags == []
    assert read_notes(inside="<ul><li><a title=甲 href='/tag/甲'>甲</a></li></ul>").tags == ["甲"]
