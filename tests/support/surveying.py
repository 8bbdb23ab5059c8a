"""Surveys of the stand-in, by a real process."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.site import Site
from tests.support.crawling import QUICK, Ran, scrapy


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A survey that was made.

    Attributes:
        ran: Its process.
        report: Its `survey.json`.
        folder: Where its files are.
        requests: How many requests the stand-in had.
    """

    ran: Ran
    report: dict[str, Any]
    folder: Path
    requests: int

    @property
    def states(self) -> dict[str, str]:
        """The verdict on each fact."""
        return {fact["id"]: fact["state"] for fact in self.report["facts"]}


def base_settings(site: Site, **settings: object) -> dict[str, str]:
    """Return the environment for a survey of a site."""
    own = {"CMONEY_NEWS_URL": site.url, "CMONEY_NOTES_URL": site.url, "CMONEY_STOCK_URL": site.forecast_url}
    own["SSL_CERT_FILE"] = os.devnull  # as in `environment`
    return {**os.environ, **QUICK, **own, **{name: str(value) for name, value in settings.items()}}


def survey(site: Site, folder: Path, *options: str, **settings: object) -> Surveyed:
    """Make a survey of a site into a folder."""
    ran = scrapy("survey", "--out", str(folder), *options, environ=base_settings(site, **settings))
    report = json.loads((folder / "survey.json").read_text(encoding="utf-8"))
    return Surveyed(ran, report, folder, len(site.requests))
