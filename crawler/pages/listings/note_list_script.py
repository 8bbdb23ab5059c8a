"""The script of an old-site listing: `var notedatalist = [["…nid=1","1：{title}"], …] || [];`.

See docs/site.md §2.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from archive.model.text import collapsed
from crawler.addresses import Sites, read_address
from crawler.pages.listings.cards import Card

_BEGINNING = re.compile(r"\bnotedatalist[\"']?\s*[=:]\s*(?:\w+\s*\|\|\s*)?(?=\[)")
_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'|`(?:[^`\\]|\\.)*+`)|(?P<open>[\[{(])|(?P<close>[\]})])"""
    r"|(?P<skip>//[^\n]*+|/\*.*?\*/|[\s,:+]++|[\w.$-]++)",
    re.DOTALL,
)
_ESCAPE = re.compile(
    r"\\(?:u\{(?P<point>[0-9a-fA-F]{1,6})\}|u(?P<four>[0-9a-fA-F]{4})|x(?P<two>[0-9a-fA-F]{2})|(?P<one>[\s\S]))"
)
_SINGLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "", "\n": ""}
_COUNTER = re.compile(r"\s*\d{1,6}\s*[：:]\s*")
_LAST_POINT = 0x10FFFF


def cards_of_script(script: str, sites: Sites, page_url: str) -> list[Card]:
    """Return the cards of every `notedatalist` in a page's source, in order; the counter before a title dropped.

    The list is JavaScript, not JSON: quotes of either kind, escapes, comments and trailing commas are read.
    """
    cards: list[Card] = []
    for match in _BEGINNING.finditer(script):
        for row in _rows(script, match.end()):
            card = _card(row, sites, page_url)
            if card:
                cards.append(card)
    return cards


def _card(row: list[str], sites: Sites, page_url: str) -> Card | None:
    for index, text in enumerate(row):
        address = read_address(text, sites, page_url)
        if address:
            titles = [
                collapsed(html.unescape(_COUNTER.sub("", other, count=1))) for other in row[index + 1 :] + row[:index]
            ]
            return Card(address, next(filter(None, titles), None), address.published_at, None, ())
    return None


def _rows(script: str, start: int) -> Iterator[list[str]]:
    """Yield the texts of each innermost list, until the outermost list that begins at `start` is closed."""
    depth = 0
    row: list[str] = []
    for token in _tokens(script, start):
        if token["open"]:
            depth += 1
            row = []
        elif token["close"]:
            depth -= 1
            if row:
                yield row
            row = []
            if not depth:
                return
        elif token["text"]:
            row.append(_unescaped(token["text"][1:-1]))


def _tokens(script: str, start: int) -> Iterator[re.Match[str]]:
    while match := _TOKEN.match(script, start):
        yield match
        start = match.end()


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(_character, text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # \ud83d\ude00 is one character


def _character(match: re.Match[str]) -> str:
    digits = match["point"] or match["four"] or match["two"]
    if digits:
        point = int(digits, 16)
        return chr(point) if point <= _LAST_POINT else "\ufffd"
    return _SINGLE.get(match["one"], match["one"])
