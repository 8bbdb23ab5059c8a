"""A local receiver of notices, which keeps what it gets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

SECRET = "path-that-is-a-secret"


@contextmanager
def receiver(status: int = 204) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Give the address of a local receiver, and what it gets."""
    taken: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append(json.loads(body) | {"path": self.path})
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/{SECRET}?x=1", taken
        finally:
            server.shutdown()
            thread.join()
