"""Scrapy's scheduler, as little as this crawl needs: what waits in memory, since the frontier is what remembers."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from scrapy.core.scheduler import BaseScheduler

if TYPE_CHECKING:
    from scrapy import Request


class FifoScheduler(BaseScheduler):
    """Hands requests out in the order they came, those of higher priority (listings before articles) first."""

    def __init__(self) -> None:
        self._waiting: dict[int, deque[Request]] = {}

    def has_pending_requests(self) -> bool:
        """Return whether any request waits."""
        return any(self._waiting.values())

    def enqueue_request(self, request: Request) -> bool:
        """Take a request; none is ever refused."""
        self._waiting.setdefault(request.priority, deque()).append(request)
        return True

    def next_request(self) -> Request | None:
        """Return the request whose turn it is, or None if none waits."""
        turns = [priority for priority, waiting in self._waiting.items() if waiting]
        return self._waiting[max(turns)].popleft() if turns else None
