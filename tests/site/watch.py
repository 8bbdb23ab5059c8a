"""Stands before every handler: makes requests fail on purpose, and keeps the log of them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware

from tests.site.asking import LIE, key_of
from tests.site.faults import Fault, refusal, reset, truncate
from tests.site.standin import Asked, StandIn

CUT_OFF = frozenset({"reset", "truncated", "drop", "cut-connection", "cut-length"})
"""The faults and lies that end a connection early."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def watch(standin: StandIn) -> Middleware:
    """Return the middleware that makes requests fail on purpose and keeps the log of them."""

    @web.middleware
    async def watched(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/_control"):
            return await handler(request)
        at = time.monotonic()
        LIE.set(None)
        address = await _address(request)
        spared = _spared(request, standin)
        fault = None if spared else standin.faults.of(address, standin.modes, len(standin.requests))
        status, response = 0, None
        try:
            response = await _answer(standin, request, handler, fault)
            status = 0 if fault in CUT_OFF or LIE.get() in CUT_OFF else response.status
        except web.HTTPException as error:
            status = error.status
            raise
        finally:
            standin.requests.append(_asked(request, at, status, fault))
        return response

    return watched


def _spared(request: web.Request, standin: StandIn) -> bool:
    """Return whether a request is spared of chaos; robots.txt is, or a run might never begin."""
    return request.path == "/robots.txt" and not standin.modes & {"down", "blocked"}


async def _answer(standin: StandIn, request: web.Request, handler: Handler, fault: Fault | None) -> web.StreamResponse:
    if fault == "delay" or "slow" in standin.modes:
        await asyncio.sleep(standin.faults.delay)
    if fault in {"reset", "drop"}:
        return reset(request)
    refused = refusal(fault, standin.faults) if fault else None
    if refused is not None:
        return refused
    response = await handler(request)
    if fault == "truncated" and isinstance(response, web.Response):
        return await truncate(request, response)
    return response


async def _address(request: web.Request) -> str:
    body = await request.text() if request.method == "POST" else ""
    return f"{request.method} {request.path_qs} {json.dumps(body)}"


def _asked(request: web.Request, at: float, status: int, fault: str | None) -> Asked:
    return Asked(
        at=at,
        method=request.method,
        path=request.raw_path,
        headers={name.lower(): value for name, value in request.headers.items()},
        status=status,
        key=key_of(request),
        fault=fault,
        took=time.monotonic() - at,
        lie=LIE.get(),
    )
