"""The result of a survey: whether a crawl will work, its best source, its cost, and points to check."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from crawler.addresses import read_address
from crawler.download import refusals
from crawler.download.exchange import Exchange
from crawler.exit_status import ALL_WELL, INTERRUPTED, KEPT_OUT, TEMPLATE_CHANGED, UNREACHABLE, ExitStatus
from crawler.pages.listings.cards import Card
from crawler.survey.evidence import OK, RENDERED_NEW, ROBOTS, ROBOTS_PATH, Evidence, Host, Visited
from crawler.survey.verdict import FactVerdict, answer_of, is_wanted, reading_of

SOURCES: Final = {
    "interface": "the listing interface",
    "listing new": "the new site's HTML listing",
    RENDERED_NEW: "the new site's listing in a browser",
    "listing third": "the third host's HTML listing",
    "listing old": "the old site's HTML listing",
}
"""The sources of new articles, the best first."""

_HOSTS: Final[dict[Host, str]] = {"new": "The new site", "old": "The old site", "third": "The third host"}
_SETTINGS: Final[dict[Host, str]] = {
    "new": "CMONEY_NEWS_URL",
    "old": "CMONEY_NOTES_URL",
    "third": "CMONEY_STOCK_URL",
}
_TITLE: Final = re.compile(rb"<title[^>]*>([^<]{1,200})", re.IGNORECASE)
_REDIRECT: Final = re.compile(r"HTTP \d+ to (\S+)")
_GENERIC: Final = "generic"
_DAY: Final = timedelta(days=1)
_A_YEAR: Final = 365
_LEAST_SHARE: Final = 0.8
"""Share of the articles' pages that a template has to fit: below it the readers have to be looked at first."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The result of a survey.

    Attributes:
        status: The exit status.
        lines: One sentence each, for people.
        faults: Those of the lines with faults that keep a crawl from working.
        sources: The names of the sources that list articles of the column, the best first.
    """

    status: ExitStatus
    lines: tuple[str, ...]
    faults: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def judge(
    evidence: Evidence, verdicts: dict[str, FactVerdict], column: str, delay: float, *, is_whole: bool = True
) -> Judgement:
    """Return the result of a survey.

    Args:
        evidence: The observations.
        verdicts: The verdict on each fact.
        column: The column's name, without brackets.
        delay: Seconds between two requests to a host.
        is_whole: Whether the survey was made to its end.
    """
    sources = tuple(name for name in SOURCES if _of_column(evidence, name, column))
    lines = (*_about(sources), *_readers(evidence), *_dates(verdicts), *_cost(evidence, column, delay))
    if not is_whole:
        head = "The survey was cut short; this is what was seen until then."
        return Judgement(INTERRUPTED, (head, *_elsewhere(evidence), *_places(evidence), *lines), sources=sources)
    places, elsewhere = _places(evidence), _elsewhere(evidence)
    if why_not := _nothing_seen(evidence, verdicts):
        status, fault, advice = why_not
        return Judgement(status, (fault, advice, *places), (fault,))
    if elsewhere and not _pages(evidence):
        return Judgement(TEMPLATE_CHANGED, (*elsewhere, *places), elsewhere)
    lines = (*places, *lines)
    if "new" in evidence.closed:
        fault = f"The new site refuses this crawler: {verdicts['rate'].detail}."
        return Judgement(KEPT_OUT, (fault, "Wait, or ask the site's owner.", *lines), (fault,), sources)
    faults = (*elsewhere, *_faults(evidence, verdicts, column))
    head = "A crawl will work." if not faults else "Something that a crawl rests on does not hold:"
    return Judgement(TEMPLATE_CHANGED if faults else ALL_WELL, (head, *faults, *lines), faults, sources)


def _pages(evidence: Evidence) -> list[Exchange]:
    """Return the answered exchanges, without robots.txt."""
    return [exchange for exchange in evidence.exchanges if exchange.status is not None and exchange.purpose != ROBOTS]


def _nothing_seen(evidence: Evidence, verdicts: dict[str, FactVerdict]) -> tuple[ExitStatus, str, str] | None:
    """Return status, cause and remedy if no page was received; None if one was, or the site has moved."""
    pages, errors = _pages(evidence), [exchange.error for exchange in evidence.exchanges if exchange.error]
    if pages and any(exchange.status not in refusals.ANY for exchange in pages):
        return None
    if not pages and _elsewhere(evidence):
        return None
    if not pages and not evidence.forbidden and (errors or not evidence.exchanges):
        why = errors[0] if errors else "nothing was asked"
        return UNREACHABLE, f"The site does not answer: {why}.", "Look at network, proxy and DNS."
    why = verdicts["rate"].detail if pages else verdicts["robots"].detail
    return KEPT_OUT, f"The site refuses this crawler: {why}.", "Wait, or ask the site's owner."


def _faults(evidence: Evidence, verdicts: dict[str, FactVerdict], column: str) -> list[str]:
    faults = []
    if not any(_of_column(evidence, name, column) for name in SOURCES):
        seen = verdicts["column-prefix"].detail
        faults.append(f"No listing names an article of 【{column}】: {seen}.")
    faults += _faults_of_pages(list(filter(is_wanted, evidence.visits)))
    of_column = [article for _, article in evidence.articles if article.title.startswith(f"【{column}】")]
    if of_column and all(article.access == "members" for article in of_column):
        faults.append(f"All {len(of_column)} articles of the column are for members: only their beginnings are public.")
    if articles := [url for url in evidence.forbidden if read_address(url, evidence.sites)]:
        faults.append(f"robots.txt forbids articles, which are not crawled then, such as {articles[0]}.")
    if evidence.articles and not any(article.published_at for _, article in evidence.articles):
        faults.append("No article has a date.")
    return faults


def _faults_of_pages(pages: Sequence[Visited]) -> list[str]:
    answered = [visit for visit in pages if visit.exchange.status == OK]
    shown = [(visit, article) for visit in answered if (article := visit.article)]
    fitting = sum(article.extractor.name != _GENERIC for _, article in shown)
    faults = []
    if not pages:
        faults.append("No page of an article was asked for: no listing named one, or --requests was too few.")
    elif not answered:
        faults.append(f"No page of an article was answered: {answer_of(pages[0])}.")
    elif title := _title_of_all(answered):
        faults.append(
            f"{len(answered)} articles' addresses answer with the same page, “{title}”: something stands before the "
            "articles (consent, a login, a challenge) that this crawler does not pass. Ask the site's owner."
        )
    elif len(shown) < _LEAST_SHARE * len(answered):
        odd = next(visit for visit in answered if not visit.article)
        share = f"{len(shown)} of {len(answered)}"
        faults.append(f"Only {share} pages show their article; {odd.exchange.url}: {reading_of(odd)}.")
    elif fitting < _LEAST_SHARE * len(shown):
        faults.append(f"Only {fitting} of {len(shown)} pages fit a template; see page-new, page-old, page-third.")
    return faults


def _elsewhere(evidence: Evidence) -> tuple[str, ...]:
    """Return a line for each host that redirects its requests to an address that is not known as CMoney's."""
    targets = {host: match[1] for host, reason in evidence.no_robots.items() if (match := _REDIRECT.match(reason))}
    return tuple(
        f"{_HOSTS[host]} sends every request to {base}, which is not known as CMoney's: if it is, set "
        f"{_SETTINGS[host]}={base}, and make the survey again."
        for host, target in targets.items()
        if (base := target.removesuffix(ROBOTS_PATH))
    )


def _places(evidence: Evidence) -> tuple[str, ...]:
    """Return a line for each host that has moved, or got only a request for robots.txt."""
    moved = (
        f"{_HOSTS[host]} sends every request to {base}, where the survey went on; {_SETTINGS[host]}={base} spares that."
        for host, base in evidence.moved.items()
    )
    silent = (
        f"{_HOSTS[host]} was asked for nothing but robots.txt: {reason}."
        for host, reason in evidence.no_robots.items()
        if not _REDIRECT.match(reason)
    )
    closed = (f"{_HOSTS[host]} refused, and was asked no more." for host in evidence.closed)
    return (*moved, *silent, *closed)


def _title_of_all(visits: Sequence[Visited]) -> str:
    """Return the title of the page that all addresses show in place of their articles; empty if they differ."""
    if len(visits) < 2 or any(visit.article for visit in visits):  # noqa: PLR2004 -- one page is like none
        return ""
    titles = {match[1].strip() if (match := _TITLE.search(visit.content)) else b"" for visit in visits}
    return titles.pop().decode("utf-8", "replace") if len(titles) == 1 else ""


def _about(sources: tuple[str, ...]) -> list[str]:
    if not sources:
        return []
    rest = ", ".join(SOURCES[name] for name in sources[1:])
    return [f"Best source: {SOURCES[sources[0]]}." + (f" These work too: {rest}." if rest else " No other one works.")]


def _readers(evidence: Evidence) -> list[str]:
    articles = evidence.articles
    whole = [
        article
        for _, article in articles
        if article.extractor.name != _GENERIC and article.published_at and not article.problems
    ]
    generic = sum(article.extractor.name == _GENERIC for _, article in articles)
    fields = sorted({problem.field for _, article in articles for problem in article.problems})
    line = f"{len(whole)} of {len(articles)} articles were read without a problem"
    line += f"; the generic reader had to help with {generic}" if generic else ""
    return [line + (f"; problems in: {', '.join(fields)}." if fields else ".")]


def _dates(verdicts: dict[str, FactVerdict]) -> list[str]:
    names = (
        "page-dated", "uuid-moment", "interface-created", "uuid-hosts", "interface-cursor", "robots", "robots-delay",
        "rate",
    )  # fmt: skip
    return [f"{name}: {verdicts[name].state} ({verdicts[name].detail})." for name in names]


def _cost(evidence: Evidence, column: str, delay: float) -> list[str]:
    """Return lines on the column's articles in a day and a backfill's pages in a year, by its newest articles."""
    cards = {card.address.key: card for name in SOURCES for card in _of_column(evidence, name, column)}
    moments = sorted(moment for card in cards.values() if (moment := card.published_at or card.address.published_at))
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(moments)]
    if not gaps or not median(gaps):
        return ["How many articles the column has was not seen."]
    a_day = len(moments) / max((moments[-1] - moments[0]) / _DAY, 1.0)
    pages = a_day * _A_YEAR
    hours = pages * delay / 3600
    return [
        f"The column has about {a_day:.1f} articles a day, by its newest {len(moments)}.",
        f"A backfill of one year asks for about {pages:,.0f} pages: {hours:.1f} hours at {delay:g} s each.",
    ]


def _of_column(evidence: Evidence, name: str, column: str) -> list[Card]:
    listed = evidence.listings.get(name)
    return [card for card in listed.cards if (card.title or "").startswith(f"【{column}】")] if listed else []
