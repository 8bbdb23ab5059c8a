"""How symbols are written: in brackets after a name, with an exchange, behind a dollar sign."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

from archive.model.article import Market
from pipelines.symbols import lists

_US = r"[A-Z]{1,5}(?:[.-][A-Z]{1,2})?"
_TW = r"00[5-9]\d|00\d{3}[0-9A-Z]?|[1-9]\d{3}"
_US_SYMBOL = re.compile(_US)
_TW_CODE = re.compile(_TW)
_US_EXCHANGES = (
    r"nasdaq(?:gs|gm|cm)?|nyse(?: ?(?:arca|american|mkt))?|amex|cboe(?: ?bzx)?|otc(?:mkts|qx|qb| ?pink)?|us|"
    r"美股(?:上市)?|美國|那斯達克|納斯達克|紐約?證?券?交易?所|紐交所|紐約證交所|美交所"
)
_TW_EXCHANGES = r"twse|tpex|tpe|tse|otc|tw|台股|臺股|台灣|臺灣|證交所|上市|上櫃|興櫃"
_NUMBER_OF = r"(?:股票|證券|交易|上市)?(?:代號|代碼|代号|代码)|股號|ticker|symbol"
_US_EXCHANGE = re.compile(
    rf"(?i:(?:{_US_EXCHANGES})(?: ?(?:{_NUMBER_OF}))?|{_NUMBER_OF}) ?: ?({_US})"
    rf"|(?i:nasdaq|nyse(?: ?arca)?|amex|cboe|那斯達克|納斯達克|紐交所|(?:美股|美國)?(?:{_NUMBER_OF})|美股)[ -]?({_US})"
    rf"|({_US})(?:[.:-]| )US(?: Equity)?|({_US})\.(?:O|N|OQ)"
)
_TW_EXCHANGE = re.compile(
    rf"(?i:(?:{_TW_EXCHANGES})(?: ?(?:{_NUMBER_OF}))?) ?:? ?({_TW})|({_TW})(?:[.:-]| )(?:TWO|TW|TT)(?: Equity)?"
)
_TW_NUMBERED = re.compile(rf"(?i:{_NUMBER_OF}) ?:? ?({_TW})")
_LABEL = re.compile(rf"(?i:({_US_EXCHANGES}))(?: ?(?:{_NUMBER_OF}))? ?:")
_HYPHENS: Final = str.maketrans(
    {"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-", "︰": ":", "﹕": ":"}
)
_CLASS = re.compile(r"(?<![A-Z/])([A-Z]{1,5})/([A-Z])(?![A-Z/])")
_SEVERAL = re.compile(r"\s*(?:[、/,;&|]|\s(?:and|or)\s|[與和及或])\s*")
_CHANGED = re.compile(rf"({_US}|{_TW})\s*(?:[+▲▼△▽↑↓漲跌升收]|-\s?\d|上漲|下跌|股價|\$|:?\s?[+-]\d).*")
_NOTE = re.compile(
    r"[+\-±▲▼△▽↑↓$~約]*\s*(?:US|NT)?\$?\d.*|(?:大?漲|大?跌|上漲|下跌|收|升|挫|飆|盤[前後中]|股價|市值|本益比|目標價|現價|今年|年初|單日|日).*"
    r"|持平|平盤|未上市|簡稱.*|下稱.*|以下.*|前身.*|原名.*"
)
_BRACKET = re.compile(r"\(([^()]{1,160})\)")
_SQUARE = re.compile(r"[\[【〔]([^\[\]【】〔〕()]{1,40})[\]】〕]")
_WORD_BACKWARDS = re.compile(r"(?:\w++|[&.'’!+\-‐‑]++)++")
_QUOTED = re.compile(r" ?[」』》\"”]?")
_BEFORE_BRACKET = re.compile(r" ?\)([^()]{1,60})\(")
_CASHTAG = re.compile(r"(?<![A-Za-z0-9])\$(?=[A-Z])")
_RECEIPT = re.compile(r" ?RDA(?=\))")
_LATIN = re.compile(r"[A-Za-z0-9&.'’!+\-À-ɏ]")
_NAME_WINDOW = 120
_MOST_WORDS = 6
_REMEMBERED = 4096
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST_INNER_NAME = 60
_ASIDE = re.compile(
    rf"(?<![A-Za-z0-9$])\$({_US_SYMBOL.pattern})(?![A-Za-z0-9.-]*[A-Za-z0-9])|(?<![A-Za-z0-9.$])({_US})\.US(?![A-Za-z0-9])"
)


_EXPLAINED = re.compile(rf"(?<![A-Za-z0-9.$&-])({_US}|{_TW}) ?\(([^()]{{2,{_LONGEST_INNER_NAME}}})\)(?! ?\()")


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
    """A bracket that holds symbols, directly after a name or with one.

    Attributes:
        symbols: What it holds; several in `Alphabet(GOOGL、GOOG)`.
        names: The name before it; of `Amazon(亞馬遜)(AMZN)` both names, `Amazon` and `亞馬遜`.
        place: Where it begins in the text.
        inner: The names inside it: `Intel` in `英特爾(Intel, INTC)`.
        is_pure: Whether it holds nothing but symbols.
        after: What follows it, a few characters.
    """

    symbols: tuple[Symbol, ...]
    names: tuple[str, ...]
    place: int
    inner: tuple[str, ...] = ()
    is_pure: bool = True
    after: str = ""


class Content(NamedTuple):
    """What a bracket holds: symbols, names, and whether there is nothing but symbols."""

    symbols: tuple[Symbol, ...]
    names: tuple[str, ...]
    is_pure: bool


_NOTHING = Content((), (), is_pure=False)
_AFTER = 6


def brackets_in(text: str) -> Iterator[Bracket]:
    """Yield the brackets of a text in the normal form that hold symbols and have a name, in order; round ones first.

    Square ones (`[NVDA]`, `【NVDA】`) hold much else: they are not pure, whatever they hold.

    >>> [(bracket.names, bracket.symbols[0].name) for bracket in brackets_in("Amazon(亞馬遜)(AMZN)與鴻海(2317)")]
    [(('Amazon', '亞馬遜'), 'AMZN'), (('與鴻海',), '2317')]
    >>> list(brackets_in("第三季(Q3)營收年增(YoY)12%"))
    []
    """
    squares = _SQUARE.finditer(text) if "[" in text or "【" in text or "〔" in text else ()
    for match in chain(_BRACKET.finditer(text), squares):
        symbols, inner, is_pure = _read_content(match[1])
        if not symbols:
            continue
        is_pure = is_pure and match.re is _BRACKET
        names = _names_before(text, match.start())
        if names or inner or any(symbol.by_exchange for symbol in symbols):
            after = text[match.end() : match.end() + _AFTER]
            yield Bracket(symbols, names, match.start(), inner, is_pure, after)


def asides_in(text: str) -> Iterator[tuple[int, Symbol, str, str]]:
    """Yield the symbols outside brackets that are marked as such, `$NVDA` and `NVDA.US`.

    Yields:
        The place, the symbol (by its exchange in `NVDA.US`), and the text before and after it.
    """
    inside = [match.span() for match in _BRACKET.finditer(text)]
    for match in _ASIDE.finditer(text):
        if any(start < match.start() < end for start, end in inside):
            continue
        symbol = Symbol(_dotted(match[1] or match[2]), "US", by_exchange=match[2] is not None)
        before = _names_before(text, match.start())
        yield match.start(), symbol, before[-1] if before else "", text[match.end() : match.end() + _NAME_WINDOW]


def explained_in(text: str) -> Iterator[tuple[int, Symbol, str]]:
    """Yield the symbols that a bracket behind them names, with their place and that name.

    >>> [(symbol.name, name) for _, symbol, name in explained_in("看好NVDA(輝達)與2330 (台積電)")]
    [('NVDA', '輝達'), ('2330', '台積電')]
    """
    for match in _EXPLAINED.finditer(text):
        symbol = read_symbol(match[1])
        if symbol and not _read_content(match[2]).symbols:
            yield match.start(), symbol, match[2].strip()


@lru_cache(_REMEMBERED)
def _read_content(written: str) -> Content:
    """Return what a bracket holds; a column has the same companies again and again, so it is remembered."""
    text = _CASHTAG.sub("", written.translate(_HYPHENS)).strip()
    if symbol := read_symbol(text):
        return Content((symbol,), (), is_pure=True)
    text = _CLASS.sub(_joined_class, text)
    label = _LABEL.match(text)
    symbols: list[Symbol] = []
    names: list[str] = []
    is_pure = True
    for part in filter(None, _SEVERAL.split(text)):
        symbol = read_symbol(part)
        changed = None if symbol else _CHANGED.fullmatch(part)
        if changed:
            symbol, is_pure = read_symbol(changed[1]), False
        if symbol:
            is_stated = symbol.by_exchange or (label is not None and symbol.market == "US")
            symbols.append(symbol._replace(by_exchange=is_stated))
        else:
            is_pure = False
            if _LETTER.search(part) and not _NOTE.fullmatch(part) and len(part) <= _LONGEST_INNER_NAME:
                names.append(part)
    return Content(tuple(symbols), tuple(names), is_pure) if symbols else _NOTHING


def _joined_class(match: re.Match[str]) -> str:
    """Return a symbol with its share class, where the list has it: `BRK.B` for `BRK/B`; else what is written."""
    joined = f"{match[1]}.{match[2]}"
    return joined if joined in lists.companies() or joined in lists.former() else match[0]


def read_symbol(written: str) -> Symbol | None:
    """Return the symbol or code that a text is, or None if it has the shape of neither.

    >>> read_symbol("BRK-B").name, read_symbol("NASDAQ: AMZN").name, read_symbol("2330-TW").name, read_symbol("Q3")
    ('BRK.B', 'AMZN', '2330', None)
    """
    if not (written.isalnum() and written.isascii()):  # an exchange is named before a colon, or behind a sign
        if match := _US_EXCHANGE.fullmatch(written):
            return Symbol(_dotted(match[1] or match[2] or match[3] or match[4]), "US", by_exchange=True)
        if match := _TW_EXCHANGE.fullmatch(written):
            return Symbol(match[1] or match[2], "TW", by_exchange=True)
        if match := _TW_NUMBERED.fullmatch(written):
            return Symbol(match[1], "TW")
    if _TW_CODE.fullmatch(written):
        return Symbol(written, "TW")
    return Symbol(_dotted(written), "US") if _US_SYMBOL.fullmatch(written) else None


def _dotted(symbol: str) -> str:
    return symbol.replace("-", ".")


def _names_before(text: str, place: int) -> tuple[str, ...]:
    """Return the names directly before a place: one, two of `Amazon(亞馬遜)`, or none."""
    # Backwards, a name begins at a known place; forwards each place before it would have to be tried.
    backwards = text[max(0, place - _NAME_WINDOW) : place][::-1]
    if receipt := _RECEIPT.match(backwards):  # 台積電(2330)ADR(TSM)
        backwards = backwards[receipt.end() :]
    if match := _BEFORE_BRACKET.match(backwards):
        second = match[1][::-1].strip()
        first = _name_at(backwards, match.end())
        if not _LETTER.search(first):
            return ()
        return (first, second) if _LETTER.search(second) and not _read_content(second).symbols else (first,)
    name = _name_at(backwards, 0)
    return (name,) if _LETTER.search(name) else ()


def _name_at(backwards: str, start: int) -> str:
    """Return the name that begins at a place of a reversed text: a word, or several in Latin letters."""
    quoted = _QUOTED.match(backwards, start)
    place = quoted.end() if quoted else start
    first = _WORD_BACKWARDS.match(backwards, place)
    if first is None:
        return ""
    end = first.end()
    for _ in range(_MOST_WORDS):
        if not _LATIN.match(backwards[end - 1]):
            break
        joint = 2 if backwards.startswith(" ,", end) else 1
        further = _WORD_BACKWARDS.match(backwards, end + joint) if backwards.startswith(" ", end) else None
        if further is None or not _LATIN.match(further[0]):
            break
        end = further.end()
    return backwards[place:end][::-1]
