"""Checks of facts about _addresses."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from archive.model.article import Article
from archive.model.time_zones import TAIPEI
from crawler.survey.evidence import Evidence
from crawler.survey.verdict import (
    Check,
    Context,
    Verdict,
    all_of,
    answer_of,
    failed,
    held,
    most_of,
    unseen,
    visit_for,
)

_IMPORT_DAYS: Final = frozenset({date(2025, 1, 22), date(2025, 1, 23)})
_A_MINUTE: Final = timedelta(minutes=1)


_NO_TWO_DATES: Final = "no article whose page and address both have a date"


def _dated_twice(evidence: Evidence) -> list[tuple[Article, datetime]]:
    return [
        (article, visit.address.published_at)
        for visit, article in evidence.articles
        if visit.address.published_at and article.published_at and article.published_from == "page"
    ]


def _gap(article: Article, moment: datetime) -> timedelta:
    return abs(article.published_at - moment) if article.published_at else timedelta.max


def _is_of_import(moment: datetime) -> bool:
    return moment.astimezone(TAIPEI).date() in _IMPORT_DAYS


def _addresses(site: str, host: str) -> Check:
    def check(evidence: Evidence, _context: Context) -> Verdict:
        cards = [
            card for listed in evidence.listings.values() if listed.host == host for card in listed.cards
        ]  # fmt: skip
        found = [card.address.path for card in cards if card.address.site == site]
        if found:
            return held(f"{len(found)} links, such as {found[0]}")
        return unseen("no listing of this host gave a link") if not cards else failed("its listings link elsewhere")

    return check


def _uuid_moment(evidence: Evidence, _context: Context) -> Verdict:
    gaps = [_gap(article, moment) for article, moment in _dated_twice(evidence) if not _is_of_import(moment)]
    return most_of((gap <= _A_MINUTE for gap in gaps), "articles' UUIDs fit the page's date", _NO_TWO_DATES)


def _uuid_imported(evidence: Evidence, _context: Context) -> Verdict:
    pairs = [(article, moment) for article, moment in _dated_twice(evidence) if _is_of_import(moment)]
    return all_of((_gap(*pair) > _A_MINUTE for pair in pairs), "have an older date of their own", "no imported article")


def _uuid_hosts(evidence: Evidence, _context: Context) -> Verdict:
    visit = visit_for(evidence, "other host")
    if visit is None:
        return unseen("no article was asked on a second host")
    first = next((other for other in evidence.visits if other.address.key == visit.address.key), None)
    if visit.article and first and first.article:
        same = "with the same title" if visit.article.title == first.article.title else "with another title"
        return held(f"{visit.address.key} answers on both, {same}")
    return failed(f"{visit.address.key} answers on {first.host if first else 'one'}; elsewhere {answer_of(visit)}")


def _nid_grows(evidence: Evidence, _context: Context) -> Verdict:
    notes = [
        (int(visit.address.key.partition(":")[2]), article.published_at)
        for visit, article in evidence.articles
        if visit.address.site == "notes" and article.published_at
    ]
    if len(notes) < 2:  # noqa: PLR2004 -- an order needs two
        return unseen("fewer than two dated articles of the old site")
    notes.sort()
    moments = [moment for _, moment in notes]
    detail = ", ".join(f"{number} of {moment:%Y-%m-%d}" for number, moment in notes)
    return held(detail) if moments == sorted(moments) else failed(detail)


CHECKS: Final[dict[str, Check]] = {
    "address-new": _addresses("cmnews", "new"),
    "address-old": _addresses("notes", "old"),
    "address-third": _addresses("cmnews", "third"),
    "uuid-moment": _uuid_moment,
    "uuid-imported": _uuid_imported,
    "uuid-hosts": _uuid_hosts,
    "nid-grows": _nid_grows,
}
