"""The identity of articles: two readings are one article if they differ only in white space and punctuation."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

LEAST: Final = 20
"""A text of fewer characters identifies no article: a login prompt, an empty body."""

LEAST_OF_NEWS: Final = 120
"""A text of fewer characters may well stand under two titles: that of a picture or a video."""

_IDLE: Final = b",;!?\"'()[]{}~_*#@&|`^\\ \n\t\r"
"""ASCII punctuation and white space that may differ between two pages of one article."""

_IDLE_MARKS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rb"\xe3\x80[\x80-\xbf]",  # U+3000 to U+303F: 。、「」『』【】《》
        rb"\xe2\x80[\x90-\xa7]",  # U+2010 to U+2027: dashes, quotation marks, bullets, the ellipsis
        rb"\.(?![0-9])",  # marks that stay before a digit: 172.28 is not 17228, and -5 is not 5
        rb":(?![0-9])",
        rb"-(?![0-9])",
        rb"/(?![0-9])",
    )
)
"""The same beyond ASCII, in UTF-8, and what is idle but in numbers. Each pattern begins with bytes that are found fast:
so a text costs 30 µs and not 200. What is rare is not among it: then two pages differ, which can be mended."""

_LONG_KEYS: Final = ("cmnews", "capture")
"""The sites whose keys are of one length, which nobody types whole."""


def essence(text: str) -> str:
    """Return a text in the normal form without white space and punctuation, numbers unharmed.

    >>> essence("營收 1,000 億元,年減 -5.5%。")
    '營收1000億元年減-5.5%'
    """
    return _essence(text).decode()


def identity_hash(title: str, text: str) -> str | None:
    """Return the hash that two pages of one article share, 64 hex digits; None if the text is too short.

    Args:
        title: The whole title in the normal form.
        text: The text in the normal form.

    >>> body = "本季營收優於預期,目標價上調至172.28美元。"
    >>> identity_hash("亞馬遜", body) == identity_hash("「亞馬遜」", body.replace(",", " , "))
    True
    >>> identity_hash("亞馬遜", body) == identity_hash("亞馬遜", body.replace("172.28", "172.29"))
    False
    >>> identity_hash("亞馬遜", "請先登入") is None
    True
    """
    essence, title_essence = _essence(text), _essence(title)
    if not title_essence or len(essence.decode()) < LEAST:
        return None
    return hashlib.sha256(b"%b\n%b" % (title_essence, essence)).hexdigest()


def text_hash(text: str) -> str | None:
    """Return the hash that two pages with one text share under any titles, 64 hex digits; None if it is too short.

    Args:
        text: The text in the normal form.

    >>> text_hash("本季營收優於預期。" * 20) == text_hash("本季營收優於預期," * 20), text_hash("請先登入")
    (True, None)
    """
    essence = _essence(text)
    return hashlib.sha256(essence).hexdigest() if len(essence.decode()) >= LEAST_OF_NEWS else None


@functools.lru_cache(maxsize=2)
def _essence(text: str) -> bytes:
    """Return the essence of a text in UTF-8; both hashes of an article need it, so it is cached."""
    essence = text.encode().translate(None, _IDLE)
    for mark in _IDLE_MARKS:
        essence = mark.sub(b"", essence)
    return essence


def site_of(key: str) -> str:
    """Return the site of an article key: `cmnews`, `notes` or `capture`.

    >>> site_of("notes:1211507")
    'notes'
    """
    return key.partition(":")[0]


def ranges_of_keys(beginning: str) -> list[tuple[str, str]]:
    """Return the ranges, ends not included, of keys with this beginning; numbers of notes are given whole.

    Args:
        beginning: Of a key (`cmnews:90cf`), or of what follows its site (`90cf`).

    >>> ranges_of_keys("cmnews:90cf")[0][0], ranges_of_keys("notes:12")
    ('cmnews:90cf', [])
    """
    keys = [f"{site}:{beginning}" for site in _LONG_KEYS] if ":" not in beginning else [beginning]
    return [(key, f"{key}\uffff") for key in keys if site_of(key) in _LONG_KEYS]


def keys_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return all keys of an article's document, `_id` first; aliases may be missing."""
    return document["_id"], *document.get("aliases", ())
