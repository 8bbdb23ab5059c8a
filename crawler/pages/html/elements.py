"""Kinds of elements: blocks, spans, hidden ones, noise by name."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from archive.model.article import BlockKind

SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "button",
        "form",
        "nav",
        "svg",
        "math",
        "canvas",
        "video",
        "audio",
        "object",
        "embed",
        "picture",
        "img",
        "input",
        "select",
        "textarea",
        "label",
        "figcaption",
        "rp",
        "dialog",
        "map",
        "head",
        "title",
        "meta",
        "link",
        "applet",
        "frameset",
        "noembed",
        "noframes",
        "-comment",
    ]
)
"""Elements that hold no text of an article, whatever is in them."""

BLOCK_KINDS: dict[str, BlockKind | None] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("p", "blockquote", "pre", "dd", "dt", "summary", "caption", "address"), "paragraph"),
    "li": "item",
    **dict.fromkeys(("td", "th"), "row"),
    **dict.fromkeys(
        [
            "div",
            "section",
            "article",
            "main",
            "header",
            "footer",
            "aside",
            "ul",
            "ol",
            "dl",
            "table",
            "thead",
            "tbody",
            "tfoot",
            "tr",
            "hr",
            "figure",
            "details",
            "fieldset",
            "center",
            "body",
            "hgroup",
            "search",
        ],
        None,
    ),
}
"""The elements that make blocks of their own, and of which kind; None: of the kind around them."""

BREAKING = frozenset({*BLOCK_KINDS, "form", "nav", "dialog", "iframe"})
"""The elements that part the text before them from the text after them, even if they are skipped."""

STRONG = ("strong", "b")
SPANS = ("span", "font", "big")
TABLE_PARTS = ("table", "tr", "td", "th", "thead", "tbody", "tfoot")

_NOISE = frozenset(
    [
        "ad",
        "ads",
        "adv",
        "advert",
        "adverts",
        "advertisement",
        "advertisements",
        "advertising",
        "adsense",
        "adsbygoogle",
        "adslot",
        "adbox",
        "adunit",
        "adzone",
        "gpt",
        "dfp",
        "sponsor",
        "sponsored",
        "sponsors",
        "promo",
        "promos",
        "promote",
        "promotion",
        "promotions",
        "promotional",
        "banner",
        "banners",
        "share",
        "sharing",
        "sharebar",
        "sns",
        "social",
        "socials",
        "recommend",
        "recommended",
        "recommends",
        "recommendation",
        "recommendations",
        "tuijian",
        "subscribe",
        "subscription",
        "newsletter",
        "widget",
        "widgets",
        "question",
        "questions",
        "faq",
        "login",
        "signin",
        "signup",
        "modal",
        "popup",
        "popover",
        "dialog",
        "toast",
        "breadcrumb",
        "breadcrumbs",
        "comments",
        "disqus",
        "cta",
        "appdownload",
        "follow",
        "toolbar",
        "tooltip",
        "nav",
        "navbar",
        "sidebar",
        "caption",
        "captions",
        "figcaption",
        "photocredit",
        "imgsource",
        "imagesource",
        "picsource",
        "sronly",
    ]
)
_PAIRS = frozenset(
    {
        ("image", "source"),
        ("img", "source"),
        ("photo", "source"),
        ("pic", "source"),
        ("sr", "only"),
        ("visually", "hidden"),
        ("photo", "credit"),
        ("app", "download"),
        ("download", "app"),
        ("like", "button"),
    }
)
_HEADINGS = frozenset(
    [
        "heading",
        "headings",
        "subheading",
        "subhead",
        "headline",
        "subheadline",
        "subtitle",
        "title",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    ]
)
_DISCUSSION = re.compile(
    r"(?:\w+[-_])?(?:comments?|responses?|discussions?|replies|respond|disqus(?:_thread)?|livefyre|commentlist|pinglun)"
    r"(?:[-_]{1,2}(?:list|area|section|wrap(?:per)?|container|box|form|block|holder|thread|template|content|body))?"
)
_HIDDEN = frozenset({"hidden", "is-hidden", "d-none", "invisible", "u-hidden"})
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+\d?|\d+")
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_LARGE = re.compile(
    r"font-size\s*:\s*(?:(?:1[89]|[2-9]\d)(?:\.\d+)?px|1[4-9](?:\.\d+)?pt|[2-9]\dpt|(?:1\.[1-9]\d*|[2-9](?:\.\d+)?)r?em|1[1-9]\dp%|x*-?large)",
    re.IGNORECASE,
)

_LARGE_SIZES = frozenset({"4", "5", "6", "7", "+1", "+2", "+3"})

Attributes = dict[str, str | None]

_TELLING = frozenset({"hidden", "aria-hidden", "style", "class", "id"})
"""The attributes that `is_hidden` and `is_noise` look at."""


def is_no_text(attributes: Attributes) -> bool:
    """Return whether an element's own attributes hide it, or call it what is no text of an article."""
    return not _TELLING.isdisjoint(attributes) and (is_hidden(attributes) or is_noise(attributes))


def is_hidden(attributes: Attributes) -> bool:
    """Return whether an element's own attributes hide it from a reader.

    What is sent in pieces stands hidden, as `S:0`, until a script puts it in its place: it is shown.
    """
    if ("hidden" in attributes and not (attributes.get("id") or "").startswith("S:")) or attributes.get(
        "aria-hidden"
    ) == "true":
        return True
    style = attributes.get("style")
    if style and _HIDING.search(style[:2000]):
        return True
    names = attributes.get("class")
    return names is not None and _names_hidden(names[:500])


def is_noise(attributes: Attributes) -> bool:
    """Return whether class or id call an element an advertisement, a share bar, a caption, a widget and the like.

    >>> is_noise({"class": "articleContent__adSlot"}), is_noise({"class": "article-share-bar"})
    (True, True)
    >>> is_noise({"class": "lead shadow"}), is_noise({"id": "headline"})
    (False, False)
    """
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return len(names) > 1 and _names_noise(names[:500])


def is_discussion_name(attributes: Attributes) -> bool:
    """Return whether class or id call an element the readers' discussion of the article.

    >>> is_discussion_name({"id": "comments"}), is_discussion_name({"class": "comment-count"})
    (True, False)
    """
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return len(names) > 1 and _names_discussion(names[:500])


def is_heading_style(attributes: Attributes) -> bool:
    """Return whether class, role or style make an element's text a heading."""
    if attributes.get("role") == "heading" or attributes.get("size") in _LARGE_SIZES:
        return True
    style = attributes.get("style") or ""
    if style and (_BOLD.search(style[:2000]) or _LARGE.search(style[:2000])):
        return True
    return _names_heading((attributes.get("class") or "")[:500])


def words_of(names: str) -> list[str]:
    """Return the words in class names, cut at hyphens, underscores and capitals, in lower case.

    >>> words_of("articleContent__adSlot--top")
    ['article', 'content', 'ad', 'slot', 'top']
    """
    return [word.lower() for word in _WORD.findall(names)]


@lru_cache(maxsize=4096)
def _names_noise(names: str) -> bool:
    for name in names.split():
        words = words_of(name)
        if not _NOISE.isdisjoint(words) or not _PAIRS.isdisjoint(pairwise(words)):
            return True
    return False


@lru_cache(maxsize=4096)
def _names_discussion(names: str) -> bool:
    return any(_DISCUSSION.fullmatch(name) is not None for name in names.lower().split())


@lru_cache(maxsize=4096)
def _names_hidden(names: str) -> bool:
    classes = names.split()
    shown_elsewhere = any(":" in name and not name.endswith(":hidden") for name in classes)  # `hidden md:block`
    return not _HIDDEN.isdisjoint(classes) and not shown_elsewhere


@lru_cache(maxsize=4096)
def _names_heading(names: str) -> bool:
    return any(not _HEADINGS.isdisjoint(words_of(name)) for name in names.split())
