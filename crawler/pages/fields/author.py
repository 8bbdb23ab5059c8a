"""An article's author: the first name that a page shows which can be a person's or a desk's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.pages.fields.title import is_site_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.pages.html.document import Document

_LONGEST_NAME = 40
_CREDIT = re.compile(r"^(?:作者|撰文|文)\s*[:：／/]\s*")
_NO_NAME = re.compile(r"://|\S@\S|(?i:^www\.)")
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
