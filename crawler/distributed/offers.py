"""Addresses on offer to other workers, as JSON of a fixed form."""

from __future__ import annotations

import json
from typing import Any, Final

from redis import Redis
from redis.exceptions import RedisError

OFFER: Final = "offer"
"""The key in a request's meta for its offer: the article key, and the run that has claimed it."""

LARGEST: Final = 8192
"""Bytes of an offer, at most."""

_LONGEST_KEY: Final = 200


def dumps(request: dict[str, Any]) -> bytes:
    """Return a request, as a dict of scrapy-redis, in the form of an offer; equal requests give equal bytes."""
    offer: dict[str, str] = request["meta"][OFFER]
    fields = {"key": offer["key"], "by": offer["by"], "url": request["url"], "priority": request["priority"]}
    return json.dumps(fields, sort_keys=True).encode()


def loads(data: bytes) -> dict[str, Any]:
    """Return an offer as a dict of scrapy-redis; it has no callback, and is exchanged for a request of the frontier.

    Raises:
        ValueError: It is not in the form.
    """
    if len(data) > LARGEST:
        raise ValueError(f"{len(data)} bytes")
    try:
        fields = json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(fields, dict) or fields.keys() != {"key", "by", "url", "priority"}:
        raise ValueError("not the four values of an offer")
    texts = (fields["key"], fields["by"], fields["url"])
    if not all(isinstance(text, str) for text in texts) or not isinstance(fields["priority"], int):
        raise ValueError("a value is not of its kind")
    if max(len(fields["key"]), len(fields["by"])) > _LONGEST_KEY or not fields["url"].startswith(
        ("http://", "https://")
    ):
        raise ValueError("a value is invalid")
    return {
        "url": fields["url"],
        "priority": fields["priority"],
        "meta": {OFFER: {"key": fields["key"], "by": fields["by"]}},
    }


class Offers:
    """The requests that one worker has put into the shared queue.

    Args:
        client: The client of the queue's Redis.

    Attributes:
        queue_key: The queue's key there.
    """

    def __init__(self, client: Redis, queue_key: str) -> None:
        self._client = client
        self.queue_key = queue_key
        self._members: dict[str, bytes] = {}

    def add(self, key: str, member: bytes) -> None:
        """Note an offer: the request for an article key, with its bytes in the queue."""
        self._members[key] = member

    def drop(self, key: str) -> None:
        """Forget an offer: another worker has it, or it is void."""
        self._members.pop(key, None)

    @property
    def keys(self) -> set[str]:
        """The keys on offer."""
        return set(self._members)

    def is_redis_there(self) -> bool:
        """Return whether Redis answers. Blocks."""
        try:
            return bool(self._client.ping())
        except RedisError:
            return False

    def absent(self) -> set[str]:
        """Return the keys whose requests are not in the queue: taken by a worker, or lost with Redis. Blocks.

        Raises:
            RedisError: Redis is away.
        """
        members = dict(self._members)
        if not members:
            return set()
        scores: Any = self._client.zmscore(self.queue_key, [*members.values()])  # type: ignore[list-item] # bytes too
        return {key for key, score in zip(members, scores, strict=True) if score is None}
