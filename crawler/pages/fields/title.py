"""A page's title, from the places that state it."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from archive.model.text import collapsed, likeness, normal_text
from crawler.pages.html.document import Document
from crawler.pages.html.json_ld import text_of

_SITE_NAME = re.compile(
    r"cmoney|cmnews|理財寶|投資網誌|同學會|籌碼K線|全曜|股市爆料|forecastock|股市預報", re.IGNORECASE
)
_JOINT = re.compile(r"\s*(?:[|｜]|\s[-–—_]|[-–—_](?=\s))\s*")
_SIGN = re.compile(r"^\s*[-–—_|:：»>]|[-–—_|:：»>]\s*$")
_MOST_HEADINGS = 20
_SHORT_TITLE = 8
_WORDED_ANEW = 0.4
"""Likeness from which a heading is an article's title, and not the name of a channel."""


def title_of(document: Document, selectors: tuple[str, ...] = ()) -> str:
    """Return the title of a page's article, without the site's name; empty if it has none.

    The first match of the template's selectors is the title. Without one, it is the candidate with most agreement among
    the headings h1, the JSON-LD headline, og:title and the title element; one with a column's prefix comes first. The
    site's own name is no title if the page has another. A title cut off by a raw quote yields to the heading that
    begins with it, and a title worded for search engines to the page's only heading.
    """
    stated = stated_titles(document)
    for selector in selectors:
        if text := document.text(selector):
            return _spaced(text, stated)
    candidates = [text for _, text in stated]
    candidates = [text for text in candidates if not is_site_name(text, document)] or candidates
    if not candidates:
        return ""
    best = max(candidates, key=lambda text: (sum(_agree(text, other) for other in candidates), text.startswith("【")))
    if [place for place, _ in stated] == ["title"]:
        return _shown_in(best, document)
    headings = [text for place, text in stated if place == "h1" and text in candidates]
    title = next((text for text in headings if _was_cut_off(best, text)), None) or _shown(best, headings)
    return _spaced(title, stated)


def heading_of(document: Document, title: str) -> LexborNode | None:
    """Return the first heading that shows a title, white space apart, or None."""
    wanted = _without_space(title)
    headings = document.tree.css("h1, h2, h3")[:_MOST_HEADINGS]
    return next((node for node in headings if _without_space(node.text()) == wanted), None)


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
    """Return a page's title candidates in the usual places, each with its place, without the site's name."""
    headings = [("h1", collapsed(node.text())) for node in document.tree.css("h1")[:_MOST_HEADINGS]]
    stated = [
        ("JSON-LD headline", text_of(document.linked_data, "headline") or ""),
        ("meta og:title", document.metas.get("og:title", "")),
        ("title", document.head_title),
    ]
    return [pair for pair in headings + [(place, without_site(text, document)) for place, text in stated] if pair[1]]


def is_site_name(text: str, document: Document) -> bool:
    """Return whether a text is only the site's name, as stated by the page, or one of CMoney's.

    >>> from crawler.addresses import Sites
    >>> from crawler.pages.html.document import Document
    >>> page = Document(b"<p>", "https://cmnews.com.tw/", Sites())
    >>> is_site_name("CMoney 理財寶", page), is_site_name("CMoney 編輯台", page)
    (True, False)
    """
    return text == document.metas.get("og:site_name") or not re.search(r"[^\W_]", _SITE_NAME.sub("", text))


def _spaced(title: str, stated: list[tuple[str, str]]) -> str:
    """Return a title with the white space of the head, since elements and line breaks add some in a heading."""
    plain = _without_space(title)
    if plain == normal_text(title):
        return title
    return next((text for place, text in stated if place != "h1" and _without_space(text) == plain), title)


def _without_space(text: str) -> str:
    return "".join(normal_text(text).split())


def _was_cut_off(title: str, heading: str) -> bool:
    """Return whether a title stops where its heading has a quote: it ended the attribute that it stood in."""
    rest = normal_text(heading).removeprefix(normal_text(title))
    return len(rest) < len(normal_text(heading)) and rest.lstrip().startswith(('"', "'"))


def _shown(title: str, headings: list[str]) -> str:
    """Return the page's only heading in place of a title that is much the same in other words."""
    if len(headings) != 1 or title in headings or (title.startswith("【") and not headings[0].startswith("【")):
        return title
    is_whole = len(headings[0]) >= _SHORT_TITLE and not _agree(headings[0], title) and not _agree(title, headings[0])
    return headings[0] if is_whole and likeness(title, headings[0]) >= _WORDED_ANEW else title


def _shown_in(title: str, document: Document) -> str:
    """Return the heading that a title ends or begins with, the site's name before or behind it; else the title."""
    whole = normal_text(title)
    for node in document.tree.css("h2, h3")[:_MOST_HEADINGS]:
        text = normal_text(node.text())
        rest = whole.removesuffix(text) if whole.endswith(text) else whole.removeprefix(text)
        if len(text) >= _SHORT_TITLE and len(rest) < len(whole) and (not rest or _SIGN.search(rest)):
            return collapsed(node.text())
    return title


def _agree(text: str, other: str) -> bool:
    """Return whether another place has the same title: equal, with more behind it, or cut off by an ellipsis."""
    text, other = normal_text(text), normal_text(other)
    begun = other.rstrip("….")
    return other.startswith(text) or (begun != other and bool(begun) and text.startswith(begun))
