"""Search: the hits of a query with facets, also as a feed and an export."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, cast

from starlette.requests import Request
from starlette.responses import Response

from archive.archive import Archive
from archive.articles.walk import place_text
from archive.search.language.query import WrongQuery
from archive.search.results import Hit, Order
from archive.web.answers.citation import as_python, as_shell, result_citation
from archive.web.answers.exports import EXPORTS, export, feed
from archive.web.answers.parameters import Parameters, WrongParameter
from archive.web.answers.rows import rows_of_hits
from archive.web.answers.site import Site, base_of, every_door
from archive.web.pages.newest import listed, narrowed

FORMATS: Final = every_door()
_AT_ONCE: Final = 200
_FACETS: Final = (("ticker", "個股"), ("tag", "標籤"), ("month", "月份"))

EXAMPLES: Final = (
    ("輝達 毛利率", "兩個詞都有"),
    ('"毛利率指引"', "這個詞組，一字不差"),
    ("輝達 OR 超微", "有其中一個"),
    ("財測 -傳聞", "有前面的，沒有後面的"),
    ("ticker:NVDA", "提到這檔股票"),
    ("heading:結論", "小標裡有"),
    ("since:2026-08-01 財報", "這天之後"),
    ("has:revision", "改過的文章"),
    ("is:gone", "原站已撤下的文章"),
)
"""Example queries of the empty page, with their meaning."""


def search(site: Site, request: Request, page: Parameters) -> Response:
    """Answer a search; without a query, show how one is written.

    Raises:
        WrongParameter: A program asks for nothing.
        WrongQuery: A program's query cannot be understood; a person sees it on the page.
    """
    if not page.query and not any(page.filters.values()):
        if page.format != "html":
            raise WrongParameter("name what to search for, such as q=輝達 or ticker=NVDA")
        return _empty(site, request, page, "")
    try:
        return _found(site, request, page)
    except WrongQuery as error:
        if page.format != "html":
            raise
        return _empty(site, request, page, str(error), 400)


def _empty(site: Site, request: Request, page: Parameters, problem: str, status: int = 200) -> Response:
    context: dict[str, Any] = {
        "here": "/search",
        "results": None,
        "facets": [],
        "examples": EXAMPLES,
        "problem": problem,
    }
    return site.html(request, page, "search.html", context | {"status": status, "next": None})


def _found(site: Site, request: Request, page: Parameters) -> Response:
    archive = site.archive
    if page.format in EXPORTS:
        return export(archive, page, documents(archive, page))
    order = cast("Order", page.order)
    results = archive.search(
        page.query, limit=page.limit, order=order, as_of=page.as_of, after=page.after, **page.filters
    )
    if page.format in {"atom", "jsonfeed"}:
        return feed(page, _articles(archive, [hit.key for hit in results.hits], page.as_of))
    rows = rows_of_hits(archive, results.hits)
    if page.fields:
        whole = {
            article["_id"]: article for article in _articles(archive, [hit.key for hit in results.hits], page.as_of)
        }
        rows = [replace(row, article=whole[row.article["_id"]]) for row in rows if row.article["_id"] in whole]
    following = place_text(results.next) if results.next else None
    facets = archive.search.facets(page.query, as_of=page.as_of, **page.filters)
    if page.format == "json":
        marked = [_marked(hit) for hit in results.hits]
        more = {"total": results.total, "behind": results.behind, "facets": facets, "marked": marked}
        return listed(site, page, rows, following, **more)
    context: dict[str, Any] = {
        "here": "/search",
        "results": results,
        "rows": rows,
        "next": page.address(after=following) if following else None,
        "facets": [(name, title, facets[name]) for name, title in _FACETS],
        "narrower": lambda name, value: _narrower(page, name, value),
        "narrowed": narrowed(page),
        "formats": FORMATS,
        "cited": result_citation(page, base_of(request), site.known(), results.total),
        "python": as_python(page, "search", page.query, wanted=page.filters),
        "shell": as_shell(page, "search", page.query, wanted=page.filters),
    }
    return site.html(request, page, "search.html", context)


def _marked(hit: Hit) -> dict[str, Any]:
    """Return the version that was found, its title and a snippet as pieces: text, and whether it is marked."""
    title, snippet = ([list(piece) for piece in pieces] for pieces in (hit.title, hit.snippet))
    return {"key": hit.key, "revision": hit.revision, "title": title, "snippet": snippet}


def documents(archive: Archive, page: Parameters) -> Iterator[Any]:
    """Yield the documents of all hits of a search, in its order, page by page."""
    after = page.after
    order: Order = "oldest" if page.order == "oldest" else "newest"
    while True:
        results = archive.search(page.query, limit=_AT_ONCE, order=order, as_of=page.as_of, after=after, **page.filters)
        keys = [hit.key for hit in results.hits]
        yield from _articles(archive, keys, page.as_of)
        if results.next is None:
            return
        after = results.next


def _articles(archive: Archive, keys: Sequence[str], as_of: datetime | None) -> list[Any]:
    articles = archive.articles.documents(keys, as_of)
    return [articles[key] for key in keys if key in articles]


def _narrower(page: Parameters, name: str, value: str) -> str:
    """Return the address of a search that is narrowed to one value of a facet."""
    if name == "month":
        return page.address(since=f"{value}-01", until=_last_day(value))
    return page.address(q=f"{page.query} {name}:{_quoted_value(value)}".strip())


def _last_day(month: str) -> str:
    year, number = map(int, month.split("-"))
    return f"{month}-{monthrange(year, number)[1]:02d}"


def _quoted_value(value: str) -> str:
    return f'"{value}"' if any(character in value for character in ' ()"：:') else value
