"""Pages for operators: coverage, runs and health."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from archive.coverage.report import Coverage
from archive.model.selection import select
from archive.web.answers.citation import as_python, as_shell
from archive.web.answers.exports import EXPORTS
from archive.web.answers.parameters import Parameters
from archive.web.answers.plain_rows import PlainRow, PlainTable, feed_entry
from archive.web.answers.site import Site, every_door
from archive.web.pages.newest import night_of

FORMATS: Final = every_door()
_STATES: Final = {"well": "好", "doubtful": "該看看", "wrong": "不對"}
_LISTED: Final = 100
"""Missing articles that are named on the page; all of them are in its JSON."""


NIGHT: Final = ("session", "begins", "ends", "articles", "usual", "shortfall")
FINDING: Final = ("subject", "state", "says", "cure")
RUN: Final = (
    "_id", "spider", "kind", "started_at", "heartbeat_at", "ended_at", "outcome", "complete", "exit_status", "counts",
    "problems", "newest_published_at",
)  # fmt: skip
"""The columns of the exports."""


def coverage(site: Site, request: Request, page: Parameters) -> Response:
    """Answer the coverage: kept sessions and missing articles."""
    window = select(page.filters)
    report = site.coverage(window.since, window.until, page.as_of, window.columns)
    if page.format == "json":
        return site.json(report.as_json())
    if page.format != "html":
        rows = report.as_json()["sessions"]
        return PlainTable(NIGHT, rows, lambda: _gaps(report, page)).answer(page)
    nights = [night_of(night, is_english=page.is_english) for night in report.nights]
    months = groupby(reversed(nights), key=lambda night: f"{night['day']:%Y-%m}")
    context: dict[str, Any] = {
        "here": "/coverage",
        "report": report,
        "months": [(month, list(reversed(list(days)))) for month, days in months],
        "missing": [*report.waiting, *report.unread][:_LISTED],
        "lost": report.lost[:_LISTED],
        "formats": FORMATS,
        "shell": as_shell(page, "coverage"),
        "python": as_python(page, "json", "coverage"),
    }
    return site.html(request, page, "coverage.html", context)


def health(site: Site, request: Request, page: Parameters) -> Response:
    """Answer the findings of the health check."""
    findings = site.examine() if site.examine else ()
    if page.format == "json":
        return site.json({"findings": list(findings)})
    if page.format != "html":
        return PlainTable(FINDING, findings, lambda: _doubts(findings)).answer(page)
    context = {"here": "/runs", "findings": findings, "names": _STATES, "formats": FORMATS}
    context |= {"shell": "cmoney doctor", "python": 'archive.json("health")'}
    return site.html(request, page, "health.html", context)


def runs(site: Site, request: Request, page: Parameters) -> Response:
    """Answer the last runs, and the state of the archive."""
    archive = site.archive
    documents = archive.runs.recent(0 if page.format in EXPORTS else page.limit)  # 0 is all
    if page.format == "json":
        return site.json({"runs": documents})
    if page.format != "html":
        return PlainTable(RUN, documents, lambda: list(map(_run, documents))).answer(page)
    index = archive.search.place().rpartition("-")[2]
    latest = archive.changes.latest()
    context = {
        "here": "/runs",
        "runs": documents,
        "articles": archive.articles.count(),
        "latest": latest,
        "behind": latest - int(index) if index else None,
        "differences": archive.differences(),
        "frontier": archive.frontier.counts(),
        "formats": FORMATS,
        "shell": "cmoney runs; cmoney frontier",
        "python": f"archive.runs.recent({page.limit})",
    }
    return site.html(request, page, "runs.html", context)


def _gaps(report: Coverage, page: Parameters) -> list[PlainRow]:
    """Return the gaps as entries of a feed, the newest first: nights, and articles that are known to be missing."""
    entries = [
        feed_entry(
            f"night:{night.night.day}",
            f"缺口：{night.night.day}",
            f"{night.count} 篇，通常 {round(night.usual or 0)} 篇",
            night.night.ends,
        )
        for night in report.thin
    ]
    entries += [
        feed_entry(f"missing:{article.key}", f"缺：{article.title or article.key}", article.reason or article.state, at)
        for article in (*report.waiting, *report.unread)
        if (at := article.published_at)
    ]
    return sorted(entries, key=lambda entry: str(entry["published_at"]), reverse=True)[: page.limit]


def _run(run: Mapping[str, Any]) -> PlainRow:
    """Return a run as an entry of a feed."""
    outcome = run["outcome"] or "…"
    at = run["ended_at"] or run["started_at"]
    return feed_entry(f"run:{run['_id']}", f"{run['spider']}：{outcome}", "\n".join(run["problems"]), at)


def _doubts(findings: Sequence[Mapping[str, str]]) -> list[PlainRow]:
    """Return the findings that are not well as entries of a feed, as of today."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        feed_entry(
            f"finding:{finding['subject']}:{today:%F}",
            f"{finding['subject']}：{finding['says']}",
            finding["cure"],
            today,
        )
        for finding in findings
        if finding["state"] != "well"
    ]
