"""The hosts that the stand-in serves: two on one port, told apart by path, and a third by its port or its name."""

from __future__ import annotations

from typing import Literal

from aiohttp import web

from tests.site.plans import FORECAST_HOST, NEWS_HOST, NOTES_HOST, Generation, Plan

Host = Literal["news", "notes", "forecast"]
PUBLIC: dict[Host, str] = {"news": NEWS_HOST, "notes": NOTES_HOST, "forecast": FORECAST_HOST}
"""The public base address of each host."""

FORECAST_NAME = FORECAST_HOST.removeprefix("https://")


def host_of(request: web.Request, forecast_port: int | None) -> Host:
    """Return the host that a request is for; `forecast_port` is the third host's own port, None without one."""
    transport = request.transport
    port = transport.get_extra_info("sockname")[1] if transport is not None else None
    if request.host.partition(":")[0] == FORECAST_NAME or (port is not None and port == forecast_port):
        return "forecast"
    return "notes" if request.path.startswith("/notes/") else "news"


def generation_of(host: Host) -> Generation:
    """Return the generation of a host's pages; the third host has the new site's template."""
    return "notes" if host == "notes" else "cmnews"


def url_at(plan: Plan, host: Host) -> str:
    """Return the canonical public address of an article on one of the hosts that have it."""
    key = f"notes:{plan.nid}" if host == "notes" else f"cmnews:{plan.uuid}"
    return PUBLIC[host] + plan.path(key)
