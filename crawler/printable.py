"""Text from pages for a terminal or a log: control characters are shown as escapes."""

from __future__ import annotations

import re
from typing import Final, TextIO

_ACTING: Final = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, which move the cursor, ring, or begin an escape sequence
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # reverse the direction of what follows
    "\u2028\u2029"  # end a line for some readers and not for others
    "\ud800-\udfff"  # halves of a character, which no encoding can write
    "]"
)


def printable(text: object, *, one_line: bool = False) -> str:
    r"""Return a text in which controls, marks of direction and lone surrogates stand as escapes such as `\x1b`.

    Args:
        text: The text, or a value to show as text.
        one_line: Whether line feeds and tabs become blanks; else they stay.

    >>> print(printable("\x1b]0;title\x07【美股動態】"))
    \x1b]0;title\x07【美股動態】
    """
    shown = str(text)
    if one_line:
        shown = re.sub(r"[\r\n\t]+", " ", shown)
    return _ACTING.sub(_escape, shown.replace("\r\n", "\n"))


def is_utf8(stream: TextIO) -> bool:
    """Return whether a stream can write every character."""
    return (stream.encoding or "utf-8").lower().replace("-", "").replace("_", "") == "utf8"


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"  # noqa: PLR2004 -- one byte
