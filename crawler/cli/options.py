"""Kinds of options that several commands take."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection

from archive.model.period import FORMS
from crawler.cli.command import no_such


def number(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return a reader of whole numbers between two bounds, both included.

    The reader raises argparse's error for anything else, also for `1e3`, `１` and `+1`.
    """

    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and least <= (value := int(text)) and (most is None or value <= most):
            return value
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least}{f' to {most}' if most else ''}")

    return read


def share(least: float) -> Callable[[str], float]:
    """Return a reader of shares between a bound and 1, both included."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = -1
        if least <= value <= 1:
            return value
        raise argparse.ArgumentTypeError(f"{text!r} is not between {least} and 1")

    return read


def names_among(known: Collection[str]) -> Callable[[str], list[str]]:
    """Return a reader of known names that are separated by commas; it raises argparse's error for any other text."""

    def read(text: str) -> list[str]:
        names = [name for part in text.split(",") if (name := part.strip())]
        if unknown := next((name for name in names if name not in known), None):
            raise argparse.ArgumentTypeError(no_such(unknown, known))
        if not names:
            raise argparse.ArgumentTypeError("it names nothing: leave it out, or give names separated by commas")
        return names

    return read


def add_limit(parser: argparse.ArgumentParser, noun: str, default: int, least: int = 1) -> None:
    """Add `--limit`; where 0 is allowed it means all."""
    meaning = f"{noun} to show at most (default {default}{'; 0 for all' if not least else ''})"
    parser.add_argument("--limit", type=number(least, 999_999_999), default=default, metavar="N", help=meaning)


def add_window(parser: argparse.ArgumentParser, of: str = "published") -> None:
    """Add `--since` and `--until`, which `archive.model.period` reads."""
    parser.add_argument("--since", metavar="TIME", help=f"{of} from then on: {FORMS}; in Taipei")
    parser.add_argument("--until", metavar="TIME", help=f"{of} until then, a day or month included")


def add_as_of(parser: argparse.ArgumentParser) -> None:
    """Add `--as-of`, which `crawler.arguments.read_moment` reads."""
    parser.add_argument("--as-of", metavar="TIME", help="only what the archive knew at this moment, as it was then")


def add_known(parser: argparse.ArgumentParser) -> None:
    """Add `--as-of` and its clock, which `crawler.arguments.read_as_of` reads."""
    add_as_of(parser)
    clocks = "with --as-of: from when an article counts as known: since it was seen here, or since its publication"
    parser.add_argument("--known", choices=("seen", "published"), help=f"{clocks} (default seen; see docs/as-of.md)")


def add_filters(parser: argparse.ArgumentParser, *, tags: bool = True) -> None:
    """Add the options that select articles by column, ticker and tag."""
    parser.add_argument("--columns", metavar="NAMES", help="only articles of these columns, separated by commas")
    parser.add_argument("--tickers", metavar="SYMBOLS", help="only articles with one of these symbols or codes")
    if tags:
        parser.add_argument("--tags", metavar="TAGS", help="only articles with one of these tags")
