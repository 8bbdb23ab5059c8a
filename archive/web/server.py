"""Serving an archive over HTTP until a signal comes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

import uvicorn

from archive.archive import Archive
from archive.web.answers.follower import Follower
from archive.web.app import application

MOST_CLIENTS: Final = 500
"""Connections that are served at once; further ones are told 503."""


@dataclass(frozen=True, slots=True)
class Binding:
    """Where to serve.

    Attributes:
        host: An address of this machine.
        port: 0 for any that is free.
        hosts: Names, besides those of loopback, that requests may be for.
    """

    host: str = "127.0.0.1"
    port: int = 8642
    hosts: Collection[str] = ()


def serve(archive: Archive, binding: Binding, started: Callable[[str], None] = lambda _: None) -> None:
    """Serve an archive until SIGTERM or Ctrl-C.

    Args:
        archive: An open archive.
        binding: Where.
        started: Called with the address once requests are answered.
    """
    follower = Follower(archive)
    config = uvicorn.Config(
        application(archive, hosts=binding.hosts, follower=follower),
        host=binding.host,
        port=binding.port,
        log_level="warning",
        limit_concurrency=MOST_CLIENTS,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=16_384,
    )
    server = _Server(config, started)
    follower.start()
    try:
        server.run()
    finally:
        follower.stop()


class _Server(uvicorn.Server):
    """A server that tells its address once it answers."""

    def __init__(self, config: uvicorn.Config, started: Callable[[str], None]) -> None:
        super().__init__(config)
        self._told = started

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]  # none are given
        """Bind, and tell where."""
        del sockets
        await super().startup()
        if self.should_exit or not self.servers:
            return
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        self._told(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
