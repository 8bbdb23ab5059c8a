"""Arguments of spiders and commands: counts, flags, days, moments, names and files."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from archive.articles.past.clock import ByPublication
from archive.model.period import FORMS, Period, read_period
from archive.model.selection import Filters, select
from crawler.addresses import Sites, read_address
from crawler.errors import WrongUsage


def read_count(arguments: Mapping[str, str], name: str, default: int | None, *, smallest: int = 0) -> int | None:
    """Return an argument as a whole number, or the default where it is not given.

    Raises:
        WrongUsage: It is no whole number, or too small.
    """
    if name not in arguments:
        return default
    value = str(arguments[name]).strip()
    if not (value.isascii() and value.isdigit() and int(value) >= smallest):
        raise WrongUsage(f"argument {name}={arguments[name]!r} is not a whole number from {smallest}")
    return int(value)


def read_flag(arguments: Mapping[str, str], name: str) -> bool:
    """Return whether an argument is 1; it is 0 where it is not given.

    Raises:
        WrongUsage: It is neither.
    """
    given = str(arguments.get(name, "0")).strip()
    if given not in {"0", "1"}:
        raise WrongUsage(f"argument {name}={given!r} is neither 1 nor 0")
    return given == "1"


def read_listing_address(arguments: Mapping[str, str], sites: Sites) -> str | None:
    """Return the address of a listing below a configured base, None where the argument is not given.

    A path alone is taken as one of the new site's; an address on CMoney's public hosts is asked below the base.

    Raises:
        WrongUsage: It is off-site, or an article's.
    """
    if "listing" not in arguments:
        return None
    given = str(arguments["listing"]).strip()
    url = urljoin(f"{sites.news}/", given)
    split = urlsplit(url)
    path = sites.path_of(split) if given and split.scheme in {"http", "https"} else None
    if path is None or path in {"", "/"}:
        raise WrongUsage(f"argument listing={given!r} is no listing of {' or '.join(sites.bases)}")
    if read_address(url, sites):
        raise WrongUsage(f"argument listing={given!r} is an article's address; a listing or tag page is wanted")
    return f"{sites.listing_base(split)}{path}" + (f"?{split.query}" if split.query else "")


def read_window(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """Return a window as moments: the beginning of the first period and the end of the last one; aware, UTC.

    Args:
        since: The first day, month or moment, in a form of `archive.model.period`; None or empty for no bound.
        until: The last one; likewise.

    Raises:
        WrongUsage: One is no date or begins in the future, or the first is after the last.

    >>> [moment.isoformat() for moment in read_window("2024-01-01", "2024-12")]
    ['2023-12-31T16:00:00+00:00', '2024-12-31T16:00:00+00:00']
    """
    first, last = _past("since", since), _past("until", until)
    if first and last and first[0] >= last[1]:
        raise WrongUsage(f"since={since} is after until={until}")
    return first and first[0], last and last[1]


def _past(name: str, given: str | None) -> Period | None:
    """Return a period that has begun; None if none is given.

    Raises:
        WrongUsage: It is no date, or begins in the future.
    """
    if not given:
        return None
    period = _period(f"{name}={given!r}", given)
    if period[0] > datetime.now(UTC):
        raise WrongUsage(f"{name}={given} lies in the future")
    return period


def _period(shown: str, given: str) -> Period:
    """Return a period.

    Raises:
        WrongUsage: It is none.
    """
    try:
        return read_period(given)
    except (ValueError, OverflowError):
        raise WrongUsage(f"{shown} is no date such as {FORMS}") from None


def read_moment(option: str, value: str | None) -> datetime | None:
    """Return an option's moment, aware, UTC: the beginning of the period given; None where none is given.

    >>> read_moment("--since", "2026-08-30").isoformat()
    '2026-08-29T16:00:00+00:00'
    >>> read_moment("--since", "2026-08-30T12:00Z").isoformat()
    '2026-08-30T12:00:00+00:00'

    Raises:
        WrongUsage: It is none.
    """
    return None if value is None else _period(f"{option} {value!r}", value)[0]


def read_as_of(opts: argparse.Namespace) -> datetime | None:
    """Return the moment of `--as-of`, aware, UTC; with `--known published` a `ByPublication`; None where none is given.

    Raises:
        WrongUsage: It is none, or `--known` stands alone.
    """
    at = read_moment("--as-of", opts.as_of)
    if at is None and opts.known:
        raise WrongUsage("--known is the clock of --as-of, which is missing: --as-of TIME --known published")
    return ByPublication.at(at) if at and opts.known == "published" else at


def names(opts: argparse.Namespace, option: str) -> list[str]:
    """Return the names that an option gives, separated by commas; none where it is not given.

    Raises:
        WrongUsage: It is given without a name, as by a variable of a shell that is not set.
    """
    given: str | None = getattr(opts, option)
    if given is None:
        return []
    parts = [name for part in given.split(",") if (name := part.strip())]
    if not parts:
        raise WrongUsage(f"--{option} names nothing: leave it out, or give names separated by commas")
    return parts


def filters(opts: argparse.Namespace) -> Filters:
    """Return which articles the options of `crawler.cli.options` select.

    Raises:
        WrongUsage: One is given without a name.
        WrongSelection: A date is none, or the window is empty.
    """
    wanted: Filters = {"since": getattr(opts, "since", None), "until": getattr(opts, "until", None)}
    wanted["columns"] = names(opts, "columns")
    wanted["tickers"] = names(opts, "tickers")
    wanted["tags"] = names(opts, "tags") if hasattr(opts, "tags") else []
    select(wanted)  # invalid filters are refused before an archive is opened
    return wanted


def file(opts: argparse.Namespace, option: str) -> Path | None:
    """Return the file that an option names, or None where it is not given.

    Raises:
        WrongUsage: It is given without a name.
    """
    given: str | None = getattr(opts, option)
    if given is None:
        return None
    if not given.strip():
        raise WrongUsage(f"--{option.replace('_', '-')} names no file: leave it out, or name one")
    return Path(given)
