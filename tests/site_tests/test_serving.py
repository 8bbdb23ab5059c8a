"""The site as it is served: pages hold the truth, listings and the interface show everything once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.site import Site, Truth
from tests.site.judge import place_of
from tests.site.server import API_PATH
from tests.site_tests.browse import ask, bare, stripped


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Return a site of the default corpus."""
    with Site() as served:
        yield served


def addresses(truth: Truth) -> list[str]:
    """Return the paths of an article's addresses."""
    urls = [truth["url"], *(other["url"] for other in truth["at"].values())]
    return [place_of(url) or "" for url in urls]


def cursor_pages(site: Site, tag: str = "美股動態") -> Iterator[list[dict[str, Any]]]:
    """Return the pages of the listing interface."""
    query: dict[str, Any] = {"tags": [tag], "orderType": "updatedAt"}
    while True:
        answer = ask(site.url, f"{API_PATH}?fetch=10", query).json
        yield answer["summaryArticles"]
        if not answer["pageInfo"]["hasNextPage"]:
            return
        query["startCursor"] = answer["pageInfo"]["endCursor"]


@pytest.mark.parametrize("modes", [(), ("changed-template",)])
def test_pages_hold_the_truth(site: Site, modes: tuple[str, ...]) -> None:
    site.mode(*modes)
    for article in site.truth:
        for path in addresses(article):
            page = ask(site.url, path)
            if article["status"] == "gone":
                assert "文章不存在" in page.text
                continue
            text = stripped(page.text)
            parts = [
                article["title"],
                *(cell for block in article["text"].split("\n\n") for cell in block.split(" | ")),
            ]
            assert page.status == 200
            assert [part for part in parts if bare(part) not in text] == []
    site.mode()


def test_the_interface_lists_everything_once_last_changed_first(site: Site) -> None:
    pages = list(cursor_pages(site))
    listed = [entry["articleId"] for page in pages for entry in page]
    plans = [plan for plan in site.corpus.plans if plan.uuid and plan.listed and "美股動態" in site.shelves.tags(plan)]
    changed = {plan.uuid or "": plan.changed for plan in plans}
    assert len(pages) > 3
    assert sorted(listed) == sorted(changed)
    assert listed == sorted(listed, key=lambda uuid: changed[uuid], reverse=True)
    times = [entry["createdAt"] for page in pages for entry in page]
    assert any(isinstance(time, str) for time in times)
    assert any(isinstance(time, int) and time > 10**12 for time in times)
    assert any(isinstance(time, int) and time < 10**12 for time in times)


def test_the_old_listing_reaches_every_listed_note(site: Site) -> None:
    numbers: set[str] = set()
    waiting, seen = ["/notes/?tag=76325"], set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        page = ask(site.url, path).text
        numbers |= set(re.findall(r"note-detail\.aspx\?nid=(\d+)", page))
        turns = {turn.replace("&amp;", "&") for turn in re.findall(r'href="(/notes/\?[^"]+)"', page)}
        waiting += turns - seen - set(waiting)
    assert numbers == {str(plan.nid) for plan in site.corpus.plans if plan.nid and plan.listed}


def test_a_listing_shows_its_first_cards_and_its_script_the_rest(site: Site) -> None:
    path = "/usstock/usstock_news"
    every = [plan.uuid for plan in site.shelves.news(path) or []]
    first = re.findall(r'class="z-link" href="/article/\w+?-([0-9a-f-]{36})', ask(site.url, path).text)
    assert first == every[:24]
    site.mode("js-listing")
    page = ask(site.url, path).text
    site.mode()
    assert "/article/" not in page
    shown, start = [], 0
    while start is not None:
        cards = ask(site.url, f"/_feed/cards?list={path}&from={start}").json
        shown += [card["h"][-36:] for card in cards["cards"]]
        start = cards["next"]
    assert shown == every


def test_a_tag_page_has_the_articles_of_the_tag(site: Site) -> None:
    tag = next(
        tag for article in site.truth if article["key"].startswith("cmnews") for tag in article["tags"] if "(" in tag
    )
    page = ask(site.url, f"/tag/{tag}")
    assert page.text.count('<div class="articleCard">') == len(site.shelves.tagged(tag)) >= 1


def test_accept_encoding_is_obeyed(site: Site) -> None:
    path = addresses(site.truth[0])[0]
    kinds = {ask(site.url, address, Accept_Encoding="gzip").headers.get("content-encoding")
             for article in site.truth for address in addresses(article)}  # fmt: skip
    assert kinds == {"gzip", None}
    assert "content-encoding" not in ask(site.url, path).headers


def test_validators_are_answered_by_304(site: Site) -> None:
    kinds = set()
    for article in site.truth[:30]:
        path = addresses(article)[0]
        headers = ask(site.url, path).headers
        for name, condition in (("etag", "If_None_Match"), ("last-modified", "If_Modified_Since")):
            if name in headers:
                kinds.add(name)
                assert ask(site.url, path, **{condition: headers[name]}).status == 304
    assert kinds == {"etag", "last-modified"}


def test_addresses_are_served_however_they_are_written(site: Site) -> None:
    article = next(article for article in site.truth if article["aliases"] and article["status"] == "live")
    news, notes = addresses(article)
    for path in (f"{news}/", f"{news}?utm_source=x", notes.replace("nid", "NID"), notes.replace("?", "?from=a&")):
        assert bare(article["title"]) in stripped(ask(site.url, path).text)


def test_requests_are_logged(site: Site) -> None:
    article = next(article for article in site.truth if article["status"] == "live")
    site.requests.clear()
    ask(site.url, addresses(article)[0], User_Agent="tester")
    (request,) = site.requests
    assert (request.method, request.path, request.status, request.key) == (
        "GET",
        addresses(article)[0],
        200,
        article["key"],
    )
    assert request.headers["user-agent"] == "tester"
