"""The HTTP interface, asked what its description allows and what it does not: nothing makes it stumble."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.archive.web.conftest import Served


@pytest.mark.skipif(find_spec("schemathesis") is None, reason="schemathesis is not installed")
def test_no_request_makes_it_stumble(served: Served, tmp_path: Path) -> None:
    words = ["run", f"{served.url}/api/v1/openapi.json", "--checks", "not_a_server_error,content_type_conformance"]
    words += ["--mode", "all", "--max-examples", "4", "--phases", "examples,fuzzing", "--seed", "7", "--no-color"]
    words += ["--exclude-path", "/api/v1/feed"]  # a request of it may wait for a minute
    program = "from schemathesis.cli import schemathesis; schemathesis()"
    command = [sys.executable, "-c", program, *words]
    ran = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
