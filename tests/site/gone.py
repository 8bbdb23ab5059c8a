"""The answer for an article that is not there."""

from __future__ import annotations

from aiohttp import web

from tests.site.bodies import respond
from tests.site.plans import How
from tests.site.rendering import HTML

MISSING = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>CMoney</title></head><body><div class="error">'
    '<h1>文章不存在</h1><p>您要找的文章可能已經移除</p><a href="/">回首頁</a></div></body></html>'
)


def gone(request: web.Request, how: How) -> web.Response:
    """Return a page that says 文章不存在 under status 404 or 410, or under 200 for `soft`."""
    return respond(request, MISSING.encode(), HTML, 200 if how == "soft" else how)
