"""Answers a request for an article with a lie."""

from __future__ import annotations

from aiohttp import web

from tests.site.bodies import respond
from tests.site.gone import gone
from tests.site.heavy import URL, heavy
from tests.site.hosts import Host
from tests.site.lies.catalogue import HEAVY_PREFIX
from tests.site.lies.contents import CONTENTS
from tests.site.lies.cuts import CUTS, cut_page
from tests.site.lies.identity import OTHERS, other_sheet
from tests.site.lies.shells import FOREIGN, SHELLS
from tests.site.lies.standing import Told
from tests.site.plans import How
from tests.site.rendering import HTML, rendered
from tests.site.sheet import Sheet
from tests.site.standin import StandIn

GONE: dict[str, How] = {"gone-404": 404, "gone-410": 410, "gone-soft": "soft"}
ALTERED = CONTENTS | SHELLS


async def lying_page(standin: StandIn, request: web.Request, sheet: Sheet, lie: Told, host: Host) -> web.StreamResponse:
    """Return a lie in place of an article's page; it carries no validators, so no 304 can follow from it."""
    name = str(lie.name)
    if name in GONE:
        return gone(request, GONE[name])
    if name in FOREIGN:
        page, status, headers = FOREIGN[name]
        response = respond(request, page.encode(), HTML, status)
        response.headers.update(headers)
        return response
    if name.startswith(HEAVY_PREFIX):
        made = heavy(name.removeprefix(HEAVY_PREFIX), lie.amount, sheet.title, sheet.url or URL)
        return web.Response(body=made.body, headers=made.headers)
    if name in CUTS:
        return await CUTS[name](request, cut_page(sheet, lambda cut: _rendered(standin, cut)))
    if name in OTHERS:
        return respond(request, *_rendered(standin, other_sheet(standin.corpus, sheet, host, name, lie.other)))
    return respond(request, *_rendered(standin, ALTERED[name](sheet)))


def _rendered(standin: StandIn, sheet: Sheet) -> tuple[bytes, str]:
    return rendered(sheet, standin.weight.article, standin.modes)
