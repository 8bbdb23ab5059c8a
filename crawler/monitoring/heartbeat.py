"""The heartbeat: a request at the end of each crawl; without it, the schedule is not running."""

from __future__ import annotations

from typing import Any

from crawler import own_settings
from crawler.exit_status import EXIT_STATUSES
from crawler.monitoring.notice import NotTold, post

STATUS = "{status}"


def beat(settings: own_settings.Values, spider: str, run: str | None, status: int) -> str:
    """Report the end of a crawl to HEARTBEAT_URL; return why that failed, or an empty text.

    Args:
        settings: The settings; without HEARTBEAT_URL nothing is reported.
        spider: Its name.
        run: The run's id; None where none was begun.
        status: Its exit status.
    """
    url: str | None = own_settings.read(settings, "HEARTBEAT_URL")
    if url is None:
        return ""
    outcome = next((ending.name for ending in EXIT_STATUSES if ending.status == status), "")
    notice: dict[str, Any] = {"spider": spider, "run": run, "exit_status": status, "outcome": outcome}
    try:
        post(url.replace(STATUS, str(status)), notice)
    except NotTold as error:
        return f"the heartbeat was not taken: {error}"
    return ""
