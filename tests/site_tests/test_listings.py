"""Further listings of both sites, and the interfaces by author."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.site import Site
from tests.site.interface import AUTHORS_PATH
from tests.site.plans import AUTHORS, COLUMN
from tests.site.shelves import BIDS
from tests.site_tests.browse import ask, bare, stripped
from tests.site_tests.walk import AUTHOR, LINK, NOTE, answers, summaries


@pytest.fixture(scope="module")
def served() -> Iterator[Site]:
    """Return a site whose old listing has two pages."""
    with Site(articles=30, orphans=False) as serving:
        yield serving


@pytest.fixture
def site(served: Site) -> Iterator[Site]:
    """Return the site without modes."""
    yield served
    served.mode()


def notes(site: Site, path: str) -> set[str]:
    """Return the numbers that an old listing names on all its pages; the turns on the first lead to the others."""
    first = ask(site.url, path).text
    turns = {turn.replace("&amp;", "&") for turn in re.findall(r'href="(/notes/[^"]*\?[^"]+=\d+)"', first)}
    turns = {turn for turn in turns if "note-detail" not in turn}
    assert turns
    return {nid for turn in turns for nid in NOTE.findall(ask(site.url, turn).text)}


def every(site: Site) -> set[str]:
    return {str(plan.nid) for plan in site.corpus.plans if plan.nid}


@pytest.mark.parametrize("path", ["/notes/default.aspx?ca=3", "/notes/?ca=3", "/notes/?navId=4", "/notes/"])
def test_old_listings_that_hold_every_note(site: Site, path: str) -> None:
    assert notes(site, path) == every(site)


def test_an_old_category_that_is_unknown_is_empty(site: Site) -> None:
    assert NOTE.findall(ask(site.url, "/notes/default.aspx?ca=9").text) == []


def test_an_author_s_old_listing_is_paged_by_p(site: Site) -> None:
    site.lie("listing:notes", "endless-wrap")
    (bid,) = (bid for bid, author in BIDS.items() if author == AUTHOR)
    page = ask(site.url, f"/notes/?bid={bid}&p=1").text
    site.heal()
    assert f'href="/notes/?bid={bid}&amp;p=2"' in page
    named = [notes(site, f"/notes/?bid={number}") for number in BIDS]
    assert sum(map(len, named)) == len(every(site))
    assert named[[author.id for author in AUTHORS].index(AUTHOR)] == {
        str(plan.nid) for plan in site.corpus.plans if plan.nid and plan.author.id == AUTHOR
    }


def test_an_old_listing_by_words(site: Site) -> None:
    assert notes(site, "/notes/?q=美股動態") == {
        str(plan.nid) for plan in site.corpus.plans if plan.nid and plan.column == COLUMN
    }


def test_forumnews_and_the_taiwanese_listings(site: Site) -> None:
    plans = [plan for plan in site.corpus.plans if plan.uuid]
    forum, twstock = (set(LINK.findall(ask(site.url, path).text)) for path in ("/forumnews", "/twstock/twstock_news"))
    assert forum == {plan.uuid for plan in plans if plan.author.id == "forumnews"}
    assert twstock == {plan.uuid for plan in plans if plan.column != COLUMN}
    assert COLUMN not in ask(site.url, "/twstock/twstock_news").text


def test_the_interface_by_author_has_all_that_an_author_wrote_last_changed_first(site: Site) -> None:
    plans = [plan for plan in site.corpus.plans if plan.uuid and plan.author.id == AUTHOR]
    changed = sorted(plans, key=lambda plan: plan.changed, reverse=True)
    pages = [summaries(answer) for answer in answers(site, "authors", 2)]
    assert [entry["articleId"] for page in pages for entry in page] == [plan.uuid for plan in changed]
    assert {entry["authorId"] for page in pages for entry in page} == {AUTHOR}
    assert [len(page) for page in pages[:-1]] == [2] * (len(pages) - 1)
    path = f"{AUTHORS_PATH}/nobody?orderType=updatedAt&fetch=10&startCursor="
    assert ask(site.url, path).json == {
        "authorSummaryArticles": [],
        "pageInfo": {"endCursor": "", "hasNextPage": False},
    }


def test_the_interface_of_one_article(site: Site) -> None:
    for plan in (plan for plan in site.plans() if plan.uuid):
        answer = ask(site.url, f"{AUTHORS_PATH}/{plan.uuid}/Author/{plan.author.id}").json
        truth, article = site.truth_of(plan.key), answer["article"]
        assert (article["title"], answer["writer"]) == (truth["title"], {"name": plan.author.name})
        assert [*article["tags"], *article["stockTags"]] == truth["tags"]
        parts = [part for part in truth["text"].split("\n\n") if " | " not in part]
        assert [part for part in parts if bare(part) not in stripped(article["content"])] == []
        created = article["createAt"]
        if isinstance(created, int):
            moment = datetime.fromtimestamp(created / 1000 if created > 10**11 else created, UTC)
            assert abs(moment - plan.moment) < timedelta(seconds=1)


def test_the_interface_of_one_article_knows_neither_a_wrong_author_nor_a_removed_article(site: Site) -> None:
    plan = next(plan for plan in site.plans() if plan.uuid)
    path = f"{AUTHORS_PATH}/{plan.uuid}/Author/"
    assert ask(site.url, f"{path}nobody").status == 404
    site.remove(plan.key)
    assert ask(site.url, path + plan.author.id).status == 404
    site.restore(plan.key)
    assert ask(site.url, path + plan.author.id).status == 200


@pytest.mark.parametrize(("mode", "status"), [("authors-absent", 404), ("api-refused", 401), ("api-absent", 404)])
def test_the_interfaces_by_author_refuse(site: Site, mode: str, status: int) -> None:
    plan = next(plan for plan in site.plans() if plan.uuid)
    site.mode(mode)
    paths = (f"{AUTHORS_PATH}/{AUTHOR}", f"{AUTHORS_PATH}/{plan.uuid}/Author/{plan.author.id}")
    assert [ask(site.url, path).status for path in paths] == [status, status]


@pytest.mark.parametrize("query", ["fetch=0", "fetch=51", "fetch=x", "startCursor=%%"])
def test_the_interface_by_author_rejects_a_wrong_query(site: Site, query: str) -> None:
    assert ask(site.url, f"{AUTHORS_PATH}/{AUTHOR}?{query}").status == 400


def test_robots_forbid_articles_and_then_no_longer(site: Site) -> None:
    for modes, forbidden in (((), False), (("robots-articles",), True), ((), False)):
        site.mode(*modes)
        for base in (site.url, site.forecast_url):
            lines = ask(base, "/robots.txt").text.splitlines()
            assert ("Disallow: /article/" in lines) is forbidden
            assert "Disallow: /" not in lines
