"""Connections with limits for slow clients, while they send and while they receive."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

TO_ASK: Final = 15.0
"""Seconds until a request's head must have come."""

TO_TAKE: Final = 30.0
"""Seconds until a client must have received the buffered part of an answer, some 64 KB."""


class ClientConnection(H11Protocol):
    """HTTP/1.1 with time limits for the client."""

    to_ask = TO_ASK
    to_take = TO_TAKE

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._asking: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as of uvicorn
        """Start the time limit of a request."""
        super().connection_made(transport)
        self._asking = self.loop.call_later(self.to_ask, transport.abort)

    def data_received(self, data: bytes) -> None:
        """Receive a part of a request, without a new time limit."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            _stop(self._asking)
            self._asking = None
        elif self._asking is None:
            self._asking = self.loop.call_later(self.to_ask, self.transport.abort)

    def pause_writing(self) -> None:
        """Start the time limit of receiving."""
        super().pause_writing()
        self._taking = self.loop.call_later(self.to_take, self.transport.abort)

    def resume_writing(self) -> None:
        """Stop the time limit of receiving."""
        _stop(self._taking)
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """End an idle connection, also if the client has not received the end of the last answer."""
        super().timeout_keep_alive_handler()
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the time limits."""
        _stop(self._asking, self._taking)
        super().connection_lost(exc)


def _stop(*timers: asyncio.TimerHandle | None) -> None:
    for timer in timers:
        if timer is not None:
            timer.cancel()
