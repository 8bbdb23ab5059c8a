"""The lines in an article's head that say when it was written and changed: `2025-08-14 15:50 13,086` (FACTS §4)."""

from __future__ import annotations

import re

from archive.normal_form import normal_text

_MOMENT = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?: \d{1,2}:\d{2}(?::\d{2})?)?"
_PUBLISHED = rf"(?:(?:發[佈布]|刊登|上架)(?:時間|日期|於)?\s*:?\s*)?(?P<published>{_MOMENT})(?:\s*[\d,]+)?"
_UPDATED = rf"\(?(?:最後)?(?:更新|修改)(?:時間|日期|於)?\s*:?\s*(?P<updated>{_MOMENT})\)?"
_STAMP = re.compile(rf"(?:{_PUBLISHED})?[\s|]*(?:{_UPDATED})?")
_DATED = re.compile(r"\d{4}[-/.]")
_LONGEST = 80
HEAD_LINES = 4
"""Within how many blocks of a body's beginning such lines stand."""


def stamps_of(text: str) -> dict[str, str]:
    """Return the texts `published` and `updated` of a line that is nothing but a stamp; empty for any other.

    >>> stamps_of("2025-08-14 15:50 13,086")
    {'published': '2025-08-14 15:50'}
    >>> stamps_of("(更新：2025-08-14 15:55)")
    {'updated': '2025-08-14 15:55'}
    >>> stamps_of("2025年財報")
    {}
    """
    if len(text) > _LONGEST or not _DATED.search(text):
        return {}
    match = _STAMP.fullmatch(normal_text(text))
    return {name: value for name, value in match.groupdict().items() if value} if match else {}
