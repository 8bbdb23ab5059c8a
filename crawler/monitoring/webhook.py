"""A plain webhook: what is unusual about a run, as JSON in one POST."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

from spidermon.core.actions import Action

from crawler import own_settings
from crawler.logs import redacted, secrets

PATIENCE: Final = 10.0
"""Seconds."""


class NotTold(Exception):
    """The receiver did not take the notice; spidermon logs it, and the run goes on to end."""


class Webhook(Action):  # type: ignore[misc] # spidermon has no hints
    """Posts `spider`, `run`, `exit_status` and `unusual` (a list of lines) to `MONITOR_WEBHOOK`."""

    def __init__(self, url: str, hidden: tuple[str, ...]) -> None:
        super().__init__()
        self._url = urlsplit(url)
        self._hidden = hidden

    @classmethod
    def from_crawler_kwargs(cls, crawler: Any) -> dict[str, Any]:
        """Return the constructor's arguments."""
        url = own_settings.read(crawler.settings, "MONITOR_WEBHOOK")
        return {"url": url, "hidden": secrets(crawler.settings)}

    def run_action(self) -> None:
        """Post the notice.

        Raises:
            NotTold: It was not taken.
        """
        body = redacted(json.dumps(self._notice(), ensure_ascii=False), self._hidden).encode()
        kind = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        connection = kind(self._url.netloc, timeout=PATIENCE)
        try:
            target = (self._url.path or "/") + (f"?{self._url.query}" if self._url.query else "")
            connection.request("POST", target, body, {"Content-Type": "application/json; charset=utf-8"})
            status = connection.getresponse().status
        except OSError as error:
            raise NotTold(f"the webhook at {self._url.hostname} does not answer: {error}") from error
        finally:
            connection.close()
        if not 200 <= status < 300:  # noqa: PLR2004 -- HTTP's own numbers
            raise NotTold(f"the webhook at {self._url.hostname} answered HTTP {status}")

    def _notice(self) -> dict[str, Any]:
        spider = self.data.spider
        return {
            "spider": spider.name,
            "run": str(spider.frontier.run_id),
            "exit_status": self.data.stats.get("run/exit_status"),
            "unusual": [_why(result.error) for result in self.result.monitors_failed_results],
        }


def _why(trace: str) -> str:
    """Return the last line of a monitor's traceback, without the exception's name."""
    return trace.strip().splitlines()[-1].removeprefix("AssertionError: ")
