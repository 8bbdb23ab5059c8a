"""The site's selectors, paths and field names: the package's file, and a user's file over it."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from crawler.errors import WrongUsage

SETTING: Final = "CMONEY_SITE_FILE"

_NO_SELECTORS: Final = frozenset({"page.old.body_end", "listing.new", "listing.old", "listing.third"})
_SELECTORS: Final = ("page.", "listing.")

TomlTable = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SiteFile:
    """What the readers rest on; see `crawler/site.toml` for what each name means.

    Attributes:
        page: Selectors by template (`new`, `old`) and field.
        listing: Listing paths by host, and the selector of a card's title.
        interface: Path and field names of the listing interface.
        suffix: Empty without a user's file, else `+` and eight hex digits of what it changes: part of the version of
            every reading, so that `reparse` takes it up.
        trouble: Why the user's file does not hold, in one line; empty where it does, or there is none. Checking the
            settings raises it.
    """

    page: Mapping[str, TomlTable]
    listing: TomlTable
    interface: TomlTable
    suffix: str = ""
    trouble: str = ""


@cache
def site() -> SiteFile:
    """Return what holds in this process: the package's file, and over it the one that CMONEY_SITE_FILE names.

    The environment is read here, since readers are made of it when they are imported, in worker processes too. That is
    before anybody can be told that the file does not hold, so that it is kept as `trouble`.
    """
    path = os.environ.get(SETTING)
    try:
        return load(Path(path) if path else None)
    except WrongUsage as error:
        return replace(load(None), trouble=str(error))


def load(path: Path | None) -> SiteFile:
    """Return the package's file with a user's file over it; None for none.

    Raises:
        WrongUsage: The user's file cannot be read, or a value in it has no meaning.
    """
    document: TomlTable = tomllib.loads((files("crawler") / "site.toml").read_text(encoding="utf-8"))
    suffix = ""
    if path is not None:
        changes = _read(path)
        over(document, changes, f"{SETTING}={path}")
        suffix = "+" + hashlib.sha256(json.dumps(changes, sort_keys=True).encode()).hexdigest()[:8]
    return SiteFile(document["page"], document["listing"], document["interface"], suffix)


def over(document: TomlTable, changes: TomlTable, source: str, place: str = "") -> None:
    """Put changes over a document, each checked.

    Raises:
        WrongUsage: A name is unknown, or a value is not of its kind; `source` and the name begin the message.
    """
    for name, value in changes.items():
        full_name = f"{place}{name}"
        if name not in document:
            raise WrongUsage(f"{source}: {full_name}: there is no such name; there are: {', '.join(document)}")
        if isinstance(document[name], dict):
            if not isinstance(value, dict):
                raise WrongUsage(f"{source}: {full_name}: is a table, not {value!r}")
            over(document[name], value, source, f"{full_name}.")
            continue
        _check(full_name, value, document[name], source)
        document[name] = value


def _read(path: Path) -> TomlTable:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongUsage(f"{SETTING}={path} cannot be read: {error}; name a TOML file in UTF-8") from error


def _check(place: str, value: object, default: object, source: str) -> None:
    texts = value if isinstance(value, list) else [value]
    if isinstance(value, list) != isinstance(default, list) or not texts:
        kind = "a list of texts" if isinstance(default, list) else "a text"
        raise WrongUsage(f"{source}: {place}: must be {kind}, not {value!r}")
    for text in texts:
        if not isinstance(text, str) or not text.strip():
            raise WrongUsage(f"{source}: {place}: must be text, not {text!r}")
        if place.startswith(_SELECTORS) and place not in _NO_SELECTORS:
            _check_selector(place, text, source)
        elif place in {
            "interface.path",
            "interface.path_of_author",
            "listing.new",
            "listing.old",
            "listing.third",
        } and not text.startswith("/"):
            raise WrongUsage(f"{source}: {place}: a path begins with /, not {text!r}")


def _check_selector(place: str, selector: str, source: str) -> None:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError  # noqa: PLC0415 -- reading commands need no parser

    try:
        LexborHTMLParser("<p></p>").css(selector)
    except (SelectolaxError, ValueError) as error:
        raise WrongUsage(f"{source}: {place}: {selector!r} is no CSS selector") from error
