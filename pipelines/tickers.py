"""Stage `tickers`: the companies that an article names, by symbol, each with the evidence for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, urlsplit

from archive.model.article import Article, Block, Market, Mention, Problem
from archive.model.labels import HOUSE
from archive.model.time_zones import TAIPEI
from pipelines.stage import Stage
from pipelines.symbols import names, terms
from pipelines.symbols.notation import Bracket, Symbol, asides_in, brackets_in, explained_in, read_symbol
from pipelines.symbols.proof import judge
from pipelines.symbols.sighting import Sighting

_STOCK_PATH = re.compile(r"/forum/stock/([^/]{1,15})/*|/stock/([^/]{1,15})/discussion/*", re.IGNORECASE)
_SLASHES = re.compile(r"/{2,}")
_CELLS: Final = " | "
_HEADED = re.compile(
    r"(?:股票|證券|美股|台股|公司|個股)?(?:代號|代碼|股號)|(?:stock )?(?:ticker|symbol)s?(?: symbol)?|代號/名稱",
    re.IGNORECASE,
)
_AFTER_NAME = 12
_REMEMBERED = 4096
"""Stock links, which pages have again and again, are read once each, unless they are long."""
_REMEMBERED_LENGTH = 100  # characters
_FIELDS = {"US": "tickers", "TW": "tw_stocks"}


def tickers(article: Article, counts: Counter[str]) -> Article:
    """Return the article with `tickers`, `tw_stocks` and `mentions` set.

    `docs/extraction.md` has what proves a symbol. A symbol that is refused, and that the article does not name
    elsewhere with better evidence, is a problem of the article; so is one that is kept against the name before it.

    Args:
        article: In the normal form, without its tail.
        counts: `link`, `tag`, `bracket`, `text` and `row`: mentions kept; `refused_everyday_word`, `refused_year`,
            `refused_unlisted`, `refused_no_company`, `refused_unproven`: what looked like a symbol and is not believed
            to be one; `contradicted`: mentions kept with a problem.
    """
    mentions: dict[Mention, None] = {}
    refused: dict[Problem, tuple[str, Market]] = {}
    kept: dict[Problem, None] = {}
    for sighting in sightings(article):
        name, market, _ = sighting.symbol
        verdict = judge(sighting)
        problem = Problem(_FIELDS[market], verdict.reason) if verdict.reason else None
        if verdict.refusal:
            counts[f"refused_{verdict.refusal}"] += 1
            if problem:
                refused[problem] = (name, market)
            continue
        mentions[Mention(name, market, sighting.evidence, verdict.today)] = None
        if problem:
            counts["contradicted"] += 1
            kept[problem] = None
    counts.update(mention.evidence for mention in mentions)
    known = {(mention.symbol, mention.market) for mention in mentions}
    left = [problem for problem, symbol in refused.items() if symbol not in known]
    return article.but(
        tickers=_symbols(mentions, "US"),
        tw_stocks=_symbols(mentions, "TW"),
        mentions=list(mentions),
        problems=list(dict.fromkeys((*article.problems, *left, *kept))),
    )


class Tickers(Stage):
    """Reads which companies an article names."""

    refine = staticmethod(tickers)


def _symbols(mentions: Iterable[Mention], market: Market) -> list[str]:
    return sorted({mention.symbol for mention in mentions if mention.market == market})


def sightings(article: Article) -> Iterator[Sighting]:
    """Yield what looks like a symbol in title, blocks and tags, in order of appearance."""
    at = article.published_at.astimezone(TAIPEI) if article.published_at else None
    year, month = (at.year, f"{at:%Y-%m}") if at else (None, "")
    for sighting in _unplaced(article):
        yield sighting._replace(year=year, month=month)


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
    if path is None or not (host is None or host == own_host or HOUSE.fullmatch(host)):
        return None
    written = unquote(path[1] or path[2]).strip().upper().replace("/", ".")
    return read_symbol(written) or Symbol(written, "US")


_linked_before = lru_cache(_REMEMBERED)(_linked)


@lru_cache
def _host_of(origin: str) -> str | None:
    return urlsplit(origin).hostname


def _unplaced(article: Article) -> Iterator[Sighting]:
    for _, sighting in _written(article.title):
        yield sighting
    own_host = _host_of("/".join(article.url.split("/", 3)[:3])) if article.url else None
    header: list[str] = []
    for block in article.blocks:
        for _, sighting in _in_block(block, own_host):
            yield sighting
        if block.kind != "row":
            header = []
            continue
        cells = block.text.split(_CELLS)
        yield from _in_row(cells, header)
        header = header or cells
    for tag in article.tags:
        if tag.endswith(")"):
            yield from _tagged(tag)


def _in_block(block: Block, own_host: str | None) -> Sequence[tuple[int, Sighting]]:
    placed = list(_written(block.text))
    linked = ((block.text.find(link.title), read_stock_link(link.url, own_host)) for link in block.links)
    placed += [(place, Sighting(symbol, "link")) for place, symbol in linked if symbol]
    if len(placed) > 1:
        placed.sort(key=lambda pair: (pair[0], pair[1].evidence != "link"))
    return placed


def _written(text: str) -> Iterator[tuple[int, Sighting]]:
    if "(" in text or "[" in text or "【" in text or "〔" in text:
        for bracket in brackets_in(text):
            yield from ((bracket.place, sighting) for sighting in _of_bracket(bracket))
        for place, symbol, name in explained_in(text):
            if _agrees(name, symbol):  # most of what a bracket explains is an abbreviation
                yield place, Sighting(symbol, "text", (name,), is_loose=True)
    if "$" in text or ".US" in text:
        for place, symbol, before, after in asides_in(text):
            near = tuple(filter(None, (before, after.strip().split(" ")[0][:_AFTER_NAME])))
            yield place, Sighting(symbol, "text", near, is_loose=True)


def _of_bracket(bracket: Bracket) -> Iterator[Sighting]:
    """Yield a sighting for each symbol of a bracket.

    Two names before a single symbol are both names of a company, if one of them is Chinese.
    """
    is_chinese = any(map(terms.has_chinese, bracket.names))
    is_full = is_chinese and len(bracket.names) > 1 and len(bracket.symbols) == 1 and bracket.is_pure
    for place, symbol in enumerate(bracket.symbols):
        beside = (*bracket.symbols[:place], *bracket.symbols[place + 1 :])
        yield Sighting(
            symbol, "bracket", (*bracket.names, *bracket.inner), is_full, not bracket.is_pure, beside, bracket.after
        )


def _tagged(tag: str) -> Iterator[Sighting]:
    last = tag.rfind("(")
    for bracket in brackets_in(tag):
        if bracket.place == last:
            for symbol in bracket.symbols:
                yield Sighting(symbol, "tag", bracket.names)


def _in_row(cells: list[str], header: list[str]) -> Iterator[Sighting]:
    """Yield the symbols that fill a cell of a row, where the column is headed so or another cell names the company."""
    for place, cell in enumerate(cells):
        symbol = read_symbol(cell.strip().lstrip("$"))
        if symbol is None:
            continue
        is_headed = place < len(header) and _HEADED.fullmatch(header[place].strip()) is not None
        others = tuple(other.strip() for other in (*cells[:place], *cells[place + 1 :]) if other.strip())
        named = tuple(other for other in others if _agrees(other, symbol))
        if is_headed or named:
            yield Sighting(symbol, "row", named or others[:1], is_loose=True, is_headed=is_headed)


def _agrees(name: str, symbol: Symbol) -> bool:
    if symbol.market == "TW":
        return names.taiwan_agrees(name, symbol.name)
    return names.agreement(name, symbol.name) == "certain"
