"""The pictures in README and the outputs of the notebook, of an archive that was just crawled off the stand-in site.

`make pictures` writes all anew: docs/pictures/ and docs/analysis.ipynb.
"""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from tests.site import Site
from tests.support.browsing import photograph, served
from tests.support.crawling import QUICK, ROOT
from tests.support.terminal import on_a_terminal

NOTEBOOK = ROOT / "docs" / "analysis.ipynb"
PICTURES = ROOT / "docs" / "pictures"
COLUMNS = 100
MOST_LINES = 22
"""Lines of a command's output that are shown."""

COMMANDS = ("articles --limit 3", "show 1")
FONT = 'ui-monospace, Menlo, Consolas, "Noto Sans Mono CJK TC", monospace'
FORM = (
    """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg"><style>
.{unique_id}-matrix {{ font: {char_height}px/{line_height}px """
    + FONT
    + """ }}
{styles}
</style><defs><clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/>
</clipPath>{lines}</defs>{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g></svg>
"""
)
"""Rich's picture of a terminal without the font that it fetches from a server."""

_TEXT = re.compile(
    r'<text (?P<before>[^>]*?)x="(?P<x>[\d.]+)"(?P<middle>[^>]*?)textLength="(?P<length>[\d.]+)"(?P<after>[^>]*)>'
    r"(?P<text>[^<]*)</text>"
)
_RUNS = re.compile("[\u1100-\uffef]+|[^\u1100-\uffef]+")


def main() -> int:
    """Crawl the stand-in site, and write the picture and the outputs; return the exit status."""
    with tempfile.TemporaryDirectory(prefix="cmoney-pictures-") as folder, Site() as site:
        environ = os.environ | QUICK
        environ |= {"CMONEY_NEWS_URL": site.url, "CMONEY_NOTES_URL": site.url, "LOG_LEVEL": "WARNING"}
        environ |= {"ARCHIVE_DATA_DIR": str(Path(folder) / "mongo"), "PYTHONPATH": str(ROOT)}
        environ.pop("MONGODB_URI", None)
        program = [sys.executable, "-m", "crawler"]
        crawled = subprocess.run([*program, "crawl", "column"], env=environ, check=False)
        PICTURES.mkdir(exist_ok=True)
        _photograph_pages(environ)
        session = [Text(), *map(Text.from_ansi, _session(environ))]
        run_notebook(NOTEBOOK, environ)
        subprocess.run([*program, "archive", "stop"], env=environ, check=False, stdout=subprocess.DEVNULL)
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True)
    for text in session:
        console.print(text, soft_wrap=True)
    picture = console.export_svg(title="cmoney", theme=MONOKAI, code_format=FORM, unique_id="terminal")
    (PICTURES / "terminal.svg").write_text(_TEXT.sub(_in_runs, picture), encoding="utf-8")
    return crawled.returncode


def _photograph_pages(environ: dict[str, str]) -> None:
    """Write pictures of a search (營收), of an article, and of a session on a phone."""
    with served(environ) as url:
        with urllib.request.urlopen(f"{url}/newest.json?limit=60") as answer:  # noqa: S310 -- our own server
            articles = json.loads(answer.read())["articles"]
        linked = next((row for row in articles if len(row["tickers"]) > 1), articles[0])
        pages = {
            "web-light.png": ("/search?q=%E7%87%9F%E6%94%B6", 1280, 860, "light"),
            "web-dark.png": (f"/articles/{linked['key']}", 1280, 860, "dark"),
            "web-phone.png": (f"/sessions/{linked['session']}", 390, 844, "light"),
        }
        for name, (address, width, height, scheme) in pages.items():
            photograph(url + address, PICTURES / name, width=width, height=height, scheme=scheme)


def run_notebook(notebook: Path, environ: Mapping[str, str], output: Path | None = None) -> None:
    """Run a notebook in the folder where it stands, and keep its outputs in it, or in another file.

    Raises:
        CalledProcessError: A cell ends in an error.
    """
    code = "import sys; from nbclient.cli import main; sys.argv[0] = 'jupyter-execute'; main()"
    where = ["--output", str(output)] if output else ["--inplace"]
    words = [sys.executable, "-c", code, "--timeout=300", *where, notebook.name]
    subprocess.run(words, cwd=notebook.parent, env=dict(environ), check=True, capture_output=True, text=True)
    path = output or notebook
    content = json.loads(path.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        cell["metadata"] = {}  # when it ran
    content["metadata"]["language_info"] = {"name": "python"}  # not whose Python
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _session(environ: dict[str, str]) -> list[str]:
    shown = []
    for command in COMMANDS:
        lines = on_a_terminal(command.split(), environ, COLUMNS, "xterm-256color").splitlines()
        cut = [*lines[:MOST_LINES], *(["…"] if len(lines) > MOST_LINES else [])]
        shown.append("\n".join([f"\x1b[1;32m$\x1b[0m cmoney {command}", *cut, ""]))
    return shown


def _in_runs(match: re.Match[str]) -> str:
    """Return a text cut where wide characters begin or end, each piece as wide as a terminal makes it."""
    text = html.unescape(match["text"])
    width, place = float(match["length"]) / len(text), float(match["x"])
    pieces = []
    for run in _RUNS.findall(text):
        length = width * cell_len(run)
        attributes = f'{match["before"]}x="{place:.1f}"{match["middle"]}textLength="{length:.1f}"{match["after"]}'
        pieces.append(f"<text {attributes}>{html.escape(run).replace(' ', '&#160;')}</text>")
        place += length
    return "".join(pieces)


if __name__ == "__main__":
    sys.exit(main())
