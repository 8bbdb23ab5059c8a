"""The request for an article that the frontier wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request

from crawler.addresses import read_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from archive.frontier import Wanted
    from crawler.addresses import Sites


def request_for(wanted: Wanted, sites: Sites, callback: Callable[..., Any], errback: Callable[..., Any]) -> Request:
    """Return the request for a wanted address, conditional where the archive has the article.

    Args:
        wanted: The address, as the frontier has it.
        sites: The configured base addresses; they may be others today than when it was found.
        callback: Takes the response, and `wanted`.
        errback: Takes the failure.
    """
    address = read_address(wanted.url, sites)
    url = address.url(sites) if address else wanted.url
    headers = {}
    if wanted.kept and wanted.etag:
        headers["If-None-Match"] = wanted.etag
    if wanted.kept and wanted.last_modified:
        headers["If-Modified-Since"] = wanted.last_modified
    return Request(
        url,
        callback=callback,
        errback=errback,
        headers=headers,
        meta={"verbatim_url": address is not None and url.isascii()},  # canonical: nothing in it is to be escaped
        cb_kwargs={"wanted": wanted},
    )
