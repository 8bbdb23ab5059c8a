"""Coverage as a calendar, and the runs: what an operator looks at."""

from __future__ import annotations

from itertools import groupby
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from archive.model.selection import select
from archive.web.answers.parameters import Parameters
from archive.web.answers.site import Site, doors
from archive.web.pages.newest import night_of

FORMATS: Final = doors("json")
_STATES: Final = {"well": "好", "doubtful": "該看看", "wrong": "不對"}
_LISTED: Final = 100
"""Missing articles that are named on the page; all of them are in its JSON."""


def coverage(site: Site, request: Request, page: Parameters, rest: str) -> Response:
    """Answer which sessions are kept, and what is known to be missing.

    Raises:
        HTTPException: There is no such page below it.
    """
    if rest or page.format not in {"html", "json"}:
        raise HTTPException(404, f"{page.path} is not here.")
    window = select(page.filters)
    report = site.coverage(window.since, window.until, page.as_of, window.columns)
    if page.format == "json":
        return site.json(report.as_json())
    nights = [night_of(night, is_english=page.is_english) for night in report.nights]
    months = groupby(reversed(nights), key=lambda night: f"{night['day']:%Y-%m}")
    context: dict[str, Any] = {
        "here": "/coverage",
        "report": report,
        "months": [(month, list(reversed(list(days)))) for month, days in months],
        "missing": [*report.waiting, *report.unread][:_LISTED],
        "lost": report.lost[:_LISTED],
        "formats": FORMATS,
        "shell": "cmoney coverage",
    }
    return site.html(request, page, "coverage.html", context)


def health(site: Site, request: Request, page: Parameters, rest: str) -> Response:
    """Answer what was found of the installation.

    Raises:
        HTTPException: There is no such page below it.
    """
    if rest or page.format not in {"html", "json"}:
        raise HTTPException(404, f"{page.path} is not here.")
    findings = site.examine() if site.examine else ()
    if page.format == "json":
        return site.json({"findings": list(findings)})
    context = {"here": "/runs", "findings": findings, "names": _STATES, "formats": FORMATS, "shell": "cmoney doctor"}
    return site.html(request, page, "health.html", context)


def runs(site: Site, request: Request, page: Parameters, rest: str) -> Response:
    """Answer how the last runs ended, and the state of the archive.

    Raises:
        HTTPException: There is no such page below it.
    """
    if rest or page.format not in {"html", "json"}:
        raise HTTPException(404, f"{page.path} is not here.")
    archive = site.archive
    documents = archive.runs.recent(page.limit)
    if page.format == "json":
        return site.json({"runs": documents})
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
        "shell": "cmoney runs; cmoney doctor",
    }
    return site.html(request, page, "runs.html", context)
