"""Coverage as the archive knew it: any history, looked back at, is told as it was told then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from archive.coverage.report import coverage
from archive.model.article import Related
from archive.model.crawl.outcome import Miss
from archive.mongo.client import Connection
from tests.support.looks import AT_ONCE, look
from tests.support.made_articles import NOW, article, found, key_of, url_of
from tests.support.mongodb import fresh_database

DAY = timedelta(days=1)
BEGIN = NOW.replace(microsecond=0)
SINCE, UNTIL = BEGIN - 30 * DAY, BEGIN + 30 * DAY
COLUMNS = frozenset({"美股動態"})

steps = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from(["found", "found", "kept", "kept", "revised", "failed", "gone"])),
    min_size=1,
    max_size=16,
)


def told(archive: Archive, now: datetime, **how: Any) -> dict[str, Any]:
    """Return what coverage tells, but not why something is missing: of that the frontier keeps the last look only."""
    report = coverage(archive, SINCE, UNTIL, COLUMNS, now=now, **how)
    return {
        "articles": report.articles,
        "nights": [(night.night.day, night.count, night.usual, night.shortfall) for night in report.nights],
        "missing": {entry.key for entry in (*report.waiting, *report.unread, *report.lost)},
    }


def happen(archive: Archive, number: int, kind: str, at: datetime) -> None:
    published = BEGIN - number * 5 * DAY
    entry = archive.frontier.lookup([key_of(number)]).get(key_of(number))
    if kind == "found" or entry is None:
        archive.frontier.discover([found(number, published_at=published)], at)
    elif kind == "gone":
        look(archive, key_of(number), at=at, rule=AT_ONCE)
    elif kind == "failed":
        archive.writer().save([Miss(key_of(number), url_of(number), "failed", "HTTP 503", at)], at)
    else:
        text = f"營收與毛利率同步優於預期，惟客戶集中仍是主要變數。第{number}篇" + ("改版" if kind == "revised" else "")
        other = number % 5 + 1
        related = [Related(f"【美股動態】第{other}篇", url_of(other), key_of(other))]
        archive.writer().save([article(number, text, at=at, published_at=published, related=related, page=None)], at)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=steps)
def test_any_history_is_told_again(connection: Connection, mongod: object, history: list[tuple[int, str]]) -> None:
    with (
        fresh_database(connection) as database,
        Archive.open(connection.uri, database.name, create=True) as archive,
    ):
        then = []
        for place, (number, kind) in enumerate(history):
            at = BEGIN + timedelta(hours=place)
            happen(archive, number, kind, at)
            then.append((at, told(archive, at)))
        for at, report in then:
            assert told(archive, at, as_of=at + timedelta(minutes=59)) == report
        assert told(archive, BEGIN, as_of=BEGIN - DAY)["articles"] == 0
