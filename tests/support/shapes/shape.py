"""One shape: a page, where it stands, what is kept of it, and the text that others would copy off it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.support.sample_pages import MORE, PROSE, TITLE, notes_page

READ = PROSE.replace("，", ",")
READ_MORE = MORE.replace("，", ",")
END = f"<p>{MORE}</p>"
HEADING = "需求穩健"
OWN_TITLE = TITLE.replace("動態", "焦點")
HTML = "text/html; charset=utf-8"


class Shape(NamedTuple):
    """One shape.

    Attributes:
        page: The page.
        expected: Fields of the article's document, with their right values; `problems` holds the fields in doubt.
        url: The page's address; with `{}` for a number of its own.
        content_type: The header of that name.
        capture: The same as a text capture; None where a capture has no such shape.
    """

    page: bytes
    expected: Mapping[str, Any]
    url: str = "https://www.cmoney.tw/notes/note-detail.aspx?nid={}"
    content_type: str = HTML
    capture: str | None = None


def page_of(body: str, head: str = "", above: str = "") -> bytes:
    """Return a page of a column whose articles may be short, below one heading."""
    page = notes_page(f"<h2>{HEADING}</h2>{body}", head=head, above=above)
    return page.replace(TITLE.encode(), OWN_TITLE.encode())


def capture_of(*lines: str, joint: str = "\n\n") -> str:
    """Return a text capture of such an article."""
    return joint.join((OWN_TITLE, HEADING, *lines))


def text_of(*blocks: str) -> str:
    """Return the text of an article with these blocks below the heading."""
    return "\n\n".join((HEADING, *blocks))


_DIGITS = str.maketrans("0123456789", "東西南北春夏秋冬山水")
_NAMED = ("測試公司", "法人指出")
_CODECS = ("utf-8", "big5", "gb18030", "utf-16-le")


def with_own_names(shape: Shape, number: int) -> Shape:
    """Return a shape with a company of its own, since one text at two addresses would be in doubt."""
    name = f"{number:03}".translate(_DIGITS)

    def renamed(value: Any) -> Any:
        if isinstance(value, str):
            for word in _NAMED:
                value = value.replace(word, f"{name}{word[2:]}")
            return value
        if isinstance(value, Mapping):
            return {key: renamed(entry) for key, entry in value.items()}
        return type(value)(map(renamed, value)) if isinstance(value, list | tuple) else value

    page = shape.page
    for word in _NAMED:
        for codec in _CODECS:
            page = page.replace(word.encode(codec), renamed(word).encode(codec))
    return shape._replace(page=page, expected=renamed(shape.expected), capture=renamed(shape.capture))
