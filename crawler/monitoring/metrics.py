"""The archive's state as OpenMetrics text, for a textfile collector; names and labels are stable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.openmetrics.exposition import generate_latest

from archive.archive import Archive
from crawler.monitoring.drift import RunDocument


def metrics(archive: Archive) -> str:
    """Return gauges for the last run of each spider, the frontier and the articles; all times in seconds since 1970."""
    text: bytes = generate_latest(_Collector(archive))  # type: ignore[no-untyped-call] # it has no hints
    return text.decode()


class _Collector:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def collect(self) -> Iterator[GaugeMetricFamily]:
        runs = self._archive.runs
        meaning = "runs that a wrong clock dated in the future; no other gauge counts them"
        future = runs.from_the_future(datetime.now(UTC))
        yield GaugeMetricFamily("cmoney_runs_from_the_future", meaning, value=len(future))
        yield from _of_runs(runs.newest())
        complete = runs.newest(complete=True)
        yield _times("cmoney_run_last_complete", "end of the last complete run", "ended_at", complete)
        addresses = _gauge("cmoney_frontier_addresses", "addresses by state and reason", "state", "reason")
        for count in self._archive.frontier.counts():
            addresses.add_metric([count.state, count.reason or ""], count.count)
        yield addresses
        yield GaugeMetricFamily("cmoney_articles", "articles kept", value=self._archive.articles.count())
        newest = self._archive.articles.listed(1)
        if newest and newest[0]["published_at"]:
            published = newest[0]["published_at"].timestamp()
            meaning = "publication of the newest article"
            yield GaugeMetricFamily("cmoney_article_newest_timestamp_seconds", meaning, value=published)


def _of_runs(runs: Mapping[str, RunDocument]) -> Iterator[GaugeMetricFamily]:
    yield _times("cmoney_run_last_start", "start of the last run", "started_at", runs)
    yield _times("cmoney_run_last_end", "end of the last run, if it has ended", "ended_at", runs)
    status = _gauge("cmoney_run_last_exit_status", "exit status of the last run, if it has ended (docs/operations.md)")
    length = _gauge("cmoney_run_last_duration_seconds", "length of the last run, so far if it goes on")
    counts = _gauge("cmoney_run_last_count", "counts of the last run, by name", "spider", "name")
    problems = _gauge("cmoney_run_last_problems", "problems of the last run")
    for spider, run in runs.items():
        if run["exit_status"] is not None:
            status.add_metric([spider], run["exit_status"])
        end: datetime = run["ended_at"] or run["heartbeat_at"]
        length.add_metric([spider], (end - run["started_at"]).total_seconds())
        problems.add_metric([spider], len(run["problems"]))
        for name, value in sorted(run["counts"].items()):
            counts.add_metric([spider, name], value)
    yield from (status, length, problems, counts)


def _times(name: str, meaning: str, field: str, runs: Mapping[str, RunDocument]) -> GaugeMetricFamily:
    family = _gauge(f"{name}_timestamp_seconds", meaning)
    for spider, run in runs.items():
        if run[field]:
            family.add_metric([spider], run[field].timestamp())
    return family


def _gauge(name: str, meaning: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, labels=labels or ("spider",))
