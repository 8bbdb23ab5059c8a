"""The doctor's examination of the site: its answer, its robots.txt, its clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlsplit

from protego import Protego

from crawler import own_settings
from crawler.addresses import INTERFACE, NOTES, RENDERED, STOCK
from crawler.doctor.finding import Finding, doubtful, well, wrong

PATIENCE = 15.0
"""Seconds."""

LARGEST = 512 * 1024
"""Bytes that are read of a robots.txt, at most."""

ASKEW = timedelta(minutes=2)
"""By how much two clocks may differ."""


class SiteAnswer(NamedTuple):
    """An answer to a request for robots.txt."""

    status: int
    body: str
    date: datetime | None


def examine(settings: own_settings.Values) -> Iterator[Finding]:
    """Yield the findings on each site; one request each."""
    sites = own_settings.sites(settings)
    wanted: dict[str, tuple[str, ...]] = {sites.news: (INTERFACE, *RENDERED)}
    wanted[sites.notes] = (*wanted.get(sites.notes, ()), *NOTES)
    if sites.stock not in wanted:
        wanted[sites.stock] = STOCK
    for base, paths in wanted.items():
        yield from _examine(base, paths, str(settings.get("USER_AGENT")), str(settings.get("ROBOTSTXT_USER_AGENT")))


def _examine(base: str, paths: tuple[str, ...], agent: str, robot: str) -> Iterator[Finding]:
    try:
        answer = _ask(base, agent)
    except (OSError, HTTPException) as error:
        cure = "check the network, proxy and DNS, and CMONEY_NEWS_URL, _NOTES_URL or _STOCK_URL"
        yield wrong(base, f"does not answer: {error}", cure)
        return
    yield _robots(base, paths, answer, robot)
    if answer.date and abs(datetime.now(UTC) - answer.date) > ASKEW:
        ahead = f"is {(datetime.now(UTC) - answer.date).total_seconds():.0f} s ahead of that of {base}"
        yield wrong("clock", ahead, "let the machine keep time (systemd-timesyncd, chrony)")


def _robots(base: str, paths: tuple[str, ...], answer: SiteAnswer, robot: str) -> Finding:
    if answer.status in {401, 403, 429} or answer.status >= 500:  # noqa: PLR2004 -- HTTP's own numbers
        return wrong(base, f"answers HTTP {answer.status} to robots.txt", "wait; if it lasts, ask the site's owner")
    if answer.status != 200:  # noqa: PLR2004 -- HTTP's own number
        return well(base, f"answers; it has no robots.txt (HTTP {answer.status})")
    rules = Protego.parse(answer.body)
    forbidden = [path for path in paths if not rules.can_fetch(base + path, robot)]
    delay = rules.crawl_delay(robot)
    if len(forbidden) == len(paths):
        return wrong(base, "robots.txt forbids every listing", "do not crawl it; ask the site's owner")
    if forbidden:
        return doubtful(base, f"robots.txt forbids {', '.join(forbidden)}", "nothing: runs keep to the others")
    return well(base, "answers, and robots.txt allows the listings" + (f"; Crawl-delay {delay:g} s" if delay else ""))


def _ask(base: str, agent: str) -> SiteAnswer:
    parts = urlsplit(base)
    connection = (HTTPSConnection if parts.scheme == "https" else HTTPConnection)(parts.netloc, timeout=PATIENCE)
    try:
        connection.request("GET", f"{parts.path}/robots.txt", headers={"User-Agent": agent})
        response = connection.getresponse()
        body = response.read(LARGEST).decode("utf-8", "replace")
        return SiteAnswer(response.status, body, _date(response.getheader("Date")))
    finally:
        connection.close()


def _date(header: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(header).astimezone(UTC) if header else None
    except ValueError:
        return None
