"""Metrics are OpenMetrics to a strict parser, and tell the archive's state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from archive.archive import Archive
from crawler.monitoring.metrics import metrics
from tests.support.crawling import Documents
from tests.support.made_articles import NOW, article, found

Samples = dict[tuple[str, tuple[str, ...]], float]


def samples(text: str) -> Samples:
    """Return what a strict parser of OpenMetrics reads, by name and values of the labels."""
    families = list(text_string_to_metric_families(text))  # type: ignore[no-untyped-call] # it has no hints
    return {(entry.name, tuple(entry.labels.values())): entry.value for family in families for entry in family.samples}


def fill(uri: str, name: str) -> None:
    with Archive.open(uri, name, create=True) as archive:
        archive.writer().save([article(1), article(2)], NOW)
        archive.frontier.discover([found(9)], NOW)
        first = archive.runs.begin("column", {"max_age": 3})
        archive.runs.end(first.id, "all well", complete=True, exit_status=0, counts={"store/new": 2})
        second = archive.runs.begin("column", {"max_age": 3})
        problem = 'listing: "不完整"\n'
        archive.runs.end(second.id, "incomplete", complete=False, exit_status=7, counts={}, problems=[problem])
        archive.runs.begin("backfill", {})


def test_metrics_are_openmetrics_and_tell_the_state(uri: str, database: Documents) -> None:
    fill(uri, database.name)
    with Archive.open(uri, database.name, create=True) as archive:
        read = samples(metrics(archive))
    assert read["cmoney_run_last_exit_status", ("column",)] == 7
    assert read["cmoney_run_last_problems", ("column",)] == 1
    assert ("cmoney_run_last_exit_status", ("backfill",)) not in read
    assert read["cmoney_run_last_complete_timestamp_seconds", ("column",)] <= datetime.now(UTC).timestamp()
    assert read["cmoney_articles", ()] == 2
    assert read["cmoney_frontier_addresses", ("", "wanted")] == 1
    assert read["cmoney_frontier_addresses", ("", "kept")] == 2
    assert read["cmoney_article_newest_timestamp_seconds", ()] < NOW.timestamp()


def test_metrics_of_an_empty_archive_are_valid(uri: str, database: Documents) -> None:
    with Archive.open(uri, database.name, create=True) as archive:
        read = samples(metrics(archive))
    assert read == {("cmoney_articles", ()): 0, ("cmoney_runs_from_the_future", ()): 0}


def test_a_run_from_the_future_is_counted_and_is_nobodys_last(uri: str, database: Documents) -> None:
    fill(uri, database.name)
    ahead = datetime.now(UTC) + timedelta(days=400)
    database["runs"].update_many({"spider": "column"}, {"$set": {"heartbeat_at": ahead}})
    with Archive.open(uri, database.name) as archive:
        read = samples(metrics(archive))
    assert read["cmoney_runs_from_the_future", ()] == 2
    assert ("cmoney_run_last_complete_timestamp_seconds", ("column",)) not in read
