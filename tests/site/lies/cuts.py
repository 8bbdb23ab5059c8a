"""Lies that end a page early on the wire."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from aiohttp import web

from tests.site.sheet import Sheet

MARK = "%%CUT%%"
GZIP_WINDOW = 31


@dataclass(frozen=True, slots=True)
class CutPage:
    """A page in two pieces.

    Attributes:
        before: The bytes up to the middle of the article's text.
        after: The bytes behind it.
        content_type: Its Content-Type.
    """

    before: bytes
    after: bytes
    content_type: str


def cut_page(sheet: Sheet, render: Callable[[Sheet], tuple[bytes, str]]) -> CutPage:
    """Return a page that is cut in the middle of the middle block of its text."""
    body, text = sheet.body(), sheet.text_blocks()
    middle = text[len(text) // 2]
    half = len(middle) // 2
    place = body.index(middle)
    body[place] = middle[:half] + MARK + middle[half:]
    page, content_type = render(replace(sheet, blocks=tuple(body)))
    before, _, after = page.partition(MARK.encode())
    return CutPage(before, after, content_type)


async def _unclosed(_request: web.Request, page: CutPage) -> web.StreamResponse:
    return web.Response(body=page.before, headers={"Content-Type": page.content_type})


async def _connection(request: web.Request, page: CutPage) -> web.StreamResponse:
    return await _sent(request, page, len(page.before) + len(page.after), b"")


async def _length(request: web.Request, page: CutPage) -> web.StreamResponse:
    return await _sent(request, page, len(page.before), page.after)


async def _gzip(_request: web.Request, page: CutPage) -> web.StreamResponse:
    packer = zlib.compressobj(1, zlib.DEFLATED, GZIP_WINDOW)
    packed = packer.compress(page.before) + packer.flush(zlib.Z_SYNC_FLUSH)
    return web.Response(body=packed, headers={"Content-Type": page.content_type, "Content-Encoding": "gzip"})


async def _sent(request: web.Request, page: CutPage, length: int, more: bytes) -> web.StreamResponse:
    """Send the first piece under a Content-Length, more bytes past it, and hang up."""
    response = web.StreamResponse(headers={"Content-Type": page.content_type, "Connection": "close"})
    response.content_length = length
    await response.prepare(request)
    await response.write(page.before)
    transport = request.transport
    if transport is not None:
        transport.write(more)
        await asyncio.sleep(0)
        transport.close()
    return response


CUTS: dict[str, Callable[[web.Request, CutPage], Awaitable[web.StreamResponse]]] = {
    "cut-unclosed": _unclosed,
    "cut-connection": _connection,
    "cut-length": _length,
    "cut-gzip": _gzip,
}
"""How each lie sends a page."""
