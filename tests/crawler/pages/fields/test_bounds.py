"""Bounds of the fields: up to where a text is a stamp, a title, a name or an invitation, and two dates are one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from archive.model.article import Article, Block
from crawler.addresses import Sites
from crawler.pages.body.block_roles import RawBlock
from crawler.pages.fields.dates import (
    Statement,
    byline_stamps,
    date_article,
    elements_between,
    stamps_of,
    unread_date,
)
from crawler.pages.fields.further_reading import reading_in
from crawler.pages.fields.paywall import asks_to_log_in, without_invitation
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


META, FIRST = "meta article:published_time", "JSON-LD datePublished"
KNOWN = datetime(2026, 5, 27, 11, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("published", "updated", "known", "expected", "problems"),
    [
        (
            [(META, "2026-05-27 11:10"), (META, "2026-05-27T12:10:30+08:00")],
            [],
            KNOWN,
            "2026-05-27T11:10",
            [f"{META} states '2026-05-27 11:10', {META} states '2026-05-27T12:10:30+08:00'"],
        ),
        ([(META, "2026-05-27 11:10")], [], KNOWN + MINUTE, "2026-05-27T03:10", []),
        ([(META, "2026-05-27 11:10")], [], KNOWN + MINUTE / 2, "2026-05-27T11:10", []),
        ([("page", "2026-05-27 11:10"), (META, "2026-05-27T11:10Z")], [], AT, "2026-05-27T11:10", []),
        (
            [(FIRST, "2026-05-27T03:10:00Z"), ("page", "Monday 27"), (META, "2026-05-29 08:00")],
            ["2026-05-28T11:10:00+08:00", "1999-01-01"],
            AT,
            "2026-05-27T03:10 2026-05-28T03:10",
            ["page states '1999-01-01', which cannot be"],
        ),
        (
            [("byline", "2026-05-27T00:00:00+08:00"), (FIRST, "2026-05-27T03:10:00Z"), (META, "2026-05-28")],
            [],
            KNOWN,
            "2026-05-27T03:10",
            [],
        ),
        (
            [],
            ["2026-05-27 11:10", "2026-05-28T11:10:00+08:00"],
            AT + 2 * DAY,
            "2026-05-29T03:10 2026-05-28T03:10",
            ["page states '2026-05-27 11:10', before its publication"],
        ),
        ([], ["2026-05-27"], AT + DAY, "2026-05-28T03:10 2026-05-26T16:00", []),
        ([], ["1999-01-01"], AT, "2026-05-27T03:10", ["page states '1999-01-01', which cannot be"]),
        (
            [("byline", "2026-05-28T11:10:00+08:00"), (META, "soon"), ("page", "soon")],
            [],
            None,
            "2026-05-28T03:10",
            [f"{META} states 'soon', which is no date"],
        ),
        (
            [("time", "2026-05-28")],
            [],
            KNOWN,
            "2026-05-27T16:00",
            ["2026-05-28 is stated without a time of day, or as midnight: its beginning is taken"],
        ),
        ([("page", "2026-05-27"), ("byline", "2026-05-27T00:00")], [], AT, "2026-05-27T03:10", []),
        ([(META, "x" * 61)], [], AT, "2026-05-27T03:10", [f"{META} states '{'x' * 60}', which is no date"]),
        ([(META, "2026-05-28"), (FIRST, "2026-05-26")], [], AT, "2026-05-27T16:00", [
            "2026-05-28 is stated without a time of day, or as midnight: its beginning is taken",
            f"{META} states '2026-05-28', {FIRST} states '2026-05-26'",
        ]),
        ([(META, "2026-05-27T08:00Z"), (FIRST, "2026-05-27T03:10Z")], [], AT, "2026-05-27T03:10 2026-05-27T08:00", []),
        ([(META, "2026-05-27T08:10Z"), (FIRST, "2026-05-27")], [], None, "2026-05-27T08:10", []),
    ],
)  # fmt: skip
def test_what_a_page_states_is_weighed(
    published: list[tuple[str, str]],
    updated: list[str],
    known: datetime | None,
    expected: str,
    problems: list[str],
) -> None:
    made = article(Block("paragraph", "文"), published_at=known, published_from="listing" if known else None)
    date_article(made, [Statement(*pair) for pair in published], [Statement("page", text) for text in updated])
    moments = [moment for moment in (made.published_at, made.updated_at) if moment]
    assert " ".join(f"{moment:%Y-%m-%dT%H:%M}" for moment in moments) == expected
    assert [problem.reason for problem in made.problems] == problems


LONG = "x" * 64 + "2026-05-27 11:10"


@pytest.mark.parametrize(
    ("above", "beside", "stamps", "tags"),
    [
        ("<p>小編 2026-05-27 11:10</p>", "", ["小編 2026-05-27 11:10"], "p"),
        ("<p>小編 2026-05-27</p>", "", [], "p"),
        ("<div><p>2026-05-27 11:11</p>尾</div>", "", ["2026-05-27 11:11"], "div"),
        ("<div>發布 <b>2026-05-27</b></div>", "", ["2026-05-27", "2026-05-27"], "div"),
        ("<div><span>2026-05-27 11:10</span><span>13,086</span></div>", "", ["2026-05-27 11:10"], "div"),
        (f"<p>{LONG}</p>", "", [LONG], "p"),
        (f"<p>x{LONG}</p>", "", [], "p"),
        ("", "<p>2026-05-30 10:00</p>", ["2026-05-30 10:00"], "p"),
        ("文字<!-- c -->", "", [], ""),
    ],
)
def test_a_date_is_looked_for_between_heading_and_body(above: str, beside: str, stamps: list[str], tags: str) -> None:
    body = "<article><p>甲</p></article>"
    html = f"<main><div><h1>題</h1>{above}</div><div>{beside}{body}<p>2026-05-31 10:00</p></div></main>"
    tree = Document(html.encode(), "https://cmnews.com.tw/", Sites()).tree
    heading, element = tree.css_first("h1"), tree.css_first("article")
    assert heading is not None
    assert element is not None
    assert [stamp["published"] for stamp in byline_stamps(heading, element)] == stamps
    assert byline_stamps(None, element) == []
    assert " ".join(node.tag or "" for node in elements_between(heading, element)) == tags


@pytest.mark.parametrize(
    ("before", "after", "named", "text"),
    [
        (3, 9, "", "昨天 10:01"),
        (4, 4, "", None),
        (9, 3, "", "昨天 10:01"),
        (4, 9, f'<i class="time x">{"x" * 72}2026-5-1</i>', "x" * 72 + "2026-5-1"),
        (4, 9, f'<i class="time x">{"x" * 73}2026-5-1</i>', None),
        (4, 9, '<i class="time"></i>', None),
        (4, 9, '<i class="time" datetime="2026/5/1"></i>', "2026/5/1"),
        (4, 9, '<aside><i class="time">2026/5/1</i></aside>', None),
        (4, 9, '<li><a href="/article/x">別篇</a><i class="time">2026/5/1</i></li>', None),
    ],
)
def test_a_date_that_is_not_read_stands_at_the_ends_or_is_named(
    before: int, after: int, named: str, text: str | None
) -> None:
    lines = "<p>甲</p>" * before + "<p>昨天 10:01</p>" + "<p>甲</p>" * after
    html = f"<main>{named}<article>{lines}</article><h1>題</h1></main>"
    document = Document(html.encode(), "https://cmnews.com.tw/", Sites())
    heading, element = document.tree.css_first("h1"), document.tree.css_first("article")
    assert element is not None
    statement = unread_date(document, heading, element)
    assert (statement and statement.text) == text
    if named and statement:
        assert statement.source == "i.time"


@pytest.mark.parametrize(("length", "count"), [(80, 1), (81, 0)])
def test_a_title_without_a_link_is_short(length: int, count: int) -> None:
    label, title = RawBlock("paragraph", "延伸閱讀", role="further"), RawBlock("paragraph", "題" * length)
    assert len(reading_in([label, title], Sites(), "notes:1")) == count


@pytest.mark.parametrize(("levels", "asks"), [(3, True), (4, False)])
def test_a_prompt_to_log_in_stands_within_three_elements_of_the_body(levels: int, *, asks: bool) -> None:
    html = "<div>" * levels + "<article>文</article>" + "</div>" * (levels - 1) + "<p>閱讀VIP文章請先登入</p></div>"
    document = Document(f"<body><main>{html}</main>".encode(), "https://cmnews.com.tw/", Sites())
    body = document.tree.css_first("article")
    assert body is not None
    assert asks_to_log_in(document, body) is asks


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
