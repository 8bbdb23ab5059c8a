"""The stand-in's remote control, for tests that run it as a program of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from aiohttp import web

from tests.site.corpus import UnknownKeyError
from tests.site.standin import StandIn


def control_routes(standin: StandIn) -> list[web.RouteDef]:
    """Return the routes below `/_control`; bodies and answers are JSON, a wrong request is answered 400."""
    control = Control(standin)
    return [
        web.get("/_control/modes", control.modes),
        web.post("/_control/modes", _kindly(control.set_modes)),
        web.post("/_control/edit", _kindly(control.edit)),
        web.post("/_control/remove", _kindly(control.remove)),
        web.post("/_control/restore", _kindly(control.restore)),
        web.post("/_control/publish", _kindly(control.publish)),
        web.get("/_control/lies", control.lies),
        web.post("/_control/lies", _kindly(control.lie)),
        web.post("/_control/heal", _kindly(control.heal)),
        web.get("/_control/requests", control.requests),
        web.delete("/_control/requests", control.forget),
        web.get("/_control/truth", _kindly(control.truth)),
    ]


class Control:
    """Answers the remote control."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin

    async def modes(self, _request: web.Request) -> web.Response:
        """Return the modes that are on: `{"modes": […]}`."""
        return web.json_response({"modes": sorted(self._standin.modes)})

    async def set_modes(self, request: web.Request) -> web.Response:
        """Switch to exactly the modes of `{"modes": […]}`."""
        self._standin.mode(*(await request.json())["modes"])
        return await self.modes(request)

    async def edit(self, request: web.Request) -> web.Response:
        """Edit the article of `{"key", "title"?, "old"?, "new"?, "append"?, "at"?}`; return its truth."""
        return web.json_response(self._standin.edit(**_moments(await request.json())))

    async def remove(self, request: web.Request) -> web.Response:
        """Remove the article of `{"key", "how"?}`; `how` is 404, 410 or `soft`."""
        self._standin.remove(**await request.json())
        return web.json_response({})

    async def restore(self, request: web.Request) -> web.Response:
        """Bring back the article of `{"key"}`."""
        self._standin.restore(**await request.json())
        return web.json_response({})

    async def publish(self, request: web.Request) -> web.Response:
        """Publish `{"count"?, "moment"?, "sister"?}` new articles, or one like `{"copy": key}`; return their truth."""
        wish = _moments(await request.json())
        made = [self._standin.publish_copy(wish["copy"])] if "copy" in wish else self._standin.publish(**wish)
        return web.json_response(made)

    async def lies(self, _request: web.Request) -> web.Response:
        """Return the lies that were told and not ended everywhere: `{"lies": [{"lie", "given", …}]}`."""
        return web.json_response({"lies": self._standin.lies.standing()})

    async def lie(self, request: web.Request) -> web.Response:
        """Let `{"selector", "lie", "answers"?, "host"?, "other"?, "amount"?}` lie; `selector` is a string or keys."""
        wish = await request.json()
        self._standin.lie(wish.pop("selector"), wish.pop("lie"), **wish)
        return await self.lies(request)

    async def heal(self, request: web.Request) -> web.Response:
        """End the lies of `{"selector"?, "lie"?}`."""
        wish = await request.json()
        self._standin.heal(wish.get("selector"), wish.get("lie"))
        return await self.lies(request)

    async def requests(self, request: web.Request) -> web.Response:
        """Return the log, from number `since` on."""
        since = int(request.query.get("since", "0"))
        return web.json_response([asdict(visit) for visit in self._standin.requests[since:]])

    async def forget(self, _request: web.Request) -> web.Response:
        """Empty the log."""
        self._standin.requests.clear()
        return web.json_response({})

    async def truth(self, request: web.Request) -> web.Response:
        """Return the truth: of one `key`, or of all articles, if so wished of a `column`, `since` or `until` (ISO)."""
        query = request.query
        if "key" in query:
            return web.json_response(self._standin.truth_of(query["key"]))
        since, until = (datetime.fromisoformat(query[name]) if name in query else None for name in ("since", "until"))
        return web.json_response(self._standin.truths(query.get("column"), (since, until)))


def _moments(wish: dict[str, Any]) -> dict[str, Any]:
    """Return a wish with its ISO strings under `at` and `moment` as moments."""
    return wish | {name: datetime.fromisoformat(wish[name]) for name in ("at", "moment") if wish.get(name)}


def _kindly(
    handler: Callable[[web.Request], Awaitable[web.Response]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return a handler that answers a wrong request with 400 and a line that says what is wrong."""

    async def kind(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except (UnknownKeyError, KeyError, TypeError, ValueError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    return kind
