"""An article's names on the command line: key or its beginning, address, or number in the list printed last."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from archive.atomic_file import FileNotWritten, atomic_write
from archive.errors import DiskFull
from crawler import own_settings
from crawler.addresses import read_address
from crawler.cli.command import PROGRAM
from crawler.errors import WrongUsage

if TYPE_CHECKING:
    from archive.archive import Archive

LIST: Final = "last-list.json"
"""The file beside the embedded server's data that holds the list printed last: archive and keys."""

_LEAST_BEGINNING: Final = 3
_SHOWN: Final = 5


def remember(archive: Archive, values: own_settings.Values, keys: Sequence[str]) -> None:
    """Keep the keys of a printed list, numbered from 1.

    The list before stays if this one is empty, and so has no numbers, or if the file cannot be written.
    """
    if not keys:
        return
    path = _list(values)
    with suppress(FileNotWritten, DiskFull), atomic_write(path) as file:
        file.write(json.dumps({"archive": archive.id, "keys": list(keys)}).encode())


def key_named(archive: Archive, values: own_settings.Values, word: str) -> str:
    """Return the key of the article that a word names: a kept one, else a discovered one; or the word as a whole key.

    Raises:
        WrongUsage: It is no article's address, or the beginning of several keys or of none.
        ArchiveError: The archive cannot be read.
    """
    if "://" in word:
        address = read_address(word, own_settings.sites(values))
        if address is None:
            raise WrongUsage(f"{word!r} is no address of an article")
        return address.key
    if word.isascii() and word.isdigit() and (key := _numbered(archive, values, int(word))):
        return key
    if archive.articles.present([word]) or archive.articles.kept_as([word]):
        return word
    keys: list[str] = []
    if len(word) >= _LEAST_BEGINNING:
        keys = archive.articles.beginning_with(word, _SHOWN) or archive.frontier.beginning_with(word, _SHOWN)
    if len(keys) > 1:
        more = " …" if len(keys) == _SHOWN else ""
        raise WrongUsage(f"{word!r} begins several keys: {', '.join(keys)}{more}")
    if not keys and ":" not in word:
        raise WrongUsage(f"{word!r} is no key, address or number of an article; `{PROGRAM} articles` lists them")
    return keys[0] if keys else word


def keys_named(archive: Archive, values: own_settings.Values, words: Sequence[str] | None) -> list[str] | None:
    """Return the keys of the articles that words name; None for no words.

    Raises:
        WrongUsage: One names none.
        ArchiveError: The archive cannot be read.
    """
    return [key_named(archive, values, word) for word in words] if words else None


def why_absent(archive: Archive, key: str) -> str:
    """Return in one line that an article is not kept, and the state of its address."""
    entry = archive.frontier.lookup([key]).get(key)
    if entry is None:
        return f"no article is kept under {key!r}, and its address was never found"
    why = ": ".join(filter(None, (entry.state, entry.reason)))
    return f"no article is kept under {key!r}; its address is {why}"


def _numbered(archive: Archive, values: own_settings.Values, number: int) -> str | None:
    """Return the key at a number of the list printed last; None if it has none, or is another archive's."""
    try:
        kept = json.loads(_list(values).read_bytes())
        keys: list[str] = kept["keys"] if kept["archive"] == archive.id else []
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return keys[number - 1] if 0 < number <= len(keys) else None


def _list(values: own_settings.Values) -> Path:
    return Path(own_settings.read(values, "ARCHIVE_DATA_DIR")).parent / LIST
