"""What a run wants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from archive.model.crawl.frontier import OUTSIDE, TOO_DEEP
from crawler.scope import OTHER_COLUMN, Scope

NOW = datetime(2026, 8, 30, tzinfo=UTC)
COLUMN = frozenset({"美股動態"})


@pytest.mark.parametrize(
    ("title", "read", "refusal"),
    [
        ("【美股動態】亞馬遜", False, None),
        ("【 美股動態 】亞馬遜", False, None),
        ("【即時新聞】亞馬遜", False, OTHER_COLUMN),
        ("亞馬遜的【美股動態】", False, OTHER_COLUMN),
        ("", False, None),  # not known yet: the page will tell
        (None, False, None),
        ("", True, OTHER_COLUMN),
        ("\ufffd\ufffd財報", False, None),  # damaged: nobody can tell its column
        ("□□□□", False, None),
        ("ç¾\x8eè\x82¡", False, None),
    ],
)
def test_the_titles_prefix_decides_the_column(title: str | None, read: bool, refusal: str | None) -> None:
    assert Scope(COLUMN).refuses(title, None, read=read) == refusal


def test_all_columns_are_wanted_with_a_star() -> None:
    assert Scope(None).refuses("【即時新聞】亞馬遜", None) is None


@pytest.mark.parametrize(("days", "refusal"), [(-1, OUTSIDE), (0, None), (1, None), (2, OUTSIDE), (3, OUTSIDE)])
def test_the_window_includes_its_beginning_and_not_its_end(days: int, refusal: str | None) -> None:
    scope = Scope(None, since=NOW, until=NOW + timedelta(days=2))
    assert scope.refuses("題", NOW + timedelta(days=days)) == refusal


def test_an_unknown_moment_is_never_outside() -> None:
    assert Scope(None, since=NOW).refuses("題", None) is None


def test_further_reading_is_followed_so_far() -> None:
    scope = Scope(COLUMN, related_depth=2)
    assert scope.refuses("【美股動態】x", None, depth=2) is None
    assert scope.refuses("【美股動態】x", None, depth=3) == TOO_DEEP


def test_runs_that_want_the_same_are_of_one_kind() -> None:
    assert Scope(COLUMN, since=NOW, narrowed="max_age=3").kind == Scope(COLUMN, narrowed="max_age=3").kind
    assert Scope(COLUMN).kind != Scope(None).kind
