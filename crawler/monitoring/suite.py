"""The suite that spidermon runs when the engine has stopped: one monitor a check, and the channels that are set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from scrapy.utils.misc import load_object
from spidermon import Monitor, MonitorSuite

from crawler import own_settings
from crawler.errors import WrongUsage
from crawler.monitoring.checks import CHECKS, RunCheck
from crawler.monitoring.past_runs import Past, recall


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel for notices.

    Attributes:
        switch: The setting that enables it.
        action: Its action, by dotted name.
        needs: The settings that it needs besides.
    """

    switch: str
    action: str
    needs: tuple[str, ...] = ()

    def is_chosen(self, settings: own_settings.Values) -> bool:
        """Return whether the channel is set.

        Raises:
            WrongUsage: A setting that it needs is missing.
        """
        if not own_settings.read(settings, self.switch):
            return False
        for name in self.needs:
            if not own_settings.read(settings, name):
                raise WrongUsage(f"{self.switch} is set, but not {name}: no notice would arrive")
        return True


_ACTIONS: Final = "spidermon.contrib.actions"

CHANNELS: Final = (
    Channel("MONITOR_WEBHOOK", "crawler.monitoring.webhook.Webhook"),
    Channel(
        "SPIDERMON_SLACK_SENDER_TOKEN",
        f"{_ACTIONS}.slack.notifiers.SendSlackMessageSpiderFinished",
        needs=("SPIDERMON_SLACK_SENDER_NAME", "SPIDERMON_SLACK_RECIPIENTS"),
    ),
    Channel(
        "SPIDERMON_TELEGRAM_SENDER_TOKEN",
        f"{_ACTIONS}.telegram.notifiers.SendTelegramMessageSpiderFinished",
        needs=("SPIDERMON_TELEGRAM_RECIPIENTS",),
    ),
    Channel(
        "SPIDERMON_SMTP_HOST",
        f"{_ACTIONS}.email.smtp.SendSmtpEmail",
        needs=(
            "SPIDERMON_SMTP_PORT",
            "SPIDERMON_SMTP_USER",
            "SPIDERMON_SMTP_PASSWORD",
            "SPIDERMON_EMAIL_SENDER",
            "SPIDERMON_EMAIL_TO",
            "SPIDERMON_EMAIL_SUBJECT",
        ),
    ),
)


class Compared(Monitor):  # type: ignore[misc] # spidermon has no hints
    """A monitor that compares the run with its past."""

    @property
    def past(self) -> Past:
        """Return the run and its past, read once for all monitors."""
        return self.parent.parent.past  # type: ignore[no-any-return] # the suite of the class, then ours


def _monitor(check: RunCheck) -> type[Compared]:
    """Return the monitor class for a check."""

    def test(self: Compared) -> None:
        why = check(self.past)
        if why:
            self.fail(f"{check.__name__}: {why}")

    test.__doc__ = check.__doc__
    return type(check.__name__.title(), (Compared,), {"test_run": test, "__doc__": check.__doc__})


class Closing(MonitorSuite):  # type: ignore[misc] # spidermon has no hints
    """All checks; a notice goes to the channels that are set, only when one of them fails."""

    monitors = tuple(_monitor(check) for check in CHECKS)

    def __init__(self, *args: Any, crawler: Any = None, **kwargs: Any) -> None:
        """Choose the channels that are set."""
        super().__init__(*args, crawler=crawler, **kwargs)
        if crawler is not None:
            chosen = [load_object(channel.action) for channel in CHANNELS if channel.is_chosen(crawler.settings)]
            self.add_monitors_failed_actions(chosen)

    @cached_property
    def past(self) -> Past:
        """Return the run that has ended, and its past."""
        return recall(self._crawler)
