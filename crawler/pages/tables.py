"""Tables that hold a body's rows, and tables that only place its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_TWO_CELLS = "td + td, th + td, td + th, th + th"
_TEXT_IN_CELL = "td h2, td h3, td h4, td p + p + p"


def is_layout(table: LexborNode) -> bool:
    """Return whether a table only places text: one cell a row, or cells that hold headed or many paragraphs."""
    return table.css_first(_TWO_CELLS) is None or table.css_first(_TEXT_IN_CELL) is not None
