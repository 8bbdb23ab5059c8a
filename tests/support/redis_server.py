"""A real Redis for tests, to be killed and started again empty."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from redis import Redis
from redis.exceptions import RedisError

from archive.mongo.embedded.mongod import free_port
from tests.support.mongodb import LIMIT, wait_until

PROGRAM = shutil.which("redis-server")
needs_redis = pytest.mark.skipif(PROGRAM is None, reason="redis-server is not installed (Debian: redis-server)")


@dataclass(slots=True)
class RedisServer:
    """A server of a test's own, which keeps nothing on disk.

    Attributes:
        password: What it asks for; empty for none.
        port: Where it listens on loopback.
    """

    password: str = ""
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return its address, with the password if it asks for one."""
        return f"redis://{f':{self.password}@' if self.password else ''}127.0.0.1:{self.port}/0"

    def client(self) -> Redis:
        """Return a new client; the caller closes it."""
        return Redis.from_url(self.url)

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        words = [str(PROGRAM), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        words += ["--requirepass", self.password] if self.password else []
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self._answers)

    def kill(self) -> None:
        """Kill it with SIGKILL; all that it knew is lost."""
        if self._process:
            self._process.kill()
            self._process.wait(LIMIT)
            self._process = None

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except RedisError:
            return False


@contextmanager
def serving_redis(password: str = "") -> Iterator[RedisServer]:
    """Give a running server of one's own, which is killed afterwards."""
    server = RedisServer(password)
    try:
        server.start()
        yield server
    finally:
        server.kill()
