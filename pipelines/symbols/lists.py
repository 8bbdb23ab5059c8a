"""The lists of symbols, codes and names; each is read once, when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, NamedTuple

Need = Literal["proof", "meaning"]

FILES: Final[Mapping[str, str]] = {
    "companies": "us_symbols.tsv",
    "funds": "us_funds.tsv",
    "former": "us_former_symbols.tsv",
    "renamed": "us_renamed.tsv",
    "foreign": "us_otc_foreign.tsv",
    "cusip": "us_cusip_symbols.tsv",
    "taiwan": "tw_symbols.tsv",
    "names": "us_names_zh.tsv",
    "taiwan-names": "tw_short_names.tsv",
}
"""The file of each list, by the kind that `cmoney tickers` calls it."""

_AS_OF: Final = "# as of: "
_SOURCE: Final = "# source: "


@dataclass(frozen=True, slots=True)
class SymbolList:
    """One list.

    Attributes:
        as_of: The month or day of the list: `2026-09`, `2027-01-31`.
        source: Where it comes from.
        rows: Its rows without the heads, each cut at its tabs.
    """

    as_of: str
    source: str
    rows: tuple[tuple[str, ...], ...]


class Former(NamedTuple):
    """A symbol of former years.

    Attributes:
        name: The company's name; empty where the list has none.
        first_year: The year of the first day of trade; None if unknown.
        last_year: The last year in which the symbol may have been in use.
    """

    name: str
    first_year: int | None
    last_year: int


@dataclass(frozen=True, slots=True)
class Renamed:
    """A symbol that was given up on a known day.

    Attributes:
        until: The month of its last day, `2022-06`.
        today: The symbol of today; None if the company is not traded any more.
        name: What the company was called.
    """

    until: str
    today: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Word:
    """An everyday word or abbreviation that is, or may become, a symbol.

    Attributes:
        needs: `proof` if nothing but a name of the company makes it a symbol; `meaning` if it is as good as any other
            symbol, unless the name before it is one of `names`.
        names: The names of what the word means (`人工智慧` for `AI`), case folded.
    """

    needs: Need
    names: frozenset[str]


def table(kind: str) -> SymbolList:
    """Return a list as it is kept, with its date and its source.

    Args:
        kind: A key of `FILES`.
    """
    as_of, source, _, *lines = _lines(FILES[kind])
    rows = tuple([tuple(line.split("\t")) for line in lines])
    return SymbolList(as_of.removeprefix(_AS_OF), source.removeprefix(_SOURCE), rows)


def dates() -> dict[str, str]:
    """Return the date of each list, a month or a day, by its kind."""
    return {kind: _head(name) for kind, name in FILES.items()}


@cache
def companies() -> dict[str, str]:
    """Return the names of the companies that are listed in the US, by symbol; share classes have a dot (`BRK.B`)."""
    return {symbol.replace("-", "."): name for symbol, _, name in table("companies").rows}


@cache
def funds() -> dict[str, str]:
    """Return the names of the funds that are traded in the US, by symbol."""
    return {symbol: name for symbol, _, name in table("funds").rows}


@cache
def former() -> dict[str, tuple[Former, ...]]:
    """Return what each symbol of former years stood for; the last year is that of the list, or of the known end."""
    symbols: dict[str, list[Former]] = {}
    last, until_now = (int(table(kind).as_of[:4]) for kind in ("former", "companies"))
    for symbol, name, first, state in table("former").rows:
        entry = Former(name, int(first[:4]) if first else None, until_now if state.startswith("listed") else last)
        symbols.setdefault(symbol.replace("-", "."), []).append(entry)
    for symbol, given_up in renamed().items():
        if symbol not in symbols:
            symbols[symbol] = [Former(given_up.name, None, int(given_up.until[:4]))]
    return {symbol: tuple(entries) for symbol, entries in symbols.items()}


@cache
def renamed() -> dict[str, Renamed]:
    """Return the symbols that were given up on a known day."""
    return {symbol: Renamed(until, today or None, name) for symbol, until, today, name in table("renamed").rows}


@cache
def foreign() -> frozenset[str]:
    """Return the symbols of foreign shares that are traded over the counter; their names are not known."""
    return frozenset(row[0] for row in table("foreign").rows)


@cache
def cusip() -> frozenset[str]:
    """Return other symbols that a security once had: support for other evidence, never evidence alone."""
    return frozenset(row[0] for row in table("cusip").rows)


@cache
def taiwan() -> dict[str, str]:
    """Return the names of Taiwanese securities, by code."""
    return {code: name for code, name, *_ in table("taiwan").rows}


@cache
def taiwan_short_names() -> dict[str, tuple[str, ...]]:
    """Return other names that newsrooms use for Taiwanese companies, by code, case folded."""
    names: dict[str, tuple[str, ...]] = {}
    for code, name, _ in table("taiwan-names").rows:
        names[code] = (*names.get(code, ()), name.casefold())
    return names


@cache
def names_zh() -> dict[str, dict[str, bool]]:
    """Return, by a name that newsrooms use, case folded, its symbols and whether the pair is certain."""
    names: dict[str, dict[str, bool]] = {}
    for symbol, name, _, _, certain in table("names").rows:
        names.setdefault(name.casefold(), {})[symbol.replace("-", ".")] = certain == "yes"
    return names


@cache
def everyday_words() -> dict[str, Word]:
    """Return the words in `data/everyday_words.tsv` by their capitals."""
    words = {}
    for line in _lines("everyday_words.tsv")[1:]:
        word, need, names, _ = line.split("\t")
        words[word] = Word(
            "meaning" if need == "meaning" else "proof", frozenset(filter(None, names.casefold().split("、")))
        )
    return words


@cache
def words(kind: str) -> tuple[str, ...]:
    """Return the words of a kind in `data/name_words.tsv`; the kind `term` holds those of all kinds of terms."""
    rows = [line.partition("\t") for line in _lines("name_words.tsv")[1:]]
    return tuple(word for name, _, every in rows if name.partition(":")[0] == kind for word in every.split())


def _lines(name: str) -> list[str]:
    return files("pipelines.data").joinpath(name).read_text(encoding="utf-8").splitlines()


def _head(name: str) -> str:
    with files("pipelines.data").joinpath(name).open(encoding="utf-8") as file:
        return file.readline().removeprefix(_AS_OF).strip()
