"""A page as a tree, and what its head states."""

from __future__ import annotations

import re
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive.model.text import collapsed
from crawler.addresses import Sites
from crawler.errors import Unreadable
from crawler.pages.html.charset import utf8_of
from crawler.pages.html.json_ld import Node, article_node
from crawler.pages.html.limits import excess, within_limits

_SCRIPT_TAG = re.compile(rb"<(/?)([sS](?:[cC][rR][iI][pP][tT]|[tT][yY][lL][eE]))(?=[\s/>])([^<>]*+)(>?)")
"""Up to the next `<` at most: a search that went on to the page's end would cost the square of such tags."""

_DATA = b"ld+json"

_PLAIN_ORIGIN = re.compile(r"https?://[a-z0-9.:-]+(?=/)")
_NOT_HTML = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b")


def without_scripts(html: bytes) -> bytes:
    """Return a page without the elements `script` and `style`, JSON-LD excepted; it parses to the same text.

    A page is returned whole where an element's beginning or end is not sure: one that is not closed, that seems to hold
    another of its kind, whose beginning stands in a comment or in another tag, or that has a `<` in its tag.

    >>> without_scripts(b"<p>a<script>b < c</script>d</p>")
    b'<p>ad</p>'
    >>> without_scripts(b"<!-- <script> --><p>a</p><script>b</script>")
    b'<!-- <script> --><p>a</p><script>b</script>'
    >>> without_scripts(b"<script x='<'>a</script>")
    b"<script x='<'>a</script>"
    """
    kept: list[bytes] = []
    start = place = 0
    while tag := _SCRIPT_TAG.search(html, place):
        if not tag[1]:
            end = _end_of(html, tag)
            if not tag[4] or end is None or _is_within_other(html, place, tag.start()):
                return html
            if _DATA not in tag[3].lower():
                kept.append(html[start : tag.start()])
                start = end
            place = end
        else:
            place = tag.end()
    kept.append(html[start:])
    return b"".join(kept)


def _end_of(html: bytes, opened: re.Match[bytes]) -> int | None:
    """Return where an element ends; None if it does not, or may hold another of its kind.

    Going from sign to sign is several times faster than searching a script, which has few of them, for a pattern.
    """
    name = opened[2].lower()
    place = html.find(b"<", opened.end())
    while place >= 0:
        tag = _SCRIPT_TAG.match(html, place)
        if tag and tag[2].lower() == name:
            return tag.end() if tag[1] and tag[4] else None
        place = html.find(b"<", place + 1)
    return None


def _is_within_other(html: bytes, start: int, place: int) -> bool:
    """Return whether a tag seems to stand in a comment or in another tag that begins behind `start`."""
    if html.rfind(b"<", start, place) > html.rfind(b">", start, place):
        return True
    comment = html.rfind(b"<!--", start, place)
    return comment >= 0 and comment > html.rfind(b"-->", start, place)


class Document:
    """A page as a tree, and what its head states about it.

    Attributes:
        url: The page's address.
        sites: The configured base addresses.
        html: Its bytes, valid UTF-8, without scripts and styles.
        tree: The parsed page.
        cut: What the page had too much of and was cut off before it was parsed; None if nothing was.
    """

    def __init__(self, html: bytes, url: str, sites: Sites, cut: str | None = None) -> None:
        self.url = url
        self.cut = cut
        self.sites = sites
        self.html = html
        self.tree = LexborHTMLParser(html, scripting=True)

    @classmethod
    def read(cls, content: bytes, url: str, sites: Sites, content_type: str | None = None) -> Document:
        """Return a page parsed from its bytes.

        Raises:
            Unreadable: It is empty, no HTML, or larger than any article.
        """
        if not content or content.isspace():
            raise Unreadable(url, "the page is empty")
        if too_much := excess(content):
            raise Unreadable(url, too_much)
        if content.startswith(_NOT_HTML) or b"<" not in content:
            raise Unreadable(url, "the page is no HTML")
        html, cut = within_limits(utf8_of(without_scripts(content), content_type))
        return cls(html, url, sites, cut)

    @property
    def root(self) -> LexborNode | None:
        """Return the body element; None in a page of frames."""
        return self.tree.body

    @cached_property
    def base_url(self) -> str:
        """Return the address that relative links of the page are joined to."""
        if b"<base" not in self.html:
            return self.url
        base = self.tree.css_first("base[href]")
        stated = self.absolute((base.attributes.get("href") if base else "") or "", self.url) or self.url
        return stated if _is_splittable(stated) else self.url

    @cached_property
    def _origin(self) -> str:
        if plain := _PLAIN_ORIGIN.match(self.base_url):
            return plain[0]
        base = urlsplit(self.base_url)
        return f"{base.scheme}://{base.netloc}"

    def absolute(self, href: str, base: str | None = None) -> str | None:
        """Return a link's absolute address, or None if it is none of http."""
        href = href.strip()
        if base is None and href.startswith("/") and not href.startswith("//"):
            return self._origin + href
        if not href.startswith(("http://", "https://")):
            try:
                href = urljoin(base or self.base_url, href)
            except ValueError:  # a broken IPv6 host
                return None
        return href if href.startswith(("http://", "https://")) else None

    @cached_property
    def metas(self) -> dict[str, str]:
        """Return the content of the page's meta elements by lower-case property, name or itemprop; the first counts."""
        metas: dict[str, str] = {}
        for node in self.tree.css("head > meta") or self.tree.css("meta[content]"):
            attributes = node.attributes
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            content = (attributes.get("content") or "").strip()
            if name and content:
                metas.setdefault(name.strip().lower(), content)
        return metas

    @cached_property
    def linked_data(self) -> Node:
        """Return the JSON-LD node that describes the article; empty if there is none."""
        if b"ld+json" not in self.html:
            return {}
        scripts = self.tree.css('script[type="application/ld+json" i]')
        return article_node([node.text() for node in scripts])

    @cached_property
    def head_title(self) -> str:
        """Return the text of the title element; empty if there is none."""
        node = self.tree.css_first("title")
        return collapsed(node.text()) if node else ""

    def text(self, selector: str) -> str:
        """Return the text of the first element that a selector finds and that has any; empty if there is none."""
        first = self.tree.css_first(selector)
        if first is None:
            return ""
        if text := collapsed(first.text()):  # so is most often the first, behind which the tree need not be searched
            return text
        return next((text for node in self.tree.css(selector) if (text := collapsed(node.text()))), "")


def _is_splittable(url: str) -> bool:
    try:
        urlsplit(url)
    except ValueError:  # a broken IPv6 host
        return False
    return True
