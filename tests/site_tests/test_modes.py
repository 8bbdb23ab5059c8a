"""Modes do what they say, and the newsroom's doings show on the pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from http.client import HTTPException

import pytest

from tests.site import Site
from tests.site.judge import place_of
from tests.site.modes import MODES, UnknownModeError
from tests.site.server import API_PATH
from tests.site_tests.browse import Answer, ask, bare, stripped

QUERY = {"tags": ["美股動態"], "orderType": "updatedAt"}


@pytest.fixture
def site() -> Iterator[Site]:
    """Return a small site whose late answers are not very late."""
    with Site(articles=20) as served:
        served.faults.delay = 0.05
        yield served


def search(site: Site, cursor: str = "", **headers: str) -> Answer:
    """Return the answer of the listing interface."""
    query = QUERY | ({"startCursor": cursor} if cursor else {})
    return ask(site.url, f"{API_PATH}?fetch=5", query, **headers)


@pytest.mark.parametrize(("mode", "status"), [("api-refused", 401), ("api-absent", 404), ("api-token", 401)])
def test_the_interface_refuses(site: Site, mode: str, status: int) -> None:
    site.mode(mode)
    assert search(site).status == status
    with_token = {"api-refused": 403, "api-token": 200, "api-absent": 404}
    assert search(site, Authorization=f"Bearer {site.token}").status == with_token[mode]


def test_the_interface_breaks(site: Site) -> None:
    site.mode("api-broken")
    assert search(site).text.startswith("<!DOCTYPE")
    site.mode("api-broken-shape")
    assert "summaryArticles" not in search(site).json
    site.mode("api-broken-cursor")
    first = search(site).json
    assert search(site, first["pageInfo"]["endCursor"]).json == first
    site.mode("api-refused-later")
    answers = [search(site)]
    answers += [search(site, answers[0].json["pageInfo"]["endCursor"]) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200, 403]


@pytest.mark.parametrize("payload", [{}, {"tags": "x"}, {"tags": ["x"], "startCursor": "%%"}])
def test_the_interface_rejects_a_wrong_query(site: Site, payload: object) -> None:
    assert ask(site.url, API_PATH, payload).status == 400


def test_a_changed_template_has_none_of_the_names(site: Site) -> None:
    site.mode("changed-template")
    pages = [ask(site.url, plan.path(key)).text for plan in site.plans() for key in plan.keys]
    listings = [ask(site.url, "/usstock/usstock_news").text, ask(site.url, "/notes/?tag=76325").text]
    names = (
        "articleContent",
        "articleBody",
        "twoline",
        "articleCard",
        "notedatalist",
        "info-useful",
        "tagLink",
        "coauthor",
    )
    assert [name for name in names for page in pages + listings if name in page] == []


def test_chaos_strikes_a_third_of_first_requests_and_no_second_one(site: Site) -> None:
    site.mode("chaos")
    paths = [plan.path(key) for plan in site.plans(None) for key in plan.keys]
    struck: Counter[str] = Counter()
    for path in paths * 2:
        try:
            answer = ask(site.url, path)
            struck[str(answer.status)] += 1
        except (OSError, HTTPException):
            struck["broken"] += 1
    faults = {request.fault for request in site.requests}
    assert len(paths) * 4 / 3 < struck["200"] < len(paths) * 2
    assert all(request.status == 200 for request in site.requests[len(paths) :])
    assert len(faults) > 4
    assert struck["broken"] > 0


@pytest.mark.parametrize(("mode", "statuses"), [("blocked", {403, 429}), ("slow", {200})])
def test_every_request_meets_the_mode(site: Site, mode: str, statuses: set[int]) -> None:
    site.mode(mode)
    assert {ask(site.url, plan.path(plan.key)).status for plan in site.plans()[:8]} == statuses


def test_a_site_that_is_down_drops_connections(site: Site) -> None:
    site.mode("down")
    with pytest.raises(OSError):  # noqa: PT011  # reset or closed, whichever the client sees first
        ask(site.url, "/")


def test_robots(site: Site) -> None:
    assert "Disallow: /forum/" in ask(site.url, "/robots.txt").text
    site.mode("crawl-delay")
    assert "Crawl-delay: 1" in ask(site.url, "/robots.txt").text
    site.mode("robots-disallow")
    assert "Disallow: /\n" in ask(site.url, "/robots.txt").text
    site.mode("robots-absent")
    assert ask(site.url, "/robots.txt").status == 404


def test_a_mode_that_does_not_exist_is_an_error(site: Site) -> None:
    with pytest.raises(UnknownModeError, match="no such mode: nonsense; there are api-refused"):
        site.mode("nonsense")
    assert len(MODES) > 10


def test_an_edit_shows_and_comes_up_first(site: Site) -> None:
    plan = next(plan for plan in site.plans() if plan.uuid and plan.listed)
    before = site.truth_of(plan.key)
    etag = ask(site.url, plan.path(plan.key)).headers.get("etag")
    after = site.edit(plan.key, title="【美股動態】改過的標題", append="編輯補充一句。")
    page = ask(site.url, plan.path(plan.key))
    assert (before["revision"], after["revision"]) == (1, 2)
    assert after["text"].endswith("編輯補充一句。")
    assert bare("編輯補充一句。") in stripped(page.text)
    assert page.headers.get("etag") != etag or etag is None
    assert search(site).json["summaryArticles"][0]["articleId"] == plan.uuid
    assert search(site).json["summaryArticles"][0]["title"] == "【美股動態】改過的標題"


def test_a_bare_edit_changes_one_digit(site: Site) -> None:
    plan = site.plans()[3]
    before, after = site.truth_of(plan.key)["text"], site.edit(plan.key)["text"]
    assert sum(a != b for a, b in zip(before, after, strict=True)) >= 1


@pytest.mark.parametrize(("how", "status"), [(404, 404), (410, 410), ("soft", 200)])
def test_an_article_goes_and_comes_back(site: Site, how: str | int, status: int) -> None:
    plan = site.plans()[2]
    site.remove(plan.key, how)  # type: ignore[arg-type]
    gone = ask(site.url, plan.path(plan.key))
    assert (gone.status, "文章不存在" in gone.text) == (status, True)
    assert site.truth_of(plan.key)["status"] == "gone"
    site.restore(plan.key)
    assert ask(site.url, plan.path(plan.key)).status == 200


def test_news_is_published(site: Site) -> None:
    made = site.publish(3)
    assert [article["column"] for article in made] == ["美股動態"] * 3
    for article in made:
        assert bare(article["title"]) in stripped(ask(site.url, place_of(article["url"]) or "").text)
    model = site.plans()[0]
    copy = site.publish_copy(model.key)
    assert copy["text"] != site.truth_of(model.key)["text"]
    assert copy["title"] == site.truth_of(model.key)["title"]
