"""Answers requests for the JSON interfaces: articles by tags, articles by author, one article."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from aiohttp import web

from tests.site import api
from tests.site.asking import LIE
from tests.site.lies.paging import Paged
from tests.site.plans import COLUMN, Plan
from tests.site.sheet import sheet_of
from tests.site.standin import StandIn

API_PATH = "/api/investment/api/Article/Search/Tags"
AUTHORS_PATH = "/InvestmentNote/api/Article"
LATER_PAGES = 2


class Interface:
    """Answers requests for the JSON interfaces."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin
        self._searches = 0

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the interfaces."""
        return [
            web.post(API_PATH, self.search),
            web.get(AUTHORS_PATH + "/{author}", self.by_author),
            web.get(AUTHORS_PATH + "/{article}/Author/{author}", self.one),
        ]

    async def search(self, request: web.Request) -> web.Response:
        """Answer a query by tags."""
        refused = self._refused(request)
        if refused is not None:
            return refused
        try:
            query = api.read_query(await request.json(), request.query.get("fetch", "10"))
        except ValueError as error:
            return _bad(error)
        shelves, plans = self._standin.shelves, self._standin.corpus.plans
        if "api-others" in self._standin.modes:
            return self._page("search", query, lambda: _of_others(plans))
        return self._page("search", query, lambda: shelves.updated(query.tags, query.filters))

    async def by_author(self, request: web.Request) -> web.Response:
        """Answer a query by author."""
        refused = self._refused(request)
        if refused is not None or "authors-absent" in self._standin.modes:
            return refused or web.Response(status=404, text="Not Found")
        parameters = request.query
        try:
            start, fetch = api.read_start(parameters.get("startCursor")), api.read_fetch(parameters.get("fetch", "10"))
        except ValueError as error:
            return _bad(error)
        query, author = api.Query(frozenset(), frozenset(), start, fetch), request.match_info["author"]
        return self._page("authors", query, lambda: self._standin.shelves.authored(author))

    async def one(self, request: web.Request) -> web.Response:
        """Answer a request for one article; a removed one, or one of another author, is 404."""
        refused = self._refused(request)
        if refused is not None or "authors-absent" in self._standin.modes:
            return refused or web.Response(status=404, text="Not Found")
        key, corpus = f"cmnews:{request.match_info['article']}", self._standin.corpus
        plan = corpus.find(key)
        if plan is None or plan.author.id != request.match_info["author"] or corpus.gone(plan) is not None:
            return web.json_response({"message": "not found"}, status=404)
        lies = self._standin.lies.cards(key, plan, "news")
        return web.json_response(api.article_of(sheet_of(corpus, plan, "cmnews"), lies))

    def _page(self, name: str, query: api.Query, load: Callable[[], list[Plan]]) -> web.Response:
        standin = self._standin
        if "api-refused-later" in standin.modes:
            self._searches = self._searches + 1 if query.start else 1
            if self._searches > LATER_PAGES:
                return web.json_response({"message": "forbidden"}, status=403)
        broken = "api-broken-cursor" in standin.modes
        lie = standin.lies.listing(name, "news")
        offset = 0 if broken else api.offset_of(load(), query.start)
        turn = Paged(standin, load, query.fetch).turn(offset, lie)
        LIE.set(turn.lie)
        lies = (standin.lies.cards(f"cmnews:{plan.uuid}", plan, "news") for plan in turn.plans)
        listed = [api.summary_of(standin.corpus, plan, entry) for plan, entry in zip(turn.plans, lies, strict=True)]
        cursor = (turn.next or 0) if "api-offsets" in standin.modes else api.cursor_of(turn)
        info = {"endCursor": cursor, "hasNextPage": broken or turn.next is not None}
        answer: dict[str, object] = {MEMBERS[name]: listed, "pageInfo": info}
        return web.json_response(_renamed(answer) if "api-renamed" in standin.modes else answer)

    def _refused(self, request: web.Request) -> web.Response | None:
        """Return how the interfaces refuse or break in today's modes; None if they do not."""
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


MEMBERS = {"search": "summaryArticles", "authors": "authorSummaryArticles"}
"""The member of an answer that has its articles."""


RENAMED = {
    "summaryArticles": "posts",
    "authorSummaryArticles": "posts",
    "articleId": "uid",
    "authorId": "writer",
    "title": "subject",
    "createdAt": "publishTime",
    "updatedAt": "modifyTime",
    "tags": "labels",
    "stockTags": "stockLabels",
    "pageInfo": "paging",
    "endCursor": "next",
    "hasNextPage": "hasMore",
}
"""The names of the members after a new version of the interfaces."""


def _renamed(value: object) -> object:
    if isinstance(value, dict):
        return {RENAMED.get(name, name): _renamed(member) for name, member in value.items()}
    return [_renamed(member) for member in value] if isinstance(value, list) else value


def _of_others(plans: Iterable[Plan]) -> list[Plan]:
    others = (plan for plan in plans if plan.uuid and plan.column not in {COLUMN, None})
    return sorted(others, key=lambda plan: plan.moment, reverse=True)


def _bad(error: ValueError) -> web.Response:
    return web.json_response({"message": f"bad request: {error}"}, status=400)
