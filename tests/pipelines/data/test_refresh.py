"""Tests of the conversion of the SEC's list."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.data.refresh import converted

if TYPE_CHECKING:
    from pathlib import Path

ANSWER = {
    "fields": ["cik", "name", "ticker", "exchange"],
    "data": [
        [3, "Zeta\tCorp ", "ZZZ", None],
        [1, "Berkshire Hathaway", "BRK-B", "NYSE"],
        [1, "Berkshire Hathaway", "BRK-B", "NYSE"],
        [2, "No symbol", "", "OTC"],
    ],
}


def test_the_answer_becomes_a_sorted_table_with_its_date() -> None:
    assert converted(ANSWER, date(2027, 1, 31), 2) == (
        "# as of: 2027-01-31\nsymbol\texchange\tname\nBRK-B\tNYSE\tBerkshire Hathaway\nZZZ\t\tZeta Corp\n"
    )


@pytest.mark.parametrize(
    "answer", [[], {}, {"fields": [], "data": []}, {"fields": ANSWER["fields"], "data": [[1]]}, None]
)
def test_what_is_no_such_answer_is_refused(answer: Any) -> None:
    with pytest.raises(ValueError, match="not the SEC's"):
        converted(answer, date(2027, 1, 31), 0)


def test_a_list_that_was_cut_off_is_refused() -> None:
    with pytest.raises(ValueError, match="2 symbols, at least 9000"):
        converted(ANSWER, date(2027, 1, 31), 9000)


def test_the_command_refuses_it_too(tmp_path: Path) -> None:
    file = tmp_path / "tickers.json"
    file.write_text(json.dumps(ANSWER), encoding="utf-8")
    command = [sys.executable, "-m", "pipelines.data.refresh", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "is it cut off?" in done.stderr
    assert not done.stdout
