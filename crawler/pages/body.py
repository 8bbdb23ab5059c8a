"""The blocks of a body, read off its tree as a browser would show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.pages.walk import Walk

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from crawler.pages.document import Document
    from crawler.pages.headings import Marked


def read_body(document: Document, root: LexborNode, end: str = "") -> list[Marked]:
    """Return the blocks of a body element, as a browser would show them.

    Elements whose names say that they are noise are left out, unless they would take most of the text along: then the
    names mean something else on this page.

    Args:
        document: The page.
        root: The element that holds the body.
        end: The id of the element at which the text ends, though the body element goes on; empty if there is none.
    """
    walk = Walk(document, root, end)
    blocks = walk.read()
    if walk.dropped and walk.dropped > sum(len(block.text) for block in blocks):
        return Walk(document, root, end, by_names=False).read()
    return blocks
