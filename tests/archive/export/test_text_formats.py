"""CSV: what is written can be read again, also by pandas, and nothing in it need be a formula."""

from __future__ import annotations

from pathlib import Path

import pandas  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from archive.archive import Archive
from archive.export.exporter import export
from archive.export.request import export_request
from archive.export.text_formats import guard, unguard
from tests.support.made_articles import NOW, article


@given(st.text())
def test_the_guard_can_be_taken_off_again(text: str) -> None:
    assert unguard(guard(text)) == text


@given(st.sampled_from("=+-@\t\r＝＋－＠"), st.text())
def test_nothing_begins_like_a_formula(first: str, rest: str) -> None:
    assert guard(first + rest).startswith("'")


def test_pandas_reads_codes_and_words_as_the_docs_say(archive: Archive, tmp_path: Path) -> None:
    texts = ["NA", "TRUE", "0050", "1e5", "null", "=1+1", "-5%"]
    archive.writer().save([article(place, title=text, headline=text) for place, text in enumerate(texts)], NOW)
    export(archive, export_request(tmp_path / "a.csv"))
    read = pandas.read_csv(tmp_path / "a.csv", encoding="utf-8-sig", keep_default_na=False, dtype=str)
    assert sorted(read["title"]) == sorted(texts)
    assert "keep_default_na=False, dtype=str" in Path("docs/exports.md").read_text("utf-8")
