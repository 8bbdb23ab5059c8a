"""Arguments of spiders and commands: counts, flags, days, moments, names and files."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from archive.model.time_zones import TAIPEI
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
    """Return a window of days in Taipei as moments: its beginning, and the end of its last day; aware, UTC.

    Args:
        since: The first day, such as 2024-01-01; None or empty for no bound.
        until: The last day; likewise.

    Raises:
        WrongUsage: One is no date or lies in the future, or the first is after the last.

    >>> [moment.isoformat() for moment in read_window("2024-01-01", "2024-12-31")]
    ['2023-12-31T16:00:00+00:00', '2024-12-31T16:00:00+00:00']
    """
    first, last = _read_day("since", since), _read_day("until", until)
    if first and last and first > last:
        raise WrongUsage(f"since={since} is after until={until}")
    return (
        _midnight(first) if first else None,
        _midnight(last + timedelta(days=1)) if last else None,
    )


def _read_day(name: str, given: str | None) -> date | None:
    if not given:
        return None
    try:
        day = datetime.strptime(given.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 -- a day has no zone yet
    except ValueError:
        raise WrongUsage(f"{name}={given!r} is no date such as 2024-01-31") from None
    if day > datetime.now(TAIPEI).date():
        raise WrongUsage(f"{name}={given} lies in the future")
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TAIPEI).astimezone(UTC)


def read_moment(option: str, value: str | None) -> datetime | None:
    """Return an option's moment, aware; None where it is not given.

    A day is its beginning in Taipei; a moment without zone is one in Taipei.

    >>> read_moment("--since", "2026-08-30").isoformat()
    '2026-08-30T00:00:00+08:00'
    >>> read_moment("--since", "2026-08-30T12:00Z").isoformat()
    '2026-08-30T12:00:00+00:00'

    Raises:
        WrongUsage: It is none.
    """
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise WrongUsage(f"{option} {value!r} is no day (2026-08-30) or moment (2026-08-30T12:00+08:00)") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=TAIPEI)


def names(opts: argparse.Namespace, option: str) -> list[str]:
    """Return the names that an option gives, separated by commas; none where it is not given.

    Raises:
        WrongUsage: It is given without a name, as by a variable of a shell that is not set.
    """
    given: str | None = getattr(opts, option)
    if given is None:
        return []
    found = [name for part in given.split(",") if (name := part.strip())]
    if not found:
        raise WrongUsage(f"--{option} names nothing: leave it out, or give names separated by commas")
    return found


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
