"""A plain webhook: what is unusual about a run, as JSON in one POST."""

from __future__ import annotations

from typing import Any

from spidermon.core.actions import Action

from crawler import own_settings
from crawler.logs import secrets
from crawler.monitoring.notice import post


class Webhook(Action):  # type: ignore[misc] # spidermon has no hints
    """Posts `spider`, `run`, `exit_status` and `unusual` (a list of lines) to `MONITOR_WEBHOOK`."""

    def __init__(self, url: str, hidden: tuple[str, ...]) -> None:
        super().__init__()
        self._url = url
        self._hidden = hidden

    @classmethod
    def from_crawler_kwargs(cls, crawler: Any) -> dict[str, Any]:
        """Return the constructor's arguments."""
        url = own_settings.read(crawler.settings, "MONITOR_WEBHOOK")
        return {"url": url, "hidden": secrets(crawler.settings)}

    def run_action(self) -> None:
        """Post the notice.

        Raises:
            NotDelivered: It was not taken; spidermon logs that, and the run goes on to end.
        """
        post(self._url, self._notice(), self._hidden)

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
