"""What a worker has offered to all of them and nobody has taken yet, as far as it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redis import Redis


class Offers:
    """The requests that one worker has put into the shared queue.

    Args:
        client: The client of the queue's Redis.
        queue_key: The queue's key there.
    """

    def __init__(self, client: Redis, queue_key: str) -> None:
        self._client = client
        self._queue_key = queue_key
        self._members: dict[str, bytes] = {}

    def add(self, key: str, member: bytes) -> None:
        """Note that the request for an article key lies in the queue, and how it is written there."""
        self._members[key] = member

    def drop(self, key: str) -> None:
        """Note that a key is not this worker's to offer any more."""
        self._members.pop(key, None)

    @property
    def keys(self) -> set[str]:
        """Return the keys on offer."""
        return set(self._members)

    def absent(self) -> set[str]:
        """Return the keys whose requests are not in the queue: taken by a worker, or lost with Redis. Blocks.

        Raises:
            RedisError: Redis is away.
        """
        members = dict(self._members)
        if not members:
            return set()
        scores: Any = self._client.zmscore(self._queue_key, [*members.values()])  # type: ignore[list-item] # bytes too
        return {key for key, score in zip(members, scores, strict=True) if score is None}
