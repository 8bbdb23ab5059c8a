"""The schedule fits the column, and what is in deploy/ says the same times."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from crawler.schedule.timetable import VERIFICATION, ZONE, Job, backups, schedule
from tests.support.crawling import ROOT

DEPLOY = ROOT / "deploy"
MONDAY = datetime(2026, 3, 2, tzinfo=ZONE)
NEW_YORK = ZoneInfo("America/New_York")


def of_a_week() -> list[datetime]:
    return between(MONDAY - timedelta(minutes=1), MONDAY + timedelta(days=7))


def between(after: datetime, before: datetime) -> list[datetime]:
    return list(takewhile(lambda start: start < before, schedule().starts(after)))


def of_cron(line: str) -> set[datetime]:
    """Return the starts of a week that a cron line of plain numbers says."""
    parts = line.split()
    minutes, hours, days = (set(map(int, parts[place].split(","))) for place in (0, 1, 4))
    every = (MONDAY + timedelta(minutes=minute) for minute in range(7 * 24 * 60))
    return {
        entry for entry in every if entry.minute in minutes and entry.hour in hours and entry.isoweekday() % 7 in days
    }


def sessions(first: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Return opening and close of New York's exchange on the five weekdays from a Monday on."""
    for day in range(5):
        date = (first + timedelta(days=day)).date()
        yield tuple(datetime(date.year, date.month, date.day, *at, tzinfo=NEW_YORK) for at in ((9, 30), (16, 0)))  # type: ignore[misc]


@pytest.mark.parametrize("monday", [datetime(2026, 1, 12, tzinfo=UTC), datetime(2026, 7, 6, tzinfo=UTC)])
def test_us_sessions_and_taipei_mornings_are_covered_summer_and_winter(monday: datetime) -> None:
    for opening, close in sessions(monday):
        starts = between(opening, close)
        gaps = [later - earlier for earlier, later in pairwise([opening, *starts, close])]
        assert max(gaps) <= timedelta(minutes=75), (opening, starts)
        morning = close.astimezone(ZONE).replace(hour=6, minute=0)
        assert len(between(morning, morning + timedelta(hours=5))) >= 15


def test_no_two_starts_come_so_near_that_jitter_could_swap_them() -> None:
    starts = of_a_week()
    nearest = min(later - earlier for earlier, later in pairwise(starts))
    assert timedelta(seconds=schedule().jitter) < nearest


def test_the_longest_pause_is_within_a_few_hours() -> None:
    assert timedelta(hours=1) < schedule().longest_pause() <= timedelta(hours=9)


def test_the_systemd_timer_is_what_the_schedule_writes() -> None:
    timer = (DEPLOY / "systemd" / "cmoney-column.timer").read_text(encoding="utf-8")
    assert timer == schedule().as_systemd(), (
        "run `scrapy schedule --format systemd > deploy/systemd/cmoney-column.timer`"
    )
    assert "Persistent=true" in timer


def test_the_crontab_is_what_the_schedule_writes() -> None:
    crontab = (DEPLOY / "crontab").read_text(encoding="utf-8")
    assert crontab == schedule().as_cron(), "run `scrapy schedule --format cron > deploy/crontab`"
    lines = re.findall(r"^[\d,]+ [\d,]+ \* \* [\d,]+ cmoney .* scheduled .*$", crontab, re.MULTILINE)
    assert sorted(set().union(*map(of_cron, lines))) == of_a_week()
    assert re.search(rf"^{re.escape(VERIFICATION)} cmoney .* pages --verify ", crontab, re.MULTILINE)


def test_the_cron_jobs_of_kubernetes_say_the_same_times() -> None:
    items: list[dict[str, Any]] = yaml.safe_load((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8"))["items"]
    jobs = {item["metadata"]["name"]: item["spec"] for item in items if item["kind"] == "CronJob"}
    plan = schedule()
    verify, backup = jobs.pop("cmoney-verify"), jobs.pop("cmoney-backup")
    assert (backup["schedule"], backup["timeZone"]) == (backups().jobs[0].cron, ZONE.key)
    assert backup["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["args"] == backups().words
    assert (verify["schedule"], verify["timeZone"]) == (VERIFICATION, ZONE.key)
    assert {name: spec["schedule"] for name, spec in jobs.items()} == {
        f"cmoney-{job.name}": job.cron for job in plan.jobs
    }
    for spec in jobs.values():
        container = spec["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
        assert container["args"] == [*plan.command.split(), "--jitter", str(plan.jitter)]
        assert (spec["timeZone"], spec["startingDeadlineSeconds"]) == (ZONE.key, plan.deadline)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("job", schedule().jobs, ids=lambda job: job.name)
def test_systemd_understands_the_times_as_they_are_meant(job: Job) -> None:
    words = ["systemd-analyze", "calendar", "--iterations=12", "--base-time=2026-03-02 00:00:00 UTC", job.calendar]
    output = subprocess.run(
        words, capture_output=True, text=True, check=True, env={"TZ": "UTC", "PATH": "/usr/bin:/bin"}
    )
    stamps = re.findall(r"(?:Next elapse|Iter\. #\d+): \w+ (\d{4}-\d\d-\d\d \d\d:\d\d):00 UTC", output.stdout)
    read = [datetime.strptime(stamp, "%Y-%m-%d %H:%M").replace(tzinfo=UTC) for stamp in stamps]
    every = (datetime(2026, 3, 2, 0, 1, tzinfo=UTC) + timedelta(minutes=minute) for minute in range(7 * 24 * 60))
    meant = [entry for entry in every if job.holds(entry.astimezone(ZONE))][:12]
    assert read == meant


def test_the_services_run_the_commands_of_the_schedule() -> None:
    for name, plan in (("column", schedule()), ("backup", backups())):
        service = (DEPLOY / "systemd" / f"cmoney-{name}.service").read_text(encoding="utf-8")
        assert f"/cmoney {plan.command}\n" in service
    hour = backups().jobs[0].hours[0]
    assert f"OnCalendar=*-*-* {hour}:00:00 {ZONE.key}\n" in (DEPLOY / "systemd" / "cmoney-backup.timer").read_text(
        "utf-8"
    )


def test_backups_are_made_at_an_hour_without_a_run() -> None:
    assert not {start.hour for start in of_a_week()} & set(backups().jobs[0].hours)
