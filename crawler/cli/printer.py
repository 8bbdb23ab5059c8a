"""Everything that commands print goes through here: control characters from a page are shown as escapes.

A terminal gets tables that fit it, or a block a row where it is narrow. A pipe or a file gets every character of every
cell: columns of text, two blanks apart, or with `--json` an object a line.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from archive.json_text import moment
from archive.model.time_zones import TAIPEI
from crawler.cli.command import no_such
from crawler.cli.options import names_among
from crawler.errors import WrongUsage
from crawler.printable import is_utf8, printable

if TYPE_CHECKING:
    from rich.text import Text

Row = Mapping[str, Any]

READABLE: Final = 100
"""Columns of a terminal that a line of prose takes at most."""

_NARROWEST: Final = 14
"""Columns of a terminal below which no cell of a table is pressed."""

_ACTING_IN_JSON: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def _plain(value: Any) -> str:
    """Return a cell's text: dates in Taipei to the minute, lists with blanks, None as nothing."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(TAIPEI):%Y-%m-%d %H:%M}"
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(_plain(element) for element in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """A column of a table.

    Attributes:
        name: The member of each row, and of the objects of `--json`.
        heading: What the table shows above it; the name where it is empty.
        whole: Whether a narrow terminal has to leave it on one line: keys and dates.
        show: Returns a cell's text for a person; `--json` gives the value itself.
        style: Returns a cell's colour on a terminal, as rich names it.
        for_people: Whether `--json` leaves it out.
    """

    name: str
    heading: str = ""
    whole: bool = False
    show: Callable[[Any], str] = _plain
    style: Callable[[Any], str] = field(default=lambda _: "")
    for_people: bool = False


NUMBER: Final = PrintedColumn("n", "#", whole=True, for_people=True)
"""A line's number, by which the next command can name it."""


def add_output_options(
    parser: argparse.ArgumentParser, columns: Sequence[PrintedColumn], *, columns_filter: bool = False
) -> None:
    """Add `--json` and `--fields` to a command's options.

    Args:
        parser: The command's parser.
        columns: What `--fields` may name.
        columns_filter: Whether `--columns` selects articles; else it is another name of `--fields`.
    """
    parser.add_argument("--json", action="store_true", help="print one JSON object a line, dates in UTC")
    also = () if columns_filter else ("--columns",)
    known, of_these = dict.fromkeys(column.name for column in columns), "print only these fields, separated by commas"
    parser.add_argument("--fields", *also, type=names_among(known), metavar="NAMES", help=of_these)


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add `--json` to a command that prints its result."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON, dates in UTC")


def print_outcome(opts: argparse.Namespace, line: str, **fields: Any) -> None:
    """Print a command's result: a line for a person, or with `--json` these fields as an object."""
    if opts.json:
        print_json(fields)
    else:
        print_line(line)


def is_terminal() -> bool:
    """Return whether standard output is a terminal."""
    return sys.stdout.isatty()


def print_line(text: object = "") -> None:
    """Print a text; controls in it are shown as escapes."""
    sys.stdout.write(f"{printable(text)}\n")


def print_styled(*parts: str | tuple[str, str]) -> None:
    """Print a line of parts, each a text or a text with its style; a pipe gets the texts alone."""
    pairs = [(part, "") if isinstance(part, str) else part for part in parts]
    shown = [(printable(text), style) for text, style in pairs]
    if not is_terminal():
        sys.stdout.write("".join(text for text, _ in shown) + "\n")
        return
    from rich.text import Text  # noqa: PLC0415 -- only a terminal needs it

    print_text(Text.assemble(*shown))


def print_paragraph(text: str, style: str = "") -> None:
    """Print a text on one line; a terminal gets it wrapped, at `READABLE` columns at most."""
    if not is_terminal():
        print_line(text)
        return
    from rich.console import Console  # noqa: PLC0415 -- only a terminal needs it
    from rich.text import Text  # noqa: PLC0415

    console = Console(file=sys.stdout)
    console.print(Text(printable(text), style), width=min(console.width, READABLE))


def print_text(text: Text) -> None:
    """Print a text of ours with its colours; a pipe gets the text alone."""
    if not is_terminal():
        sys.stdout.write(f"{text.plain}\n")
        return
    from rich.console import Console  # noqa: PLC0415 -- only a terminal needs it

    Console(file=sys.stdout, highlight=False, markup=False, color_system="auto").print(text, soft_wrap=True)


def print_json(value: Any) -> None:
    """Print a value as JSON on one line: dates as ISO 8601 in UTC, sets as lists."""
    line = json.dumps(value, ensure_ascii=not is_utf8(sys.stdout), default=_json, separators=(", ", ": "))
    sys.stdout.write(_ACTING_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", line) + "\n")


def print_rows(columns: Sequence[PrintedColumn], rows: Iterable[Row], opts: argparse.Namespace | None = None) -> None:
    """Print rows as a table, or with `--json` as JSON lines.

    Args:
        columns: What a row has; `--fields` chooses among them.
        rows: Their values by column name; with `--json` printed as they come.
        opts: The command's options, with those of `add_output_options`; None where it has none of them.

    Raises:
        WrongUsage: `--fields` names a column that is not there.
    """
    chosen = _chosen(columns, getattr(opts, "fields", None))
    if getattr(opts, "json", False):
        for row in rows:
            print_json({column.name: row[column.name] for column in chosen if not column.for_people})
        return
    rows = list(rows)
    cells = [[printable(column.show(row[column.name]), one_line=True) for column in chosen] for row in rows]
    headings = [column.heading or column.name.replace("_", " ") for column in chosen]
    if is_terminal():
        styles = [[column.style(row[column.name]) for column in chosen] for row in rows]
        room = _columns_of_terminal()
        if room < _least_width(chosen, headings, cells):
            _print_blocks(chosen, headings, cells, styles)
        else:
            _print_table(chosen, headings, cells, styles)
    else:
        _print_columns(headings, cells)


def _chosen(columns: Sequence[PrintedColumn], names: Sequence[str] | None) -> list[PrintedColumn]:
    """Return the columns of some names, in their order; all for None.

    Raises:
        WrongUsage: A name is of no column.
    """
    known = {column.name: column for column in columns}
    if unknown := next((name for name in names or () if name not in known), None):
        raise WrongUsage(no_such(unknown, known))
    return [known[name] for name in names or known]


def _print_columns(headings: list[str], cells: list[list[str]]) -> None:
    """Print a table for a pipe: whole cells, each column as wide as its widest."""
    lines = [headings, *cells]
    widths = [max(_width(line[place]) for line in lines) for place in range(len(headings))]
    for line in lines:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
        sys.stdout.write("  ".join(padded).rstrip() + "\n")


def _print_table(
    columns: list[PrintedColumn], headings: list[str], cells: list[list[str]], styles: list[list[str]]
) -> None:
    """Print a table for a terminal, as wide as it is."""
    from rich import box  # noqa: PLC0415 -- only a terminal needs it
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column, heading in zip(columns, headings, strict=True):
        table.add_column(heading, no_wrap=column.whole, overflow="ignore" if column.whole else "fold")
    for line, of_line in zip(cells, styles, strict=True):
        table.add_row(*(Text(cell, style) for cell, style in zip(line, of_line, strict=True)))
    Console(file=sys.stdout).print(table)


def _columns_of_terminal() -> int:
    return shutil.get_terminal_size().columns


def _least_width(columns: list[PrintedColumn], headings: list[str], cells: list[list[str]]) -> int:
    """Return how many columns of a terminal a table takes at least to be read."""
    widths = [max(map(_width, (heading, *texts))) for heading, *texts in zip(headings, *cells, strict=True)]
    least = (width if column.whole else min(width, _NARROWEST) for column, width in zip(columns, widths, strict=True))
    return sum(least) + 2 * len(columns)


def _print_blocks(
    columns: list[PrintedColumn], headings: list[str], cells: list[list[str]], styles: list[list[str]]
) -> None:
    """Print a block a row: first the cells that stay on one line, then each other cell that is not empty."""
    for line, of_line in zip(cells, styles, strict=True):
        parts = list(zip(columns, headings, line, of_line, strict=True))
        first = [(cell, style) for column, _, cell, style in parts if column.whole]
        print_styled(*(piece for cell, style in first for piece in ((cell, style or "bold"), "  ")))
        for column, heading, cell, style in parts:
            if cell and not column.whole:
                print_paragraph(f"    {cell}" if column.name == "title" else f"    {heading}: {cell}", style)
        print_line()


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    from rich.cells import cell_len  # noqa: PLC0415 -- light, but not needed for JSON

    return cell_len(text)


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)
