"""How many files of the project one piece of work enters: a reader who follows it opens as many."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

import pytest
from scrapy.http import HtmlResponse, Request
from scrapy.settings import Settings

import crawler.settings
from archive.archive import Archive
from archive.coverage.report import coverage
from archive.export.exporter import export
from archive.export.request import export_request
from archive.model.article import Article
from archive.model.crawl.frontier import LeasedUrl
from archive.model.crawl.outcome import Miss
from archive.reparse.rereader import Rereader
from crawler.addresses import read_address
from crawler.commands.reparse import recipe_of
from crawler.spiders.responses import outcomes_of, page_of
from pipelines.stage import refiner
from tests.support.made_articles import NOW, found
from tests.support.sample_pages import SITES

ROOT = Path(__file__).resolve().parents[1]
RECORDED = ROOT / "tests" / "recorded" / "cmnews-h2-jsonld"
ROOMS = tuple(f"{ROOT / room}/" for room in ("archive", "crawler", "pipelines"))
WATCH = "archive/mongo/command_times.py"
"""The driver calls it at every command, whatever the work: it is on no way."""


class Trip:
    """Follows calls through the project's files while it is the profiler; comprehensions are no calls.

    Attributes:
        files: Those entered.
        calls: Calls of the project's own functions.
        changes: How often one file called or returned into another.
    """

    def __init__(self, work: Callable[[], object]) -> None:
        self.files: set[str] = set()
        self.calls = self.changes = 0
        self._last = ""
        sys.setprofile(self._follow)
        try:
            work()
        finally:
            sys.setprofile(None)

    def _follow(self, frame: FrameType, event: str, _: object) -> None:
        file, name = frame.f_code.co_filename, frame.f_code.co_name
        if event != "call" or not file.startswith(ROOMS) or name.startswith("<"):
            return
        name = file.removeprefix(f"{ROOT}/")
        if name == WATCH:
            return
        self.files.add(name)
        self.calls += 1
        self.changes += file != self._last
        self._last = file


def recorded_response() -> tuple[HtmlResponse, LeasedUrl]:
    """Return the response of a recorded page, and its address as a run holds it."""
    url: str = json.loads(RECORDED.with_suffix(".json").read_text(encoding="utf-8"))["url"]
    address = read_address(url, SITES)
    assert address is not None
    response = HtmlResponse(url, body=RECORDED.with_suffix(".html").read_bytes(), request=Request(url))
    return response, LeasedUrl(address.key, url, None, None, 0, 0, None, None, kept=False)


@pytest.fixture
def full(archive: Archive) -> Archive:
    """Give an archive that holds the article of the recorded page, refined, with its page."""
    archive.writer().save([refined_article()], datetime.now(UTC))
    assert archive.changes  # a part is imported when it is asked for first, which is no step of a trip
    return archive


def read_article() -> Article:
    response, leased = recorded_response()
    (article_or_miss,) = outcomes_of(response, leased, SITES)
    assert isinstance(article_or_miss, Article)
    return article_or_miss.but(page=page_of(response, leased.key))


def stages() -> Callable[[Article, Counter[str]], Article | Miss]:
    order: dict[str, int] = crawler.settings.ITEM_PIPELINES
    names = sorted(order, key=lambda name: order[name])
    return refiner(names)


def refined_article() -> Article:
    article_or_miss = stages()(read_article(), Counter())
    assert isinstance(article_or_miss, Article)
    return article_or_miss


def test_from_a_response_to_its_article() -> None:
    response, leased = recorded_response()
    check(Trip(lambda: outcomes_of(response, leased, SITES)), 25)


def test_from_an_article_through_the_stages() -> None:
    article, refine = read_article(), stages()
    check(Trip(lambda: refine(article, Counter())), 13)


def test_from_an_article_to_its_transaction(archive: Archive) -> None:
    article, writer = refined_article(), archive.writer()
    check(Trip(lambda: writer.save([article], datetime.now(UTC))), 11)


def test_from_a_find_to_its_lease(archive: Archive) -> None:
    check(Trip(lambda: archive.frontier.discover([found(1)], NOW)), 4)
    check(Trip(lambda: archive.frontier.claim("run", 1, NOW, 60)), 3)


def test_from_a_kept_page_to_a_decision(full: Archive) -> None:
    settings = Settings()
    settings.setmodule(crawler.settings)
    settings.setdict({"CMONEY_NEWS_URL": SITES.news, "CMONEY_NOTES_URL": SITES.notes})
    rereader, key = Rereader(full, recipe_of(settings)), recorded_response()[1].key
    check(Trip(lambda: rereader.reread([key], Counter())), 49)


def test_from_the_archive_to_who_reads_it(full: Archive, tmp_path: Path) -> None:
    check(Trip(lambda: export(full, export_request(tmp_path / "articles.jsonl"))), 12)
    check(Trip(lambda: list(full.changes())), 7)
    article = refined_article()
    assert article.published_at is not None
    until = article.published_at + timedelta(days=1)  # whatever day it is today
    check(Trip(lambda: coverage(full, until - timedelta(days=30), until, None)), 9)


def check(trip: Trip, most: int) -> None:
    """Assert that a trip enters no more files than docs/development.md has for it."""
    sys.stdout.write(f"{len(trip.files)} files, {trip.calls} calls, {trip.changes} of them into another file\n")
    assert len(trip.files) <= most, "\n".join(sorted(trip.files))
