"""Titles that are garbled, or that name another column."""

from __future__ import annotations

import re
from collections.abc import Callable

OTHER_COLUMN = "美股巨頭"
PREFIX = re.compile(r"^【[^】]*】\s*")
CHINESE = re.compile("[\u4e00-\u9fff]")
PRINTED = re.compile(r"\S")


def replaced(title: str) -> str:
    """Return a title with U+FFFD for each Chinese character.

    >>> replaced("【美股】A")
    '【\ufffd\ufffd】A'
    """
    return CHINESE.sub("\ufffd", title)


def boxed(title: str) -> str:
    """Return a title whose characters have all become boxes."""
    return PRINTED.sub("\u25a1", title)


def mojibake(title: str) -> str:
    r"""Return a title's UTF-8 read as Latin-1.

    >>> mojibake("美")
    'ç¾\x8e'
    """
    return title.encode().decode("latin-1")


def other_column(title: str) -> str:
    """Return a title with the prefix of another column.

    >>> other_column("【美股動態】訂單")
    '【美股巨頭】訂單'
    """
    return f"【{OTHER_COLUMN}】{PREFIX.sub('', title)}"


TITLES: dict[str, Callable[[str], str]] = {
    "title-replacement": replaced,
    "title-boxes": boxed,
    "title-mojibake": mojibake,
    "title-other-column": other_column,
}
"""What each lie makes of a title."""
