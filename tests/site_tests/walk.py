"""Walks the stand-in's listings as a crawler would: from page to page, until there is no next one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from tests.site import Site
from tests.site.interface import API_PATH, AUTHORS_PATH
from tests.site_tests.browse import ask

LINK = re.compile(r"/article/\w+-([0-9a-f-]{36})")
NOTE = re.compile(r"note-detail\.aspx\?nid=(\d+)")
AUTHOR = "cmoneyairesearcher"
NEWS_PATH = "/usstock/usstock_news"
NOTES_PATH = "/notes/?tag=76325"
CATEGORY_PATH = "/category/個股報告"
MOST_PAGES = 40
"""How many pages a walk has at most; a listing that has more does not end."""

Page = list[str]
"""The keys that a page of a listing names, in its order."""


def answers(site: Site, name: str = "search", fetch: int = 5) -> Iterator[dict[str, Any]]:
    """Yield the answers of an interface from its first page on, as JSON."""
    cursor = ""
    while True:
        if name == "search":
            query = {"tags": ["美股動態"], "orderType": "updatedAt"} | ({"startCursor": cursor} if cursor else {})
            answer = ask(site.url, f"{API_PATH}?fetch={fetch}", query).json
        else:
            path = f"{AUTHORS_PATH}/{AUTHOR}?orderType=updatedAt&fetch={fetch}&startCursor={cursor}"
            answer = ask(site.url, path).json
        yield answer
        if not answer["pageInfo"]["hasNextPage"]:
            return
        cursor = answer["pageInfo"]["endCursor"]


def summaries(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the articles of an interface's answer."""
    return next(value for name, value in answer.items() if name != "pageInfo")


def _interface(name: str) -> Callable[[Site], Iterator[Page]]:
    def pages(site: Site) -> Iterator[Page]:
        for answer in answers(site, name, 5 if name == "search" else 2):
            yield [f"cmnews:{article['articleId']}" for article in summaries(answer)]

    return pages


def _news(site: Site) -> Iterator[Page]:
    page = ask(site.url, NEWS_PATH).text
    yield [f"cmnews:{uuid}" for uuid in dict.fromkeys(LINK.findall(page))]
    match = re.search(r'data-next="(\d*)"', page)
    following: int | str | None = match[1] if match else None
    while following not in {None, ""}:
        answer = ask(site.url, f"/_feed/cards?list={NEWS_PATH}&from={following}").json
        yield [f"cmnews:{card['h'][-36:]}" for card in answer["cards"]]
        following = answer["next"]


def _notes(site: Site) -> Iterator[Page]:
    number = 1
    while True:
        page = ask(site.url, f"{NOTES_PATH}&page={number}").text
        yield [f"notes:{nid}" for nid in NOTE.findall(page)]
        number += 1
        if f"page={number}&" not in page and f'page={number}"' not in page:
            return


def _category(site: Site) -> Iterator[Page]:
    page = ask(site.forecast_url, CATEGORY_PATH).text
    yield [f"cmnews:{uuid}" for uuid in LINK.findall(page)]


WALKS: dict[str, Callable[[Site], Iterator[Page]]] = {
    "search": _interface("search"),
    "authors": _interface("authors"),
    "news": _news,
    "notes": _notes,
    "category": _category,
}
"""How each listing is walked."""


def walked(site: Site, name: str) -> list[Page]:
    """Return the pages of a listing, `MOST_PAGES` at most."""
    return list(islice(WALKS[name](site), MOST_PAGES))


def keys(pages: list[Page]) -> Page:
    """Return the keys that pages name, in their order, as often as they are named."""
    return [key for page in pages for key in page]
