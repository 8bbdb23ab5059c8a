"""Bodies as they come over the wire: kept packed, read unpacked, refused where they are or would be too large."""

from __future__ import annotations

import asyncio
import gzip

import pytest
from aiohttp import web
from scrapy import Request, Spider
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from crawler.download.errors import DATALOSS, TooLargeToReceive
from crawler.download.raw_response import KEPT_OF_TOO_LARGE, RECEIVED, RawBodyHandler, Received
from crawler.spiders.responses import page_of

LIMIT = 20_000
PLAIN = "<p>亞馬遜</p>".encode() * 100
PACKED = gzip.compress(PLAIN)
BOMB = gzip.compress(b"x" * (LIMIT + 1))
HTML = {"Content-Type": "text/html; charset=utf-8"}


async def _serve(answer: web.StreamResponse, pieces: list[bytes]) -> tuple[Request, Response]:
    """Return what is received when a real server gives an answer, in pieces without a length if there are any."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if pieces:
            await answer.prepare(request)
            for piece in pieces:
                await answer.write(piece)
        return answer

    app = web.Application()
    app.router.add_get("/", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver = RawBodyHandler(get_crawler(Spider, {"DOWNLOAD_MAXSIZE": LIMIT}))
    request = Request(f"http://127.0.0.1:{runner.addresses[0][1]}/")
    try:
        return request, await receiver.download_request(request)
    finally:
        await receiver.close()
        await runner.cleanup()


def received(answer: web.StreamResponse, *pieces: bytes) -> tuple[Request, Response]:
    return asyncio.run(_serve(answer, list(pieces)))


def test_a_body_is_kept_as_it_came_and_read_unpacked() -> None:
    request, response = received(web.Response(body=PACKED, headers={**HTML, "Content-Encoding": "gzip"}))
    assert isinstance(response, HtmlResponse)
    assert (response.body, response.flags) == (PLAIN, [])
    assert request.meta[RECEIVED] == Received(PACKED, "gzip")
    assert "Content-Encoding" not in response.headers


def test_headers_are_all_there_whatever_their_case() -> None:
    answer = web.Response(body=PLAIN, headers=HTML)
    answer.headers.add("eTaG", '"1"')
    answer.headers.add("x-twice", "a")
    answer.headers.add("X-Twice", "文")
    request, response = received(answer)
    assert request.meta[RECEIVED] == Received(PLAIN, None)
    assert response.headers.get("ETag") == b'"1"'
    assert response.headers.getlist("X-Twice") == [b"a", "文".encode()]


@pytest.mark.parametrize(
    ("answer", "pieces", "kept"),
    [
        pytest.param(web.Response(body=b"x" * (LIMIT + 1), headers=HTML), [], b"x" * (LIMIT + 1), id="says so"),
        pytest.param(web.StreamResponse(headers=HTML), [b"x" * (LIMIT + 1)], b"x" * (LIMIT + 1), id="goes on"),
        pytest.param(
            web.Response(body=BOMB, headers={**HTML, "Content-Encoding": "gzip"}), [], BOMB, id="unpacks to it"
        ),
    ],
)
def test_a_body_that_is_too_large_is_refused_and_its_beginning_kept(
    answer: web.StreamResponse, pieces: list[bytes], kept: bytes
) -> None:
    with pytest.raises(TooLargeToReceive, match=str(LIMIT)) as refused:
        received(answer, *pieces)
    response = refused.value.response
    assert response is not None
    assert (response.status, response.body) == (200, b"")
    page = page_of(response, "notes:1")
    assert (page.body, page.content_type) == (kept, HTML["Content-Type"])


def test_of_a_body_that_never_ends_no_more_than_a_megabyte_is_kept() -> None:
    endless = [b"x" * (1 << 18)] * 12
    with pytest.raises(TooLargeToReceive) as refused:
        received(web.StreamResponse(headers=HTML), *endless)
    response = refused.value.response
    assert response is not None
    assert 0 < len(page_of(response, "notes:1").body) <= KEPT_OF_TOO_LARGE


def test_a_packed_body_that_is_broken_off_is_flagged() -> None:
    answer = web.Response(body=PACKED[:-20], headers={**HTML, "Content-Encoding": "gzip"})
    assert received(answer)[1].flags == [DATALOSS]
