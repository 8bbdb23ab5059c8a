"""Stage `tickers`: the companies an article speaks of, by symbol, each with the evidence for it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from archive.model.article import Mention, Problem
from pipelines.stage import Stage
from pipelines.ticker_brackets import Symbol, brackets_in, read_symbol
from pipelines.us_symbols import Word, everyday_words, us_symbols

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator

    from archive.model.article import Article, Block, Evidence, Market

Refusal = Literal["unlisted", "everyday_word", "year", "no_company"]

_STOCK_PATH = re.compile(r"/forum/stock/(?P<symbol>[^/]{1,15})/*", re.IGNORECASE)
_SLASHES = re.compile(r"/{2,}")
_OWN_HOST = re.compile(r"(?:.+\.)?(?:cmnews\.com\.tw|cmoney\.tw)")
_YEARS = range(1900, 2101)
_NO_COMPANY = re.compile(
    r"(?:年|月|日|季|度|點|型|號|版|價|指數|營收|虧損|損失|淨損|淨利|獲利|金額|總額|合計|目標|同期"
    r"|[美億萬港歐日]元|\d[萬億兆]|大選|選舉|展望|回顧|財報|奧運|世足)$"
)
_LONGEST_END = 2
_SHOWN = {"link": "is linked as a stock", "tag": "is tagged as a stock", "bracket": "stands after a company's names"}
_LETTER = Word("proof", frozenset())
_REMEMBERED = 4096
"""Tags and stock links, which pages have again and again, are read once each, unless they are long."""
_REMEMBERED_LENGTH = 100  # characters


class Sighting(NamedTuple):
    """A place where an article seems to name a company's symbol.

    Attributes:
        symbol: As read by its shape.
        evidence: How it is shown.
        names: What the company is called before the bracket; empty for a link.
        is_plain: Whether it is a bracket after one name, and no more.
        is_chinese: Whether a name is Chinese, in part at least.
        beside: All symbols of its bracket, itself among them.
    """

    symbol: Symbol
    evidence: Evidence
    names: tuple[str, ...] = ()
    is_plain: bool = False
    is_chinese: bool = False
    beside: tuple[Symbol, ...] = ()

    def refusal(self) -> Refusal | None:
        """Return why it is not believed to be a company's symbol, or None if it is."""
        return self._refusal_us() if self.symbol.market == "US" else self._refusal_tw()

    @property
    def is_suspect(self) -> bool:
        """Return whether it is shown so clearly that a symbol which is not in the list is a problem.

        What has a digit is none of the US market; CMoney links indices under such names.
        """
        name = self.symbol.name
        return not self.is_plain and name.replace(".", "").isalpha() and name not in everyday_words()

    def _refusal_us(self) -> Refusal | None:
        word = _LETTER if len(self.symbol.name) == 1 else everyday_words().get(self.symbol.name)
        if word and (any(_means(name, word) for name in self.names) or (self.is_plain and word.needs == "proof")):
            return "everyday_word"
        return None if all(map(_is_listed, self.beside or (self.symbol,))) else "unlisted"

    def _refusal_tw(self) -> Refusal | None:
        if self.evidence == "link" or self.symbol.by_exchange:
            return None
        could_be_year = self.symbol.name.isdecimal() and int(self.symbol.name) in _YEARS
        is_known = self.is_chinese or (self.evidence == "tag" and not could_be_year)
        if not is_known or any(_NO_COMPANY.search(name[-_LONGEST_END:]) for name in self.names):
            return "no_company"
        return "year" if could_be_year and self.evidence != "tag" else None


def tickers(article: Article, counts: Counter[str]) -> Article:
    """Return the article with `tickers`, `tw_stocks` and `mentions` set.

    Evidence is a stock link, a stock tag (`亞馬遜(AMZN)`), or a bracket after a company's name (FACTS §5). A US symbol
    has to be in the list; one that is linked, tagged or follows both names of a company and is not, is a problem.
    Symbols that are everyday words, and codes that could be a year, need more than brackets after a name.

    Args:
        article: In the normal form, without its tail.
        counts: `link`, `tag` and `bracket`: mentions kept; `refused_everyday_word`, `refused_year`,
            `refused_unlisted`, `refused_no_company`: what looked like a symbol and is not believed to be one.
    """
    mentions: dict[Mention, None] = {}
    problems = dict.fromkeys(article.problems)
    for sighting in _sightings(article):
        refusal = sighting.refusal()
        if refusal is None:
            name, market, _ = sighting.symbol
            mentions[Mention(name, market, sighting.evidence)] = None
        else:
            counts[f"refused_{refusal}"] += 1
        if refusal == "unlisted" and sighting.is_suspect:
            problems[_unlisted(sighting)] = None
    counts.update(mention.evidence for mention in mentions)
    return article.but(
        tickers=_symbols(mentions, "US"),
        tw_stocks=_symbols(mentions, "TW"),
        mentions=list(mentions),
        problems=list(problems),
    )


class Tickers(Stage):
    """Reads which companies an article speaks of."""

    refine = staticmethod(tickers)


def read_stock_link(url: str, own_host: str | None) -> Symbol | None:
    """Return what a stock link names, of whatever shape, or None if the address is no stock link of CMoney's.

    Args:
        url: Absolute or relative.
        own_host: The host that the article is from, where it is none of CMoney's public ones.

    >>> read_stock_link("https://www.cmoney.tw/forum/stock/brk-b?from=x", None).name
    'BRK.B'
    >>> read_stock_link("https://example.com/forum/stock/AMZN", None) is None
    True
    """
    if "stock" not in url.lower():
        return None
    return _linked_before(url, own_host) if len(url) <= _REMEMBERED_LENGTH else _linked(url, own_host)


def _linked(url: str, own_host: str | None) -> Symbol | None:
    try:
        address = urlsplit(url.strip())
    except ValueError:  # an address that nobody can ask, such as a broken IPv6 host
        return None
    path = _STOCK_PATH.fullmatch(_SLASHES.sub("/", address.path))
    host = address.hostname
    if path is None or not (host is None or host == own_host or _OWN_HOST.fullmatch(host)):
        return None
    written = unquote(path["symbol"]).strip().upper().replace("/", ".")
    return read_symbol(written) or Symbol(written, "US")


_linked_before = lru_cache(_REMEMBERED)(_linked)


@lru_cache
def _host_of(origin: str) -> str | None:
    return urlsplit(origin).hostname


def _sightings(article: Article) -> Iterator[Sighting]:
    for _, sighting in _bracketed(article.title):
        yield sighting
    own_host = _host_of("/".join(article.url.split("/", 3)[:3])) if article.url else None
    for block in article.blocks:
        if block.links or "(" in block.text:
            for _, sighting in _in_block(block, own_host):
                yield sighting
    for tag in article.tags:
        if tag.endswith(")"):
            yield from _tagged_before(tag) if len(tag) <= _REMEMBERED_LENGTH else _tagged(tag)


def _in_block(block: Block, own_host: str | None) -> Iterable[tuple[int, Sighting]]:
    if not block.links:
        return _bracketed(block.text)
    linked = ((block.text.find(link.title), read_stock_link(link.url, own_host)) for link in block.links)
    sightings = [(place, Sighting(symbol, "link")) for place, symbol in linked if symbol]
    sightings += _bracketed(block.text)
    sightings.sort(key=lambda placed: placed[0])
    return sightings


def _bracketed(text: str) -> Iterator[tuple[int, Sighting]]:
    for bracket in brackets_in(text) if "(" in text else ():
        symbols, names, place = bracket
        is_chinese = bracket.has_chinese
        is_sure = is_chinese and len(names) > 1 and len(symbols) == 1  # both names of a company, and its symbol
        for symbol in symbols:
            yield place, Sighting(symbol, "bracket", names, not (is_sure or symbol.by_exchange), is_chinese, symbols)


def _tagged(tag: str) -> tuple[Sighting, ...]:
    last = tag.rfind("(")
    return tuple(
        Sighting(symbol, "tag", bracket.names, is_chinese=bracket.has_chinese)
        for bracket in brackets_in(tag)
        if bracket.place == last
        for symbol in bracket.symbols
    )


_tagged_before = lru_cache(_REMEMBERED)(_tagged)


def _is_listed(symbol: Symbol) -> bool:
    return symbol.market == "TW" or symbol.name in us_symbols().symbols


def _means(name: str, word: Word) -> bool:
    """Return whether a name is what the word means: `人工智慧`, also in `看好人工智慧`, but not in `C3人工智慧`."""
    name = name.casefold()
    for meaning in word.names:
        before = name.removesuffix(meaning)
        if before != name and not (before[-1:].isascii() and before[-1:].isalnum()):
            return True
    return False


def _unlisted(sighting: Sighting) -> Problem:
    shown = _SHOWN[sighting.evidence]
    return Problem(
        "tickers", f"{sighting.symbol.name} {shown}, but not in the list of US symbols of {us_symbols().as_of}"
    )


def _symbols(mentions: Iterable[Mention], market: Market) -> list[str]:
    return sorted({symbol for symbol, where, _ in mentions if where == market})
