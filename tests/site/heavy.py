"""Pages that are built to hurt: each looks like an article of the new site, and costs a careless reader dearly.

`heavy("marks")` returns such a page as bytes and headers; `HEAVY` names all of them with what they are made of and
how many parts they have. None is larger than 8 MiB on the wire. `site.lie(key, "heavy:marks")` serves one; `amount`
sets the number of parts, so that both sides of a bound can be tried.
"""

from __future__ import annotations

import gzip
import html
import json
from collections.abc import Callable
from dataclasses import dataclass

TITLE = "【美股動態】沉重的稿件"
URL = "https://cmnews.com.tw/article/cmoney-00000000-0000-1000-8000-000000000001"
HTML = "text/html; charset=utf-8"
UUID = "{number:08x}-0000-1000-8000-0000000000aa"
BODY_PARTS = (
    "<h2>結論先行，訂單回到常軌</h2><p>這一頁的正文很短，重量都在別處。</p>",
    "<h2>後續觀察交期與庫存</h2><p>管理層沒有改變全年的說法。</p>",
)
TAIL = "<p>版權聲明</p><p>轉載前請先來信。</p><p>免責宣言</p><p>盈虧請自行負責。</p>"


@dataclass(frozen=True, slots=True)
class HeavyPage:
    """A page as it goes over the wire.

    Attributes:
        body: The bytes, with their content encoding.
        headers: The headers that say what they are.
    """

    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Maker:
    """How a page is made.

    Attributes:
        what: What hurts.
        parts: How many parts it has unless told otherwise.
        body: Returns what stands in the article's body, for a number of parts.
        empty_members: Whether the parts are empty gzip members behind the page.
    """

    what: str
    parts: int
    body: Callable[[int], str]
    empty_members: bool = False


def heavy(name: str, parts: int | None = None, title: str = TITLE, url: str = URL) -> HeavyPage:
    """Return a page by its name.

    Args:
        name: One of `HEAVY`.
        parts: How many parts it has; None for the maker's own number.
        title: The title that it states.
        url: The address that it states as its own.

    Raises:
        KeyError: There is no such page.
    """
    maker = HEAVY[name]
    count = maker.parts if parts is None else parts
    page = _page(title, url, maker.body(count)).encode()
    if maker.empty_members:
        members = gzip.compress(page, mtime=0) + gzip.compress(b"", mtime=0) * count
        return HeavyPage(members, {"Content-Type": HTML, "Content-Encoding": "gzip"})
    return HeavyPage(page, {"Content-Type": HTML})


def _page(title: str, url: str, body: str) -> str:
    """Return an article page of the new site with a date, a tag and a tail."""
    shown = html.escape(title)
    stated = {"@type": "NewsArticle", "headline": title, "datePublished": "2026-08-30T12:00:00+08:00"}
    script = json.dumps(stated, ensure_ascii=False).replace("</", "<\\/")
    return (
        f'<!DOCTYPE html><html lang="zh-Hant"><head><meta charset="utf-8"><title>{shown} - CMoney 新聞</title>'
        f'<meta property="og:title" content="{shown}"><meta property="og:url" content="{url}">'
        f'<link rel="canonical" href="{url}"><script type="application/ld+json">{script}</script></head>'
        f'<body><div id="__nuxt"><main class="article"><article class="articleContent">'
        f'<h1 class="articleContent__title">{shown}</h1><div class="articleContent__textContent">\n'
        f'{body}\n{TAIL}</div><div class="articleContent__tagWrapper">'
        f'<a class="tagLink__link" href="/tag/美股動態">美股動態</a></div></article></main></div></body></html>'
    )


def _around(middle: str) -> str:
    return BODY_PARTS[0] + middle + BODY_PARTS[1]


def _marks(count: int) -> str:
    return _around(f"<p>營{chr(0x0301) * (count // 2)}{chr(0x0316) * (count - count // 2)}收</p>")


def _related(count: int) -> str:
    links = "".join(
        f'<p><a href="/article/cmoney-{UUID.format(number=number)}">【美股動態】第{number}號稿件</a></p>'
        for number in range(count)
    )
    return f"{''.join(BODY_PARTS)}<p>延伸閱讀:</p>{links}"


def _headings(count: int) -> str:
    return _around("".join(f"<h2>{number}</h2>" for number in range(count)))


def _attributes(count: int) -> str:
    return _around(f"<p {' '.join(f'data-{number}=1' for number in range(count))}>很多屬性</p>")


def _comment(count: int) -> str:
    return _around("<!-- " + "<script>var a='</p><h2>';</script><!-- " * count + "-->")


HEAVY: dict[str, Maker] = {
    "marks": Maker("a letter under 2 million combining marks (4 MB)", 2_000_000, _marks),
    "gzip-members": Maker(
        "a short page, then 400,000 empty gzip members (8 MB)", 400_000, lambda _: _around(""), empty_members=True
    ),
    "paragraphs": Maker("2 million `<p>x` (8 MB)", 2_000_000, lambda count: _around("<p>x" * count)),
    "ligatures": Maker(
        "2.6 million U+FDFA (8 MB), each of which NFKC makes 18 characters",
        2_600_000,
        lambda count: _around(f"<p>{chr(0xFDFA) * count}</p>"),
    ),
    "links": Maker("20,000 related links (2 MB)", 20_000, _related),
    "headings": Maker("500,000 headings (7 MB)", 500_000, _headings),
    "nesting": Maker(
        "200,000 `div`, one inside the other (2 MB)",
        200_000,
        lambda count: _around("<div>" * count + "很深" + "</div>" * count),
    ),
    "inline-nesting": Maker(
        "200,000 `b` that are opened and never closed, each with a paragraph (1.6 MB)",
        200_000,
        lambda count: _around("<b><p>字" * count),
    ),
    "attribute": Maker(
        "one attribute of 8 million characters (8 MB)",
        8_000_000,
        lambda count: _around(f'<p title="{"a" * count}">很長的屬性</p>'),
    ),
    "attributes": Maker("a tag with 400,000 attributes (6 MB)", 400_000, _attributes),
    "comment-script": Maker("a comment with 150,000 scripts and openings of comments in it (6 MB)", 150_000, _comment),
    "styles": Maker(
        "a script without an end that 90,000 open tags `<style ` follow (0.6 MB)",
        90_000,
        lambda count: _around("<script>" + "<style " * count),
    ),
    "members": Maker(
        "JSON-LD with an array 100,000 deep (0.2 MB)",
        100_000,
        lambda count: _around(f'<script type="application/ld+json">{"[" * count}{"]" * count}</script>'),
    ),
    "entities": Maker(
        "1.3 million character references (8 MB)", 1_300_000, lambda n: _around(f"<p>{'&#65;x' * n}</p>")
    ),
    "table": Maker(
        "1 million table cells in one row (8 MB)", 1_000_000, lambda n: _around(f"<table><tr>{'<td>格' * n}</table>")
    ),
}
"""Each page that is built to hurt."""
