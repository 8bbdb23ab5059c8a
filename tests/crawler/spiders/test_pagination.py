"""Whether the interface's answers can be those that were asked for."""

from __future__ import annotations

import pytest

from crawler.spiders.pagination import Pagination

OWN, OTHER, GARBLED = "【美股動態】甲", "【即時新聞】乙", "【美\ufffd\ufffd\ufffd】丙"


@pytest.mark.parametrize(
    ("titles", "unread", "is_whole", "why_not"),
    [
        ([OTHER] * 9, 0, True, ""),
        ([OTHER] * 10, 0, True, "none of its 10 titles names 美股動態"),
        ([OTHER] * 29, 0, False, ""),
        ([OTHER] * 30, 0, False, "none of its 30 titles names 美股動態"),
        ([OTHER] * 30 + [OWN], 0, False, ""),
        ([OTHER] * 30 + [GARBLED], 0, False, ""),
        ([None] * 30, 0, True, ""),
        ([], 0, True, "it has no article of 美股動態"),
        ([], 0, False, ""),
        ([OWN] * 8, 2, True, ""),
        ([OWN] * 7, 2, True, "2 of its 9 entries make no article's address"),
        ([], 1, False, "1 of its 1 entries make no article's address"),
    ],
)
def test_answers_without_the_column_or_without_addresses_are_unsound(
    titles: list[str | None], unread: int, is_whole: bool, why_not: str
) -> None:
    pagination = Pagination("interface", ["美股動態"])
    pagination.note_entries(titles, unread)
    assert pagination.unsound(is_whole=is_whole) == (f"{why_not}: not complete" if why_not else "")


@pytest.mark.parametrize("pagination", [Pagination("interface", []), Pagination("author", author="emily")])
def test_without_a_tag_any_column_may_come(pagination: Pagination) -> None:
    pagination.note_entries([OTHER] * 30, 0)
    assert pagination.unsound(is_whole=True) == ""


def test_a_listing_that_is_gone_on_with_may_have_nothing_left() -> None:
    assert Pagination("interface", ["美股動態"], resumed=True).unsound(is_whole=True) == ""
