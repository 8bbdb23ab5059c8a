"""Serving an archive over HTTP until a signal comes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import uvicorn
from starlette.concurrency import run_in_threadpool

from archive.archive import Archive
from archive.coverage.missing import Columns
from archive.market_calendar import calendar
from archive.web.access.connection import ClientConnection
from archive.web.access.guard import AccessControl
from archive.web.answers.follower import Follower
from archive.web.answers.site import Examine
from archive.web.app import application

MOST_CONNECTIONS: Final = 500
"""Most connections at one time; further ones get 503."""


@dataclass(frozen=True, slots=True)
class Binding:
    """The address to serve at, and the rules.

    Attributes:
        host: An address of this machine.
        port: 0 for any free one.
        access: The access rules.
        examine: The health check; None without one.
        columns: The columns that are wanted, without brackets; None for all.
    """

    host: str = "127.0.0.1"
    port: int = 8642
    access: AccessControl = field(default_factory=AccessControl)
    examine: Examine | None = None
    columns: Columns = None


def serve(archive: Archive, binding: Binding, started: Callable[[str], None] = lambda _: None) -> None:
    """Serve an archive until SIGTERM or Ctrl-C.

    Args:
        archive: An open archive.
        binding: The address and the rules.
        started: Called with the address once requests are answered.
    """
    follower = Follower(archive)
    server = WebServer(archive, binding, follower, started)
    follower.start()
    try:
        with suppress(KeyboardInterrupt):  # uvicorn raises the signal again once it has ended for it
            server.run()
    finally:
        follower.stop()


class WebServer(uvicorn.Server):
    """A server of an archive, which reports its address once it answers."""

    def __init__(
        self, archive: Archive, binding: Binding, follower: Follower, started: Callable[[str], None] = lambda _: None
    ) -> None:
        config = uvicorn.Config(
            application(
                archive,
                access=binding.access,
                follower=follower,
                examine=binding.examine,
                columns=binding.columns,
            ),
            host=binding.host,
            port=binding.port,
            http=ClientConnection,
            log_level="warning",
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=5,
            server_header=False,
            proxy_headers=False,
            h11_max_incomplete_event_size=16_384,
        )
        super().__init__(config)
        self._report = started

    @property
    def address(self) -> str:
        """The address at which it answers."""
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/"

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]  # none are given
        """Bind, and report the address."""
        del sockets
        await run_in_threadpool(calendar)  # made here, so that the first request need not wait for it
        await super().startup()
        if not self.should_exit and self.servers:
            self._report(self.address)
