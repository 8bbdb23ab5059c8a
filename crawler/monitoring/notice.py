"""A notice: a JSON object posted to an address, within seconds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

PATIENCE: Final = 5.0
"""Seconds for each step; a run that is being stopped has few left."""


class NotTold(Exception):
    """The receiver did not take the notice; the text names its host only, since the rest may be a secret."""


def post(url: str, notice: Mapping[str, Any], hide: tuple[str, ...] = ()) -> None:
    """Post a notice.

    Args:
        url: Where to; with http or https.
        notice: What JSON can write.
        hide: Texts that must not stand in it.

    Raises:
        NotTold: The receiver did not take it.
    """
    body = json.dumps(notice, ensure_ascii=False)
    for text in hide:
        body = body.replace(text, "***")
    parts = urlsplit(url)
    connection = (HTTPSConnection if parts.scheme == "https" else HTTPConnection)(parts.netloc, timeout=PATIENCE)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body.encode(), {"Content-Type": "application/json; charset=utf-8"})
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise NotTold(f"{parts.hostname} does not answer: {error}") from error
    finally:
        connection.close()
    if not 200 <= status < 300:  # noqa: PLR2004 -- HTTP's own numbers
        raise NotTold(f"{parts.hostname} answered HTTP {status}")
