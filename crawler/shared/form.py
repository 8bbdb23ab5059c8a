"""The form in which a request lies in Redis: a claim check of four plain values, as JSON.

Whoever can write to Redis can neither run code in a worker nor send it anywhere: nothing is unpickled, no class or
method is named, and what is asked for is what the frontier in MongoDB says of the key. The two functions are what
scrapy-redis wants of a serializer.
"""

from __future__ import annotations

import json
from typing import Any, Final

OFFER: Final = "offer"
"""The meta under which a request from Redis says which address it stands for, and which run has claimed it."""

LARGEST: Final = 8192
"""Bytes of an offer, at most."""

_LONGEST_KEY: Final = 200


def dumps(request: dict[str, Any]) -> bytes:
    """Return a request, as scrapy-redis describes it, in its form; the same request always gives the same bytes."""
    offer: dict[str, str] = request["meta"][OFFER]
    said = {"key": offer["key"], "by": offer["by"], "url": request["url"], "priority": request["priority"]}
    return json.dumps(said, sort_keys=True).encode()


def loads(data: bytes) -> dict[str, Any]:
    """Return the description of a request; it has no callback and must be exchanged for one of the frontier's.

    Raises:
        ValueError: It is not in the form.
    """
    if len(data) > LARGEST:
        raise ValueError(f"{len(data)} bytes")
    try:
        said = json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(said, dict) or said.keys() != {"key", "by", "url", "priority"}:
        raise ValueError("not the four values of an offer")
    texts = (said["key"], said["by"], said["url"])
    if not all(isinstance(text, str) for text in texts) or not isinstance(said["priority"], int):
        raise ValueError("a value is not of its kind")
    if max(len(said["key"]), len(said["by"])) > _LONGEST_KEY or not said["url"].startswith(("http://", "https://")):
        raise ValueError("a value cannot be meant")
    return {
        "url": said["url"],
        "priority": said["priority"],
        "meta": {OFFER: {"key": said["key"], "by": said["by"]}},
    }
