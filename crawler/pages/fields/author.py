"""An article's author: the first name that a page shows which can be a person's or a desk's."""

from __future__ import annotations

import re
from collections.abc import Iterable

from selectolax.lexbor import LexborNode

from archive.model.text import collapsed
from crawler.pages.body.surroundings import ASIDE, stands_in
from crawler.pages.fields.title import is_site_name
from crawler.pages.html.document import Document

_LONGEST_NAME = 40
_CREDIT = re.compile(r"^(?:作者|撰文|文)\s*[:：／/]\s*")
_NO_NAME = re.compile(r"://|\S@\S|(?i:^www\.)")
_PROFILE = re.compile(r"/user/(?P<slug>[\w-]{1,60})/?(?:[?#].*)?", re.IGNORECASE)
_NO_PLAIN_NAME = re.compile(r"[。，！？!?:：]|追蹤|關注|更多|文章|查看|訂閱|登入|會員|留言")
_LISTS = ASIDE - {"a"}
_LETTER = re.compile(r"[^\W\d_]")


def author_name(names: Iterable[str | None], document: Document) -> str | None:
    """Return the first of some texts that can be an author's name; None without one.

    An address, an e-mail address, a number, the site's own name and a whole sentence name no author.
    """
    for text in names:
        name = _CREDIT.sub("", text or "")
        is_name = 0 < len(name) <= _LONGEST_NAME and _LETTER.search(name) and not _NO_NAME.search(name)
        if is_name and not is_site_name(name, document):
            return name
    return None


def linked_name(header: Iterable[LexborNode], slug: str | None) -> str | None:
    """Return the name in the byline's link to a user's page (`/user/{slug}`); None without one plain name.

    Links in lists and navigation are none. Of links to several users, that to the article's author counts.

    Args:
        header: The elements between title and body.
        slug: The author in the article's address; None if it has none.
    """
    names: dict[str, str] = {}
    for element in header:
        for link in element.css("a[href]"):  # the element itself, if it is one
            user = _PROFILE.search(link.attributes.get("href") or "")
            text = collapsed(link.text())
            if user and text and not _NO_PLAIN_NAME.search(text) and not stands_in(link, _LISTS):
                names.setdefault(user["slug"], text)
    return next(iter(names.values())) if len(names) == 1 else names.get(slug or "")
