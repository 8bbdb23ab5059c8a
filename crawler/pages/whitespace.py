"""White space as a browser shows it."""

from __future__ import annotations

import re

_RUN = re.compile(r"[ \t\n\r\f]+")


def collapsed(text: str) -> str:
    r"""Return a text with every run of HTML's white space as one space, and none at its ends.

    A no-break space and an ideographic space are no white space of HTML's, and stay.

    >>> collapsed(" 亞馬遜 \n AWS\u3000")
    '亞馬遜 AWS\u3000'
    """
    if "\n" in text or "  " in text or "\t" in text or "\r" in text or "\f" in text:
        text = _RUN.sub(" ", text)
    return text.strip(" ")
