"""Lies that show another article at an article's address, and what the page says of itself then."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from tests.site.corpus import Corpus
from tests.site.dates import Stated
from tests.site.hosts import PUBLIC, Host, generation_of
from tests.site.moments import TAIPEI
from tests.site.plans import COLUMN, Generation, Plan
from tests.site.sheet import Sheet, sheet_of

FIRST_OF_ALL = ("same-article", "same-text")
"""The lies that show one article at all addresses."""


def other_sheet(corpus: Corpus, sheet: Sheet, host: Host, lie: str, other: str | None) -> Sheet:
    """Return the page of the article that is shown in place of the one asked.

    Args:
        corpus: Where articles are from.
        sheet: The page that was asked for.
        host: On which host.
        lie: The lie; it says which article is shown where `other` does not.
        other: The key of the article to be shown; None for the column's first one, or for the next one.
    """
    wanted = generation_of(host)
    plan = corpus.plan(other) if other else _chosen(corpus, sheet.plan, wanted, first=lie in FIRST_OF_ALL)
    generation = wanted if _has(plan, wanted) else _only_generation(plan)
    url = PUBLIC[host] + plan.path(f"cmnews:{plan.uuid}") if host == "forecast" and plan.uuid else None
    return OTHERS[lie](sheet_of(corpus, plan, generation, url), sheet)


def _chosen(corpus: Corpus, wanted: Plan, generation: Generation, *, first: bool) -> Plan:
    """Return the column's first article on a site, or the one after the article asked; the first after the last."""
    plans = [plan for plan in corpus if plan.column == COLUMN and _has(plan, generation) and corpus.gone(plan) is None]
    later = plans if first else [plan for plan in plans if plan.index > wanted.index]
    return (later or plans)[0]


def _has(plan: Plan, generation: Generation) -> bool:
    return bool(plan.uuid if generation == "cmnews" else plan.nid)


def _only_generation(plan: Plan) -> Generation:
    return "cmnews" if plan.uuid else "notes"


def _as_it_is(other: Sheet, _asked: Sheet) -> Sheet:
    return _heading(other)


def _under_asked_address(other: Sheet, sheet: Sheet) -> Sheet:
    return _heading(replace(other, url=sheet.url))


def _addressless(other: Sheet, _asked: Sheet) -> Sheet:
    return replace(other, url=None)


def _body_alone(other: Sheet, sheet: Sheet) -> Sheet:
    """Return the page that was asked for with the other one's text between its title and its tail."""
    return _heading(replace(sheet, article=replace(sheet.article, sections=other.article.sections)))


def _marked(other: Sheet, _asked: Sheet) -> Sheet:
    return replace(other, url=None, mark=other.key)


def _fully_stated(other: Sheet, _asked: Sheet) -> Sheet:
    """Return the other page with JSON-LD that names it, in place of whatever states its date."""
    local = other.plan.moment.astimezone(TAIPEI).isoformat(timespec="seconds")
    thing = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": other.url,
        "url": other.url,
        "mainEntityOfPage": {"@type": "WebPage", "@id": other.url},
        "headline": other.title,
        "datePublished": local,
    }
    script = json.dumps(thing, ensure_ascii=False).replace("</", "<\\/")
    head = f'<script type="application/ld+json">{script}</script>'
    stated = Stated(head, "", other.plan.moment.replace(microsecond=0), None)
    return _heading(replace(other, stated=stated))


def _heading(sheet: Sheet) -> Sheet:
    """Return the page with its metadata in any template: half of the redesigned pages have lost it."""
    return replace(sheet, traits=replace(sheet.traits, keeps_meta=True))


OTHERS: dict[str, Callable[[Sheet, Sheet], Sheet]] = {
    "same-article": _as_it_is,
    "same-text": _under_asked_address,
    "next-article": _as_it_is,
    "next-text": _under_asked_address,
    "next-bare": _addressless,
    "next-body": _body_alone,
    "next-marked": _marked,
    "wanted-article": _fully_stated,
}
"""What each lie makes of the other page."""
