"""Tests of `crawler.pages.fields.dates`, on whole pages: what a page states against what its address tells."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from crawler.addresses import read_address
from crawler.pages import extract
from crawler.pages.html.document import Document
from tests.support.sample_pages import (
    NEWS_URL,
    NOTES_URL,
    SITES,
    TITLE,
    news_page,
    notes_page,
    read_article,
    read_news,
    read_notes,
)

TOLD = "2026-05-27T03:10:08+00:00"


DATA = '<script type="application/ld+json">{}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="article:{name}_time" content="{content}">'


def data(**members: object) -> str:
    return DATA.format(json.dumps({"@type": "NewsArticle", **members}))


def dated(head: str = "", above: str = "") -> tuple[str | None, str | None, list[str]]:
    article = read_news(head=head, above=above)
    moment = article.published_at
    return (
        moment.isoformat(timespec="seconds") if moment else None,
        article.published_from,
        [p.field for p in article.problems],
    )


@pytest.mark.parametrize(
    "head",
    [
        meta("published", "2026-05-27T12:00:00+08:00"),
        meta("published", "2026-05-27 12:00"),
        data(datePublished="2026-05-27T04:00:00Z"),
        DATA.format(
            '[{"@type":"WebSite"},{"@graph":[{"@type":["Thing","Article"],"datePublished":"2026-05-27 12:00"}]}]'
        ),
        DATA.format('{"@type":"NewsArticle","datePublished":"2026-05-27T12:00:00+08:00",}'),
        DATA.format('{"headline":"a"b","datePublished":"2026-05-27T12:00:00+08:00"'),
    ],
)
def test_what_the_head_states_counts(head: str) -> None:
    assert dated(head) == ("2026-05-27T04:00:00+00:00", "page", [])


@pytest.mark.parametrize(
    "above",
    [
        '<time datetime="2026-05-27T12:00:00+08:00">3 小時前</time>',
        '<span class="articleContent__time">2026-05-27 12:00</span>',
        "<div><span>小編</span><span>2026/05/27 下午 12:00</span></div>",
        "<div>發布於 2026-05-27 12:00・1,024 次瀏覽</div>",
        '<p><meta itemprop="datePublished" content="2026-05-27T04:00:00Z">5月27日</p>',
        "<span>115/05/27 12:00</span>",
        "<span>115年5月27日 中午 12:00</span>",
    ],
)
def test_what_stands_above_the_body_counts(above: str) -> None:
    assert dated(above=above) == ("2026-05-27T04:00:00+00:00", "page", [])


def test_a_date_in_what_the_body_stands_in_counts() -> None:
    dated = "<table><tr><td>發表於 2026-05-27 12:00</td></tr></table>"
    page = news_page(above=f"<h1>{TITLE}</h1><div>{dated}<div>", below="</div></div>")
    article = read_article(page, NEWS_URL)
    assert (article.published_at, article.published_from) == (datetime(2026, 5, 27, 4, tzinfo=UTC), "page")


@pytest.mark.parametrize("above", ["", "<span>3 小時前</span>", "<time>昨天</time>", "<span>2026</span>"])
def test_without_a_date_the_address_tells_it(above: str) -> None:
    assert dated(above=above) == (TOLD, "address", [])


@pytest.mark.parametrize("text", ["2026-05-27", "2026/05/27", "2026-05-27T00:00:00+08:00"])
def test_a_day_yields_to_the_moment_in_the_address(text: str) -> None:
    assert dated(meta("published", text)) == (TOLD, "address", [])


def test_a_day_yields_to_a_moment_stated_elsewhere_on_the_page() -> None:
    head = meta("published", "2026-05-27") + data(datePublished="2026-05-27T12:00:00+08:00")
    assert dated(head) == ("2026-05-27T04:00:00+00:00", "page", [])


def test_a_day_stands_where_nothing_is_more_exact() -> None:
    article = read_notes(head=meta("published", "2026-05-14"))
    assert article.published_at == datetime(2026, 5, 13, 16, tzinfo=UTC)
    assert [(problem.field, "2026-05-14" in problem.reason) for problem in article.problems] == [("published_at", True)]


def test_page_and_address_days_apart_are_both_kept() -> None:
    article = read_news(head=meta("published", "2026-05-20T09:00:00+08:00"))
    assert (article.published_at, article.published_from) == (datetime(2026, 5, 20, 1, tzinfo=UTC), "page")
    (problem,) = article.problems
    assert problem.field == "published_at"
    assert "2026-05-27 03:10" in problem.reason


@pytest.mark.parametrize(
    "text",
    [
        *("1970-01-01T00:00:00Z", "2000-01-01 10:00", "2026-02-30 10:00", "9999-12-31T23:59:59Z"),
        *("昨天下午", "1" + "0" * 400),
    ],
)
def test_what_cannot_be_or_is_no_date_is_a_problem(text: str) -> None:
    assert dated(meta("published", text)) == (TOLD, "address", ["published_at"])
    assert dated(data(datePublished=text)) == (TOLD, "address", ["published_at"])


def test_a_date_that_is_no_text_is_read_or_is_a_problem() -> None:
    assert dated(data(datePublished=1779854400)) == ("2026-05-27T04:00:00+00:00", "page", [])
    assert dated(data(datePublished=10**400)) == dated(data(datePublished={})) == (TOLD, "address", ["published_at"])


def test_the_future_is_a_problem_and_tomorrow_is_not() -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    later = read_notes(head=meta("published", (now + timedelta(days=2)).isoformat()))
    assert (later.published_at, [problem.field for problem in later.problems]) == (None, ["published_at"])
    soon = read_notes(head=meta("published", (now + timedelta(hours=20)).isoformat()))
    assert soon.published_at == now + timedelta(hours=20)


def test_an_impossible_statement_yields_to_the_next() -> None:
    head = meta("published", "2026-02-30T10:00:00Z") + data(datePublished="2026-05-27T12:00:00+08:00")
    assert dated(head) == ("2026-05-27T04:00:00+00:00", "page", ["published_at"])


def test_statements_days_apart_are_a_problem() -> None:
    head = meta("published", "2026-05-27T12:00:00+08:00") + data(datePublished="2026-05-24T12:00:00+08:00")
    assert dated(head) == ("2026-05-27T04:00:00+00:00", "page", ["published_at"])


@pytest.mark.parametrize(
    ("head", "above"),
    [
        (meta("modified", "2026-05-27T14:00:00+08:00"), ""),
        (data(dateModified="2026-05-27T06:00:00Z"), ""),
        (meta("published", "2026-05-27T12:00:00+08:00"), "<p>(更新：2026-05-27 14:00)</p>"),
        ("", "<ul><li>2026-05-27 12:00</li><li>13,086</li><li>（更新：2026-05-27 14:00）</li></ul>"),
        ("", "<p>2026-05-27 12:00 13,086 (更新：2026-05-27 14:00)</p>"),
    ],
)
def test_the_last_change_is_read(head: str, above: str) -> None:
    assert read_news(head=head, above=above).updated_at == datetime(2026, 5, 27, 6, tzinfo=UTC)


LOGO = '<h1 class="logo">CMoney</h1>'
BOTH = [
    '<ul><li class="pt__li--publish">2026-05-27 12:00{}</li></ul>',
    '<ul><li class="pt__li pt__li--publish">2026-05-27 12:00 {}</li><li>13,086</li></ul>',
    "<ul><li>2026-05-27 12:00{}</li></ul>",
    "<p>2026-05-27 12:00 13,086 {}</p>",
]


@pytest.mark.parametrize("date", BOTH)
@pytest.mark.parametrize("change", ["(更新：2026-05-27 14:00)", "<span>(更新：2026-05-27 14:00)</span>"])
@pytest.mark.parametrize("logo", ["", LOGO, f"<header>{LOGO}</header>", f"<div><div>{LOGO}</div></div>"])
def test_publication_and_change_in_one_place_are_both_read(logo: str, date: str, change: str) -> None:
    page = notes_page(above=date.format(change)).replace(b"<body>", b"<body>" + logo.encode())
    article = read_article(page, NOTES_URL, SITES)
    assert article.published_at == datetime(2026, 5, 27, 4, tzinfo=UTC)
    assert article.updated_at == datetime(2026, 5, 27, 6, tzinfo=UTC)
    assert (article.published_from, article.problems) == ("page", [])


def test_a_change_days_before_publication_is_a_problem() -> None:
    article = read_news(head=meta("modified", "2026-05-20T14:00:00+08:00"))
    assert article.updated_at is None
    assert [problem.field for problem in article.problems] == ["updated_at"]


def test_other_articles_dates_do_not_count() -> None:
    below = '<aside><a href="/x"><time datetime="2020-01-01T00:00:00Z">舊</time></a></aside>'
    assert read_news(below=below).published_from == "address"
    listed = DATA.format('{"@type":"ItemList","itemListElement":[{"@type":"Article","datePublished":"2020-01-01"}]}')
    assert dated(listed) == (TOLD, "address", [])


def read_head(head: str) -> tuple[str | None, str | None, list[str]]:
    article = read_news(head=head)
    moments = [
        entry.isoformat(timespec="seconds") if entry else None for entry in (article.published_at, article.updated_at)
    ]
    return moments[0], moments[1], [problem.field for problem in article.problems]


@pytest.mark.parametrize(
    ("head", "published", "updated", "problems"),
    [
        # a naive time whose clock an aware one shows is in that zone; the address tells 03:10:08 UTC
        (meta("published", "2026-05-27T03:10:00") + data(datePublished="2026-05-27T03:10:00Z"), "03:10:00", None, []),
        (meta("published", "2026-05-27T12:00") + data(datePublished="2026-05-27T12:00+08:00"), "04:00:00", None, []),
        (meta("published", "2026-05-27T03:10:00"), "03:10:00", None, []),
        (meta("published", "2026-05-27T03:30:00"), None, None, []),
        # whole hours between two statements: one of them names a wrong zone
        (
            meta("published", "2026-05-27T12:00:00Z") + data(datePublished="2026-05-27T12:00:00+08:00"),
            "12:00:00",
            None,
            ["published_at"],
        ),
        # later than the first publication: a change
        (
            meta("published", "2026-05-27T14:37:00+08:00") + data(datePublished="2026-05-27T12:00:00+08:00"),
            "04:00:00",
            "2026-05-27T06:37:00+00:00",
            [],
        ),
        (
            meta("published", "2026-05-27T14:37:00+08:00")
            + data(datePublished="2026-05-27T12:00:00+08:00", dateModified="2026-05-27T15:01:00+08:00"),
            "04:00:00",
            "2026-05-27T07:01:00+00:00",
            [],
        ),
        # English forms are read
        (meta("published", "May 27, 2026 12:00 PM"), "04:00:00", None, []),
        (meta("published", "27 May 2026 12:00"), "04:00:00", None, []),
        # what is no date is recorded
        (meta("published", "2026-05-27T24:00"), "03:10:08", None, ["published_at"]),
        (meta("published", "2026-05-27T12:60:00"), "03:10:08", None, ["published_at"]),
        (meta("published", "115/05/27 12:00"), "04:00:00", None, []),
        (meta("published", "115/15/27"), "03:10:08", None, ["published_at"]),
        (meta("published", "Mayday 27 2026"), "03:10:08", None, ["published_at"]),
    ],
)
def test_statements_are_weighed(head: str, published: str | None, updated: str | None, problems: list[str]) -> None:
    read = read_head(head)
    expected = f"2026-05-27T{published}+00:00" if published else "2026-05-26T19:30:00+00:00"
    assert read == (expected, updated, problems)


def test_a_date_above_the_heading_is_none_of_the_article() -> None:
    page = news_page().replace(b"<main>", "<h1>站名</h1><p>2020-01-01 10:00</p><main>".encode())
    article = read_article(page, NEWS_URL, SITES)
    assert (article.published_from, article.problems) == ("address", [])


def test_the_time_of_a_card_of_another_article_is_no_problem() -> None:
    card = '<div class="c"><a href="/notes/note-detail.aspx?nid=7">另一篇</a><b class="c__time">3 小時前</b></div>'
    article = read_article(notes_page(f"<h2>需求穩健</h2><p>測試公司營收成長。</p></div>{card}<div>"), NOTES_URL)
    assert [problem for problem in article.problems if "3 小時前" in problem.reason] == []


@pytest.mark.parametrize(
    ("above", "end", "text"),
    [
        ("<p>刊登於二〇二五年八月十四日</p>", "", "刊登於二〇二五年八月十四日"),
        ("<p>民國一百一十四年八月十四日</p>", "", "民國一百一十四年八月十四日"),
        ("<span>3 小時前</span>", "", "3 小時前"),
        ("<p>the 14th of August in the afternoon</p>", "", "the 14th of August in the afternoon"),
        ("<p>14.08.2025</p>", "", "14.08.2025"),
        ("", "<p>完稿：2025/08/14</p>", "完稿：2025/08/14"),
        ("", "</div><div class='post-date'>2025-08-14 15:50 上架</div><div>", "2025-08-14 15:50 上架"),
    ],
)
def test_a_date_that_no_reader_reads_is_a_problem_of_its_own(above: str, end: str, text: str) -> None:
    article = read_article(notes_page(f"<h2>需求穩健</h2><p>測試公司營收成長。</p>{end}", above=above), NOTES_URL)
    problems = [problem.reason for problem in article.problems if problem.field == "published_at"]
    assert article.published_at is None
    assert [text in reason and "is not read as its date" in reason for reason in problems] == [True], problems


@pytest.mark.parametrize(("hours", "doubts"), [(24, 0), (25, 1), (-24, 0), (-25, 1), (2400, 1)])
def test_a_listing_that_is_more_than_a_day_from_the_address_is_doubted(hours: int, doubts: int) -> None:
    address = read_address(NEWS_URL, SITES)
    assert address is not None
    assert address.published_at is not None
    listed = address.published_at + timedelta(hours=hours)
    page = Document.read(news_page(), NEWS_URL, SITES, None)
    article = extract.read_article(page, address.stated(listed))
    assert (article.published_at, article.published_from) == (listed, "listing")
    assert [problem.field for problem in article.problems] == ["published_at"] * doubts
