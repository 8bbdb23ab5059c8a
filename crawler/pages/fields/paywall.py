"""Whether a page shows only the public beginning of an article for members (FACTS §2)."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from archive.model.labels import LOGIN_WORD
from crawler.pages.body.block_roles import role_of
from crawler.pages.html.elements import is_hidden
from crawler.pages.html.text import collapsed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from selectolax.lexbor import LexborNode

    from crawler.pages.body.block_roles import RawBlock
    from crawler.pages.html.document import Document

_IN_BYTES = LOGIN_WORD.encode()
_INVITES = re.compile(
    r"[\W_]*(?:立即|馬上|免費|請先?|先|還)*(?:加入|成為|升級|登入|註冊|訂閱|解鎖|已?不?是)\S*(?:會員|登入|註冊|訂閱|解鎖|全文)\S*"
)
_LONGEST_INVITATION = 40
_LEVELS = 3
_PLACES = "p, div, span, a, button, h1, h2, h3, h4, h5, h6, strong, b, li, section"
_PLACES_WITH = ", ".join(f'{place}:lexbor-contains("{LOGIN_WORD}")' for place in _PLACES.split(", "))


def asks_to_log_in(document: Document, body: LexborNode) -> bool:
    """Return whether the prompt to log in is shown in a body or right around it."""
    if _IN_BYTES not in document.html:
        return False
    around = body
    for _ in range(_LEVELS):
        if around.parent is None or around.parent.tag in {"body", "html"}:
            break
        around = around.parent
    return any(
        role_of(collapsed(node.text())) == "login" and not _in_hidden(node, around) for node in around.css(_PLACES_WITH)
    )


def without_invitation(blocks: Sequence[RawBlock], *, is_asked: bool) -> list[RawBlock]:
    """Return a body's blocks without the prompt to log in and the short lines right below it that invite to join.

    Args:
        blocks: The body as its page marks it up.
        is_asked: Whether the page prompts to log in somewhere, not in these blocks perhaps: then they end there.
    """
    prompt = next((index for index, block in enumerate(blocks) if block.role == "login"), None)
    if prompt is not None:
        invited = sum(1 for _ in takewhile(_invites, blocks[prompt + 1 :]))
        return without_invitation([*blocks[:prompt], *blocks[prompt + 1 + invited :]], is_asked=is_asked)
    last = sum(1 for _ in takewhile(_invites, reversed(blocks))) if is_asked else 0
    return list(blocks[: len(blocks) - last])


def _invites(block: RawBlock) -> bool:
    return len(block.text) <= _LONGEST_INVITATION and _INVITES.fullmatch(block.text) is not None


def _in_hidden(node: LexborNode, around: LexborNode) -> bool:
    place: LexborNode | None = node
    while place is not None and place.mem_id != around.mem_id:
        if place.tag in {"dialog", "template"} or is_hidden(place.attributes):
            return True
        place = place.parent
    return False
