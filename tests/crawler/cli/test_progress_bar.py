"""Progress of a command, where there is no terminal."""

from __future__ import annotations

import pytest

from crawler.cli.progress_bar import ProgressBar


def test_a_line_tells_rate_and_time_left(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clock = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    with ProgressBar("pages") as bar:
        bar.show(1000, 4000)
        clock[0] = 109.0
        bar.show(1900, 4000)
        assert capsys.readouterr().err == ""
        clock[0] = 110.0
        bar.show(2000, 4000, "3 changed")
    assert capsys.readouterr().err == "2,000 of 4,000 pages, 100 a second, 20 s left; 3 changed\n"


def test_before_anything_is_done_the_time_left_is_unknown() -> None:
    assert ProgressBar("pages").line(0, 10).endswith("time left unknown")
