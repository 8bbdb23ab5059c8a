"""The stand-in's web server."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from tests.site.asking import LIE, key_of, query_of
from tests.site.bodies import respond, unchanged, validators
from tests.site.control import control_routes
from tests.site.dice import share
from tests.site.gone import MISSING, gone
from tests.site.hosts import Host, generation_of, host_of, url_at
from tests.site.interface import API_PATH, AUTHORS_PATH, Interface
from tests.site.lies.pages import lying_page
from tests.site.lies.paging import Paged, Turn
from tests.site.lies.shells import LOGIN_PAGE, LOGIN_PATH
from tests.site.listings import CARDS_A_FETCH, FIRST_CARDS, NOTES_A_PAGE
from tests.site.plans import How, Plan
from tests.site.rendering import HTML, in_charset, rendered
from tests.site.robots import robots
from tests.site.sheet import Sheet, sheet_of
from tests.site.shelves import RESEARCHER
from tests.site.standin import StandIn
from tests.site.variants import CONSENT_COOKIE, consent
from tests.site.watch import watch

__all__ = ["API_PATH", "application"]

FORECAST_PATHS = ("/article/", "/category/", "/stock/", "/robots.txt", "/_control/")
FORECAST_ONLY = ("/category/", "/stock/")
ALL_CARDS = 1_000_000
"""Cards on a page of the third host: it is not known to have a second one."""

NOTE_QUERIES = ("tag", "bid", "q", "ca", "navid")
PAGE_NAMES = {"bid": "p"}
"""The name of the page's number where it is not `page`."""


def application(standin: StandIn) -> web.Application:
    """Return the web application of a stand-in."""
    pages = Pages(standin)
    app = web.Application(middlewares=[watch(standin), _hosted(standin)])
    app.router.add_get("/robots.txt", pages.robots)
    app.router.add_get(r"/article/{slug:[^/]+}{slash:/?}", pages.article)
    app.router.add_get(r"/notes/note-detail.aspx{slash:/?}", pages.article)
    app.router.add_get(r"/notes/{name:(default\.aspx)?}", pages.notes)
    for path in (r"/usstock/{name:.+}", r"/twstock/{name:.+}", r"/tag/{name:.+}", r"/{name:forumnews}{slash:/?}"):
        app.router.add_get(path, pages.listing)
    for path in (r"/category/{name:[^/]+}{slash:/?}", r"/stock/{name:[^/]+}/discussion{slash:/?}"):
        app.router.add_get(path, pages.category)
    app.router.add_get("/_feed/cards", pages.cards)
    app.router.add_get("/", pages.home)
    app.router.add_get(LOGIN_PATH, pages.login)
    app.router.add_get(r"/forum/stock/{symbol}", pages.home)
    app.add_routes(Interface(standin).routes())
    app.add_routes(control_routes(standin))
    return app


def _hosted(standin: StandIn) -> Middleware:
    """Return the middleware that answers 404 where a host has no such path."""

    @web.middleware
    async def hosted(request: web.Request, handler: Handler) -> web.StreamResponse:
        if "moved" in standin.modes and request.host.startswith("127.0.0.1"):
            target = f"http://{request.host.replace('127.0.0.1', 'localhost')}{request.raw_path}"
            return web.Response(status=301, headers={"Location": target})
        forecast = host_of(request, standin.forecast_port) == "forecast"
        is_there = request.path == "/" or request.path.startswith(FORECAST_PATHS)
        if (forecast and not is_there) or (not forecast and request.path.startswith(FORECAST_ONLY)):
            return respond(request, MISSING.encode(), HTML, 404)
        if (
            "consent" in standin.modes
            and _asks_for_html(request)
            and CONSENT_COOKIE not in request.headers.get("Cookie", "")
        ):
            return respond(request, consent(request.path_qs), HTML)
        return await handler(request)

    return hosted


def _asks_for_html(request: web.Request) -> bool:
    return request.path not in {"/robots.txt", API_PATH} and not request.path.startswith(("/_", AUTHORS_PATH))


class Pages:
    """Answers requests for pages."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin

    async def robots(self, _request: web.Request) -> web.Response:
        """Answer a request for robots.txt."""
        if "robots-broken" in self._standin.modes:
            return web.Response(status=500)
        text = robots(self._standin.modes)
        if text is None:
            return web.Response(status=404)
        response = web.Response(text=text)
        response.enable_compression()
        return response

    async def home(self, request: web.Request) -> web.Response:
        """Answer a request for a page of no interest."""
        return respond(request, "<!DOCTYPE html><title>CMoney</title><p>首頁</p>".encode(), HTML)

    async def login(self, request: web.Request) -> web.Response:
        """Answer a request for the page for logging in."""
        return respond(request, LOGIN_PAGE.encode(), HTML)

    async def listing(self, request: web.Request) -> web.Response:
        """Answer a request for a listing of the new site."""
        absent = "listings-absent" in self._standin.modes and request.path.startswith("/usstock/")
        if absent or self._standin.shelves.news(request.path) is None:
            return respond(request, MISSING.encode(), HTML, 404)
        turn = self._turn(request, "news", lambda: self._standin.shelves.news(request.path) or [], 0, FIRST_CARDS)
        text = self._standin.listings.news(turn, request.match_info["name"], self._standin.modes)
        return respond(request, *in_charset(text, len(request.path), self._standin.modes))

    async def cards(self, request: web.Request) -> web.Response:
        """Answer what a listing's script fetches as the reader scrolls."""
        path, start = request.query.get("list", ""), request.query.get("from", "0")
        if self._standin.shelves.news(path) is None or not start.isdecimal():
            return web.json_response({"cards": [], "next": None}, status=400)
        turn = self._turn(request, "news", lambda: self._standin.shelves.news(path) or [], int(start), CARDS_A_FETCH)
        return web.json_response(self._standin.listings.cards(turn))

    async def notes(self, request: web.Request) -> web.Response:
        """Answer a request for a listing of the old site."""
        query = query_of(request)
        name = next((name for name in NOTE_QUERIES if name in query), "navid")
        value, page_name = query.get(name, "1"), PAGE_NAMES.get(name, "page")
        page = query.get(page_name, "1")
        number = max(1, int(page)) if page.isdecimal() else 1
        offset = (number - 1) * NOTES_A_PAGE
        turn = self._turn(request, "notes", lambda: self._standin.shelves.notes(name, value), offset, NOTES_A_PAGE)
        shown = f"{request.path}?{'navId' if name == 'navid' else name}={quote(value)}&{page_name}="
        return respond(request, self._standin.listings.notes(turn, shown, number, self._standin.modes).encode(), HTML)

    async def category(self, request: web.Request) -> web.Response:
        """Answer a request for a listing of the third host."""
        plans = self._standin.shelves.category(request.path)
        if plans is None:
            return respond(request, MISSING.encode(), HTML, 404)
        turn = self._turn(request, "category", lambda: plans, 0, ALL_CARDS)
        return respond(request, self._standin.listings.category(turn, request.match_info["name"]).encode(), HTML)

    async def article(self, request: web.Request) -> web.StreamResponse:
        """Answer a request for an article; on the new site and the third host its author's slug may be any."""
        key, corpus, host = key_of(request) or "", self._standin.corpus, self._host(request)
        if key in self._standin.moved:
            return web.Response(status=301, headers={"Location": self._standin.moved[key]})
        plan = corpus.find(key)
        is_here = plan is not None and not self._is_elsewhere(plan, host)
        how = corpus.gone(plan) if plan is not None and is_here else _void(corpus.scale.seed, key)
        if how is not None and "gone-home" in self._standin.modes:
            return web.Response(status=302, headers={"Location": "/"})
        if plan is None or how is not None:
            return gone(request, "soft" if "gone-soft" in self._standin.modes else how or 404)
        sheet = sheet_of(corpus, plan, generation_of(host), url_at(plan, host))
        lie = self._standin.lies.page(key, plan, host)
        if lie is not None:
            LIE.set(lie.name)
            return await lying_page(self._standin, request, sheet, lie, host)
        return self._true_page(request, sheet, host)

    def _is_elsewhere(self, plan: Plan, host: Host) -> bool:
        """Return whether an article is on the third host only, or on the others only, and this is another."""
        apart = "third-apart" in self._standin.modes and host != "notes"
        return apart and (plan.author.id == RESEARCHER) != (host == "forecast")

    def _true_page(self, request: web.Request, sheet: Sheet, host: Host) -> web.Response:
        modes = self._standin.modes
        kind = "none" if "no-validators" in modes else sheet.traits.validators
        headers = validators(kind, self._etag(sheet), sheet.plan.changed)
        if unchanged(request, headers):
            return web.Response(status=304, headers=headers)
        if host == "forecast" and "third-template" in modes:
            modes |= {"mobile-template"}
        response = respond(request, *rendered(sheet, self._standin.weight.article, modes))
        response.headers.update(headers)
        return response

    def _turn(self, request: web.Request, name: str, load: Callable[[], list[Plan]], offset: int, size: int) -> Turn:
        lie = self._standin.lies.listing(name, self._host(request))
        turn = Paged(self._standin, load, size).turn(offset, lie)
        LIE.set(turn.lie)
        return turn

    def _host(self, request: web.Request) -> Host:
        return host_of(request, self._standin.forecast_port)

    def _etag(self, sheet: Sheet) -> str:
        design = "b" if "changed-template" in self._standin.modes else "a"
        return f'W/"{sheet.key.partition(":")[2]}-{sheet.article.number}{design}"'


def _void(seed: int, key: str) -> How:
    """Return how a page that never was is missing: of the old site's numbers a third answers 200, a sixth 410."""
    if not key.startswith("notes:"):
        return 404
    chance = share(seed, "void", key)
    return "soft" if chance < 1 / 3 else 410 if chance < 1 / 2 else 404
