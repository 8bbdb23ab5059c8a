"""The doctor's examination of the archive: server, schema, last runs and backups, search index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from archive.archive import Archive
from archive.backup.save import SPIDER as BACKUP
from archive.errors import ArchiveError, NoArchive, SchemaMismatch
from archive.model.crawl.run import is_dead, is_from_the_future
from archive.model.time_zones import TAIPEI
from archive.mongo.server_status import ServerStatus
from archive.verification import SPIDER as VERIFY
from crawler.doctor import search
from crawler.doctor.finding import Finding, doubtful, well, wrong
from crawler.monitoring.drift import SPIDER as SURVEY
from crawler.monitoring.drift import last_survey
from crawler.own_settings import Values, columns, open_archive
from crawler.schedule.timetable import schedule

ROOM = 2 * 1024**3
"""Bytes that a disk should have free; a year of the column is a few of them."""

SCARCE = 200 * 1024**2
"""Bytes below which the next run may fail."""

ARCHIVE = "archive"
"""The subject of the one finding where there is no archive."""

ASKEW = timedelta(seconds=60)
BACKUP_AGE = timedelta(days=3)
SURVEY_AGE = timedelta(days=15)
VERIFY_AGE = timedelta(days=32)
SPIDER = "column"
GIB = 1024**3


def examine(settings: Values) -> Iterator[Finding]:
    """Yield the findings on the archive, or why it cannot be opened."""
    try:
        archive = open_archive(settings)
    except NoArchive as error:
        yield wrong(ARCHIVE, str(error), "cmoney crawl column begins one, cmoney restore DIR brings one back")
        return
    except SchemaMismatch as error:
        yield wrong("schema", str(error), "see the line itself")
        return
    except ArchiveError as error:
        yield wrong("MongoDB", str(error), "start it, correct MONGODB_URI, or unset it for the embedded server")
        return
    with archive:
        status = archive.server_status()
        yield _server(status)
        yield _disk(status)
        yield _clock(status)
        yield _schema(archive)
        yield from _runs(archive)
        yield _lock(archive)
        yield _walls(archive)
        yield _backup(archive)
        yield _pages(archive)
        yield _columns(archive, columns(settings))
        yield _site(archive)
        yield from search.examine(archive)


def _server(status: ServerStatus) -> Finding:
    kind = "embedded" if status.is_embedded else f"replica set {status.replica_set or 'behind a router'}"
    says = f"{status.version} at {status.where}, {kind}, {status.members or 1} member(s), {status.data / GIB:.2f} GiB"
    if not status.is_known:
        return doubtful("MongoDB", f"{says}: older than this program is tested with", "upgrade to MongoDB 7 or later")
    if not (status.is_embedded or status.replica_set):
        cure = "docs/scaling.md: back it up by snapshots of its members; cmoney backup reads an oplog, which it lacks"
        return doubtful("MongoDB", f"{says}: no run against a sharded cluster was ever seen to work", cure)
    return well("MongoDB", says)


def _disk(status: ServerStatus) -> Finding:
    if status.free is None:
        return doubtful("disk", "the server does not report how much is free", "watch it where the server runs")
    says, cure = f"{status.free / GIB:.1f} GiB free where the data is", "free some, or move the data to a larger disk"
    if status.free < SCARCE:
        return wrong("disk", says, cure)
    return doubtful("disk", says, cure) if status.free < ROOM else well("disk", says)


def _clock(status: ServerStatus) -> Finding:
    seconds = status.ahead.total_seconds()
    if abs(status.ahead) > ASKEW:
        cure = "let both machines keep time (systemd-timesyncd, chrony): leases and locks count on it"
        return wrong("clock", f"the database's is {seconds:.0f} s ahead of this machine's", cure)
    return well("clock", f"differs from the database's by {abs(seconds):.1f} s")


def _schema(archive: Archive) -> Finding:
    lacking = archive.differences()
    if lacking:
        cure = "run any command with a user who may create indexes; opening the archive puts them in place"
        return wrong("schema", "; ".join(lacking[:5]), cure)
    return well("schema", "every collection, validator and index is in place")


def _runs(archive: Archive) -> Iterator[Finding]:
    now = datetime.now(UTC)
    if future := archive.runs.from_the_future(now):
        says = f"{len(future)} are dated in the future: {', '.join(run['_id'] for run in future[:3])}"
        yield wrong("runs", says, "correct the clock of the machine that made them; the next crawl mends what waits")
    runs = [run for run in archive.runs.recent(10 + len(future), SPIDER) if not is_from_the_future(run, now)][:10]
    if not runs:
        cure = "cmoney crawl column, then a schedule (docs/operations.md)"
        yield doubtful("schedule", "the column was never crawled", cure)
        return
    last, pause = runs[0], schedule().longest_pause()
    age = now - last["started_at"]
    when = f"last run {last['started_at'].astimezone(TAIPEI):%Y-%m-%d %H:%M} (Taipei)"
    if age > pause * 2:
        cure = "is the scheduler on? systemctl list-timers cmoney-column.timer; docs/operations.md"
        yield doubtful("schedule", f"{when}; the schedule's longest pause is {pause}", cure)
    else:
        yield well("schedule", f"{when}; next {next(schedule().starts(now)):%a %H:%M} (Taipei)")
    ended = [run for run in runs if run["ended_at"]]
    bad = [run for run in ended if run["exit_status"] != 0]
    says = ", ".join(str(run["outcome"]) for run in ended[:5]) or "none has ended"
    if ended and len(bad) == len(ended[:3]) and len(ended) > 1:
        yield wrong("last runs", says, "cmoney runs shows why; docs/operations.md lists the exit statuses")
    elif bad and bad[0] is ended[0]:
        yield doubtful("last runs", says, "cmoney runs shows why")
    else:
        yield well("last runs", says)


def _lock(archive: Archive) -> Finding:
    held = archive.locks.holders().items()
    holder = next((holder for name, holder in held if name.partition(" on ")[0] == SPIDER), None)  # workers: one a host
    if holder is None:
        return well("lock", "free")
    since = f"{holder.started_at.astimezone(TAIPEI):%Y-%m-%d %H:%M}"
    says = f"held by {holder.host}, process {holder.pid}, since {since} (Taipei)"
    if is_dead(holder, datetime.now(UTC)):
        return well("lock", f"{says}, which is dead: the next run takes it over")
    return well("lock", says)


def _walls(archive: Archive) -> Finding:
    resting = archive.turns.resting()
    if not resting:
        return well("walls", "no host is left alone")
    says = ", ".join(
        f"{host} kept {rest.walls} runs in a row out, asked again {rest.until.astimezone(TAIPEI):%m-%d %H:%M} (Taipei)"
        for host, rest in resting.items()
    )
    cure = "look in a browser whether the site still welcomes you; crawl -s WALL_WAIT=0 asks at once"
    return doubtful("walls", says, cure)


def _backup(archive: Archive) -> Finding:
    done = [run for run in archive.runs.recent(50, BACKUP) if run["complete"]]
    if not done:
        return doubtful("backup", "none was ever made", "cmoney backup DIR --keep 7d4w12m every day, on another disk")
    when = done[0]["ended_at"]
    says = f"last one {when.astimezone(TAIPEI):%Y-%m-%d %H:%M} (Taipei), in {done[0]['arguments']['directory']}"
    if datetime.now(UTC) - when > BACKUP_AGE:
        return doubtful("backup", says, "cmoney backup DIR --keep 7d4w12m every day (docs/operations.md)")
    return well("backup", says)


def _pages(archive: Archive) -> Finding:
    damaged = archive.pages.damaged.unmended()
    if damaged:
        says = f"{len(damaged)} are not what was received and not fetched again: {damaged[0].page}: {damaged[0].reason}"
        return wrong("pages", says, "cmoney crawl column asks for them again; cmoney pages --verify lists them all")
    verified = [run for run in archive.runs.recent(50, VERIFY) if run["complete"]]
    if not verified:
        return doubtful("pages", "never compared with what is on record", "cmoney pages --verify, every month")
    when = verified[0]["ended_at"]
    says = f"compared with what is on record {when.astimezone(TAIPEI):%Y-%m-%d %H:%M} (Taipei)"
    if datetime.now(UTC) - when > VERIFY_AGE:
        return doubtful("pages", says, "cmoney pages --verify, every month")
    return well("pages", says)


def _columns(archive: Archive, wanted: frozenset[str] | None) -> Finding:
    counts = archive.articles.columns()
    others = {column: count for column, count in counts.items() if wanted is not None and column not in wanted}
    if not others:
        return well("columns", f"all {sum(counts.values())} articles are of a wanted column")
    named = ", ".join(f"{column or 'none'} ({count})" for column, count in others.items())
    share = f"{sum(others.values())} of {sum(counts.values())} articles"
    return well("columns", f"{share} are of a column that is not wanted now: {named}")


def _site(archive: Archive) -> Finding:
    survey = last_survey(archive.runs.recent(10, SURVEY))
    if survey is None:
        return doubtful("site", "never surveyed", "cmoney survey --record; cmoney scheduled column does it every week")
    says = f"surveyed {survey['started_at'].astimezone(TAIPEI):%Y-%m-%d %H:%M} (Taipei)"
    if survey["problems"]:
        cure = "cmoney survey shows more, and proposes a site file where it can (docs/survey.md)"
        judge = doubtful if survey["exit_status"] == 0 else wrong
        return judge("site", f"{says}: {'; '.join(survey['problems'])}", cure)
    if datetime.now(UTC) - survey["started_at"] > SURVEY_AGE:
        return doubtful("site", says, "cmoney survey --record; cmoney scheduled column does it every week")
    return well("site", f"{says}: what held before holds still")
