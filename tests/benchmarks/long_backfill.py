"""A backfill of ten years on a virtual clock: killed in the middle, called again hours and days later, and complete."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import psutil

from archive.archive import Archive
from archive.coverage.report import Coverage, coverage
from archive.model.crawl.frontier import PASSED_OVER
from tests.benchmarks.result import Result, Size
from tests.site import Plan, Site
from tests.site.plans import COLUMN
from tests.support.mongodb import serving

DAYS: Final = 3_652
MARGIN: Final = timedelta(days=10)
"""Days at either end of the past that are not asked for."""

PAUSES: Final = (timedelta(hours=3), timedelta(days=1), timedelta(days=4), timedelta(days=8))
"""How long after the run before each next one begins; the first one is killed."""

GOAL: Final = 1.15
_EVERY: Final = 0.1
_ARTICLES: Final = ("/article/", "/notes/note-detail")


class PastRun(NamedTuple):
    """A run: its exit status, seconds by the real clock, MiB after a quarter of what it kept and at the end of it."""

    status: int
    seconds: float
    early: float
    late: float


def measure(size: Size) -> Result:
    """Return what each run of the backfill took, and whether the ten years are complete afterwards."""
    past = Site("chaos", seed=4, articles=size.backfill, days=DAYS, orphans=False, losses=False)
    past.faults.retry, past.faults.delay = 60, 0.0
    with serving() as server, past as site, Archive.open(server.uri, "bench", create=True) as archive:
        plans = site.plans()
        first, last = plans[0].moment + MARGIN, plans[-1].moment - MARGIN
        window = [f"-asince={first:%Y-%m-%d}", f"-auntil={last:%Y-%m-%d}"]
        ran = [_run(archive, server.uri, site, window, len(plans) // 2)]
        held = {entry["_id"] for entry in archive.database["frontier"].find({"leased_by": {"$gt": ""}}, ["_id"])}
        ran += [_run(archive, server.uri, site, window, None, pause) for pause in PAUSES]
        runs = sorted(archive.database["runs"].find(), key=lambda run: run["started_at"])
        report = coverage(archive, first, last, {COLUMN}, passed_over=PASSED_OVER, now=_end_of(runs[-1]))
        missing = _missing(archive, [plan for plan in plans if first <= plan.moment < last])
        again = _asked_again(site) - held
    return Result(
        "A backfill of ten years, on a virtual clock",
        f"{size.backfill:,} articles of ten years on both sites; a third of first requests fail. The product's own "
        "settings, one request a second and host; the clock skips what is only waited for. The first run is killed "
        "with half of the articles kept; the same command is called again after three hours, and after one, four and "
        "eight days.",
        ("run", "exit status", "hours, virtual", "seconds", "requests", "MiB early / late", "database ms a request"),
        tuple(_row(number, ended, run) for number, (ended, run) in enumerate(zip(ran, runs, strict=True), 1)),
        (
            (f"{len(report.nights):,} sessions without a gap", _gaps(report, missing)),
            ("no article is given twice, but for what the kill cut", f"{len(again)} were"),
            (f"memory flat: within {GOAL} ×", f"{max(ended.late / ended.early for ended in ran):.2f} ×"),
        ),
    )


def _run(
    archive: Archive, uri: str, site: Site, window: list[str], enough: int | None, pause: timedelta = timedelta()
) -> PastRun:
    """Run the backfill, some time after the run before; kill it once so many articles are kept."""
    before = archive.runs.recent(1)
    begin = _end_of(before[0]) + pause if before else datetime.now(UTC)
    environ = os.environ | {"CMONEY_NEWS_URL": site.url, "CMONEY_NOTES_URL": site.url, "MONGODB_URI": uri}
    environ |= {"MONGODB_DATABASE": "bench", "VIRTUAL_NOW": begin.isoformat(), "LOG_LEVEL": "ERROR"}
    words = [sys.executable, "-m", "tests.support.virtual_time", "crawl", "backfill", *window]
    clock, former, resident = time.perf_counter(), archive.articles.count(), [0.0]
    with subprocess.Popen(words, env=environ, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            kept = archive.articles.count()
            if enough is not None and kept >= enough:
                process.kill()
            elif kept > former:
                resident.append(_resident(process.pid))
            time.sleep(_EVERY)
    seen = [mib for mib in resident if mib] or [1.0]
    return PastRun(process.returncode, time.perf_counter() - clock, seen[len(seen) // 4], seen[-1])


def _resident(pid: int) -> float:
    try:
        return float(psutil.Process(pid).memory_info().rss) / 2**20
    except psutil.NoSuchProcess:
        return 0.0


def _end_of(run: dict[str, Any]) -> datetime:
    end: datetime = run["ended_at"] or run["heartbeat_at"]
    return end


def _row(number: int, ended: PastRun, run: dict[str, Any]) -> tuple[str, ...]:
    counts = run["counts"]
    requests = counts.get("downloader/request_count", 0)
    took = (_end_of(run) - run["started_at"]).total_seconds() / 3600
    return (
        f"{number}{', killed' if ended.status < 0 else ''}",
        str(ended.status),
        f"{took:.1f}",
        f"{ended.seconds:.0f}",
        f"{requests:,}",
        f"{ended.early:.0f} / {ended.late:.0f}",
        f"{counts.get('database/milliseconds', 0) / max(requests, 1):.1f}",
    )


def _gaps(report: Coverage, missing: list[Plan]) -> str:
    unkept = len(report.waiting) + len(report.unread) + len(report.unfinished)
    return f"{len(report.thin)} fall short, {unkept} wait, {len(missing)} articles are missing"


def _missing(archive: Archive, plans: list[Plan]) -> list[Plan]:
    """Return the articles that are there and not kept."""
    kept = archive.articles.kept_as(key for plan in plans for key in plan.keys)
    return [plan for plan in plans if kept.keys().isdisjoint(plan.keys)]


def _asked_again(site: Site) -> set[str]:
    """Return the keys of the articles that were given as a whole more than once."""
    kept = {key for plan in site.plans() for key in plan.keys}
    whole = Counter(request.key for request in site.asked(_ARTICLES) if request.status == 200 and request.key in kept)
    return {key for key, many in whole.items() if key and many > 1}
