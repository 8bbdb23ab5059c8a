"""The application: routes to pages and interface, and answers for errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette_compress import CompressMiddleware, add_compress_type

from archive.archive import Archive
from archive.coverage.missing import Columns
from archive.json_text import to_json
from archive.web.access.guard import AccessControl, Guard
from archive.web.answers.errors import HANDLED, problem, status_of
from archive.web.answers.follower import Follower
from archive.web.answers.parameters import AnswerFormat, Parameters, read
from archive.web.answers.site import KINDS, OF_ARTICLES, Examine, Site, bounded, environment
from archive.web.api import openapi
from archive.web.api.feed import FeedDoor
from archive.web.api.health import Health
from archive.web.pages.article import article
from archive.web.pages.corrections import corrected
from archive.web.pages.newest import newest
from archive.web.pages.operator import coverage, health, runs
from archive.web.pages.raw import raw
from archive.web.pages.search import search
from archive.web.pages.session import session
from archive.web.pages.tables import table
from archive.web.pages.ticker import ticker

List = Callable[[Site, Request, Parameters], Response]
"""Answers an address without a further part."""

Handler = Callable[[Site, Request, Parameters, str], Response]
"""Answers an address; its last argument is what follows the first part of the path."""

LISTS: Final[Mapping[str, List]] = {
    "": newest,
    "newest": newest,
    "search": search,
    "corrections": corrected,
    "coverage": coverage,
    "runs": runs,
    "health": health,
}
"""The pages whose address has one part, by that part."""

PAGES: Final[Mapping[str, Handler]] = {
    "articles": article,
    "raw": raw,
    "tickers": ticker,
    "sessions": session,
    "mentions": partial(table, "mentions"),
    "links": partial(table, "links"),
    "tags": partial(table, "tags"),
    "revisions": partial(table, "revisions"),
}
"""The other pages, by the first part of their address."""

API: Final = "/api/v1"
"""The prefix of the interface's addresses."""

UNCACHED: Final = frozenset({"runs", "health"})
"""Pages that change without a change of the articles."""

BRIEF: Final = frozenset({"coverage", "sessions"})
"""Pages that also show waiting addresses, which are not in the feed: valid for a minute."""

_TITLES: Final = {400: "這個要求讀不懂", 404: "這裡沒有這一頁", 503: "暫時沒有回應", 500: "出錯了"}


def application(
    archive: Archive,
    *,
    access: AccessControl | None = None,
    follower: Follower | None = None,
    examine: Examine | None = None,
    columns: Columns = None,
) -> Starlette:
    """Return the application of an archive.

    Args:
        archive: An open archive; stays open.
        access: The access rules; None for anybody on this machine.
        follower: Wakes clients that wait for changes; None for no waiting.
        examine: The health check; None without one.
        columns: The columns that are wanted, without brackets; None for all.
    """
    site = Site(archive, environment(), examine, columns)

    async def answer(request: Request) -> Response:
        return await run_in_threadpool(_answer, site, request)

    static = StaticFiles(packages=[("archive.web", "static")])
    health = Health(archive)
    routes: list[BaseRoute] = [
        Mount("/static", static),
        Route("/healthz", health.live),
        Route("/readyz", health.ready),
        Route("/metrics", health.metrics),
        Route(f"{API}/openapi.json", description),
        Route("/{path:path}", answer),
    ]
    if follower:
        routes.insert(0, Route(f"{API}/feed", FeedDoor(archive, follower).__call__))
    for kind in KINDS.keys() - {"parquet"}:  # which is packed inside
        add_compress_type(KINDS[kind].partition(";")[0])
    middleware = [
        Middleware(Guard, access=access or AccessControl()),
        Middleware(CompressMiddleware, minimum_size=1000),
    ]
    return Starlette(routes=routes, middleware=middleware)


async def description(request: Request) -> Response:
    """Answer the description of the interface."""
    del request
    return Response(to_json(openapi.document()), media_type=KINDS["json"])


def _answer(site: Site, request: Request) -> Response:
    """Answer one request; an error becomes a page, or JSON for a program."""
    path, ending = split_ending(request.url.path.removeprefix(API))
    if request.url.path.startswith(f"{API}/"):
        path, ending = _of_interface(path, ending)
    page = Parameters(path, ending)
    try:
        first, _, rest = path.strip("/").partition("/")
        page = read(request, path, ending)
        with bounded(site.archive):
            return _conditional(site, request, page, lambda: _made(site, request, page, first, rest), first)
    except HANDLED as error:
        return _failed(site, request, page, error)


def _made(site: Site, request: Request, page: Parameters, first: str, rest: str) -> Response:
    """Return the answer of a page.

    Raises:
        HTTPException: There is no such page.
    """
    if first in PAGES:
        return PAGES[first](site, request, page, rest)
    if first not in LISTS or rest or page.format in OF_ARTICLES:
        raise HTTPException(404, f"{page.path} is no page of this archive.")
    return LISTS[first](site, request, page)


def _of_interface(path: str, ending: AnswerFormat) -> tuple[str, AnswerFormat]:
    """Return the page of an address of the interface: the same, as JSON unless it has another format."""
    return "/newest" if path == "/articles" else path, "json" if ending == "html" else ending


def _conditional(site: Site, request: Request, page: Parameters, make: Callable[[], Response], first: str) -> Response:
    """Answer 304 if the client has the current answer."""
    if first in UNCACHED:
        response = make()
        response.headers.setdefault("cache-control", "no-store")
        return response
    tag = site.tag(request, page, is_brief=first in BRIEF)
    headers = {"etag": tag, "cache-control": "no-cache"}
    if tag in {other.strip().removeprefix("W/") for other in request.headers.get("if-none-match", "").split(",")}:
        return Response(status_code=304, headers=headers)
    if recent := site.recent.get(tag):
        return recent
    response = make()
    if response.status_code == 200:  # noqa: PLR2004 -- OK
        response.headers.update(headers)
        site.recent.keep(tag, response)
    return response


def _failed(site: Site, request: Request, page: Parameters, error: Exception) -> Response:
    status, detail, headers = status_of(error)
    if page.format != "html":
        return problem(status, "The request cannot be answered", detail, **headers)
    context = {"status": status, "title": _TITLES.get(status, "出錯了"), "detail": detail, "guess": _guess(page.path)}
    context["retry_after"] = headers.get("retry-after", "")
    response = site.html(request, page, "error.html", context)
    response.headers.update(headers)
    return response


def _guess(path: str) -> str:
    """Return a query that an unknown address suggests; empty for a key.

    >>> _guess("/articles/輝達-毛利率"), _guess("/articles/notes:7")
    ('輝達 毛利率', '')
    """
    last = path.rstrip("/").rpartition("/")[2]
    return "" if ":" in last else last.replace("-", " ").strip()


def split_ending(path: str) -> tuple[str, AnswerFormat]:
    """Return a path without the ending of a format, and the format.

    >>> split_ending("/tickers/BRK.B"), split_ending("/newest.json")
    (('/tickers/BRK.B', 'html'), ('/newest', 'json'))
    """
    before, dot, ending = path.rpartition(".")
    if dot and ending in KINDS and ending != "html":
        return before, ending  # type: ignore[return-value]  # a key of KINDS is a format
    return path, "html"
