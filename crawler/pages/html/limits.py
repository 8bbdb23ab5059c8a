"""What a page may hold to be parsed in good time: nesting and attributes are cut, as browsers do, the rest refused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MANY_TAGS: Final = 1_500
MANY_BYTES: Final = 1 << 17
"""A page below both is parsed in well under two seconds whatever is in it."""

MOST_OPEN: Final = 12_000
MOST_FORMATS_OPEN: Final = 100
MOST_ATTRIBUTES: Final = 2_000

_ATTRIBUTE = (
    rb"[\s/]*+(?:=[^\s/>=]*+|[^\s/>=]++)(?:\s*+=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s\"'>][^\s>]*+|))?+"
)
"""Quotes count in a value only, right behind `=`; elsewhere they are letters of a name (HTML, tokenization)."""

_ATTRIBUTES = re.compile(_ATTRIBUTE)
_ANY_TAG = re.compile(rb"<[a-zA-Z](?:[^\s/>]*+)(?:" + _ATTRIBUTE + rb")*+")
_TOKEN = re.compile(
    rb"<(?:!--(?:-?>|.*?(?:--!?>|\Z))|[!?][^>]*+|/(?![a-zA-Z])[^>]*+"
    rb"|(?P<closing>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<attributes>(?:" + _ATTRIBUTE + rb")*+)(?P<end>[\s/]*+)(?:>|\Z))",
    re.DOTALL,
)
_SCRIPT = re.compile(rb"<!--(?!-?>)|-->|<(?P<closing>/?)script(?=[\s/>])", re.IGNORECASE)
_CLOSED_BY_OTHERS = frozenset(
    b"a area base br col embed hr img input link meta param source track wbr p li dt dd tr td th tbody thead tfoot"
    b" option optgroup rt rp html head body".split()
)
_FORMATS = b"b big code em font i s small strike strong tt u"
_FORMATTING = frozenset(_FORMATS.split())
_ANY_FORMAT = re.compile(rb"<(?:" + _FORMATS.replace(b" ", b"|") + rb")[\s/>]", re.IGNORECASE)
_RAW = frozenset(b"script style textarea title xmp iframe noembed noframes noscript plaintext".split())
_FOREIGN = frozenset((b"svg", b"math"))


def within_limits(html: bytes) -> tuple[bytes, str | None]:
    """Return a page that can be parsed, and what was cut off it, for a person to read; None if nothing was.

    Nested elements cost a parser time by the square of their depth, unclosed formatting elements (`<b>`) and
    attributes by the square of their number. Beyond a limit tags and attributes go; text stays.
    """
    signs = html.count(b"<")
    if (len(html) < MANY_BYTES and signs < MANY_TAGS) or (signs <= MOST_OPEN and _has_few(html)):
        return html, None
    return _Cutter(html).cut()


def _has_few(html: bytes) -> bool:
    """Return whether a page surely has few formats and attributes; far cheaper than a walk, and enough for most."""
    if len(_ANY_FORMAT.findall(html)) > MOST_FORMATS_OPEN:
        return False
    return all(len(tag) <= 2 * MOST_ATTRIBUTES for tag in _ANY_TAG.findall(html))


class _Cutter:
    """One walk over the tags of a page, as a parser's tokenizer sees them."""

    def __init__(self, html: bytes) -> None:
        self._html = html
        self._kept: list[bytes] = []
        self._start = 0
        self._open: list[bytes] = []
        self._count: Counter[bytes] = Counter()
        self._formats: Counter[bytes] = Counter()
        self._formats_open = 0
        self._dropped: Counter[bytes] = Counter()
        self._foreign = 0
        self._cuts: dict[str, None] = {}

    def cut(self) -> tuple[bytes, str | None]:
        """Return the page and what was cut off it."""
        html, place = self._html, 0
        while token := _TOKEN.search(html, place):
            place = token.end()
            if token["name"] is None:
                continue
            name = token["name"].lower()
            if token["closing"]:
                self._close(token, name)
                continue
            if len(token["attributes"]) > 2 * MOST_ATTRIBUTES:  # two bytes each, at least
                self._cut_attributes(token)
            if name in _RAW and not self._foreign:
                place = _raw_end(html, place, name)
            elif name not in _CLOSED_BY_OTHERS and not (self._foreign and b"/" in token["end"]):
                self._begin(token, name)
        if not self._kept:
            return html, None
        self._kept.append(html[self._start :])
        return b"".join(self._kept), f"the page has {' and '.join(self._cuts)}: what is beyond was cut"

    def _begin(self, token: re.Match[bytes], name: bytes) -> None:
        if name in _FORMATTING:
            if self._formats_open >= MOST_FORMATS_OPEN:
                self._dropped[name] += 1
                self._drop(token, f"more than {MOST_FORMATS_OPEN} formatting elements open at once")
                return
            self._formats[name] += 1
            self._formats_open += 1
            return
        if len(self._open) >= MOST_OPEN:
            self._drop(token, f"more than {MOST_OPEN} elements open at once")
        self._open.append(name)
        self._count[name] += 1
        self._foreign += name in _FOREIGN

    def _close(self, token: re.Match[bytes], name: bytes) -> None:
        if name in _FORMATTING:
            if self._dropped[name]:
                self._dropped[name] -= 1
                self._drop(token)
            elif self._formats[name]:
                self._formats[name] -= 1
                self._formats_open -= 1
        elif self._count[name]:  # an end without a beginning closes nothing
            while self._pop() != name:
                pass
            if len(self._open) >= MOST_OPEN:
                self._drop(token)

    def _pop(self) -> bytes:
        name = self._open.pop()
        self._count[name] -= 1
        self._foreign -= name in _FOREIGN
        return name

    def _cut_attributes(self, token: re.Match[bytes]) -> None:
        begin, end = token.span("attributes")
        for number, attribute in enumerate(_ATTRIBUTES.finditer(self._html, begin, end)):
            if number == MOST_ATTRIBUTES:
                self._cut_out(attribute.start(), end, f"an element of more than {MOST_ATTRIBUTES} attributes")
                return

    def _drop(self, token: re.Match[bytes], excess: str | None = None) -> None:
        self._cut_out(token.start(), token.end(), excess)

    def _cut_out(self, start: int, end: int, excess: str | None) -> None:
        if start >= self._start:
            self._kept.append(self._html[self._start : start])
        self._start = end
        if excess:
            self._cuts[excess] = None


def _raw_end(html: bytes, place: int, name: bytes) -> int:
    """Return where the text of an element ends that holds no tags; the page's end if nothing ends it."""
    if name == b"plaintext":
        return len(html)
    if name != b"script":
        end = re.compile(rb"</" + name + rb"(?=[\s/>])", re.IGNORECASE).search(html, place)
        return end.start() if end else len(html)
    is_comment = is_nested = False
    for sign in _SCRIPT.finditer(html, place):
        if sign["closing"] is None:
            is_comment = sign[0] == b"<!--"
            is_nested = is_nested and is_comment
        elif sign["closing"] and not is_nested:
            return sign.start()
        else:
            is_nested = is_comment and not sign["closing"]
    return len(html)


@dataclass(frozen=True, slots=True)
class Bound:
    """The most that a page may hold of something.

    Attributes:
        most: The most.
        measured: Returns how much a page, unpacked, holds of it.
        says: Returns the line about a page with more.
        why: What more of it would cost, and how much real pages have.
    """

    most: int
    measured: Callable[[bytes], int]
    says: Callable[[int], str]
    why: str


def _tags_in(content: bytes) -> int:
    """Return how many tags a page may hold, by their signs; counting a single byte takes Python six times as long."""
    return len(content) - len(content.replace(b"<", b""))


BOUNDS: Final = (
    Bound(
        4_000_000,
        len,
        lambda size: f"{size / 1e6:.1f} MB of text",
        "a rendered page has 0.2 MB; text costs about 0.2 s a MB through all stages",
    ),
    Bound(
        100_000,
        _tags_in,
        lambda tags: f"{tags:,} tags",
        "a rendered page has 3,000; each costs some 9 microseconds and 750 bytes once it is parsed",
    ),
    Bound(
        5_000,
        lambda content: content.count(b"<a ") + content.count(b"<A "),
        lambda links: f"{links:,} links",
        "a rendered page has 300; each may be an address to be discovered",
    ),
)
"""In the order in which they are looked at: the cheapest first."""


def excess(content: bytes) -> str | None:
    """Return what makes a page larger than any article, for a person to read; None where nothing does.

    >>> excess(b"<p>" + b"x" * 8_100_000)
    'larger than any article: 8.1 MB of text'
    """
    size, _, links = BOUNDS
    if len(content) <= size.most and _tags_in(content) <= links.most:  # a page has no more links than tags
        return None
    for bound in BOUNDS:
        if (amount := bound.measured(content)) > bound.most:
            return f"larger than any article: {bound.says(amount)}"
    return None
