"""The check of each request before a page is made: host, token and rate."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archive.web.access.budget import Budget
from archive.web.access.policy import HEADERS
from archive.web.access.tokens import Tokens, TokenScope, TokensUnreadable
from archive.web.answers.errors import problem

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})

OPEN: Final = ("/healthz", "/readyz")
"""Addresses for supervisors, open by any host name and without a token; they only concern the server itself."""

_SCOPES: Final[dict[str, TokenScope]] = {"/api/v1/feed": "feed", "/metrics": "metrics"}
"""The narrower scope that suffices for an address; all others need `read`."""


@dataclass(frozen=True, slots=True)
class AccessControl:
    """The access rules.

    Attributes:
        hosts: Host names that are served besides those of loopback; without ports.
        tokens: The tokens, one of which every request needs; None if none is needed.
        rate: Average requests a second of each client; 0 for any number.
    """

    hosts: Collection[str] = ()
    tokens: Tokens | None = None
    rate: float = 0


class Guard:
    """Refuses requests that break the access rules, and adds the security headers to every answer.

    Args:
        app: The application.
        access: The access rules.
    """

    def __init__(self, app: ASGIApp, access: AccessControl) -> None:
        self._app = app
        self._hosts = LOOPBACK | {host.lower() for host in access.hosts}
        self._tokens = access.tokens
        self._budget = Budget(access.rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        peer = scope["client"][0] if scope.get("client") else ""
        client, refusal = self._admitted(scope, peer)
        if refusal is not None:
            await refusal(scope, receive, send_guarded)
            return
        with self._budget.held(client):
            await self._app(scope, receive, send_guarded)

    def _admitted(self, scope: Scope, peer: str) -> tuple[str, Response | None]:
        """Return the client, and the refusal if its request is refused."""
        headers = Headers(scope=scope)
        if scope["method"] not in {"GET", "HEAD"}:
            return peer, problem(
                405, "Method not allowed", "This interface reads only: GET and HEAD.", allow="GET, HEAD"
            )
        client, refusal = peer, None
        if scope["path"] not in OPEN:
            refusal = self._misdirected(headers.get("host", ""))
            if refusal is None and self._tokens is not None and not scope["path"].startswith("/static/"):
                client, refusal = self._known(self._tokens, peer, scope["path"], headers.get("authorization", ""))
        wait = self._budget.wait(client)
        return client, _too_many(wait) if wait else refusal

    def _misdirected(self, host: str) -> Response | None:
        if host_name(host) in self._hosts:
            return None
        detail = f"Host {host[:80]!r} is not served here; `serve --host-name` names further ones."
        return problem(421, "Misdirected request", detail)

    @staticmethod
    def _known(tokens: Tokens, peer: str, path: str, authorization: str) -> tuple[str, Response | None]:
        """Return the client (a token's name, or an address), and the refusal if it lacks the right token."""
        try:
            token = tokens.of(secret_of(authorization))
        except TokensUnreadable as error:
            return peer, problem(503, "Nobody can be let in", str(error))
        if token is None:
            detail = (
                "This archive asks for a token: Authorization: Bearer TOKEN, or in a browser the token as password."
            )
            challenge = {"www-authenticate": 'Basic realm="archive", charset="UTF-8", Bearer realm="archive"'}
            return peer, problem(401, "Not known", detail, **challenge)
        client = f"token {token.name}"
        if token.scope not in {"read", _SCOPES.get(path, "read")}:
            return client, problem(403, "Not for this token", f"The token {token.name!r} is for {token.scope} only.")
        return client, None


def _too_many(wait: float) -> Response:
    seconds = str(max(1, math.ceil(wait)))
    return problem(429, "Too many requests", f"Ask again in {seconds} s.", **{"retry-after": seconds})


def secret_of(authorization: str) -> str:
    """Return the token of an Authorization header, Bearer or the password of Basic; empty without one.

    >>> secret_of("Bearer abc"), secret_of("Basic " + base64.b64encode(b"me:abc").decode()), secret_of("Digest x")
    ('abc', 'abc', '')
    """
    scheme, _, value = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def host_name(host: str) -> str:
    """Return the name in a Host header, without its port.

    >>> host_name("Archive.example:8000"), host_name("[::1]:80"), host_name("a@b")
    ('archive.example', '[::1]', '')
    """
    if not host or any(character in host for character in "@/\\ "):
        return ""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
    return f"[{name}]" if ":" in name else name
