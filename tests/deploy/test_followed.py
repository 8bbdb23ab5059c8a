"""deploy/crontab, installed as docs/operations.md writes it, runs: folders are there, the secret is read, logs written.

Users, cron itself and /etc are left alone: the paths are those of a folder, and the commands' own users are this one.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.deploy.test_files import BIN, DEPLOY
from tests.site import Site
from tests.support.crawling import ROOT, Documents, environment, scrapy

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
LINE = re.compile(r"(?m)^[\d,]+ [\d,]+ \S+ \S+ \S+ cmoney (.+)$")


def steps(heading: str) -> str:
    """Return the commands below a heading that can be run here, a line each."""
    block = PAGE[PAGE.index(f"**{heading}.**") :].split("```\n")[1]
    words = [step for line in block.splitlines() for step in line.split("   #")[0].split(" && ")]
    return "\n".join(step for step in words if not step.startswith(("useradd", "systemctl")))


def rooted(text: str, root: Path) -> str:
    """Return a text whose paths lie in a folder, or are this checkout's, and whose owners are this user."""
    text = text.replace("/opt/cmoney/.venv/bin", str(BIN)).replace("/opt/cmoney", str(ROOT))
    return re.sub(r" -[og] cmoney\b", "", re.sub(r"(?<![\w.])/(etc|var)/", rf"{root}/\1/", text))


@pytest.mark.parametrize("heading", ["systemd", "cron"])
def test_what_is_installed_is_there(heading: str, tmp_path: Path) -> None:
    for folder in ("cron.d", "logrotate.d", "systemd/system"):
        (tmp_path / "etc" / folder).mkdir(parents=True)
    uri = "mongodb://db.example/?replicaSet=rs0"
    subprocess.run(["sh", "-euc", rooted(steps(heading), tmp_path)], input=uri, cwd=ROOT, check=True, text=True)
    assert (tmp_path / "etc/cmoney/mongodb_uri").read_text(encoding="utf-8") == uri
    assert (tmp_path / "var/backups/cmoney").is_dir()
    if heading == "systemd":
        units = sorted(path.name for path in (DEPLOY / "systemd").iterdir())
        assert sorted(path.name for path in (tmp_path / "etc/systemd/system").iterdir()) == units
        assert all(name in PAGE for name in units if name.endswith(".timer"))


def test_each_line_of_the_crontab_does_its_work(tmp_path: Path, uri: str, bare_database: Documents) -> None:
    for folder in ("cron.d", "logrotate.d"):
        (tmp_path / "etc" / folder).mkdir(parents=True)
    subprocess.run(["sh", "-euc", rooted(steps("cron"), tmp_path)], input=uri, cwd=ROOT, check=True, text=True)
    crontab = rooted((tmp_path / "etc/cron.d/cmoney").read_text(encoding="utf-8"), tmp_path)
    commands = list(dict.fromkeys(re.sub(r"--jitter \d+", "--jitter 0", line) for line in LINE.findall(crontab)))
    assert len(commands) == 3
    with Site(seed=3, articles=3) as site:
        given = environment(site.url, "", bare_database.name)
        environ = given | dict(re.findall(r"(?m)^([A-Z_]+)=(.*)$", crontab)) | {"PYTHONPATH": str(ROOT)}
        for command in commands:
            ran = subprocess.run([environ["SHELL"], "-c", command], env=environ, cwd=os.sep, check=False)
            logs = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "var/log/cmoney").iterdir()}
            assert ran.returncode == 0, logs
    assert set(logs) == {"column.log", "verify.log", "backup.log"}
    assert "run ended: all well (exit status 0)" in logs["column.log"]
    assert "every part is as it was written" in logs["backup.log"]
    assert len(list((tmp_path / "var/backups/cmoney").iterdir())) == 1
    metrics = scrapy("runs", "--metrics", environ=environment("http://127.0.0.1:9", uri, bare_database.name)).out
    for name in ("backup", "column", "verify"):
        assert f'cmoney_run_last_complete_timestamp_seconds{{spider="{name}"}}' in metrics
