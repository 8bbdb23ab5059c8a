"""The normal form of the short texts of a page, its labels and titles, which are asked for several times each."""

from __future__ import annotations

from functools import lru_cache

from archive.normal_form import normal_text

_LONGEST = 200


def normal_of(text: str) -> str:
    """Return a text in the normal form of the archive, as `normal_text` does; short ones are remembered for a while."""
    return _known(text) if len(text) <= _LONGEST else normal_text(text)


_known = lru_cache(maxsize=512)(normal_text)
