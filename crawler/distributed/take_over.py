"""Downloader middleware: an offer from the shared queue is requested only once the frontier has leased its address."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from archive.errors import ArchiveError
from crawler.distributed.offers import OFFER
from crawler.distributed.scheduler import IN_HAND


class Elsewhere(IgnoreRequest):
    """An offer is void: its address is settled, given back, or in another worker's hands."""


class TakeOverLease:
    """Exchanges an offer for the request of its address, whose lease this worker then holds.

    Redis may offer an address twice, after it was settled, or without a claim: the frontier decides.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the middleware."""
        return cls(crawler)

    async def process_request(self, request: Request) -> Request | None:
        """Return the request that an offer stands for; None for one that is no offer.

        Raises:
            Elsewhere: The offer is void.
        """
        offer: dict[str, str] | None = request.meta.get(OFFER)
        if offer is None:
            return None
        stats, spider = self._crawler.stats, self._crawler.spider
        try:
            wanted = await spider.frontier.take_over(offer["key"], offer["by"])  # type: ignore[union-attr]
        except ArchiveError as error:
            raise Elsewhere(str(error)) from error  # the run is ending, and releases its leases
        if wanted is None:
            stats.inc_value("shared/void")
            raise Elsewhere(f"{offer['key']} is not on offer any more")
        stats.inc_value("shared/taken_over")
        taken: Request = spider.ask(wanted)  # type: ignore[union-attr]
        taken.meta[IN_HAND] = True
        return taken
