"""Notices: JSON objects that are posted to an address, within seconds; the heartbeat at the end of each crawl."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

from crawler import own_settings
from crawler.exit_status import EXIT_STATUSES

PATIENCE: Final = 5.0
"""Seconds for each step; a run that is being stopped has few left."""


class NotDelivered(Exception):
    """The receiver did not take the notice; the text names its host only, since the rest may be a secret."""


def post(url: str, notice: Mapping[str, Any], hide: tuple[str, ...] = ()) -> None:
    """Post a notice.

    Args:
        url: The receiver's address; http or https.
        notice: Values that JSON has.
        hide: Secrets, which become `***`.

    Raises:
        NotDelivered: The receiver did not take it.
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
        raise NotDelivered(f"{parts.hostname} does not answer: {error}") from error
    finally:
        connection.close()
    if not 200 <= status < 300:  # noqa: PLR2004 -- HTTP's own numbers
        raise NotDelivered(f"{parts.hostname} answered HTTP {status}")


def beat(settings: own_settings.Values, spider: str, run: str | None, status: int) -> str:
    """Report the end of a crawl to HEARTBEAT_URL; return why that failed, or an empty text.

    Where these reports stop, the schedule is not running.

    Args:
        settings: The settings; without HEARTBEAT_URL nothing is reported.
        spider: Its name.
        run: The run's id; None where none was begun.
        status: Its exit status.
    """
    url: str | None = own_settings.read(settings, "HEARTBEAT_URL")
    if url is None:
        return ""
    notice = {"spider": spider, "run": run, "exit_status": status, "outcome": EXIT_STATUSES[status].name}
    try:
        post(url.replace("{status}", str(status)), notice)
    except NotDelivered as error:
        return f"the heartbeat was not taken: {error}"
    return ""
