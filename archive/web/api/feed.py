"""The change feed over HTTP: by cursor, as a long poll or as Server-Sent Events (see docs/feed.md)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from archive.archive import Archive
from archive.errors import ArchiveError
from archive.feed.changes import Batch, Feed
from archive.json_text import to_json
from archive.model.selection import Filters
from archive.web.answers.errors import HANDLED, problem, status_of
from archive.web.answers.follower import Follower
from archive.web.answers.parameters import WrongParameter
from archive.web.answers.site import bounded

LONGEST_WAIT: Final = 60
"""Most seconds that one request waits for a change."""

HEARTBEAT: Final = 15
"""Seconds between two heartbeats of a stream."""

LATEST: Final = "latest"
_KNOWN: Final = frozenset({"after", "wait", "fields", "ticker", "tag", "column"})


class FeedDoor:
    """Answers requests for the feed."""

    def __init__(self, archive: Archive, follower: Follower) -> None:
        self._archive = archive
        self._follower = follower

    async def __call__(self, request: Request) -> Response:
        """Answer one request: the lines after a cursor, as a long poll, or as an endless stream."""
        try:
            wait = _wait(request)
            feed, cursor = await run_in_threadpool(self._begin, request)
            if "text/event-stream" not in request.headers.get("accept", ""):
                return await self._poll(feed, cursor, wait)
        except HANDLED as error:
            status, detail, headers = status_of(error)
            return problem(status, "The feed cannot be read", detail, **headers)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._events(feed, cursor), headers=headers, media_type="text/event-stream")

    def _begin(self, request: Request) -> tuple[Feed, str]:
        """Return the requested feed, and the first cursor.

        Raises:
            WrongParameter: There is no such parameter.
            WrongSelection: A filter is invalid.
            WrongCursor: The cursor is none of this archive.
        """
        query = request.query_params
        if unknown := query.keys() - _KNOWN:
            raise WrongParameter(f"there is no parameter {min(unknown)!r}, but {', '.join(sorted(_KNOWN))}")
        fields = query["fields"].split(",") if "fields" in query else None
        names = {
            name: [part for value in query.getlist(name) for part in value.split(",")] for name in ("ticker", "column")
        }
        wanted = Filters(tickers=names["ticker"], columns=names["column"], tags=query.getlist("tag"))
        feed = self._archive.changes.feed(fields, **wanted)
        after = request.headers.get("last-event-id") or query.get("after")
        with bounded(self._archive):
            return feed, self._archive.changes.cursor() if after == LATEST else feed.start(after)

    def _read(self, feed: Feed, cursor: str) -> Batch:
        with bounded(self._archive):
            return feed.read(cursor)

    async def _poll(self, feed: Feed, cursor: str, wait: float) -> Response:
        with self._follower.listening() as event:
            deadline = asyncio.get_running_loop().time() + wait
            while True:
                event.clear()
                batch = await run_in_threadpool(self._read, feed, cursor)
                left = deadline - asyncio.get_running_loop().time()
                if batch.lines or (batch.cursor == cursor and left <= 0):
                    break
                if batch.cursor == cursor:
                    await _rung(event, left)
                cursor = batch.cursor
        headers = {"cache-control": "no-store"}
        body = to_json({"lines": list(batch.lines), "cursor": batch.cursor})
        return Response(body, headers=headers, media_type="application/json")

    async def _events(self, feed: Feed, cursor: str) -> AsyncIterator[bytes]:
        """Yield each line as an event with its cursor as id, and heartbeats; end at an error."""
        with self._follower.listening() as event:
            while True:
                event.clear()
                try:
                    batch = await run_in_threadpool(self._read, feed, cursor)
                except ArchiveError:
                    return  # the client connects again with the last id, and gets the error then
                for line in batch.lines:
                    yield b"id: %s\nevent: %s\ndata: %s\n\n" % (
                        line["cursor"].encode(),
                        line["op"].encode(),
                        to_json(line),
                    )
                if batch.cursor == cursor and not await _rung(event, HEARTBEAT):
                    yield b": waiting\n\n"
                cursor = batch.cursor


async def _rung(event: asyncio.Event, seconds: float) -> bool:
    """Return whether an event is set within some seconds."""
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            await event.wait()
    except TimeoutError:
        return False
    return True


def _wait(request: Request) -> float:
    """Return how long a request may wait.

    Raises:
        WrongParameter: It is no number of seconds, or too long.
    """
    given = request.query_params.get("wait", "0")
    if not (given.isascii() and given.isdigit() and int(given) <= LONGEST_WAIT):
        raise WrongParameter(f"wait={given[:20]!r} is not from 0 to {LONGEST_WAIT} seconds")
    return float(given)
