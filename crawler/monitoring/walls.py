"""Hosts that blocked a run: per host, the requested articles, and those that ended at a wall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from archive.model.article import Article
from archive.model.crawl.outcome import Miss
from archive.model.suspicion import kind_in
from crawler import own_settings
from crawler.download import refusals
from crawler.exit_status import BLOCKED_BY
from crawler.monitoring.health import HOST_LOOKS, HOST_WALLS, MEMBERS

if TYPE_CHECKING:
    from scrapy.statscollectors import StatsCollector

_BEGINNINGS: Final = "host/beginnings/"
_KINDS: Final = frozenset({"login", "challenge"})
_REFUSALS: Final = frozenset(f"HTTP {status}" for status in refusals.WALL)


def count(stats: StatsCollector, item: Any) -> None:
    """Count an outcome at its host; one without an address counts nowhere."""
    url = getattr(item, "url", None)
    if not url:
        return
    host = urlsplit(url).netloc
    stats.inc_value(f"{HOST_LOOKS}{host}")
    if isinstance(item, Article):
        stats.inc_value(f"{_BEGINNINGS}{host}", int(item.access == "members"))
    elif isinstance(item, Miss) and (kind_in(item.reason) in _KINDS or item.reason in _REFUSALS):
        stats.inc_value(f"{HOST_WALLS}{host}")


def walled(stats: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, float]:
    """Return the hosts that blocked a run, with the seconds of their Retry-After; 0 without one."""
    hosts = {
        name.removeprefix(BLOCKED_BY): float(value) for name, value in stats.items() if name.startswith(BLOCKED_BY)
    }
    fewest, most = (own_settings.read(settings, name) for name in ("HEALTH_MIN_ARTICLES", "HEALTH_MAX_SUSPECT"))
    are_all_beginnings = MEMBERS.broken_by(stats, settings) is not None
    for host in looked_at(stats):
        walls = stats.get(f"{HOST_WALLS}{host}", 0) + are_all_beginnings * stats.get(f"{_BEGINNINGS}{host}", 0)
        looks = stats[f"{HOST_LOOKS}{host}"]
        if looks >= fewest and walls > looks * most:
            hosts.setdefault(host, 0.0)
    return hosts


def looked_at(stats: Mapping[str, Any]) -> set[str]:
    """Return the hosts at which a run asked for articles."""
    return {name.removeprefix(HOST_LOOKS) for name in stats if name.startswith(HOST_LOOKS)}
