"""What the elements of HTML do to the text in them, by tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.article import BlockKind

SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "ins",
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

SIMPLE: dict[str, BlockKind | None] = {"p": None, **{f"h{level}": "heading" for level in range(1, 7)}, "li": "item"}
"""The blocks that mostly hold a text and nothing else; None: an item within one, else a paragraph."""

BREAKING = frozenset({*BLOCK_KINDS, "form", "nav", "dialog", "iframe"})
"""The elements that part the text before them from the text after them, even if they are skipped."""

STRONG = ("strong", "b")
SPANS = ("span", "font", "big")
TABLE_PARTS = ("table", "tr", "td", "th", "thead", "tbody", "tfoot")
