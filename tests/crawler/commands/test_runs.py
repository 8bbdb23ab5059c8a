"""`cmoney runs` as a table and as metrics."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.crawler.monitoring.test_metrics import fill
from tests.support.crawling import ROOT, Documents, environment, scrapy


def test_the_table_shows_how_runs_ended(uri: str, database: Documents) -> None:
    fill(uri, database.name)
    ran = scrapy("runs", environ=environment("http://127.0.0.1:9", uri, database.name))
    assert "incomplete (7)" in ran.out
    assert "all well (0)" in ran.out
    assert "under way" in ran.out
    assert "most of it in" in ran.out
    ran = scrapy("runs", "--json", environ=environment("http://127.0.0.1:9", uri, database.name))
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [(row["database"] > 0, len(row["slowest"])) for row in rows] == [(False, 0), (True, 5), (True, 5)]
    ran = scrapy("runs", "--metrics", environ=environment("http://127.0.0.1:9", uri, database.name))
    assert ran.out.endswith("# EOF\n")
    assert 'cmoney_run_last_exit_status{spider="column"} 7.0' in ran.out


def test_a_run_whose_process_is_gone_is_killed_at_once(uri: str, database: Documents) -> None:
    code = (
        "import os, sys; from archive import Archive\n"
        "Archive.open(*sys.argv[1:], create=True).runs.begin('column', {}); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, uri, database.name], cwd=ROOT, env=os.environ, check=True)
    environ = environment("http://127.0.0.1:9", uri, database.name)
    for _ in range(2):
        assert " killed" in scrapy("runs", environ=environ).out
        scrapy("crawl", "column", environ=environ)  # marks it in the ledger
