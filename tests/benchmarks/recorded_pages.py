"""The generic reader over recorded pages of other sites, beside other readers.

`python -m tests.benchmarks.recorded_pages FOLDER`

A folder, as `tests.benchmarks.recorded_corpus` makes it, has `NAME.html` beside `NAME.txt`, the expected text; folders
in it are told apart. `--peers PYTHON` names an interpreter that has trafilatura, newspaper4k and readability-lxml.
The pages belong to their makers: they are referenced, and are no part of the project.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from archive.model.text import normal_text
from crawler.addresses import Sites, read_address
from crawler.errors import PageError
from crawler.pages.html.document import Document
from crawler.pages.templates.generic import GenericPage

OURS = "this project"
PEER_READERS = Path(__file__).with_name("peer_readers.py")
_ADDRESS = "https://cmnews.com.tw/article/other-90cf4975-5979-11f1-9bdb-c96c3424ad86"
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


class RecordedPage(NamedTuple):
    """A recorded page: its file, the text that is expected, and the folder it stands in."""

    path: Path
    text: str
    group: str


class Score(NamedTuple):
    """How a reading compares with the expected text: harmonic mean of precision and recall of words, and sameness."""

    f1: float
    precision: float
    recall: float
    is_same: bool


def pages_in(folder: Path) -> Iterator[RecordedPage]:
    """Yield the recorded pages below a folder, in order."""
    for path in sorted(folder.rglob("*.html")):
        expected = path.with_suffix(".txt")
        if expected.exists():
            yield RecordedPage(path, expected.read_text(encoding="utf-8"), path.parent.name)


def own_reading(html: bytes, url: str = _ADDRESS) -> str:
    """Return the text that the generic reader reads off a page; empty if it finds no article."""
    sites = Sites()
    address = read_address(url, sites)
    assert address is not None, url
    try:
        article = GenericPage(Document.read(html, url, sites), address).read()
    except PageError:
        return ""
    return article.text if article else ""


def peer_readings(python: str, pages: Sequence[RecordedPage]) -> dict[str, list[str]]:
    """Return what the other readers, as far as they are installed, read off pages, by their names."""
    lines = "\n".join(str(page.path) for page in pages)
    command = [python, str(PEER_READERS)]
    output = subprocess.run(command, input=lines, capture_output=True, text=True, check=True).stdout
    readings: dict[str, list[str]] = defaultdict(list)
    for line in output.splitlines():
        for name, text in json.loads(line).items():
            readings[name].append(text)
    return dict(readings)


def score(text: str, expected: str) -> Score:
    """Return how a reading compares with the expected text; a Chinese character is a word, and spaces are none.

    >>> score("甲公司 漲", "甲公司漲"), score("", "甲")
    (Score(f1=1.0, precision=1.0, recall=1.0, is_same=True), Score(f1=0.0, precision=0.0, recall=0.0, is_same=False))
    """
    ours, theirs = (Counter(_TOKEN.findall(normal_text(entry).lower())) for entry in (text, expected))
    shared = (ours & theirs).total()
    if not shared:
        return Score(0.0, 0.0, 0.0, is_same=False)
    precision, recall = shared / ours.total(), shared / theirs.total()
    is_same = _bare(text) == _bare(expected)
    return Score(2 * precision * recall / (precision + recall), precision, recall, is_same)


def _bare(text: str) -> str:
    return "".join(normal_text(text).split())


def table_of(scores: dict[str, dict[str, list[Score]]]) -> Table:
    """Return mean F1, precision and recall, and the share of same texts, a row for each folder and reader."""
    table = Table("pages", "number", "reader", "F1", "precision", "recall", "same text")
    for group, readers in scores.items():
        for name, values in readers.items():
            means = [sum(value[place] for value in values) / len(values) for place in range(4)]
            shown = [f"{mean:.3f}" for mean in means[:3]]
            table.add_row(group, str(len(values)), name, *shown, f"{means[3]:.1%}")
        table.add_section()
    return table


def main(words: Sequence[str]) -> None:
    """Read, compare and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.recorded_pages", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=os.environ.get("RECORDED_PAGES"))
    parser.add_argument("--peers", metavar="PYTHON", help="an interpreter that has the other readers")
    parser.add_argument("--worst", type=int, default=10, help="how many of the worst readings are listed (default: 10)")
    options = parser.parse_args(words)
    pages = list(pages_in(options.folder)) if options.folder else []
    if not pages:
        parser.error("no pages: FOLDER, or RECORDED_PAGES in the environment, has to hold NAME.html beside NAME.txt")
    readings = {OURS: [own_reading(page.path.read_bytes()) for page in pages]}
    if options.peers:
        readings |= peer_readings(options.peers, pages)
    scores: dict[str, dict[str, list[Score]]] = defaultdict(lambda: defaultdict(list))
    for name, texts in readings.items():
        for page, text in zip(pages, texts, strict=True):
            for group in (page.group, "all"):
                scores[group][name].append(score(text, page.text))
    scores["all"] = scores.pop("all")
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120)
    console.print(table_of(scores))
    worst = sorted(zip(scores["all"][OURS], pages, strict=True), key=lambda pair: pair[0].f1)[: options.worst]
    for value, page in worst:
        console.print(f"{value.f1:.2f} precision {value.precision:.2f} recall {value.recall:.2f} {page.path}")


if __name__ == "__main__":
    main(sys.argv[1:])
