"""What goes wrong on purpose: failing first requests, a blocking site, a site that is down."""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal

from aiohttp import web

from tests.site.dice import share

Fault = Literal["503", "429-seconds", "429-date", "reset", "truncated", "delay", "403", "429", "drop"]
CHAOS: tuple[Fault, ...] = ("503", "429-seconds", "429-date", "reset", "truncated", "delay")
CHAOS_SHARE = 1 / 3
OPEN_REQUESTS = 12
"""How many requests mode `blocked-later` answers."""


@dataclass(slots=True)
class Faults:
    """Decides which request fails, and how.

    Attributes:
        seed: What chance depends on.
        delay: How long a late answer takes, and every answer in mode `slow`; seconds.
        retry: What `Retry-After` says in mode `chaos`; seconds. As a date it is a second more.
        blocked_retry: What `Retry-After` says in mode `blocked`; seconds.
        seen: The addresses (method, path, query, body) asked for while in mode `chaos`.
    """

    seed: int
    delay: float = 1.0
    retry: int = 1
    blocked_retry: int = 120
    seen: set[str] = field(default_factory=set)

    def of(self, address: str, modes: frozenset[str], answered: int = 0) -> Fault | None:
        """Return how a request for an address fails, after so many that were answered; None if it does not."""
        if "down" in modes:
            return "drop"
        if "blocked" in modes or ("blocked-later" in modes and answered >= OPEN_REQUESTS):
            return "403" if share(self.seed, "blocked", address) < 0.5 else "429"
        if "chaos" not in modes or address in self.seen:
            return None
        self.seen.add(address)
        chance = share(self.seed, "chaos", address) / CHAOS_SHARE
        return CHAOS[int(chance * len(CHAOS))] if chance < 1 else None


def refusal(fault: Fault, faults: Faults) -> web.Response | None:
    """Return the response that a fault consists of; None if it is no matter of a response."""
    if fault == "503":
        return web.Response(status=503, text="暫時無法服務")
    if fault == "403":
        return web.Response(status=403, text="<html><h1>Access denied</h1></html>", content_type="text/html")
    if fault.startswith("429"):
        return web.Response(status=429, text="請稍後再試", headers={"Retry-After": _retry_after(fault, faults)})
    return None


def _retry_after(fault: Fault, faults: Faults) -> str:
    if fault == "429-date":
        moment = datetime.now(UTC) + timedelta(seconds=faults.retry + 1)
        return format_datetime(moment.replace(microsecond=0), usegmt=True)
    return str(faults.retry if fault == "429-seconds" else faults.blocked_retry)


def reset(request: web.Request) -> web.Response:
    """Reset the connection of a request; what is returned is never sent."""
    transport = request.transport
    if transport is not None:
        plug: socket.socket = transport.get_extra_info("socket")
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


async def truncate(request: web.Request, whole: web.Response) -> web.StreamResponse:
    """Send half of a response's body under the whole one's length, and hang up."""
    body = whole.body if isinstance(whole.body, bytes) else b""
    cut = web.StreamResponse(status=whole.status, headers=whole.headers)
    cut.content_length = len(body) + 1
    await cut.prepare(request)
    await cut.write(body[: len(body) // 2])
    await asyncio.sleep(0)
    if request.transport is not None:
        request.transport.close()
    return cut
