"""`cmoney runs` as a table and as metrics."""

from __future__ import annotations

from tests.crawler.monitoring.test_metrics import fill
from tests.support.crawling import Documents, environment, scrapy


def test_the_table_shows_how_runs_ended(uri: str, database: Documents) -> None:
    fill(uri, database.name)
    ran = scrapy("runs", environ=environment("http://127.0.0.1:9", uri, database.name))
    assert "incomplete (7)" in ran.out
    assert "all well (0)" in ran.out
    assert "under way" in ran.out
    ran = scrapy("runs", "--metrics", environ=environment("http://127.0.0.1:9", uri, database.name))
    assert ran.out.endswith("# EOF\n")
    assert 'cmoney_run_last_exit_status{spider="column"} 7.0' in ran.out
