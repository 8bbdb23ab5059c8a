"""Tests of `tests.benchmarks.recorded_pages`: what is read off a folder is compared, and printed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.benchmarks.recorded_pages import main, pages_in, peer_readings, score
from tests.support.sample_pages import BODY, TEXTS, changed_page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one recorded page and one that expects nothing."""
    (tmp_path / "a.html").write_bytes(changed_page(BODY, around="<main><h1>標題是這個</h1><div>{}</div></main>"))
    (tmp_path / "a.txt").write_text("\n".join(TEXTS), encoding="utf-8")
    (tmp_path / "b.html").write_bytes(b"<p>x</p>")
    return tmp_path


def test_a_folder_is_read_compared_and_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [page.path.name for page in pages_in(folder)] == ["a.html"]
    main([str(folder)])
    output = capsys.readouterr().out
    assert "this project" in output
    assert "100.0%" in output


def test_a_reading_that_keeps_too_much_or_too_little_is_less() -> None:
    assert score("甲乙丙丁", "甲乙").precision == 0.5
    assert score("甲", "甲乙").recall == 0.5
    assert not score("乙甲", "甲乙").is_same


def test_without_pages_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path)])
    assert "NAME.html beside NAME.txt" in capsys.readouterr().err


def test_an_interpreter_without_other_readers_reads_nothing(folder: Path) -> None:
    assert peer_readings(sys.executable, list(pages_in(folder))) == {}
