"""The notebook in docs/ runs from its first cell to its last, on a real archive."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from archive.archive import Archive
from tests.support.crawling import ROOT
from tests.support.made_articles import NOW
from tests.support.shelf import big_article

NOTEBOOK = ROOT / "docs" / "analysis.ipynb"
RUN = "import sys; from nbclient.cli import main; sys.argv[0] = 'jupyter-execute'; main()"


def test_the_notebook_runs(archive: Archive, uri: str, tmp_path: Path) -> None:
    archive.writer().save([big_article(number) for number in range(1, 41)], NOW)
    environ = os.environ | {
        "MONGODB_URI": uri,
        "MONGODB_DATABASE": archive.database.name,
        "PYTHONPATH": str(ROOT),
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }
    ran = subprocess.run(
        [sys.executable, "-c", RUN, "--output", str(tmp_path / "ran"), str(NOTEBOOK)],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    cells = json.loads((tmp_path / "ran.ipynb").read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(cell["outputs"] for cell in code)
    assert code[0]["outputs"][0]["data"]["text/plain"] == ["40"]


def test_it_is_kept_without_outputs() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells)
