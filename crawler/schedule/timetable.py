"""The schedule of unattended crawls, from `schedule.toml`, also in the forms of systemd and cron."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Taipei")
VERIFICATION: Final = "0 13 1 * *"
"""The times of verifying the kept pages, in cron's form, Asia/Taipei: at an hour without a run of the schedule."""
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Job:
    """Starts that repeat every week, at every one of the minutes of every one of the hours of every one of the days.

    Attributes:
        name: A word.
        why: What it is for, in one line.
        days: As in `DAYS`.
        hours: 0 to 23, Asia/Taipei.
        minutes: 0 to 59.
    """

    name: str
    why: str
    days: tuple[str, ...]
    hours: tuple[int, ...]
    minutes: tuple[int, ...]

    def holds(self, moment: datetime) -> bool:
        """Return whether a run starts in a minute, given in Asia/Taipei."""
        return DAYS[moment.weekday()] in self.days and moment.hour in self.hours and moment.minute in self.minutes

    @property
    def calendar(self) -> str:
        """The job's times in systemd's form.

        >>> Job("night", "", ("Tue", "Sat"), (1, 2), (5, 35)).calendar
        'Tue,Sat *-*-* 01,02:05,35:00 Asia/Taipei'
        """
        hours, minutes = (",".join(f"{number:02d}" for number in numbers) for numbers in (self.hours, self.minutes))
        return f"{','.join(self.days)} *-*-* {hours}:{minutes}:00 {ZONE.key}"

    @property
    def cron(self) -> str:
        """The job's times in cron's form, in Asia/Taipei.

        >>> Job("night", "", ("Tue", "Sun"), (1, 2), (5, 35)).cron
        '5,35 1,2 * * 2,0'
        """
        minutes, hours = (",".join(map(str, numbers)) for numbers in (self.minutes, self.hours))
        return f"{minutes} {hours} * * {','.join(str((DAYS.index(day) + 1) % 7) for day in self.days)}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """All starts.

    Attributes:
        command: The arguments of `cmoney`.
        jitter: The longest random delay of a start, in seconds.
        deadline: Seconds after which a missed start is left to the next one.
        jobs: The starts of a week.
    """

    command: str
    jitter: int
    deadline: int
    jobs: tuple[Job, ...]

    def starts(self, after: datetime) -> Iterator[datetime]:
        """Yield the starts after a moment, without end; in Asia/Taipei, without jitter.

        Args:
            after: Aware.
        """
        moment = after.astimezone(ZONE).replace(second=0, microsecond=0)
        while True:
            moment += timedelta(minutes=1)
            if any(job.holds(moment) for job in self.jobs):
                yield moment

    def longest_pause(self) -> timedelta:
        """Return the longest time between two starts of a week."""
        starts = self.starts(datetime(2026, 1, 5, tzinfo=ZONE))
        last, longest = next(starts), timedelta()
        end = last + timedelta(days=8)
        while last < end:
            following = next(starts)
            last, longest = following, max(longest, following - last)
        return longest

    def as_systemd(self) -> str:
        """Return the timer for systemd."""
        calendars = "".join(f"# {job.name}: {job.why}\nOnCalendar={job.calendar}\n" for job in self.jobs)
        return f"""# Made by `cmoney schedule --format systemd` from crawler/schedule/schedule.toml.
[Unit]
Description=When 美股動態 is crawled

[Timer]
{calendars}RandomizedDelaySec={self.jitter}
# A start that was missed while the machine slept or was off is made up for, once.
Persistent=true
AccuracySec=10s

[Install]
WantedBy=timers.target
"""

    @property
    def words(self) -> list[str]:
        """The command's words, with the longest random wait where there is one."""
        return [*self.command.split(), *(["--jitter", str(self.jitter)] if self.jitter else [])]

    def as_cron(self) -> str:
        """Return the lines for /etc/cron.d."""
        lines = "".join(f"# {job.name}: {job.why}\n{job.cron} {_of_cron(self.words, 'column')}\n" for job in self.jobs)
        saved = backups()
        return f"""# A file for /etc/cron.d, made by `cmoney schedule --format cron` of crawler/schedule/schedule.toml.
# The times are Taipei's. A cron that does not know CRON_TZ (Debian's) takes them for the machine's: set that to
# Asia/Taipei, or use the systemd timer. cron makes up for nothing that was missed; the next run does.
CRON_TZ={ZONE.key}
SHELL=/bin/sh
MONGODB_URI_FILE=/etc/cmoney/mongodb_uri
LOG_JSON=1
{lines}# the kept pages, compared once a month with what is on record of them
{VERIFICATION} {_of_cron(["pages", "--verify"], "verify")}
# {saved.jobs[0].why}
{saved.jobs[0].cron} {_of_cron(saved.words, "backup")}
"""


def _of_cron(words: list[str], log: str) -> str:
    """Return user and command of a line in /etc/cron.d."""
    program = f"/opt/cmoney/.venv/bin/cmoney {' '.join(words)}"
    return f"cmoney {program} >>/var/log/cmoney/{log}.log 2>&1"


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads((files("crawler.schedule") / "schedule.toml").read_text(encoding="utf-8"))


@cache
def backups() -> Schedule:
    """Return when backups are made, every day, as `schedule.toml` has it."""
    plan = _document()["backup"]
    job = Job("backup", "the whole archive, saved and verified; old ones are thinned out", DAYS, (plan["hour"],), (0,))
    return Schedule(plan["command"], 0, _document()["deadline"], (job,))


@cache
def schedule() -> Schedule:
    """Return when the column is crawled, as `schedule.toml` has it."""
    document = _document()
    jobs = tuple(
        Job(job["name"], job["why"], tuple(job["days"]), tuple(job["hours"]), tuple(job["minutes"]))
        for job in document["job"]
    )
    return Schedule(document["command"], document["jitter"], document["deadline"], jobs)
