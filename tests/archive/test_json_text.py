"""JSON lines: nothing of a text is lost."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.json_text import to_json, to_line

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(TEXT, TEXT | st.lists(TEXT), max_size=5))
def test_a_line_is_one_line_and_gives_back_what_went_in(values: dict[str, object]) -> None:
    line = to_line(values)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert json.loads(line) == values


def test_days_and_moments_are_iso_8601() -> None:
    values = {"at": datetime(2026, 8, 30, 4, 4, 5, 120_000, UTC), "day": date(2026, 8, 30)}
    assert to_line(values) == b'{"at":"2026-08-30T04:04:05.120Z","day":"2026-08-30"}\n'


def test_what_has_no_place_in_a_record_is_refused() -> None:
    with pytest.raises(TypeError):
        to_json({"value": object()})
