"""Lies about an article in the listings that name it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.site import Plan, Site
from tests.site.interface import AUTHORS_PATH
from tests.site.lies.catalogue import CARDS
from tests.site.lies.contents import OTHER_TAGS
from tests.site_tests.browse import ask, bare, stripped
from tests.site_tests.walk import AUTHOR, CATEGORY_PATH, NEWS_PATH, NOTES_PATH, answers, summaries

TIMES = {"createdAt", "updatedAt"}


@pytest.fixture(scope="module")
def served() -> Iterator[Site]:
    """Return a small site whose every note is on one page."""
    with Site(seed=14, articles=14, orphans=False, losses=False) as serving:
        yield serving


@pytest.fixture
def site(served: Site) -> Iterator[Site]:
    """Return the site without lies and modes."""
    yield served
    served.heal()
    served.mode()


@pytest.fixture
def plan(site: Site) -> Plan:
    """Return an article that all listings name on their first page."""
    plans = (plan for plan in reversed(site.plans()) if len(plan.keys) == 2 and plan.author.id == AUTHOR)
    return next(plans)


def summary(site: Site, name: str, plan: Plan) -> dict[str, Any]:
    """Return what an interface says of an article."""
    every = (article for answer in answers(site, name) for article in summaries(answer))
    return next(entry for entry in every if entry["articleId"] == plan.uuid)


def cards(site: Site, plan: Plan) -> dict[str, str]:
    """Return the mark-up of an article's card, or link, in the HTML listings that name it."""
    pages = {
        "news": ask(site.url, NEWS_PATH).text,
        "notes": ask(site.url, NOTES_PATH).text,
        "category": ask(site.forecast_url, CATEGORY_PATH).text,
    }
    return {name: _card(page, plan) for name, page in pages.items()}


def _card(page: str, plan: Plan) -> str:
    wanted = (node for node in LexborHTMLParser(page).css("a") if _leads(node, plan))
    link = next(wanted, None)
    if link is None:
        (row,) = re.findall(rf'\["[^"]+nid={plan.nid}", "[^"]+"\]', page)
        return str(row)
    inside = link.css_first(".articleCard__title") or not link.parent or link.parent.tag == "li"
    return str(link.html if inside or not link.parent else link.parent.html)


def _leads(node: LexborNode, plan: Plan) -> bool:
    href = node.attributes.get("href") or ""
    return href.endswith((f"-{plan.uuid}", f"-{plan.uuid}?from=list", f"nid={plan.nid}"))


def test_every_lie_of_a_card_is_checked_here() -> None:
    times = {"listed-create-at", "listed-dateless", "listed-year-1", "listed-future", "listed-huge"}
    assert CARDS.keys() == times | {"listed-split", "listed-other-column", "listed-garbled"}


@pytest.mark.parametrize("mode", ["", "changed-template"])
def test_a_split_title_stands_whole_nowhere_in_its_card(site: Site, plan: Plan, mode: str) -> None:
    site.mode(*filter(None, (mode,)))
    title = bare(site.truth_of(plan.key)["title"])
    assert all(title in stripped(card) for card in cards(site, plan).values())
    site.lie(plan.keys, "listed-split")
    for card in cards(site, plan).values():
        assert title in stripped(card)
        assert re.search(r"</span><br>\s*<span", card)
        strings = [*re.findall(r">([^<]+)<", card), *re.findall(r'="([^"]+)"', card)]
        assert not any(title in stripped(string) for string in strings)


@pytest.mark.parametrize(
    ("lie", "pattern"), [("listed-other-column", "【美股巨頭】"), ("listed-garbled", "【\ufffd{4}】")]
)
def test_listings_state_another_title_than_the_page(site: Site, plan: Plan, lie: str, pattern: str) -> None:
    site.lie(plan.keys, lie)
    shown = {name: stripped(card.encode().decode()) for name, card in cards(site, plan).items()}
    for text in (*shown.values(), *(summary(site, name, plan)["title"] for name in ("search", "authors"))):
        assert re.search(pattern, text.replace("\\ufffd", "\ufffd"))
        assert "美股動態" not in text
    truth = site.truth_of(plan.key)
    assert bare(truth["title"]) in stripped(ask(site.url, plan.path(plan.key)).text)
    if lie == "listed-other-column":
        assert summary(site, "search", plan)["tags"] == list(OTHER_TAGS)


@pytest.mark.parametrize("name", ["search", "authors"])
@pytest.mark.parametrize(
    ("lie", "value"),
    [("listed-year-1", "0001-01-01T00:00:00Z"), ("listed-future", "2099-01-01T00:00:00Z"), ("listed-huge", 10**400)],
    ids=["year-1", "future", "huge"],
)
def test_an_interface_states_absurd_times(site: Site, plan: Plan, name: str, lie: str, value: object) -> None:
    assert not TIMES - summary(site, name, plan).keys()
    site.lie(plan.key, lie)
    entry = summary(site, name, plan)
    assert (entry["createdAt"], entry["updatedAt"]) == (value, value)


@pytest.mark.parametrize("name", ["search", "authors"])
def test_an_interface_spells_its_times_otherwise_or_has_none(site: Site, plan: Plan, name: str) -> None:
    true = summary(site, name, plan)
    site.lie("*", "listed-create-at")
    entry = summary(site, name, plan)
    assert (entry["createAt"], entry["updateAt"]) == (true["createdAt"], true["updatedAt"])
    assert not TIMES & entry.keys()
    site.heal()
    site.lie("*", "listed-dateless")
    assert not {*TIMES, "createAt", "updateAt"} & summary(site, name, plan).keys()


def test_the_interface_of_one_article_states_the_lies_of_its_card(site: Site, plan: Plan) -> None:
    path = f"{AUTHORS_PATH}/{plan.uuid}/Author/{plan.author.id}"
    assert {"createAt", "updateAt"} <= ask(site.url, path).json["article"].keys()
    site.lie(plan.key, "listed-huge")
    assert ask(site.url, path).json["article"]["createAt"] == 10**400


def test_several_lies_of_one_card_hold_at_once(site: Site, plan: Plan) -> None:
    site.lie(plan.key, "listed-huge", answers=1)
    site.lie(plan.key, "listed-garbled")
    first, second = (summary(site, "search", plan) for _ in range(2))
    assert (first["createdAt"] == 10**400, second["createdAt"] == 10**400) == (True, False)
    assert "\ufffd" in first["title"]
    assert "\ufffd" in second["title"]
