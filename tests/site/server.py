"""The stand-in's web server."""

from __future__ import annotations

from aiohttp import web

from tests.site import api, render_changed, render_cmnews, render_notes
from tests.site.asking import key_of, query_of
from tests.site.bodies import charset_bytes, respond, unchanged, validators
from tests.site.control import control_routes
from tests.site.dice import share
from tests.site.plans import Generation, How
from tests.site.robots import robots
from tests.site.sheet import Sheet, sheet_of
from tests.site.standin import StandIn
from tests.site.watch import watch

HTML = "text/html; charset=utf-8"
API_PATH = "/api/investment/api/Article/Search/Tags"
LATER_PAGES = 2


def application(standin: StandIn) -> web.Application:
    """Return the web application of a stand-in."""
    pages = Pages(standin)
    app = web.Application(middlewares=[watch(standin)])
    app.router.add_get("/robots.txt", pages.robots)
    app.router.add_get(r"/article/{slug:[^/]+}{slash:/?}", pages.article)
    app.router.add_get(r"/notes/note-detail.aspx{slash:/?}", pages.note)
    app.router.add_get("/notes/", pages.notes)
    app.router.add_get(r"/usstock/{name:.+}", pages.listing)
    app.router.add_get(r"/tag/{name:.+}", pages.listing)
    app.router.add_get("/_feed/cards", pages.cards)
    app.router.add_post(API_PATH, pages.search)
    app.router.add_get("/", pages.home)
    app.router.add_get(r"/forum/stock/{symbol}", pages.home)
    app.add_routes(control_routes(standin))
    return app


class Pages:
    """Answers requests for pages and for the listing interface."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin
        self._searches = 0

    async def robots(self, _request: web.Request) -> web.Response:
        """Answer a request for robots.txt."""
        if "robots-broken" in self._standin.modes:
            return web.Response(status=500)
        text = robots(self._standin.modes)
        return web.Response(status=404) if text is None else web.Response(text=text)

    async def home(self, request: web.Request) -> web.Response:
        """Answer a request for a page of no interest."""
        return respond(request, "<!DOCTYPE html><title>CMoney</title><p>首頁</p>".encode(), HTML)

    async def article(self, request: web.Request) -> web.Response:
        """Answer a request for an article of the new site; its author's slug may be any."""
        return self._page(request, "cmnews")

    async def note(self, request: web.Request) -> web.Response:
        """Answer a request for an article of the old site."""
        return self._page(request, "notes")

    async def listing(self, request: web.Request) -> web.Response:
        """Answer a request for a listing of the new site."""
        plans = self._standin.shelves.news(request.path)
        if plans is None:
            return respond(request, _missing(), HTML, 404)
        heading = request.match_info["name"]
        return respond(request, self._standin.listings.news(plans, heading, self._standin.modes).encode(), HTML)

    async def cards(self, request: web.Request) -> web.Response:
        """Answer the script of a listing."""
        start = request.query.get("from", "0")
        plans = self._standin.shelves.news(request.query.get("list", ""))
        if plans is None or not start.isdecimal():
            return web.json_response({"cards": [], "next": None}, status=400)
        return web.json_response(self._standin.listings.cards(plans, int(start)))

    async def notes(self, request: web.Request) -> web.Response:
        """Answer a request for a listing of the old site."""
        query = query_of(request)
        page = query.get("page", "1")
        tag = f"tag={query['tag']}" if "tag" in query else f"navId={query.get('navid', '1')}"
        plans = self._standin.shelves.notes(tag)
        number = max(1, int(page)) if page.isdecimal() else 1
        text = self._standin.listings.notes(plans, tag, number, self._standin.modes)
        return respond(request, text.encode(), HTML)

    async def search(self, request: web.Request) -> web.Response:
        """Answer the listing interface."""
        refused = self._refused(request)
        if refused is not None:
            return refused
        try:
            payload = await request.json()
            query = api.read_query(payload, request.query.get("fetch", "10"))
        except ValueError as error:
            return web.json_response({"message": f"bad request: {error}"}, status=400)
        return self._found(query)

    def _found(self, query: api.Query) -> web.Response:
        standin = self._standin
        if "api-broken-cursor" in standin.modes:
            found = api.answer(standin.corpus, standin.shelves, api.Query(query.tags, query.filters, None, query.fetch))
            found["pageInfo"]["hasNextPage"] = True
            return web.json_response(found)
        if "api-refused-later" in standin.modes:
            self._searches = self._searches + 1 if query.start else 1
            if self._searches > LATER_PAGES:
                return web.json_response({"message": "forbidden"}, status=403)
        return web.json_response(api.answer(standin.corpus, standin.shelves, query))

    def _refused(self, request: web.Request) -> web.Response | None:
        """Return how the interface refuses or breaks in today's modes; None if it does not."""
        modes, token = self._standin.modes, request.headers.get("Authorization")
        if "api-refused" in modes:
            status = 403 if token else 401
            return web.json_response({"message": "forbidden" if token else "unauthorized"}, status=status)
        if "api-token" in modes and token != f"Bearer {self._standin.token}":
            return web.json_response({"message": "unauthorized"}, status=401)
        if "api-absent" in modes:
            return web.Response(status=404, text="Not Found")
        if "api-broken" in modes:
            return web.Response(text="<!DOCTYPE html><title>CMoney</title><p>系統維護中</p>", content_type="text/html")
        if "api-broken-shape" in modes:
            return web.json_response({"data": {"articles": None}, "code": 0})
        return None

    def _page(self, request: web.Request, generation: Generation) -> web.Response:
        key, corpus = key_of(request) or "", self._standin.corpus
        if key in self._standin.moved:
            return web.Response(status=301, headers={"Location": self._standin.moved[key]})
        plan = corpus.find(key)
        if plan is None:
            return _gone(request, _void(corpus.scale.seed, key))
        how = corpus.gone(plan)
        if how is not None:
            return _gone(request, how)
        sheet = sheet_of(corpus, plan, generation)
        headers = validators(sheet.traits.validators, self._etag(sheet), plan.changed)
        if unchanged(request, headers):
            return web.Response(status=304, headers=headers)
        response = self._render(request, sheet)
        response.headers.update(headers)
        return response

    def _render(self, request: web.Request, sheet: Sheet) -> web.Response:
        weight = self._standin.weight.article
        if "changed-template" in self._standin.modes:
            return respond(request, render_changed.render(sheet, weight).encode(), HTML)
        if sheet.traits.generation == "cmnews":
            return respond(request, render_cmnews.render(sheet, weight).encode(), HTML)
        body, content_type = charset_bytes(render_notes.render(sheet, weight // 3), sheet.traits.charset)
        return respond(request, body, content_type)

    def _etag(self, sheet: Sheet) -> str:
        design = "b" if "changed-template" in self._standin.modes else "a"
        return f'W/"{sheet.key.partition(":")[2]}-{sheet.article.number}{design}"'


def _void(seed: int, key: str) -> How:
    """Return how a page that never was is missing: of the old site's numbers a third answers 200, a sixth 410."""
    if not key.startswith("notes:"):
        return 404
    chance = share(seed, "void", key)
    return "soft" if chance < 1 / 3 else 410 if chance < 1 / 2 else 404


def _gone(request: web.Request, how: How) -> web.Response:
    return respond(request, _missing(), HTML, 200 if how == "soft" else how)


def _missing() -> bytes:
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>CMoney</title></head><body><div class="error">'
        '<h1>文章不存在</h1><p>您要找的文章可能已經移除</p><a href="/">回首頁</a></div></body></html>'
    ).encode()
