"""The heartbeat: a request with how each crawl ended, whose absence shows that the schedule does not run."""

from __future__ import annotations

from typing import Any

from crawler import own_settings
from crawler.exit_status import EXIT_STATUSES
from crawler.monitoring.notice import NotTold, post

STATUS = "{status}"


def beat(settings: own_settings.Values, spider: str, run: str | None, status: int) -> str:
    """Report to HEARTBEAT_URL a crawl that has ended; return why that was not taken, empty where all went well.

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
