"""README's first run on the real site, followed line by line on the stand-in under the real hosts' names."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from tests.support.crawling import QUICK, ROOT
from tests.support.real_names import can_have_own_network, in_own_network

LINES = re.compile(r"## The first run on the real site\n.*?```\n(.*?)```", re.DOTALL)
OURS = ("CMONEY_", "MONGODB_", "ARCHIVE_", "SCRAPY_")


@pytest.mark.skipif(not can_have_own_network(), reason="a network of its own needs unshare and its right")
def test_the_lines_of_the_readme_work(tmp_path: Path) -> None:
    match = LINES.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert match is not None
    lines = match[1].splitlines()
    assert len(lines) == 5
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parents[1])
    environ = {name: value for name, value in os.environ.items() if not name.startswith(OURS)} | QUICK
    script = "\n".join(["set -e", *lines[:-1], f"{lines[-1]} || true", ".venv/bin/cmoney archive stop"])
    ran = in_own_network(tmp_path, ("bash", "-c", script), environ)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "A crawl will work." in ran.stdout
    report = json.loads((tmp_path / "survey" / "survey.json").read_text(encoding="utf-8"))
    hosts = {request["url"].split("/")[2] for request in report["requests"]}
    assert hosts == {"cmnews.com.tw", "www.cmoney.tw", "www.forecastock.tw"}
    assert not (tmp_path / "survey" / "site.toml").exists()
    assert "run ended: all well" in ran.stderr
    assert "https://cmnews.com.tw" in ran.stdout, "doctor has asked the site"
    assert "【美股動態】" in ran.stdout
