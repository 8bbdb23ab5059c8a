"""What stands in round brackets after a name: US symbols, Taiwanese codes, or something else."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archive.model.article import Market

_US = r"[A-Z]{1,5}(?:[.-][A-Z]{1,2})?"
_TW = r"00[5-9]\d|00\d{3}[0-9A-Z]?|[1-9]\d{3}"
_US_SYMBOL = re.compile(_US)
_TW_CODE = re.compile(_TW)
_US_EXCHANGE = re.compile(rf"(?i:nasdaq|nyse(?: ?(?:arca|american))?|amex|cboe|us|美股) ?: ?({_US})|({_US})[.: -]US")
_TW_EXCHANGE = re.compile(rf"(?i:twse|tpex|tpe|tw|台股|上市|上櫃) ?: ?({_TW})|({_TW})[.: -](?:TWO|TW|TT)")
_SEVERAL = re.compile(r"\s*[、/,]\s*")

_BRACKET = re.compile(r"\(([^()]{1,40})\)")
_WORD_BACKWARDS = r" ?[」』》\"”]?((?:\w++|[&.'’!+-]++)++)"  # `\w` alone is several times faster than in a class
_NAME_BACKWARDS = re.compile(_WORD_BACKWARDS)
_TWO_BACKWARDS = re.compile(rf" ?\)([^()]{{1,40}})\({_WORD_BACKWARDS}")
_NAME_WINDOW = 100
_REMEMBERED = 4096  # of at most 40 characters each
_LETTER = re.compile(r"[^\W\d_]")
_CHINESE = re.compile(r"[\u3400-\u9fff]|-(?:KY|DR)$")


class Symbol(NamedTuple):
    """A symbol or code, by its shape alone.

    Attributes:
        name: A US symbol with a dot before the share class (`BRK.B`), or a Taiwanese code (`2317`).
        market: The market of its shape, or of the exchange named with it.
        by_exchange: Whether the exchange is named with it: `NASDAQ:AMZN`, `2330-TW`.
    """

    name: str
    market: Market
    by_exchange: bool = False


class Bracket(NamedTuple):
    """A bracket that holds nothing but symbols, directly after a name.

    Attributes:
        symbols: What it holds; several in `Alphabet(GOOGL、GOOG)`.
        names: The word before it; of `Amazon(亞馬遜)(AMZN)` both names, `Amazon` and `亞馬遜`.
        place: Where it begins in the text.
    """

    symbols: tuple[Symbol, ...]
    names: tuple[str, ...]
    place: int

    @property
    def has_chinese(self) -> bool:
        """Return whether a name is Chinese, in part at least, or marked as listed in Taiwan (`-KY`)."""
        return any(map(_CHINESE.search, self.names))


def brackets_in(text: str) -> Iterator[Bracket]:
    """Yield the brackets of a text in the normal form that hold symbols after a name, in order.

    >>> [(bracket.names, bracket.symbols[0].name) for bracket in brackets_in("Amazon(亞馬遜)(AMZN)與鴻海(2317)")]
    [(('Amazon', '亞馬遜'), 'AMZN'), (('與鴻海',), '2317')]
    >>> list(brackets_in("第三季(Q3)營收年增(YoY)12%"))
    []
    """
    for found in _BRACKET.finditer(text):
        symbols = _symbols_in(found[1])
        if symbols and (names := _names_before(text, found.start())):
            yield Bracket(symbols, names, found.start())


@lru_cache(_REMEMBERED)
def _symbols_in(written: str) -> tuple[Symbol, ...]:
    """Return what a bracket holds, if that is nothing but symbols; empty if it is not.

    Remembered, since a column speaks of the same companies again and again.
    """
    symbols = [read_symbol(part) for part in _SEVERAL.split(written.strip())]
    known = tuple([symbol for symbol in symbols if symbol])
    return known if len(known) == len(symbols) else ()


def read_symbol(written: str) -> Symbol | None:
    """Return the symbol or code that a text is, or None if it has the shape of neither.

    >>> read_symbol("BRK-B").name, read_symbol("NASDAQ: AMZN").name, read_symbol("2330-TW").name, read_symbol("Q3")
    ('BRK.B', 'AMZN', '2330', None)
    """
    if not written.isalnum():  # an exchange is named before a colon, or behind a sign
        if found := _US_EXCHANGE.fullmatch(written):
            return Symbol(_dotted(found[1] or found[2]), "US", by_exchange=True)
        if found := _TW_EXCHANGE.fullmatch(written):
            return Symbol(found[1] or found[2], "TW", by_exchange=True)
    if _TW_CODE.fullmatch(written):
        return Symbol(written, "TW")
    return Symbol(_dotted(written), "US") if _US_SYMBOL.fullmatch(written) else None


def _dotted(symbol: str) -> str:
    return symbol.replace("-", ".")


def _names_before(text: str, place: int) -> tuple[str, ...]:
    """Return the names directly before a place: one, two of `Amazon(亞馬遜)`, or none."""
    # Backwards, a name begins at a known place; forwards each place before it would have to be tried.
    backwards = text[max(0, place - _NAME_WINDOW) : place][::-1]
    if found := _TWO_BACKWARDS.match(backwards):
        second, first = found[1][::-1], found[2][::-1]
        if not _LETTER.search(first):
            return ()
        return (first, second) if _LETTER.search(second) and not read_symbol(second) else (first,)
    found = _NAME_BACKWARDS.match(backwards)
    return (found[1][::-1],) if found and _LETTER.search(found[1]) else ()
