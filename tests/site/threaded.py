"""The stand-in served from a thread of the test's own process."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType
from typing import Any

from aiohttp import web

from tests.site.plans import Scale
from tests.site.server import application
from tests.site.standin import StandIn, Weight

HOST = "127.0.0.1"
START_SECONDS = 30.0


async def serve(standin: StandIn, port: int = 0, forecast_port: int = 0) -> tuple[web.AppRunner, int]:
    """Begin to serve on loopback, and return the runner (to be cleaned up by the caller) and the port.

    The third host gets a port of its own, which the stand-in knows as `forecast_port`.
    """
    runner = web.AppRunner(application(standin), access_log=None, shutdown_timeout=0.2, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, HOST, forecast_port).start()
    standin.forecast_port = int(runner.addresses[0][1])
    await web.TCPSite(runner, HOST, port).start()
    return runner, int(runner.addresses[1][1])


class Site(StandIn):
    """The stand-in, served from a thread of its own; a context manager.

    Attributes:
        url: Its base address without a slash at the end, for the new and the old site.
        forecast_url: The base address of the third host.
    """

    def __init__(self, *modes: str, weight: Weight | None = None, **scale: Any) -> None:
        """Make the corpus; serve after `start` or in a `with` block.

        Args:
            modes: The modes that are on from the start.
            weight: How heavy pages are.
            scale: What `Scale` takes: `seed`, `articles`, `newest`, `days`, `orphans`, `losses`, `imported`.
        """
        super().__init__(scale=Scale(**scale), weight=weight or Weight())
        self.mode(*modes)
        self.url = self.forecast_url = ""
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="stand-in", daemon=True)

    def start(self, port: int = 0) -> Site:
        """Begin to serve, and return the site.

        Raises:
            OSError: The port is taken.
        """
        self._port = port
        self._thread.start()
        self._ready.wait(START_SECONDS)
        if self._failure:
            raise OSError(f"the stand-in did not start: {self._failure}") from self._failure
        return self

    def stop(self) -> None:
        """Stop serving; connections still open are closed."""
        if self._loop and self._stop and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(START_SECONDS)

    def __enter__(self) -> Site:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _work(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._failure = error
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        runner, port = await serve(self, self._port)
        self.url, self.forecast_url = f"http://{HOST}:{port}", f"http://{HOST}:{self.forecast_port}"
        self._ready.set()
        try:
            await self._stop.wait()
        finally:
            await runner.cleanup()


def start_site(*modes: str, **scale: Any) -> Site:
    """Return a site that already serves; stop it with `stop`."""
    return Site(*modes, **scale).start()
