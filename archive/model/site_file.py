"""The site's selectors, paths, field names and words: the package's file, and a user's file over it."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from archive.model.time_zones import TAIPEI

SETTING: Final = "CMONEY_SITE_FILE"

_LISTINGS: Final = frozenset({"listing.new", "listing.old", "listing.third"})
_PATHS: Final = _LISTINGS | {"interface.path", "interface.path_of_author"}
_NO_SELECTORS: Final = _LISTINGS | {"page.old.body_end"}
_SELECTORS: Final = ("page.", "listing.")
_IMPORTS: Final = "address.imports"

TomlTable = dict[str, Any]

TimeSpan = tuple[datetime, datetime]
"""A span of time: its beginning, included, and its end, not included; aware."""


class WrongSiteFile(ValueError):
    """A user's site file cannot be read, or a value in it is invalid; the message names it, the name and why."""


@dataclass(frozen=True, slots=True)
class SiteFile:
    """The values that page readers use; `archive/model/site.toml` has the meaning of each name.

    Attributes:
        page: Selectors by template (`new`, `old`) and field.
        listing: Listing paths by host, and the selector of a card's title.
        interface: Path and field names of the listing interface.
        tail: The words at the end of a body that are none of an article's.
        imports: When articles were imported: an address of that moment is no date.
        suffix: Empty without a user's file, else `+` and eight hex digits of what it changes: part of the version of
            every reading, so that `reparse` takes it up.
        trouble: The fault of the user's file, in one line; empty without one. The check of settings raises it.
    """

    page: Mapping[str, TomlTable]
    listing: TomlTable
    interface: TomlTable
    tail: TomlTable
    imports: tuple[TimeSpan, ...]
    suffix: str = ""
    trouble: str = ""


@cache
def site() -> SiteFile:
    """Return this process's values: the package's file, overridden by the one that CMONEY_SITE_FILE names.

    The environment is read here, since readers need the values at import, in worker processes too. An error cannot be
    shown that early, and is kept as `trouble`.
    """
    path = os.environ.get(SETTING)
    try:
        return load(Path(path) if path else None)
    except WrongSiteFile as error:
        return replace(load(None), trouble=str(error))


def load(path: Path | None) -> SiteFile:
    """Return the package's file with a user's file over it; None for none.

    Raises:
        WrongSiteFile: The user's file cannot be read, or a value in it is invalid.
    """
    document: TomlTable = tomllib.loads((files("archive.model") / "site.toml").read_text(encoding="utf-8"))
    suffix = ""
    if path is not None:
        changes = _read(path)
        over(document, changes, f"{SETTING}={path}")
        suffix = "+" + hashlib.sha256(json.dumps(changes, sort_keys=True).encode()).hexdigest()[:8]
    imports = tuple(map(read_span, document["address"]["imports"]))
    return SiteFile(document["page"], document["listing"], document["interface"], document["tail"], imports, suffix)


def read_span(text: str) -> TimeSpan:
    """Return the span that a text names; Taipei's time where it names no zone.

    >>> [f"{moment:%m-%d %H:%M %z}" for moment in read_span("2025-01-22T21:50/2025-01-22T22:20")]
    ['01-22 21:50 +0800', '01-22 22:20 +0800']

    Raises:
        ValueError: It names none.
    """
    since, _, until = text.partition("/")
    moments = [datetime.fromisoformat(moment.strip()) for moment in (since, until)]
    first, last = (moment if moment.tzinfo else moment.replace(tzinfo=TAIPEI) for moment in moments)
    if first >= last:
        raise ValueError(f"{text} ends before it begins")
    return first, last


def over(document: TomlTable, changes: TomlTable, source: str, place: str = "") -> None:
    """Put changes over a document, each checked.

    Raises:
        WrongSiteFile: A name is unknown, or a value is not of its kind; `source` and the name begin the message.
    """
    for name, value in changes.items():
        full_name = f"{place}{name}"
        if name not in document:
            raise WrongSiteFile(f"{source}: {full_name}: there is no such name; there are: {', '.join(document)}")
        if isinstance(document[name], dict):
            if not isinstance(value, dict):
                raise WrongSiteFile(f"{source}: {full_name}: is a table, not {value!r}")
            over(document[name], value, source, f"{full_name}.")
            continue
        _check(full_name, value, document[name], source)
        document[name] = value


def _read(path: Path) -> TomlTable:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongSiteFile(f"{SETTING}={path} cannot be read: {error}; name a TOML file in UTF-8") from error


def _check(place: str, value: object, default: object, source: str) -> None:
    texts = value if isinstance(value, list) else [value]
    if isinstance(value, list) != isinstance(default, list) or not texts:
        kind = "a list of texts" if isinstance(default, list) else "a text"
        raise WrongSiteFile(f"{source}: {place}: must be {kind}, not {value!r}")
    for text in texts:
        if not isinstance(text, str) or not text.strip():
            raise WrongSiteFile(f"{source}: {place}: must be text, not {text!r}")
        if place.startswith(_SELECTORS) and place not in _NO_SELECTORS:
            _check_selector(place, text, source)
        elif place in _PATHS and not text.startswith("/"):
            raise WrongSiteFile(f"{source}: {place}: a path begins with /, not {text!r}")
        elif place == _IMPORTS:
            _check_span(text, source)
        elif place == "tail.further_reading" and set(text) & set("'\"\\"):
            raise WrongSiteFile(f"{source}: {place}: must hold no quotation mark and no backslash, not {text!r}")


def _check_span(text: str, source: str) -> None:
    try:
        read_span(text)
    except ValueError as error:
        raise WrongSiteFile(f"{source}: {_IMPORTS}: {error}; write 2025-01-22T21:50/2025-01-22T22:20") from error


def _check_selector(place: str, selector: str, source: str) -> None:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError  # noqa: PLC0415 -- reading commands need no parser

    try:
        LexborHTMLParser("<p></p>").css(selector)
    except (SelectolaxError, ValueError) as error:
        raise WrongSiteFile(f"{source}: {place}: {selector!r} is no CSS selector") from error
