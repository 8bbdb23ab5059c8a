"""A page's title: what its places for it agree on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive.model.text import normal_text
from crawler.pages.html.json_ld import text_of
from crawler.pages.html.text import collapsed

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from crawler.pages.html.document import Document

_SITE_NAME = re.compile(
    r"cmoney|cmnews|理財寶|投資網誌|同學會|籌碼K線|全曜|股市爆料|forecastock|股市預報", re.IGNORECASE
)
_JOINT = re.compile(r"\s*(?:[|｜]|\s[-–—_]|[-–—_](?=\s))\s*")
_MOST_HEADINGS = 20


def title_of(document: Document, selectors: tuple[str, ...] = ()) -> str:
    """Return the title of a page's article, without the site's name; empty if it has none.

    The first element that a template's selector finds is the title. Without one, it is what most agree with of the
    headings h1, the JSON-LD headline, og:title and the title element; one with a column's prefix before others.
    """
    for selector in selectors:
        if text := document.text(selector):
            return text
    candidates = [text for _, text in stated_titles(document)]
    if not candidates:
        return ""
    return max(candidates, key=lambda text: (sum(_agree(text, other) for other in candidates), text.startswith("【")))


def heading_of(document: Document, title: str) -> LexborNode | None:
    """Return the first heading that shows a title, or None."""
    wanted = normal_text(title)
    return next(
        (node for node in document.tree.css("h1, h2, h3")[:_MOST_HEADINGS] if normal_text(node.text()) == wanted), None
    )


def without_site(title: str, document: Document) -> str:
    """Return a title without the site's name at its end.

    >>> from crawler.addresses import Sites
    >>> from crawler.pages.html.document import Document
    >>> without_site("【美股動態】亞馬遜財報 | 投資 - CMoney", Document(b"<p>", "https://cmnews.com.tw/", Sites()))
    '【美股動態】亞馬遜財報 | 投資'
    """
    own = document.metas.get("og:site_name", "")
    title = collapsed(title)
    while joints := list(_JOINT.finditer(title)):
        last = title[joints[-1].end() :]
        if not (_SITE_NAME.search(last) or (own and last == own)) or not joints[-1].start():
            break
        title = title[: joints[-1].start()]
    return title


def stated_titles(document: Document) -> list[tuple[str, str]]:
    """Return the titles that a page states where any page may, each with its place, without the site's name."""
    headings = [("h1", collapsed(node.text())) for node in document.tree.css("h1")[:_MOST_HEADINGS]]
    stated = [
        ("JSON-LD headline", text_of(document.linked_data, "headline") or ""),
        ("meta og:title", document.metas.get("og:title", "")),
        ("title", document.head_title),
    ]
    return [pair for pair in headings + [(place, without_site(text, document)) for place, text in stated] if pair[1]]


def _agree(text: str, other: str) -> bool:
    """Return whether another place says the same title: equal, with more behind it, or cut off by an ellipsis."""
    text, other = normal_text(text), normal_text(other)
    begun = other.rstrip("….")
    return other.startswith(text) or (begun != other and bool(begun) and text.startswith(begun))
