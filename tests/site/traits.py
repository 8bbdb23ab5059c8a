"""How an article's page is made up at one of its addresses: which of the many forms it takes."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.site.dice import deal, die, share
from tests.site.plans import Generation, Plan

HEADINGS = ("h2", "strong", "h3", "b", "span-h2", "p-span-strong", "h2-span", "unseen-strong", "h3-p")
RELATED_FORMS = ("paragraphs", "list", "breaks", "heading", "breaks-inline", "divs")
MARKERS = ("p", "strong", "h3", "div", "p")
TAILS = ((True, True), (True, False), (False, True), (False, False), (True, True), (True, True))
NEWS_DATES = ("jsonld", "meta", "none", "jsonld-utc", "og", "time", "graph", "meta-utc", "jsonld-bare", "relative")
NOTES_DATES = ("meta", "notedate", "jsonld", "li", "head", "notedate-zone", "none", "jsonld-bare", "meta-broken-jsonld")
CHARSETS = ("header", "meta", "header", "none", "header", "big5-header", "header", "big5-meta", "both")
VALIDATORS = ("both", "etag", "modified", "none")
DISAGREE_CYCLE = 23


@dataclass(frozen=True, slots=True)
class Traits:
    """The form of one page.

    Attributes:
        generation: Which site the page is on.
        heading: How headings are marked up.
        related_form: How further reading is marked up.
        marker: How the tail's markers are marked up.
        copyright: Whether the tail has 版權聲明.
        disclaimer: Whether the tail has 免責宣言.
        date: How the date is stated.
        disagrees: Whether the stated date is days off the address.
        charset: How the charset is declared.
        validators: Which of ETag and Last-Modified are sent.
        wide: Whether punctuation is full-width.
        wide_brackets: Whether brackets and percent signs are too.
        furniture_inside: Whether page furniture stands inside the body's element.
        tags_inside: Whether the tags stand inside `#info-useful` (old site).
        meta_author: Whether the head names the author.
        keeps_meta: Whether the head keeps its metadata in a changed template.
        place: What the page's chance depends on.
    """

    generation: Generation
    heading: str
    related_form: str
    marker: str
    copyright: bool
    disclaimer: bool
    date: str
    disagrees: bool
    charset: str
    validators: str
    wide: bool
    wide_brackets: bool
    furniture_inside: bool
    tags_inside: bool
    meta_author: bool
    keeps_meta: bool
    place: tuple[object, ...]

    def chance(self, part: str) -> Random:
        """Return the source of chance for a part of the page."""
        return die(*self.place, part)


def traits_of(seed: int, plan: Plan, generation: Generation) -> Traits:
    """Return the form of an article's page on one of the sites; the same at every request."""
    number, place = abs(plan.index), (seed, generation, plan.index)
    tail = deal(TAILS, number, seed, generation, "tail")
    chance = die(*place, "traits")
    news = generation == "cmnews"
    disagrees = news and plan.minted is None and plan.ordinal % DISAGREE_CYCLE == 6
    date = deal(NEWS_DATES if news else NOTES_DATES, number // 2, seed, generation, "date", number % 2)
    return Traits(
        generation=generation,
        heading=deal(HEADINGS, number, seed, generation, "heading"),
        related_form=deal(RELATED_FORMS, number, seed, generation, "related"),
        marker=deal(MARKERS, number, seed, generation, "marker"),
        copyright=tail[0],
        disclaimer=tail[1],
        date="jsonld" if disagrees else date,
        disagrees=disagrees,
        charset="header" if news else deal(CHARSETS, number, seed, "charset"),
        validators=deal(VALIDATORS, number, seed, generation, "validators"),
        wide=chance.random() < 0.8,
        wide_brackets=chance.random() < 0.5,
        furniture_inside=chance.random() < 0.4,
        tags_inside=chance.random() < 0.3,
        meta_author=chance.random() < 0.6,
        keeps_meta=share(*place, "keeps") < 0.5,
        place=place,
    )
