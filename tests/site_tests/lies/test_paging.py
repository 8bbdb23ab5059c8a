"""Listings that shift, overlap, invent or never end, each walked from page to page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.site import Site
from tests.site.lies.catalogue import LISTINGS
from tests.site_tests.browse import ask
from tests.site_tests.walk import MOST_PAGES, NEWS_PATH, answers, keys, walked

PAGED = ("search", "authors", "news", "notes")
"""The listings that have more than one page."""


@pytest.fixture
def site() -> Iterator[Site]:
    """Return a site whose listings have several pages; some lies change it for good."""
    with Site(articles=40, orphans=False, losses=False) as served:
        yield served


def test_every_lie_of_a_listing_is_checked_here() -> None:
    shifts = {"shift-removed", "shift-edited", "shift-published"}
    endless = {"endless-same", "endless-growing", "endless-empty", "endless-new", "endless-wrap"}
    assert LISTINGS.keys() == shifts | endless | {"overlap", "phantoms"}


@pytest.mark.parametrize("name", [*PAGED, "category"])
def test_without_a_lie_a_walk_names_each_article_once(site: Site, name: str) -> None:
    pages = walked(site, name)
    assert len(pages) > 1 or name == "category"
    assert set(Counter(keys(pages)).values()) == {1}


@pytest.mark.parametrize("name", PAGED)
@pytest.mark.parametrize("amount", [1, 2])
def test_removals_between_pages_skip_as_many_articles(site: Site, name: str, amount: int) -> None:
    true, truths = walked(site, name), site.truths(None)
    amount = min(amount, len(true) - 1)
    site.lie(f"listing:{name}", "shift-removed", amount=amount)
    pages = walked(site, name)
    skipped = [key for key in keys(true) if key not in keys(pages)]
    assert len(skipped) == amount
    assert skipped[0] == true[1][0]
    assert pages[0] == true[0]
    again = keys(walked(site, name))
    assert [key for key in keys(true) if key not in again] == keys(true)[:amount]
    assert site.truths(None) == truths
    site.heal()
    assert walked(site, name) == true


@pytest.mark.parametrize("name", ["search", "authors"])
def test_an_edit_between_pages_skips_the_edited_article(site: Site, name: str) -> None:
    true = walked(site, name)
    last = true[-1][-1]
    site.lie(f"listing:{name}", "shift-edited")
    pages = walked(site, name)
    assert set(keys(true)) - set(keys(pages)) == {last}
    assert pages[1][0] == true[0][-1]
    assert site.truth_of(last)["revision"] == 2
    assert walked(site, name)[0][0] == last


@pytest.mark.parametrize("name", ["news", "notes"])
def test_an_edit_moves_nothing_where_the_order_is_by_publication(site: Site, name: str) -> None:
    true = walked(site, name)
    site.lie(f"listing:{name}", "shift-edited")
    assert walked(site, name) == true
    assert site.truth_of(true[-1][-1])["revision"] == 2


@pytest.mark.parametrize("name", PAGED)
def test_a_publication_between_pages_lets_them_overlap(site: Site, name: str) -> None:
    true = walked(site, name)
    site.lie(f"listing:{name}", "shift-published")
    pages = walked(site, name)
    assert pages[1][0] == true[0][-1] == pages[0][-1]
    assert set(keys(pages)) == set(keys(true))
    (new,) = set(keys(walked(site, name))) - set(keys(true))
    assert site.truth_of(new)["status"] == "live"


@pytest.mark.parametrize("name", PAGED)
@pytest.mark.parametrize(("amount", "back"), [(None, 2), (1, 1)])
def test_pages_overlap(site: Site, name: str, amount: int | None, back: int) -> None:
    true = walked(site, name)
    site.lie(f"listing:{name}", "overlap", amount=amount)
    pages = walked(site, name)
    assert [page[back:] for page in pages[1:]] == true[1:]
    assert [page[:back] for page in pages[1:]] == [page[-back:] for page in true[:-1]]


@pytest.mark.parametrize("name", PAGED)
@pytest.mark.parametrize("lie", ["endless-same", "endless-growing", "endless-empty", "endless-new", "endless-wrap"])
def test_a_listing_that_never_ends(site: Site, name: str, lie: str) -> None:
    true = walked(site, name)
    site.lie(f"listing:{name}", lie)
    pages = walked(site, name)
    assert len(pages) == MOST_PAGES
    assert pages[0] == true[0]
    length = len(keys(true))
    if lie == "endless-empty":
        assert keys(pages[1:]) == []
    elif lie == "endless-new":
        assert len(set(keys(pages[1:]))) == len(keys(pages[1:])) > 0
        assert not set(keys(pages[1:])) & set(keys(true))
    elif lie == "endless-wrap":
        assert keys(pages)[: 2 * length] == keys(true) * 2
    else:
        assert {tuple(page) for page in pages[1:]} == {tuple(pages[1])}
        assert set(pages[1]) <= set(true[0])


@pytest.mark.parametrize("name", ["search", "authors"])
@pytest.mark.parametrize(("lie", "cursors"), [("endless-same", 1), ("endless-growing", 6), ("endless-empty", 6)])
def test_cursors_of_an_interface_that_never_ends(site: Site, name: str, lie: str, cursors: int) -> None:
    site.lie(f"listing:{name}", lie)
    walk = answers(site, name)
    assert len({next(walk)["pageInfo"]["endCursor"] for _ in range(6)}) == cursors


@pytest.mark.parametrize("name", [*PAGED, "category"])
@pytest.mark.parametrize(("amount", "count"), [(None, 5), (3, 3)])
def test_phantoms_are_named_first_and_answer_as_what_never_was(
    site: Site, name: str, amount: int | None, count: int
) -> None:
    true = walked(site, name)
    site.lie(f"listing:{name}", "phantoms", amount=amount)
    named = keys(walked(site, name))
    assert named[count:] == keys(true)
    for key in named[:count]:
        path = f"/notes/note-detail.aspx?nid={key[6:]}" if name == "notes" else f"/article/cmoney-{key[7:]}"
        answer = ask(site.url, path)
        assert "文章不存在" in answer.text
        assert answer.status == 404 or name == "notes"


def test_a_listing_lies_for_its_next_answers(site: Site) -> None:
    true = ask(site.url, NEWS_PATH).body
    site.lie("listing:news", "phantoms", answers=1)
    assert [ask(site.url, NEWS_PATH).body == true for _ in range(2)] == [False, True]
    assert [request.lie for request in site.requests] == [None, "phantoms", None]


@pytest.mark.parametrize("name", ["search", "authors"])
@pytest.mark.parametrize("begins_with_lie", [True, False])
def test_a_cursor_is_understood_when_a_lie_ends_or_begins_midway(site: Site, name: str, begins_with_lie: bool) -> None:
    true = walked(site, name)
    if begins_with_lie:
        site.lie("listings", "overlap", answers=1)
    walk = answers(site, name, len(true[0]))
    pages = [next(walk)]
    if not begins_with_lie:
        site.lie("listings", "overlap", amount=0)
    pages += list(walk)
    assert [[f"cmnews:{entry['articleId']}" for entry in next(iter(page.values()))] for page in pages] == true
