"""What an element stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from selectolax.lexbor import LexborNode

ASIDE = frozenset({"aside", "nav", "footer", "a", "li"})
"""Where other articles, lists and the site itself are shown."""

_HIGHEST = 200


def stands_in(node: LexborNode | None, tags: Collection[str]) -> bool:
    """Return whether an element is, or stands in, one of the given tags; in one too far up is as good as in none."""
    for _ in range(_HIGHEST):
        if node is None:
            return False
        if node.tag in tags:
            return True
        node = node.parent
    return False
