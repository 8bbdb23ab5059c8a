"""Which Latin names are like a symbol, at the lengths from which fewer letters decide."""

from __future__ import annotations

import pytest

from pipelines.symbols.proof import _is_like


@pytest.mark.parametrize(
    ("name", "symbol", "expected"),
    [
        ("F", "F", True),
        ("Ford", "F", False),
        ("Ford Group", "FG", False),
        ("TSMC", "TSM", True),
        ("ATSM", "TSM", False),
        ("TMS", "TSM", False),
        ("BigCo", "ABCD", True),
        ("Big Co", "ABCD", False),
        ("A Big Cod", "ABCD", True),
    ],
)
def test_a_name_that_no_list_knows_is_like_a_symbol(name: str, symbol: str, *, expected: bool) -> None:
    assert _is_like(name, symbol) is expected
