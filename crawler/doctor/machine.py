"""The doctor's examination of the machine: Python, packages, time zone, browser, contact."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from packaging.requirements import Requirement

from crawler import own_settings
from crawler.doctor.finding import Finding, doubtful, well, wrong
from crawler.download.browser import BrowserMissing, launch_options

PROJECT = "cmoney-archive"
OLDEST = (3, 11)


def examine(settings: own_settings.Values) -> Iterator[Finding]:
    """Yield the findings on the machine."""
    yield _python()
    yield _packages()
    yield _zone()
    yield _browser(settings)
    yield _contact(settings)


def _python() -> Finding:
    says = f"{sys.version.split()[0]} ({sys.executable})"
    if sys.version_info < OLDEST:
        return wrong("Python", says, "install Python 3.11 or later, and this program into it")
    return well("Python", says)


def _packages() -> Finding:
    try:
        needed = [Requirement(line) for line in requires(PROJECT) or ()]
    except PackageNotFoundError:
        return doubtful("packages", f"{PROJECT} is not installed, only found", "pip install -e .")
    unmet = [
        str(requirement)
        for requirement in needed
        if (requirement.marker is None or requirement.marker.evaluate({"extra": ""})) and _is_unmet(requirement)
    ]
    if unmet:
        return wrong("packages", f"missing or of another version: {', '.join(unmet)}", "pip install --upgrade -e .")
    return well("packages", f"{PROJECT} {version(PROJECT)}, scrapy {version('scrapy')}, pymongo {version('pymongo')}")


def _is_unmet(needed: Requirement) -> bool:
    try:
        return not needed.specifier.contains(version(needed.name), prereleases=True)
    except PackageNotFoundError:
        return True


def _zone() -> Finding:
    try:
        offset = datetime(2026, 1, 1, tzinfo=UTC).astimezone(ZoneInfo("Asia/Taipei")).utcoffset()
    except ZoneInfoNotFoundError:
        return wrong("zone", "Asia/Taipei is not known", "pip install tzdata")
    if offset != timedelta(hours=8):
        return wrong("zone", f"Asia/Taipei is {offset} ahead of UTC instead of 8 h", "pip install --upgrade tzdata")
    return well("zone", f"Asia/Taipei is known; it is {datetime.now(ZoneInfo('Asia/Taipei')):%Y-%m-%d %H:%M} there")


def _browser(settings: own_settings.Values) -> Finding:
    if find_spec("scrapy_playwright") is None:
        return doubtful(
            "browser", "the extra is not installed: a listing that only JavaScript fills cannot be read",
            "pip install -e '.[browser]', and Chromium (apt-get install chromium)",
        )  # fmt: skip
    try:
        path = launch_options(own_settings.read(settings, "BROWSER_PATH")).get("executable_path")
    except BrowserMissing as error:
        return wrong("browser", str(error), "correct or unset BROWSER_PATH")
    if path is None:
        return doubtful("browser", "no Chromium on PATH", "apt-get install chromium, or set BROWSER_PATH")
    return well("browser", str(path))


def _contact(settings: own_settings.Values) -> Finding:
    if own_settings.lacks_contact(settings):
        cure = "set CRAWLER_CONTACT to an e-mail or web address of yours"
        return doubtful("contact", "CRAWLER_CONTACT is empty: the site's owner cannot write to anybody", cure)
    return well("contact", str(own_settings.read(settings, "CRAWLER_CONTACT") or "none needed for these sites"))
