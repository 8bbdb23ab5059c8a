"""What a request asks for."""

from __future__ import annotations

from contextvars import ContextVar

from aiohttp import web

LIE: ContextVar[str | None] = ContextVar("LIE", default=None)
"""The name of the lie that the request at hand is answered with; None for the truth."""


def query_of(request: web.Request) -> dict[str, str]:
    """Return a request's query with its names in lower case."""
    return {name.lower(): value for name, value in request.query.items()}


def key_of(request: web.Request) -> str | None:
    """Return the key of the article that a request asks for; None if it asks for none."""
    first, _, rest = request.path.strip("/").partition("/")
    if first == "article":
        return f"cmnews:{rest.partition('-')[2]}"
    return f"notes:{query_of(request).get('nid', '')}" if rest == "note-detail.aspx" else None
