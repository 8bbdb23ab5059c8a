"""Replay: every request is answered from a WARC file, and nothing goes over the network."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any, Final

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from archive.pages.content_encoding import TooLarge, unpack
from crawler import own_settings
from crawler.download.errors import NotRecorded, TooLargeToReceive
from crawler.download.exchange import BROWSE, Exchange, read_exchanges
from crawler.download.handler import DownloadHandler
from crawler.download.raw_response import RECEIVED, Received

_HANDLER: Final = "crawler.download.replay.ReplayHandler"


def replay(settings: Any, path: Path | None) -> None:
    """Answer every request from a recording, without network and waits.

    Args:
        settings: Scrapy's settings, which are changed.
        path: The recording; None for that of REPLAY_FILE, if it is set.

    Raises:
        WrongUsage: It cannot be read.
    """
    path = path or own_settings.read(settings, "REPLAY_FILE")
    if path is None:
        return
    read_exchanges(path)
    changed: dict[str, Any] = {"REPLAY_FILE": str(path), "DOWNLOAD_DELAY": 0}
    changed["DOWNLOAD_HANDLERS"] = settings.getdict("DOWNLOAD_HANDLERS") | dict.fromkeys(("http", "https"), _HANDLER)
    settings.setdict(changed, priority="cmdline")


class ReplayHandler(DownloadHandler):
    """Answers each request with its recorded answers in turn; the last one is repeated.

    The body of a POST has to be the same; that of a GET does not count.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._answers: dict[tuple[str, str, bytes], list[Exchange]] = defaultdict(list)
        for exchange in read_exchanges(Path(own_settings.read(crawler.settings, "REPLAY_FILE"))):
            self._answers[exchange.place].append(exchange)
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    async def _download(self, request: Request) -> Response:
        """Return the recorded response.

        Raises:
            NotRecorded: The recording has none.
        """
        method = BROWSE if request.meta.get("playwright") else request.method
        answers = self._answers.get((method, request.url, request.body if method == "POST" else b""))
        if not answers or request.meta.get("playwright_include_page"):  # a crawl scrolls on, in a page that is alive
            raise NotRecorded(f"{method} {request.url} is not in the recording (REPLAY_FILE)")
        return self._response(answers.pop(0) if len(answers) > 1 else answers[0], request)

    def _response(self, exchange: Exchange, request: Request) -> Response:
        encoding = exchange.headers.get("content-encoding")
        request.meta[RECEIVED] = Received(exchange.body, encoding)
        try:
            body = unpack(exchange.body, encoding, self._limit) if encoding and exchange.body else exchange.body
        except TooLarge as error:
            raise TooLargeToReceive(str(error)) from error
        headers = Headers({name: value for name, value in exchange.headers.items() if name != "content-encoding"})
        kind = responsetypes.from_args(headers=headers, url=exchange.url, body=body)
        return kind(exchange.url, exchange.status or 0, headers, body)
