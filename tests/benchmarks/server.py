"""A server that is not the bottleneck: a thousand bodies are packed before the first request; a program of its own.

`python -m tests.benchmarks.server COUNT` prints its address and the paths of its pages as one JSON line, and serves
until its standard input is closed.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from typing import Any

import uvloop

from tests.benchmarks.pages import CORPUS, BenchPage, make_pages

FETCH = 10
"""Articles on a page of the listing interface (docs/site.md §2)."""

_HEAD_END = b"\r\n\r\n"


class Answers:
    """What is answered: the first pages packed beforehand, those of a longer crawl when they are asked for."""

    def __init__(self, pages: list[BenchPage]) -> None:
        self.packed = {page.path.encode(): page.body() for page in pages[:CORPUS]}
        self.others = {page.path.encode(): page for page in pages[CORPUS:]}
        self.listing = [_listing(pages, start) for start in range(0, len(pages), FETCH)]
        self.robots = _answer(b"User-agent: *\nAllow: /\n", "text/plain")
        self.missing = _answer(b"<!DOCTYPE html><title>404</title>", "text/html", status="404 Not Found")

    def get(self, path: bytes) -> bytes:
        """Return the answer to GET."""
        if path == b"/robots.txt":
            return self.robots
        body = self.packed.get(path) or (self.others[path].body() if path in self.others else None)
        return _answer(body, "text/html; charset=utf-8", gzip=True) if body is not None else self.missing

    def post(self, body: bytes) -> bytes:
        """Return the answer of the listing interface; its cursor is the number of its page."""
        return self.listing[int(json.loads(body).get("startCursor") or 0)]


class Connection(asyncio.Protocol):
    """One connection, kept alive."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._received = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is there as a whole."""
        self._received += data
        while _HEAD_END in self._received:
            head, _, rest = self._received.partition(_HEAD_END)
            length = _length(head)
            if len(rest) < length:
                return
            self._received = rest[length:]
            method, path, _ = head.split(b" ", 2)
            post = method == b"POST"
            self._transport.write(self._answers.post(rest[:length]) if post else self._answers.get(path))


def _length(head: bytes) -> int:
    _, separator, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if separator else 0


def _answer(body: bytes, kind: str, *, gzip: bool = False, status: str = "200 OK") -> bytes:
    encoding = "Content-Encoding: gzip\r\n" if gzip else ""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{encoding}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _listing(pages: list[BenchPage], start: int) -> bytes:
    articles = [
        {
            "articleId": page.uuid,
            "authorId": page.author,
            "title": page.title,
            "createdAt": int(page.moment.timestamp() * 1000),
            "updatedAt": int(page.moment.timestamp() * 1000),
            "tags": ["美股動態"],
            "stockTags": [],
        }
        for page in pages[start : start + FETCH]
    ]
    following = start // FETCH + 1
    info = {"endCursor": str(following), "hasNextPage": start + FETCH < len(pages)}
    body = json.dumps({"summaryArticles": articles, "pageInfo": info}, ensure_ascii=False)
    return _answer(body.encode(), "application/json; charset=utf-8")


async def serve(count: int) -> None:
    """Serve so many pages until standard input is closed."""
    pages = list(make_pages(count))
    answers, loop = Answers(pages), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(answers), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    sys.stdout.write(json.dumps({"url": url, "paths": [page.path for page in pages]}) + "\n")
    sys.stdout.flush()
    end = asyncio.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(end.set)), daemon=True).start()
    await end.wait()
    server.close()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
