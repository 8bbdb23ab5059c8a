"""Tests of `archive.articles.walk`: places among articles, their order, and as text in an address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from archive.articles.walk import Place, place_from, place_text

AT = datetime(2026, 5, 27, 3, 10, 0, 123_000, tzinfo=UTC)
SOON = AT + timedelta(milliseconds=1)


@pytest.mark.parametrize("at", [AT, AT.replace(microsecond=0), None])
def test_a_place_comes_back_from_its_text(at: datetime | None) -> None:
    assert place_from(place_text(Place(at, "notes:7"))) == Place(at, "notes:7")


@pytest.mark.parametrize("text", ["", "x", "W10", "WzFd", "WzEsMiwzXQ", "WyJ4IiwiYSJd", "WzFlOTk5LCJhIl0"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- of several kinds
        place_from(text)


def test_places_are_in_the_order_of_publication_and_of_keys_from_behind() -> None:
    places = [Place(None, "notes:2"), Place(None, "notes:1"), Place(AT, "b"), Place(AT, "a"), Place(SOON, "c")]
    assert sorted([*places[3:], places[1], places[0], places[2]]) == places
    assert not Place(AT, "a") < Place(AT, "a")
