"""Bounds of `crawler.pages.listings.cards`, at each and one beyond: how far a card reaches, titles, dates in doubt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.pages.html.document import Document
from crawler.pages.listings.cards import APART, Card, cards_of, misdated
from tests.support.sample_pages import NEWS_URL, OTHER_URL, SITES

NOTE = "/notes/note-detail.aspx?nid={}"
NOW = datetime(2026, 5, 27, tzinfo=UTC)


def titles(body: str) -> list[str | None]:
    page = f'<meta charset="utf-8"><body>{body}</body>'.encode()
    return [card.title for card in cards_of(Document(page, NEWS_URL, SITES))]


def cards(*days: int) -> list[Card]:
    """Return the cards of a listing, each published so many days before another moment."""
    page = "".join(f'<a href="https://www.cmoney.tw{NOTE.format(number)}">題</a>' for number in range(1, len(days) + 1))
    made = cards_of(Document(f"<body>{page}</body>".encode(), NEWS_URL, SITES))
    return [replace(card, published_at=NOW - timedelta(days=day)) for card, day in zip(made, days, strict=True)]


@pytest.mark.parametrize(("steps", "title"), [(6, "標題在外層"), (7, "連結")])
def test_a_card_reaches_six_elements_beyond_its_link(steps: int, title: str) -> None:
    inner = "<i>" * (steps - 1) + f'<a href="{OTHER_URL}">連結</a>' + "</i>" * (steps - 1)
    assert titles(f"<div>{inner}<h3>標題在外層</h3></div>") == [title]


def test_a_card_ends_where_another_s_link_stands() -> None:
    both = (
        f'<div><h3>兩篇之上</h3><p><a href="{OTHER_URL}">甲篇</a></p><p><a href="{NOTE.format(5)}">乙篇</a></p></div>'
    )
    assert titles(both)[0] == "甲篇"


@pytest.mark.parametrize(("length", "is_title"), [(200, True), (201, False)])
def test_a_title_is_no_text(length: int, is_title: bool) -> None:
    assert titles(f'<a href="{OTHER_URL}" title="短的">{"長" * length}</a>') == ["長" * length if is_title else "短的"]


def test_the_best_link_of_an_article_names_it() -> None:
    links = f'<p><a href="{OTHER_URL}" title="屬性">  </a></p><p><a href="{OTHER_URL}"><h3>題目</h3></a></p>'
    assert titles(links) == ["題目"]
    assert titles(f'<p><a href="{OTHER_URL}">先</a></p><p><a href="{OTHER_URL}">後</a></p>') == ["先"]


@pytest.mark.parametrize(
    ("days", "places"),
    [
        ([40, 40, 40, 10, 40, 40, 40], []),  # thirty days apart
        ([40, 40, 40, 9, 40, 40, 40], [3]),
        ([40, 40, 9, 40, 40, 40, 40], []),  # two before it
        ([40, 40, 40, 9, 40, 40], []),  # two after it
        ([9, 40, 40, 40, 9, 40, 40, 40], [4]),  # four before it, of which three count
        ([40, 40, 40, 9, 40, 40, 40, 9], [3]),
        ([40, 40, 40, 9, 40, 40, 12], []),
    ],
)
def test_a_moment_is_in_doubt_beside_three_and_three_that_are_thirty_days_older(
    days: list[int], places: list[int]
) -> None:
    assert timedelta(days=30) == APART
    listing = cards(*days)
    assert misdated(listing) == frozenset(listing[place].address.key for place in places)


def test_a_moment_that_the_listing_states_is_in_no_doubt_and_an_update_counts() -> None:
    listing = cards(40, 40, 40, 9, 40, 40, 40)
    assert misdated([*listing[:3], replace(listing[3], stated_at=NOW), *listing[4:]]) == frozenset()
    assert misdated([replace(listing[0], updated_at=NOW), *listing[1:]]) == frozenset()
