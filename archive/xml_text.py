"""Texts that XML can hold."""

from __future__ import annotations

import re
from typing import Final

_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    r"""Return a text without the characters that XML 1.0 forbids; each is shown as the replacement character.

    >>> legal("AI\x00")
    'AI\ufffd'
    """
    return _FORBIDDEN.sub("\ufffd", text)
