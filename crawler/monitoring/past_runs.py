"""The data that a run is compared with: earlier runs of its kind, and the newest article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from crawler import own_settings
from crawler.monitoring.drift import SPIDER, RunDocument, last_survey
from crawler.own_settings import open_archive

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

REMEMBERED: Final = 2000
"""Earlier runs of a spider that are compared: ten weeks of the schedule."""

SURVEYS: Final = 5
"""The newest surveys, among which the last complete one is looked for."""


@dataclass(frozen=True, slots=True)
class Past:
    """A run that has ended, and its earlier runs.

    Attributes:
        run: Its document.
        runs: The documents of runs of the same spider and kind that ended before, newest first.
        newest: Publication of the newest article of the wanted columns; None if there is none.
        now: The moment of comparing; aware.
        drift: The changes found by a survey since the run before this one, one line each.
    """

    run: RunDocument
    runs: Sequence[RunDocument]
    newest: datetime | None
    now: datetime
    drift: Sequence[str] = ()


def recall(crawler: Crawler) -> Past:
    """Return the run of a crawler that has ended, and its past.

    Raises:
        ArchiveError: The archive cannot be read.
        LookupError: The run has no document, since it could not begin.
    """
    wanted = own_settings.columns(crawler.settings)
    spider: Any = crawler.spider
    with open_archive(crawler.settings) as archive:
        runs = archive.runs.recent(REMEMBERED, spider.name)
        newest = [
            article["published_at"]
            for column in (wanted or [None])  # None: of any column
            for article in archive.articles.listed(1, columns=[column] if column else [])
        ]
        survey = last_survey(archive.runs.recent(SURVEYS, SPIDER))
    run = next((document for document in runs if document["_id"] == spider.frontier.run_id), None)
    if run is None:
        raise LookupError("the run has no document: it could not begin")
    began, kind = run["started_at"], run["kind"]
    before = [document for document in runs if document["kind"] == kind and document["started_at"] < began]
    ended = [document for document in before if document["ended_at"]]
    is_news = survey and (not before or survey["started_at"] > before[0]["started_at"])
    changed = survey["problems"] if survey and is_news else ()
    return Past(run, ended, max(filter(None, newest), default=None), datetime.now(UTC), changed)
