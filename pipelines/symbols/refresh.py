"""New lists from files that the user downloads: read, checked and put in the place of those in use."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final

from archive.model.text import normal_text
from pipelines.symbols import lists

_LEAST_SHARE = 0.8
_US: Final = r"[A-Z0-9]{1,6}(?:[-.][A-Z]{1,3})?"
_DAY: Final = r"\d{4}-\d{2}-\d{2}|"
_ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "symbol": ("ticker",),
    "exchange": ("market",),
    "code": ("有價證券代號", "證券代號", "股票代號"),
    "name": ("有價證券名稱", "證券名稱", "公司簡稱", "title"),
    "kind": ("type", "有價證券別"),
    "market": ("市場別",),
    "listed": ("start", "上市日", "公開發行/上市(櫃)/發行日"),
}
"""What other files call a column."""

_EXCHANGES: Final[Mapping[str, str]] = {
    "PCX": "NYSE Arca", "NMS": "Nasdaq", "NGM": "Nasdaq", "NCM": "Nasdaq", "BTS": "Cboe BZX", "ASE": "NYSE American",
    "NYQ": "NYSE",
}  # fmt: skip
"""The exchanges of the US as FinanceDatabase calls them; funds of others are left out."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a list consists of.

    Attributes:
        columns: Its columns, in order.
        rules: The regular expression that a column's value has to match; rows that do not are left out.
        source: What is written as its source.
    """

    columns: tuple[str, ...]
    rules: Mapping[str, str]
    source: str


SHAPES: Final[Mapping[str, Shape]] = {
    "companies": Shape(
        ("symbol", "exchange", "name"), {"symbol": _US}, "the SEC's public list, company_tickers_exchange.json"
    ),
    "funds": Shape(
        ("symbol", "exchange", "name"),
        {"symbol": _US, "exchange": "|".join(sorted(set(_EXCHANGES.values())))},
        "FinanceDatabase (MIT), etfs.csv",
    ),
    "former": Shape(
        ("symbol", "name", "first_traded", "state"),
        {"symbol": _US, "first_traded": _DAY, "state": r"(?:gone by|listed in) \d{4}-\d{2}"},
        "a list of the user's",
    ),
    "foreign": Shape(("symbol",), {"symbol": "[A-Z]{4}[FY]"}, "a CUSIP-to-ticker table"),
    "cusip": Shape(("symbol",), {"symbol": "[A-Z]{1,6}"}, "a CUSIP-to-ticker table"),
    "taiwan": Shape(
        ("code", "name", "kind", "market", "listed"),
        {"code": r"0\d{3,5}[A-Z]?|[1-9]\d{3}[A-Z]?\d?", "kind": "(?!.*(?:認購|認售|牛證|熊證)).*"},
        "twstock (MIT), or the exchanges' lists of securities",
    ),
    "names": Shape(
        ("symbol", "name", "usage", "sources", "certain"),
        {"symbol": _US, "usage": "tw|cn|both", "sources": r"\d+", "certain": "yes|no"},
        "a list of the user's",
    ),
}
"""The lists that can be refreshed; the others are kept by hand."""


class TickerLists:
    """The lists of symbols, as commands see them."""

    kinds: Final = tuple(SHAPES)

    @staticmethod
    def dates() -> dict[str, str]:
        """Return the date of each list, a month or a day, by its kind."""
        return lists.dates()

    @staticmethod
    def shown() -> list[tuple[str, str, int, str]]:
        """Return kind, date, number of rows and source of each list."""
        tables = {kind: lists.table(kind) for kind in lists.FILES}
        return [(kind, table.as_of, len(table.rows), table.source) for kind, table in tables.items()]

    @staticmethod
    def refresh(kind: str, paths: Sequence[Path], as_of: str) -> int:
        """Put a new list in the place of the one in use, and return its number of rows.

        Args:
            kind: One of `kinds`.
            paths: The files that the list is in, all of one kind: JSON as the SEC has it, CSV, or tab-separated.
            as_of: The day of the list, such as `2027-01-31`.

        Raises:
            ValueError: A file is not of that kind, or has far fewer rows than the list in use.
            OSError: A file cannot be read, or the list cannot be written.
        """
        text = converted(kind, paths, as_of, int(len(lists.table(kind).rows) * _LEAST_SHARE))
        with as_file(files("pipelines.data").joinpath(lists.FILES[kind])) as kept:
            fresh = kept.with_suffix(".new")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(kept)
        return text.count("\n") - 3


def converted(kind: str, paths: Sequence[Path], as_of: str, fewest: int) -> str:
    """Return the text of a list, sorted, with its date and its source.

    Args:
        kind: One of `SHAPES`.
        paths: The files that the list is in.
        as_of: The day of the list.
        fewest: How many rows it must at least have.

    Raises:
        ValueError: A file is not of that kind, or has fewer rows.
        OSError: A file cannot be read.
    """
    shape = SHAPES[kind]
    rows = {row for path in paths for row in _rows_of(shape, path)}
    lines = sorted("\t".join(row) for row in rows)
    if len(lines) < fewest:
        names = ", ".join(path.name for path in paths)
        raise ValueError(f"{names}: {len(lines)} rows of {kind}, at least {fewest} were expected; is it cut off?")
    head = (f"# as of: {as_of}", f"# source: {shape.source}", "\t".join(shape.columns))
    return "\n".join((*head, *lines, ""))


def _rows_of(shape: Shape, path: Path) -> set[tuple[str, ...]]:
    """Return the rows of a file that are of a list's shape.

    Raises:
        ValueError: The file has not the list's columns.
        OSError: It cannot be read.
    """
    try:
        header, *records = _records(path)
        places = [_place(header, column) for column in shape.columns]
        rows = {tuple(normal_text(str(record[place] or "")) for place in places) for record in records}
    except (LookupError, TypeError, ValueError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        wanted = ", ".join(shape.columns)
        raise ValueError(f"{path.name} is no such list: its columns have to be {wanted} ({error})") from error
    rules = [re.compile(shape.rules.get(column, ".*")) for column in shape.columns]
    read = {tuple(_EXCHANGES.get(value, value) for value in row) for row in rows}
    return {row for row in read if all(rule.fullmatch(value) for rule, value in zip(rules, row, strict=True))}


def _records(path: Path) -> list[Sequence[Any]]:
    """Return the header and the rows of a file: JSON of `fields` and `data`, CSV, or tab-separated.

    Raises:
        ValueError: It is no such file.
        OSError: It cannot be read.
    """
    text = path.read_text(encoding="utf-8-sig")
    if text.lstrip().startswith("{"):
        answer = json.loads(text)
        return [answer["fields"], *answer["data"]]
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("# ")]
    delimiter = "\t" if lines and ("\t" in lines[0] or "," not in lines[0]) else ","
    return [row for row in csv.reader(lines, delimiter=delimiter) if row]


def _place(header: Sequence[str], column: str) -> int:
    """Return where a column stands.

    Raises:
        ValueError: The header has none of its names.
    """
    given = [str(name).strip().casefold() for name in header]
    for name in (column, *_ALIASES.get(column, ())):
        if name in given:
            return given.index(name)
    raise ValueError(f"there is no column {column}")
