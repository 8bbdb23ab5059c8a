"""The third host: the same UUIDs on a port or a name of its own, with its own addresses and listings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.site import Plan, Site
from tests.site.hosts import FORECAST_NAME
from tests.site_tests.browse import ask, bare, stripped
from tests.site_tests.lies.pages import CANONICAL
from tests.site_tests.walk import AUTHOR, CATEGORY_PATH, LINK


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Return a small site."""
    with Site(articles=20, orphans=False) as served:
        yield served


@pytest.fixture
def plan(site: Site) -> Plan:
    """Return an article of the new site."""
    return next(plan for plan in site.plans() if plan.uuid)


def test_a_uuid_answers_on_both_hosts_each_with_its_own_canonical_address(site: Site, plan: Plan) -> None:
    path = plan.path(plan.key)
    pages = [ask(base, path).text for base in (site.url, site.forecast_url)]
    stated = [match[1] for match in map(CANONICAL.search, pages) if match]
    assert stated == [f"https://cmnews.com.tw{path}", f"https://www.forecastock.tw{path}"]
    title = bare(site.truth_of(plan.key)["title"])
    assert all(title in stripped(page) for page in pages)
    assert [request.key for request in site.requests[-2:]] == [plan.key, plan.key]


def test_the_host_is_told_by_its_name_as_well_as_by_its_port(site: Site, plan: Plan) -> None:
    path = plan.path(plan.key)
    by_name = ask(site.url, path, Host=FORECAST_NAME)
    assert by_name.text == ask(site.forecast_url, path).text
    assert ask(site.url, CATEGORY_PATH, Host=f"{FORECAST_NAME}:80").status == 200


def test_what_is_gone_is_gone_on_both(site: Site) -> None:
    plan = next(plan for plan in site.corpus.plans if plan.uuid)
    site.remove(plan.key, 410)
    assert [ask(base, plan.path(plan.key)).status for base in (site.url, site.forecast_url)] == [410, 410]
    site.restore(plan.key)


def test_its_category_lists_the_researcher_s_articles(site: Site) -> None:
    page = ask(site.forecast_url, CATEGORY_PATH).text
    links = LexborHTMLParser(page).css("a.articleListItem__link")
    plans = [plan for plan in site.corpus.plans if plan.uuid and plan.author.id == AUTHOR and plan.listed]
    assert LINK.findall(page) == [plan.uuid for plan in reversed(plans)]
    assert len(links) == len(plans) > 2
    titles = [bare(site.corpus.title(plan)) for plan in reversed(plans)]
    assert [stripped(link.html or "") for link in links] == [f"前往{title}" for title in titles]


def test_a_stock_s_discussion_lists_the_articles_with_its_tag(site: Site) -> None:
    tags = {tag for plan in site.corpus.plans if plan.uuid for tag in site.shelves.tags(plan) if tag.endswith(")")}
    tag = min(tags)
    page = ask(site.forecast_url, f"/stock/{tag.partition('(')[2].rstrip(')')}/discussion").text
    assert set(LINK.findall(page)) == {plan.uuid for plan in site.shelves.tagged(tag)} != set()


@pytest.mark.parametrize(
    "path", ["/usstock/usstock_news", "/notes/?tag=76325", "/notes/note-detail.aspx?nid=5", "/_feed/cards"]
)
def test_it_has_no_page_of_the_other_hosts(site: Site, path: str) -> None:
    assert ask(site.forecast_url, path).status == 404


@pytest.mark.parametrize("path", [CATEGORY_PATH, "/stock/AMZN/discussion"])
def test_the_other_hosts_have_no_page_of_it(site: Site, path: str) -> None:
    assert ask(site.url, path).status == 404


def test_a_category_that_is_unknown_is_404(site: Site) -> None:
    assert ask(site.forecast_url, "/category/別的").status == 404
    assert ask(site.forecast_url, "/robots.txt").status == 200
