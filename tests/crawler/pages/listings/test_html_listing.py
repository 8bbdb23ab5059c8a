"""Tests of `crawler.pages.listings.html_listing`: the cards of both sites' listings, and where they go on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.addresses import Sites
from crawler.errors import Broken
from crawler.pages.listings.cards import misdated
from crawler.pages.listings.html_listing import Listing, read_listing
from tests.support.sample_pages import OTHER_KEY, OTHER_URL, SITES

NEWS = "https://cmnews.com.tw/usstock/usstock_news"
NOTES = "https://www.cmoney.tw/notes/?tag=76325"
NOTE = "/notes/note-detail.aspx?nid=5"
TITLE = "【美股動態】甲公司擴產"
UUID_EPOCH = datetime(1582, 10, 15, tzinfo=UTC)


def listing(body: str, url: str = NEWS) -> Listing:
    return read_listing(f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode(), url, SITES)


def found(body: str, url: str = NEWS) -> list[tuple[str, str | None]]:
    return [(card.address.key, card.title) for card in listing(body, url).cards]


@pytest.mark.parametrize(
    "card",
    [
        f'<div class="articleCard"><a href="{OTHER_URL}"></a><p class="articleCard__title">{TITLE}</p></div>',
        f'<div class="articleCard"><a href="{OTHER_URL}" aria-label="前往{TITLE}文章頁"></a><i>3 小時前</i></div>',
        f'<div class="articleCard"><a href="{OTHER_URL}"><span class="sr-only">前往{TITLE}文章頁</span></a></div>',
        f'<li><a href="{OTHER_URL}?from=list"><h3>{TITLE}</h3><p>摘要</p><time>3 小時前</time></a></li>',
        f'<div class="c"><div><a href="{OTHER_URL}"><p class="c-3">\n {TITLE}\n</p></a></div><small>昨天</small></div>',
        f'<div class="c-1"><a href="{OTHER_URL}"><img alt="x"></a><h4>{TITLE}</h4></div>',
        f'<a href="https://cmnews.com.tw{OTHER_URL}/" title="{TITLE}"><img></a>',
        f'<a href="{OTHER_URL}"><img alt="{TITLE}"></a>',
        f'<a class="articleListItem__link" href="{OTHER_URL}">前往{TITLE}</a>',
        f'<a class="articleListItem__link" href="{OTHER_URL}">前往<span>{TITLE[:4]}</span><br><i>{TITLE[4:]}</i></a>',
        f'<a class="title" href="{OTHER_URL}">昨天 <span class="title">{TITLE}</span></a>',
        f'<a href="{OTHER_URL}"> 前往<b>{TITLE[:4]}</b>{TITLE[4:]}</a>',
        f'<a href="{OTHER_URL}"><img></a><a href="{OTHER_URL}">{TITLE}</a><a href="{OTHER_URL}" title="甲…"></a>',
    ],
)
def test_a_card_is_found_by_its_address_and_named_by_its_best_title(card: str) -> None:
    other = '<div><a href="/notes/note-detail.aspx?nid=5">別的</a></div>'
    assert found(f"<main>{other}{card}</main>") == [("notes:5", "別的"), (OTHER_KEY, TITLE)]


def test_a_card_without_a_title_is_a_card() -> None:
    assert found(f'<a href="{OTHER_URL}"><img></a>') == [(OTHER_KEY, None)]


def test_only_the_words_of_a_card_are_taken_off_a_title() -> None:
    assert found(f'<a class="articleListItem__link" href="{OTHER_URL}">前往火星的公司</a>') == [
        (OTHER_KEY, "火星的公司")
    ]
    assert found(f'<a href="{OTHER_URL}">前往火星的公司</a>') == [(OTHER_KEY, "前往火星的公司")]


@pytest.mark.parametrize("stated", ["0001-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "1900-05-01 10:00"])
def test_a_moment_that_cannot_be_is_none_of_a_card(stated: str) -> None:
    (card,) = listing(f'<div><a href="{NOTE}">五</a><time datetime="{stated}">x</time></div>').cards
    assert card.published_at is None


def test_moments_come_from_the_address_or_an_absolute_time() -> None:
    cards = listing(
        f'<div><a href="{OTHER_URL}">{TITLE}</a><time>3 小時前</time></div>'
        '<div><a href="/notes/note-detail.aspx?nid=5">五</a><time datetime="2026-05-01 10:00">昨天</time></div>'
        '<div><a href="/notes/note-detail.aspx?nid=6">六</a><span>2 天前</span></div>'
    ).cards
    moments = [card.published_at.isoformat(timespec="minutes") if card.published_at else None for card in cards]
    assert moments == ["2026-05-27T03:10+00:00", "2026-05-01T02:00+00:00", None]


def test_tags_of_a_card_are_its_own() -> None:
    first, second = listing(
        f'<div><div><a href="{OTHER_URL}">{TITLE}</a></div>'
        '<a href="/tag/x">#美股</a><a href="/tag/y">甲(STAR)</a></div>'
        '<div><div><a href="/notes/note-detail.aspx?nid=5">五</a></div><a href="/tag/z">財報</a></div>'
    ).cards
    assert (first.tags, second.tags) == (("美股", "甲(STAR)"), ("財報",))


FIRST = "https://www.cmoney.tw/notes/note-detail.aspx?nid=7"
SECOND = "/notes/note-detail.aspx?NID=8"


@pytest.mark.parametrize(
    "source",
    [
        f'[["{FIRST}","1：【美股動態】A\\"B"],["{SECOND}","2：乙"]] || [];',
        f"[['{FIRST}','1：【美股動態】A\"B',],['{SECOND}','2: 乙'],];",
        f'[ // x\n["{FIRST.replace("/", chr(92) + "/")}", "10：\\u3010美股動態】A\\x22B", 5], ["{SECOND}","乙"]]',
        f'[["1：【美股動態】A&quot;B","{FIRST.removeprefix("https:")}&from=z"], /* ] */ ["{SECOND}",`乙`]]',
    ],
)
def test_the_script_of_the_old_site_is_read(source: str) -> None:
    body = f"<script>var a=[1];\nvar notedatalist = {source}\nrender();</script>"
    assert found(body, NOTES) == [("notes:7", '【美股動態】A"B'), ("notes:8", "乙")]


def test_script_and_plain_links_are_one_listing() -> None:
    script = f'<script>var notedatalist = [["{FIRST}","1：甲"]] || [];</script>'
    body = f'{script}<a href="/notes/note-detail.aspx?nid=9">丙</a><a href="{FIRST}">甲甲</a>'
    assert found(body, NOTES) == [("notes:7", "甲"), ("notes:9", "丙")]


@pytest.mark.parametrize("source", ["[]", "[[", "[['a", "null || []", "[[]]]]", "[" * 3000, "['\\"])
def test_a_broken_script_gives_no_cards(source: str) -> None:
    assert found(f"<script>var notedatalist = {source}</script>", NOTES) == []


ROWS = st.tuples(st.integers(1, 10**9), st.text(min_size=1, max_size=40))


@given(
    st.lists(ROWS, max_size=5, unique_by=lambda row: row[0]),
    st.booleans(),
)
def test_every_title_in_the_script_is_read_back(rows: list[tuple[int, str]], ascii_only: bool) -> None:
    data = [
        [f"/notes/note-detail.aspx?nid={nid}", f"{place}：【甲】{title}"] for place, (nid, title) in enumerate(rows, 1)
    ]
    script = json.dumps(data, ensure_ascii=ascii_only).replace("</", "<\\/").encode(errors="replace")
    listing = read_listing(b"<script>var notedatalist = " + script + b" || [];</script>", NOTES, SITES)
    assert [card.address.key for card in listing.cards] == [f"notes:{nid}" for nid, _ in rows]
    assert all(card.title and card.title.startswith("【甲】") for card in listing.cards)


@pytest.mark.parametrize(
    ("url", "link", "expected"),
    [
        (NEWS, '<a href="?page=2">2</a>', [f"{NEWS}?page=2"]),
        (NEWS, '<a rel="next" href="/usstock/usstock_news?cursor=x">更多</a>', [f"{NEWS}?cursor=x"]),
        (NEWS, '<link rel="next" href="/usstock/usstock_news/page/2">', [f"{NEWS}/page/2"]),
        (NEWS, '<a href="/usstock/usstock_news/p2">下一頁 ›</a>', ["https://cmnews.com.tw/usstock/usstock_news/p2"]),
        (
            NOTES,
            '<a href="/notes/?tag=76325&amp;page=1">1</a><a href="/notes/?tag=76325&amp;page=2">2</a>',
            [f"{NOTES}&page=2"],
        ),
        (
            f"{NOTES}&page=2",
            '<a href="?tag=76325&page=1">1</a><a href="?page=3&tag=76325#x">3</a>',
            ["https://www.cmoney.tw/notes/?page=3&tag=76325"],
        ),
        (NOTES, '<a href="/notes/?tag=5&page=2">別的</a><a href="/other?page=2">2</a>', []),
        (
            NEWS,
            '<a rel="next" href="https://www.example.com/?page=2">下一頁</a><a href="javascript:next()">下一頁</a>',
            [],
        ),
        (NEWS, f'<a rel="next" href="{NEWS}">下一頁</a>', []),
    ],
)
def test_further_pages_are_those_of_the_same_listing(url: str, link: str, expected: list[str]) -> None:
    assert list(listing(link, url).next_urls) == expected


def test_further_pages_lie_below_the_configured_base() -> None:
    sites = Sites("http://127.0.0.1:8001", "http://127.0.0.1:8001")
    page = b'<a rel="next" href="https://www.cmoney.tw/notes/?tag=1&page=2">x</a>'
    assert read_listing(page, "http://127.0.0.1:8001/notes/?tag=1", sites).next_urls == (
        "http://127.0.0.1:8001/notes/?tag=1&page=2",
    )


def test_off_site_links_are_no_cards() -> None:
    assert (
        found(
            f'<a href="https://evil.example{OTHER_URL}">x</a><a href="http://cmnews.com.tw.evil.example{OTHER_URL}">x</a>'
        )
        == []
    )


@pytest.mark.parametrize("content", [b"", b"%PDF", b'{"a":1}'])
def test_what_is_no_page_is_broken(content: bytes) -> None:
    with pytest.raises(Broken):
        read_listing(content, NEWS, SITES)


def test_many_links_take_linear_time() -> None:
    body = "".join(
        f'<div><p><a href="/notes/note-detail.aspx?nid={number}">x</a></p></div>' for number in range(1, 5001)
    )
    assert len(listing(f"<div><div>{body}</div></div>").cards) == 5000


def link_of(at: datetime, number: int) -> str:
    """Return a link whose UUID tells a moment."""
    ticks = (at - UUID_EPOCH) // timedelta(microseconds=1) * 10
    identity = UUID(fields=(ticks & 0xFFFFFFFF, ticks >> 32 & 0xFFFF, ticks >> 48 | 0x1000, 0x80, number, 7))
    return f'<a href="/article/emily-{identity}">【美股動態】第{number}篇</a>'


@pytest.mark.parametrize(
    ("years", "denied"),
    [
        ([2021, 2021, 2021, 2025, 2021, 2021, 2021], [3]),
        ([2026, 2026, 2026, 2013, 2026, 2026, 2026], []),
        ([2021, 2021, 2021, 2026, 2026, 2026, 2026], []),
        ([2025, 2021, 2021, 2021, 2021, 2021, 2021], []),
        ([2026, 2025, 2024, 2023, 2022, 2021, 2020], []),
    ],
    ids=["an import", "one that was changed", "three that were changed", "the first", "in order"],
)
def test_an_address_that_is_younger_than_its_neighbours_is_misdated(years: list[int], denied: list[int]) -> None:
    now = datetime(2026, 8, 1, tzinfo=UTC)
    moments = [now.replace(year=year) - timedelta(hours=place) for place, year in enumerate(years)]
    cards = listing("".join(f"<p>{link_of(at, place)}</p>" for place, at in enumerate(moments))).cards
    assert [card.published_at for card in cards] == moments
    assert misdated(cards) == {cards[place].address.key for place in denied}
    stated = [replace(card, stated_at=card.published_at) for card in cards]
    assert misdated(stated) == set()
