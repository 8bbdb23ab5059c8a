"""The frame of the benchmarks: every one runs, small, and its page tells what was measured and where."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.benchmarks import environments
from tests.benchmarks.__main__ import NAMES
from tests.benchmarks.chart import bars
from tests.benchmarks.heavy_pages import cost
from tests.benchmarks.pages import make_truths
from tests.benchmarks.report import page_of
from tests.benchmarks.result import QUICK, Result

ROOT = Path(__file__).parents[3]


def bench(*words: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_crawl_is_measured_and_the_page_written(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    out = bench("--quick", "--only", "crawl_speed", "--output", str(page))
    assert "Crawl, end to end" in out
    text = page.read_text(encoding="utf-8")
    assert text.count("\n| ") == 5  # head, rule, and the three sides
    assert "- goal: at least 2.0 × the bare default fetch; reached: **" in text
    assert "pymongo" in text


def test_re_extraction_is_measured() -> None:
    assert "all cores" in bench("--quick", "--only", "reparse_speed")


def test_exports_are_measured_against_a_bare_cursor() -> None:
    out = bench("--quick", "--only", "export_speed")
    assert "goal: jsonl at least 1.0 × the bare cursor; reached: " in out
    assert "goal: parquet at least 0.7 × the bare cursor; reached: " in out


def test_a_run_that_finds_nothing_new_asks_for_listings_only() -> None:
    measured = import_module("tests.benchmarks.nothing_new").measure(import_module("tests.benchmarks.result").QUICK)
    assert [row[2] for row in measured.rows] == ["0", "0"]
    assert measured.rows[0][1] == measured.rows[1][1]


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_has_its_measure(name: str) -> None:
    assert callable(import_module(f"tests.benchmarks.{name}").measure)


def test_the_page_names_day_and_goals() -> None:
    result = Result("Title", "Setup.", ("what", "how fast"), (("it", "1.00"),), (("1 ×", "2 ×"),))
    text = page_of([result], date(2026, 8, 30))
    assert "- 2026-08-30, " in text
    assert text.endswith("| what | how fast |\n| --- | --- |\n| it | 1.00 |\n\n- goal: 1 ×; reached: **2 ×**\n")


def test_the_search_is_measured() -> None:
    out = bench("--quick", "--only", "search_speed")
    assert "goal: p95 under 20 ms; reached: " in out
    assert "goal: index no larger than the texts; reached: " in out


def test_what_a_side_keeps_is_judged_part_by_part() -> None:
    peers, truths = import_module("tests.benchmarks.peers"), make_truths(3)
    fields = ("title", "published_at", "text", "tickers", "related")
    kept: dict[str, dict[str, Any]] = {
        uuid: {name: value for name, value in truth.items() if name in fields} for uuid, truth in truths.items()
    }
    assert set(peers.fidelity(kept, truths).values()) == {1.0}
    assert set(peers.fidelity({}, truths).values()) == {0.0}
    kept[next(iter(kept))]["text"] += "\n\n免責宣言\n\n本網站所提供資訊僅供參考"
    judged = peers.fidelity(kept, truths)
    assert judged["text"] == judged["tail out"] == pytest.approx(2 / 3)
    assert judged["title"] == 1


def test_the_chart_has_a_bar_a_row_and_is_xml() -> None:
    rows = (("`ours`", "1.50 (1 to 2)", "100%"), ("a & b", "6.00 (5 to 7)", "0%"))
    drawn = bars(Result("t", "s", ("what", "CPU", "text"), rows, ()), "CPU", ("text",))
    chart = ElementTree.fromstring(drawn)  # noqa: S314 -- our own
    widths = [int(bar.attrib["width"]) for bar in chart.iter("{http://www.w3.org/2000/svg}rect")]
    assert widths[1] == 4 * widths[0] + 2  # rounded
    assert "a & b" in [text.text for text in chart.iter("{http://www.w3.org/2000/svg}text")]


def test_a_killed_crawl_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    peers, killed = import_module("tests.benchmarks.peers"), import_module("tests.benchmarks.peers_killed")
    monkeypatch.setattr(killed, "SIDES", {peers.OWN: peers.SIDES[peers.OWN]})
    (row,) = killed.measure(QUICK).rows
    assert row[2:] == (str(QUICK.pages), "0")


def test_an_environment_that_cannot_be_made_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "FOLDER", tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert environments.python_with("absent", ("no-such-package-of-anybody",)) is None


@pytest.mark.parametrize("name", ["links", "headings"])
def test_a_heavy_page_goes_through_reader_and_stages(name: str) -> None:
    assert cost(name, 64)[2] == "Article"
