"""The notebook in docs/ runs where it stands, from its first cell to its last, and keeps its outputs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from archive.archive import Archive
from tests.pictures import NOTEBOOK, run_notebook
from tests.support.crawling import ROOT
from tests.support.made_articles import NOW
from tests.support.shelf import big_article


def code_of(notebook: Path) -> list[dict[str, Any]]:
    """Return the cells of code that a notebook has."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_the_notebook_runs(archive: Archive, uri: str, tmp_path: Path) -> None:
    archive.writer().save([big_article(number) for number in range(1, 41)], NOW)
    environ = os.environ | {
        "MONGODB_URI": uri,
        "MONGODB_DATABASE": archive.database.name,
        "PYTHONPATH": str(ROOT),
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "MPLCONFIGDIR": str(tmp_path / "matplotlib"),
    }
    run_notebook(NOTEBOOK, environ, tmp_path / "ran.ipynb")
    code = code_of(tmp_path / "ran.ipynb")
    assert all(cell["outputs"] for cell in code)
    assert code[0]["outputs"][0]["data"]["text/plain"] == ["40"]
    assert [cell["source"] for cell in code] == [cell["source"] for cell in code_of(NOTEBOOK)]


def test_its_outputs_are_kept_with_three_plots_and_nothing_of_a_machine() -> None:
    code = code_of(NOTEBOOK)
    assert all(cell["outputs"] for cell in code)
    plots = [output for cell in code for output in cell["outputs"] if "image/png" in output.get("data", {})]
    assert len(plots) == 3
    assert "site-packages" not in NOTEBOOK.read_text(encoding="utf-8")
