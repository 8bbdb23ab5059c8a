"""One peer in a process that measures itself, in an environment of its own: reads its order as JSON, prints a line.

Each peer does what its documentation begins with, page by page, and keeps what it read with one `update_one` an
article. It imports nothing of the project: only the peer, the driver and the standard library are installed beside it.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

Read = dict[str, Any]
"""What a peer made of a page: `_id` (the address), `title`, `published_at` (ISO or None), `text`."""


def newspaper4k(urls: list[str]) -> Iterator[Read]:
    """Yield what newspaper4k reads."""
    newspaper = importlib.import_module("newspaper")
    for url in urls:
        article = newspaper.Article(url, language="zh", fetch_images=False)
        article.download()
        article.parse()
        yield {"_id": url, "title": article.title, "published_at": _iso(article.publish_date), "text": article.text}


def news_please(urls: list[str]) -> Iterator[Read]:
    """Yield what news-please reads."""
    newsplease = importlib.import_module("newsplease").NewsPlease
    for url in urls:
        article = newsplease.from_url(url)
        text = article.maintext or ""
        yield {"_id": url, "title": article.title, "published_at": _iso(article.date_publish), "text": text}


def fundus(urls: list[str]) -> Iterator[Read]:
    """Yield what Fundus' engine reads, with a parser of three lines as its guide shows for a new publisher."""
    parser, functional = importlib.import_module("fundus.parser"), importlib.import_module("fundus.parser.utility")
    session = importlib.import_module("requests").Session()
    css = importlib.import_module("lxml.cssselect").CSSSelector
    texts, heads = css(".articleContent__textContent p"), css(".articleContent__textContent h2")

    class Version(parser.BaseParser):  # type: ignore[misc,name-defined] # made of what is imported at run time
        @parser.attribute  # type: ignore[untyped-decorator]
        def body(self) -> Any:
            return functional.extract_article_body_with_selector(
                self.precomputed.doc, paragraph_selector=texts, subheadline_selector=heads
            )

        @parser.attribute  # type: ignore[untyped-decorator]
        def publishing_date(self) -> Any:
            stated = self.precomputed.meta.get("article:published_time")
            return functional.generic_date_parsing(stated or self.precomputed.ld.bf_search("datePublished"))

        @parser.attribute  # type: ignore[untyped-decorator]
        def title(self) -> Any:
            return self.precomputed.meta.get("og:title")

    reader = Version()
    for url in urls:
        read = reader.parse(session.get(url, timeout=30).text, "raise")
        body = read.get("body")
        text = str(body) if body else ""
        yield {"_id": url, "title": read["title"], "published_at": _iso(read["publishing_date"]), "text": text}


PEERS: dict[str, Callable[[list[str]], Iterator[Read]]] = {
    "newspaper4k": newspaper4k,
    "news-please": news_please,
    "fundus": fundus,
}


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Read and keep every page; return seconds, CPU seconds, peak memory in MiB, and how many articles were kept."""
    kept = importlib.import_module("pymongo").MongoClient(order["uri"])[order["database"]]["peer"]
    next(PEERS[order["what"]](order["urls"][:1]), None)  # what is imported late is imported before the clock runs
    begun, number = (time.perf_counter(), time.process_time()), 0
    for article in PEERS[order["what"]](order["urls"]):
        kept.update_one({"_id": article["_id"]}, {"$set": article}, upsert=True)
        number += 1
    seconds, cpu = (now - then for now, then in zip((time.perf_counter(), time.process_time()), begun, strict=True))
    with open("/proc/self/status", encoding="ascii") as file:  # noqa: PTH123 -- as `client.peak`
        peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024
    return {"seconds": seconds, "cpu": cpu, "peak": peak, "kept": number}


def main() -> None:
    """Read an order, do it, and print what was measured."""
    logging.disable(logging.CRITICAL)
    order = json.load(sys.stdin)
    if order.get("core") is not None:
        os.sched_setaffinity(0, {order["core"]})
    sys.stdout.write(json.dumps(run(order)) + "\n")


if __name__ == "__main__":
    main()
