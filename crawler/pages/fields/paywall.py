"""Login walls: a prompt in place of an article's end (docs/site.md §3), or of all of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from archive.model.labels import LOGIN_WORD, OTHER_LOGIN_WORDS
from archive.model.text import collapsed
from crawler.pages.body.block_roles import TAIL_ROLES, RawBlock, role_of
from crawler.pages.html.document import Document
from crawler.pages.html.elements import is_hidden

_IN_BYTES = LOGIN_WORD.encode()
_INVITES = re.compile(
    r"[\W_]*(?:立即|馬上|免費|請先?|先|還)*(?:加入|成為|升級|登入|註冊|訂閱|解鎖|已?不?是)\S*(?:會員|登入|註冊|訂閱|解鎖|全文)\S*"
    r"|[\W_]*(?:立即|馬上|免費|前往)*(?:登入|註冊|加入|訂閱|升級)[\W_]*"
)
_LONGEST_INVITATION = 40
_LOGS_IN = re.compile(r"登入|登錄|(?:log|sign)[\s-]?(?:in|on)\b", re.IGNORECASE)
_LOGIN_PLACE = re.compile(r"(?:\w+[_-])?(?:log|sign)[_-]?(?:in|on)|sso|oauth2?|passport", re.IGNORECASE)
_LONGEST_TITLE = 40
_FIELD = 'input[type="password" i]'
_TITLES = "h1"
_NAMES = "h1, h2, h3, legend, form button"
_MOST_NAMES = 20
_LEVELS = 3
_PLACES = "p, div, span, a, button, h1, h2, h3, h4, h5, h6, strong, b, li, section"
_PLACES_WITH = {
    word: ", ".join(f'{place}:lexbor-contains("{word}")' for place in _PLACES.split(", "))
    for word in (LOGIN_WORD, *OTHER_LOGIN_WORDS)
}


def asks_to_log_in(document: Document, body: LexborNode) -> bool:
    """Return whether a login prompt is in a body or right around it; a prompt in unknown words, only in the body."""
    if any(word.encode() in document.html and _is_prompted(body, word) for word in OTHER_LOGIN_WORDS):
        return True
    if _IN_BYTES not in document.html:
        return False
    around = body
    for _ in range(_LEVELS):
        if around.parent is None or around.parent.tag in {"body", "html"}:
            break
        around = around.parent
    return _is_prompted(around, LOGIN_WORD)


def _is_prompted(around: LexborNode, word: str) -> bool:
    return any(
        role_of(collapsed(node.text())) == "login" and not _in_hidden(node, around)
        for node in around.css(_PLACES_WITH[word])
    )


def ends_at_login(blocks: Sequence[RawBlock]) -> bool:
    """Return whether a body ends in nothing but a link to log in, and has no tail: the rest is behind that link."""
    if not blocks or any(block.role in {"further", "notice"} for block in blocks):
        return False
    last = next((block for block in reversed(blocks) if block.role not in TAIL_ROLES), blocks[-1])
    return last.is_link and is_login_address(last.links[0].url)


def is_login_page(document: Document, *, is_short: bool = False, has_prose: bool = False) -> bool:
    """Return whether a page is a login page: it has a password field, and a title or button with a login word.

    Args:
        document: The page.
        is_short: Whether it has no more text than a login page; then field or word is enough.
        has_prose: Whether it has the prose of an article; then only its title counts, since any page can have a login
            dialog.
    """
    field = document.tree.css_first(_FIELD)
    if field is None and not is_short:
        return False
    titles = [
        document.head_title,
        *(node.text() for node in document.tree.css(_TITLES if has_prose else _NAMES)[:_MOST_NAMES]),
    ]
    is_named = any(len(title) <= _LONGEST_TITLE and _LOGS_IN.search(title) for title in map(collapsed, titles))
    return (is_named or field is not None) if is_short else is_named


def is_login_address(url: str) -> bool:
    """Return whether an address is that of a login page, by its host and path.

    >>> is_login_address("https://www.cmoney.tw/identity/account/login?returnUrl=%2Farticle")
    True
    >>> is_login_address("https://cmnews.com.tw/tag/login-bonus?next=/login")
    False
    """
    split = urlsplit(url)
    names = [*split.netloc.split("."), *(name.partition(".")[0] for name in split.path.split("/"))]
    return any(_LOGIN_PLACE.fullmatch(name) for name in names)


def without_invitation(blocks: Sequence[RawBlock], *, is_asked: bool) -> list[RawBlock]:
    """Return a body's blocks without the login prompt and the short invitations right below it.

    Args:
        blocks: The body as its page marks it up.
        is_asked: Whether the page has a login prompt anywhere; then the blocks end at theirs.
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
