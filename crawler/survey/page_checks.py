"""Checks of facts about the pages of articles, and about the column."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from archive.model.article import Article
from archive.model.crawl.outcome import Miss
from archive.model.labels import COPYRIGHT_WORDS, DISCLAIMER_WORDS, FURTHER_WORD
from crawler.download import refusals
from crawler.pages.html.document import Document
from crawler.pages.templates.cmnews import CmnewsPage
from crawler.pages.templates.notes import NotesPage
from crawler.survey.evidence import OK, Evidence, Visited
from crawler.survey.verdict import (
    Context,
    FactCheck,
    FactVerdict,
    all_of,
    answer_of,
    failed,
    held,
    is_wanted,
    most_of,
    reading_of,
    unseen,
    visit_for,
)

_TICKER: Final = re.compile(r"[(（][A-Z]{1,5}(?:[.-][A-Z])?[)）]")
_TAIL: Final = re.compile(f"{FURTHER_WORD}|{COPYRIGHT_WORDS}|{DISCLAIMER_WORDS}")
_LEAST_HEADINGS: Final = 2
_NOT_MODIFIED: Final = 304


def _template(hosts: set[str], name: str, selector: str) -> FactCheck:
    def check(evidence: Evidence, _context: Context) -> FactVerdict:
        pages = [visit for visit in evidence.visits if visit.host in hosts and visit.exchange.status == OK]
        pages = [visit for visit in pages if is_wanted(visit)]
        fits = [visit.article is not None and visit.article.extractor.name == name for visit in pages]
        verdict = all_of(fits, f"pages have their text at {selector}", "no article was asked there")
        if verdict.state != "not held":
            return verdict
        odd = next(visit for visit, fit in zip(pages, fits, strict=True) if not fit)
        return failed(f"{verdict.detail}; {odd.exchange.url}: {reading_of(odd)}")

    return check


def _page_tags(evidence: Evidence, _context: Context) -> FactVerdict:
    listed = evidence.tags
    pages = [(visit, article) for visit, article in evidence.articles if visit.host != "old" and is_wanted(visit)]
    cases = (_shows_tags(visit, article, evidence) for visit, article in pages if listed.get(visit.address.key))
    return most_of(cases, "pages show tags where a listing states some", "no listing states tags of an article read")


def _shows_tags(visit: Visited, article: Article, evidence: Evidence) -> bool:
    """Return whether a page has tags, and where its template has them: the reader finds them elsewhere too."""
    if not article.tags or article.extractor.name != CmnewsPage.NAME:
        return bool(article.tags)
    document = Document.read(visit.content, visit.exchange.url, evidence.sites)
    return document.tree.css_first(CmnewsPage.TAGS) is not None


def _page_plain(evidence: Evidence, _context: Context) -> FactVerdict:
    wanted = [visit for visit in evidence.visits if is_wanted(visit) and visit.exchange.status == OK]
    public = (visit.article is not None and visit.article.access == "public" for visit in wanted)
    return most_of(public, "pages gave a public article", "no page was answered")


def _page_dated(evidence: Evidence, _context: Context) -> FactVerdict:
    cases = (article.published_from == "page" for _, article in evidence.articles)
    return most_of(cases, "articles state their date on the page", "no article was read")


def _page_members(evidence: Evidence, _context: Context) -> FactVerdict:
    members = [visit.exchange.url for visit, article in evidence.articles if article.access == "members"]
    return held(f"{len(members)}, such as {members[0]}") if members else unseen("no article asked to log in")


def _page_removed(evidence: Evidence, _context: Context) -> FactVerdict:
    visit = visit_for(evidence, "absent")
    if visit is None or visit.exchange.status is None or visit.exchange.status in refusals.ANY:
        return unseen(answer_of(visit) if visit else "not asked")
    gone = isinstance(visit.outcome, Miss) and visit.outcome.state == "gone"
    return held(answer_of(visit)) if gone or visit.exchange.status in {404, 410} else failed(answer_of(visit))


def _page_validators(evidence: Evidence, _context: Context) -> FactVerdict:
    visit = visit_for(evidence, "again")
    if visit is not None:
        detail = f"HTTP {visit.exchange.status} to a conditional request"
        if visit.exchange.status not in {OK, _NOT_MODIFIED}:
            return unseen(detail)
        return held(detail) if visit.exchange.status == _NOT_MODIFIED else failed(detail)
    return failed("neither ETag nor Last-Modified on any page") if evidence.articles else unseen("no article was read")


def _column_prefix(evidence: Evidence, context: Context) -> FactVerdict:
    titles = [card.title for card in evidence.cards() if card.title]
    columns = sorted({match[1] for title in titles if (match := re.match(r"【([^】]{1,20})】", title))})
    if not titles:
        return unseen("no titles were seen")
    if context.column in columns:
        return held(f"among {', '.join(columns)}")
    return failed(f"no title begins with 【{context.column}】; seen: {', '.join(columns) or 'no prefix at all'}")


def _of_column(evidence: Evidence, context: Context) -> list[Article]:
    return [article for _, article in evidence.articles if article.title.startswith(f"【{context.column}】")]


def _about_column(test: Callable[[Article], bool], description: str) -> FactCheck:
    def check(evidence: Evidence, context: Context) -> FactVerdict:
        public = [article for article in _of_column(evidence, context) if article.access == "public"]
        return most_of(map(test, public), description, "no article of the column was read")

    return check


def _has_headings(article: Article) -> bool:
    return sum(block.is_heading for block in article.blocks) >= _LEAST_HEADINGS


def _has_tail(article: Article) -> bool:
    return bool(article.related) or any(_TAIL.search(block.text) for block in article.blocks)


def _column_links(evidence: Evidence, context: Context) -> FactVerdict:
    related = [item for article in _of_column(evidence, context) for item in article.related]
    return most_of((item.key is not None for item in related), "titles link to articles", "no further reading was seen")


CHECKS: Final[dict[str, FactCheck]] = {
    "page-new": _template({"new"}, CmnewsPage.NAME, CmnewsPage.BODY),
    "page-old": _template({"old"}, NotesPage.NAME, NotesPage.BODY.partition(",")[0]),
    "page-third": _template({"third"}, CmnewsPage.NAME, CmnewsPage.BODY),
    "page-tags": _page_tags,
    "page-plain": _page_plain,
    "page-dated": _page_dated,
    "page-members": _page_members,
    "page-removed": _page_removed,
    "page-validators": _page_validators,
    "column-prefix": _column_prefix,
    "column-headings": _about_column(_has_headings, "articles have headings"),
    "column-tail": _about_column(_has_tail, "articles have a tail"),
    "column-tickers": _about_column(
        lambda article: bool(_TICKER.search(article.title + article.text)), "articles name symbols in brackets"
    ),
    "column-links": _column_links,
}
