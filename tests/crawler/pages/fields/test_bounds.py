"""Bounds of the fields: up to where a text is a stamp, a title, a name or an invitation, and two dates are one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.model.article import Article, Block
from crawler.addresses import Sites
from crawler.pages.body.block_roles import RawBlock
from crawler.pages.fields.dates import Statement, date_article, stamps_of
from crawler.pages.fields.further_reading import reading_in
from crawler.pages.fields.paywall import without_invitation
from crawler.pages.fields.title import without_site
from crawler.pages.html.document import Document
from tests.support.stage_articles import article

AT = datetime(2026, 5, 27, 3, 10, tzinfo=UTC)
DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def dated(*published: tuple[str, datetime], known: datetime | None = None, **how: Any) -> Article:
    """Return an article with the dates of some statements: the source, and the moment as it states it."""
    made = article(Block("paragraph", "文"), published_at=known, published_from="listing" if known else None)
    date_article(made, [Statement(source, at.isoformat()) for source, at in published], **({"updated": ()} | how))
    return made


def doubts(made: Article) -> list[str]:
    return [problem.field for problem in made.problems]


@pytest.mark.parametrize(("spaces", "is_stamp"), [(64, True), (65, False)])
def test_a_stamp_is_a_short_line(spaces: int, *, is_stamp: bool) -> None:
    assert bool(stamps_of("2025-08-14 15:50" + " " * spaces)) is is_stamp


@pytest.mark.parametrize(("apart", "expected"), [(DAY, []), (DAY + SECOND, ["published_at"])])
def test_dates_contradict_each_other_by_more_than_a_day(apart: timedelta, expected: list[str]) -> None:
    assert doubts(dated(("page", AT), derived_at=AT - apart)) == expected
    assert doubts(dated(("page", AT), derived_at=AT + apart)) == expected


@pytest.mark.parametrize(
    ("apart", "expected"),
    [
        (timedelta(), []),
        (MINUTE, []),
        (HOUR - MINUTE, []),
        (HOUR - MINUTE + SECOND, ["published_at"]),
        (HOUR + MINUTE - SECOND, ["published_at"]),
        (HOUR + MINUTE, []),
        (DAY, ["published_at"]),
        (DAY + SECOND, ["published_at"]),
    ],
)
def test_whole_hours_between_two_dates_are_the_distance_of_two_zones(apart: timedelta, expected: list[str]) -> None:
    assert doubts(dated(("page", AT), ("byline", AT - apart))) == expected


@pytest.mark.parametrize(("apart", "updated"), [(MINUTE, None), (MINUTE + SECOND, AT + MINUTE + SECOND)])
def test_a_meta_element_later_than_the_first_publication_states_a_change(
    apart: timedelta, updated: datetime | None
) -> None:
    made = dated(("meta article:published_time", AT + apart), ("JSON-LD datePublished", AT))
    assert made.updated_at == updated


@pytest.mark.parametrize(("apart", "expected"), [(DAY, []), (DAY + SECOND, ["updated_at"])])
def test_a_change_before_the_publication_is_none(apart: timedelta, expected: list[str]) -> None:
    made = dated(("page", AT), updated=[Statement("page", (AT - apart).isoformat())])
    assert doubts(made) == expected


@pytest.mark.parametrize(("length", "count"), [(80, 1), (81, 0)])
def test_a_title_without_a_link_is_short(length: int, count: int) -> None:
    label, title = RawBlock("paragraph", "延伸閱讀", role="further"), RawBlock("paragraph", "題" * length)
    assert len(reading_in([label, title], Sites(), "notes:1")) == count


@pytest.mark.parametrize(("length", "count"), [(40, 0), (41, 1)])
def test_an_invitation_is_short(length: int, count: int) -> None:
    prompt = RawBlock("paragraph", "請先登入", role="login")
    invitation = RawBlock("paragraph", "加入會員" + "看" * (length - 4))
    assert len(without_invitation([prompt, invitation], is_asked=False)) == count


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("| 甲乙 - CMoney", "| 甲乙"),
        ("甲 - CMoney - CMoney", "甲"),
        ("甲 - 乙", "甲 - 乙"),
        ("- CMoney", "- CMoney"),
    ],
)
def test_a_title_is_never_the_site_s_name_alone(title: str, expected: str) -> None:
    assert without_site(title, Document(b"<p>", "https://cmnews.com.tw/", Sites())) == expected
