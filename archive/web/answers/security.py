"""Who may ask, from where, and what a page of ours may do: checked before, and told after every answer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archive.web.answers.errors import problem

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; "
    "manifest-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""What a page of ours may load and do: its own files, and no script or style within the page."""

RAW_POLICY: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
"""What a kept page may do: look like itself. It has no origin, no script, no form, and no request to anywhere."""

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})

_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-dns-prefetch-control": "off",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}


class Guard:
    """Refuses what is not to be answered, and gives every answer its headers.

    Args:
        app: What answers.
        hosts: Names that a request may be for, besides those of loopback; without ports.
        is_open: Whether no token is needed; None where `tokens` decide.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = LOOPBACK | {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-security-policy", POLICY)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        if scope["method"] not in {"GET", "HEAD"}:
            return problem(405, "Method not allowed", "This interface reads only: GET and HEAD.", allow="GET, HEAD")
        host = Headers(scope=scope).get("host", "")
        if host_name(host) not in self._hosts:
            detail = f"Host {host[:80]!r} is not served here; `serve --host-name` names further ones."
            return problem(421, "Misdirected request", detail)
        return None


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
