"""The column's own marks in a text: the title's prefix, and the words that open an article's tail."""

from __future__ import annotations

import re

from archive.normal_form import normal_text

PREFIX = re.compile(r"^\s*【\s*(?P<column>[^【】]{1,20}?)\s*】\s*")
"""The column's prefix of a title in the normal form (FACTS §5)."""

FURTHER_READING = re.compile(r"^[\W_]{0,3}延伸閱讀[\W_]{0,3}$")
"""A block of its own that opens the further reading (FACTS §5), in the normal form."""

COPYRIGHT = re.compile(r"^[\W_]{0,3}(?:版權|著作權)(?:聲明|宣告)[\W_]{0,3}$")
"""A block of its own that heads the copyright notice (FACTS §5), in the normal form."""

DISCLAIMER = re.compile(r"^[\W_]{0,3}免責(?:宣言|聲明|宣告)[\W_]{0,3}$")
"""A block of its own that heads the disclaimer (FACTS §5), in the normal form."""


def column_of(title: str) -> str | None:
    """Return the column that a title's prefix names, without brackets, or None if the title has no prefix.

    >>> column_of("【美股動態】亞馬遜公布第三季財報")
    '美股動態'
    >>> column_of("亞馬遜財報") is None
    True
    """
    match = PREFIX.match(normal_text(title))
    return match["column"] if match else None
