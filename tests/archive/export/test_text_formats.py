"""CSV: what is written can be read again, and nothing in it is a formula."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.export.text_formats import guard, unguard


@given(st.text())
def test_the_guard_can_be_taken_off_again(text: str) -> None:
    assert unguard(guard(text)) == text


@given(st.sampled_from("=+-@\t\r＝＋－＠"), st.text())
def test_nothing_begins_like_a_formula(first: str, rest: str) -> None:
    assert guard(first + rest).startswith("'")
