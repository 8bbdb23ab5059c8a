"""Tests of `crawler.addresses`: one key for every way to write an address, and none for what is off-site."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import own_settings
from crawler.addresses import (
    ArticleAddress,
    Sites,
    news_address,
    note_address,
    read_address,
    read_base,
)

EPOCH = datetime(1582, 10, 15, tzinfo=UTC)
LOCAL = Sites("http://127.0.0.1:8001", "http://127.0.0.1:8001")
BASES = st.sampled_from([Sites(), LOCAL, Sites("http://127.0.0.1:8001/news", "https://notes.example:8443")])
SLUGS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20)
MOMENTS = st.integers(1_105_000_000, 1_750_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
TRACKING = st.lists(
    st.sampled_from(["utm_source=line", "fbclid=Iw-_AR", "from=list", "a", "x=1%2F2", "ref="]), max_size=3
)
SCHEMES = st.sampled_from(["http", "https", "HTTP", "hTTps"])


def identity_at(moment: datetime, node: int = 1) -> str:
    """Return a version-1 UUID of a moment."""
    time = (moment - EPOCH) // timedelta(microseconds=1) * 10
    low, middle, high = time & 0xFFFFFFFF, time >> 32 & 0xFFFF, time >> 48 & 0x0FFF | 0x1000
    return str(uuid.UUID(fields=(low, middle, high, 0x89, 0x2E, node)))


@st.composite
def news_urls(draw: st.DrawFn, slug: str, identity: str) -> str:
    host = draw(st.sampled_from(["cmnews.com.tw", "CMNEWS.com.tw", "www.cmnews.com.tw", "cmnews.com.tw."]))
    shown = draw(st.sampled_from([identity, identity.upper()]))
    slash, query = draw(st.sampled_from(["", "/", "//"])), "&".join(draw(TRACKING))
    path = draw(st.sampled_from(["/article/", "//article//", "/%61rticle/"]))
    end = ("?" + query if query else "") + draw(st.sampled_from(["", "#top"]))
    return f"{draw(SCHEMES)}://{host}{path}{slug}-{shown}{slash}{end}"


@st.composite
def note_urls(draw: st.DrawFn, nid: int) -> str:
    host = draw(
        st.sampled_from(["www.cmoney.tw", "cmoney.tw", "WWW.CMoney.TW", "www.cmoney.tw:443", "www.cmoney.tw:80"])
    )
    page = draw(st.sampled_from(["/notes/note-detail.aspx", "/Notes/Note-Detail.aspx", "/notes/note-detail.aspx/"]))
    name = draw(st.sampled_from(["nid", "NID", "Nid"]))
    shown = draw(st.sampled_from([str(nid), f"0{nid}", f" {nid}"]))
    parts = [*draw(TRACKING), f"{name}={shown}", *draw(TRACKING)]
    return f"{draw(SCHEMES)}://{host}{page}?{'&'.join(parts)}"


@given(st.data(), SLUGS, MOMENTS, BASES)
def test_a_new_site_article_has_one_address_however_it_is_written(
    data: st.DataObject, slug: str, moment: datetime, sites: Sites
) -> None:
    identity = identity_at(moment)
    read = read_address(data.draw(news_urls(slug, identity)), sites)
    assert read == ArticleAddress("cmnews", f"cmnews:{identity}", f"/article/{slug}-{identity}", slug, moment)
    assert read.url(sites) == f"{sites.news}/article/{slug}-{identity}"
    assert read_address(read.url(sites), sites) == read


STOCK_HOSTS = st.sampled_from(["www.forecastock.tw", "forecastock.tw", "WWW.Forecastock.tw", "www.forecastock.tw:443"])


@given(STOCK_HOSTS, SLUGS, MOMENTS, BASES)
def test_one_uuid_is_one_article_on_every_host(host: str, slug: str, moment: datetime, sites: Sites) -> None:
    path = f"/article/{slug}-{identity_at(moment)}"
    address, other = read_address(f"https://{host}{path}", sites), read_address(f"https://cmnews.com.tw{path}", sites)
    assert address is not None
    assert other is not None
    assert (address.site, other.site) == ("stock", "cmnews")
    assert (address.key, address.path, address.author, address.published_at) == (
        other.key,
        other.path,
        other.author,
        other.published_at,
    )
    assert address.url(sites) == f"{sites.stock}{path}"
    assert read_address(address.url(sites), sites, "https://cmnews.com.tw/") == address


def test_a_note_on_the_new_host_is_the_old_site_s() -> None:
    assert read_address("https://cmnews.com.tw/notes/note-detail.aspx?nid=1211507", Sites()) == note_address(1211507)
    assert read_address("https://www.forecastock.tw/notes/note-detail.aspx?nid=1211507", Sites()) is None


def test_a_host_that_stands_for_several_sites_is_the_first_of_them() -> None:
    same = Sites("http://127.0.0.1:8001", "http://127.0.0.1:8001", "http://127.0.0.1:8001")
    path = "/article/cmoney-90cf4975-5979-11f1-9bdb-c96c3424ad86"
    assert [read.site for url in same.bases if (read := read_address(url + path, same))] == ["cmnews"]
    apart = Sites("http://127.0.0.1:8001", "http://127.0.0.1:8001", "http://127.0.0.1:8002")
    assert [read.site for url in apart.bases if (read := read_address(url + path, apart))] == ["cmnews", "stock"]


@given(st.data(), st.integers(1, 999_999_999), BASES)
def test_a_note_has_one_address_however_it_is_written(data: st.DataObject, nid: int, sites: Sites) -> None:
    read = read_address(data.draw(note_urls(nid)), sites)
    assert read == note_address(nid)
    assert read_address(read.url(sites), sites) == read


@given(SLUGS, MOMENTS)
def test_relative_links_are_joined_to_their_page(slug: str, moment: datetime) -> None:
    identity = identity_at(moment)
    expected = news_address(slug, identity, LOCAL)
    assert expected is not None
    for link in (
        f"/article/{slug}-{identity}",
        f"../article/{slug}-{identity}?x",
        f"//127.0.0.1:8001/article/{slug}-{identity}",
    ):
        assert read_address(link, LOCAL, "http://127.0.0.1:8001/usstock/usstock_news") == expected


ENDS = "/ // . .. /./ article notes cmoney-90cf4975-5979-11f1-9bdb-c96c3424ad86 note-detail.aspx ? & = # @ [ \\ ： :80"
QUERIES = "nid=5 NID=+5 nid=%35 nid x=1;nid=6 %2f"
PIECES = st.sampled_from([*ENDS.split(), *QUERIES.split(), " ", "\n"])
PAGES = ["https://cmnews.com.tw/a/b?c", "http://127.0.0.1:8001/", "https://cmnews.com.tw", "HTTP://cmnews.com.tw/", ""]


@given(st.lists(PIECES, max_size=8), st.sampled_from(PAGES))
def test_a_link_says_what_it_says_once_it_is_joined_to_its_page(pieces: list[str], page: str) -> None:
    link = "/" + "".join(pieces)
    try:
        joined = urljoin(page, link)
    except ValueError:
        joined = ""
    assert read_address(link, LOCAL, page) == read_address(joined, LOCAL)


@given(st.lists(PIECES, max_size=8))
def test_a_query_is_read_as_one_that_is_encoded(pieces: list[str]) -> None:
    query = "".join(pieces).replace("#", "").replace("?", "")
    note = "https://www.cmoney.tw/notes/note-detail.aspx?"
    assert read_address(f"{note}{query}", Sites()) == read_address(f"{note}{query}&%78=1", Sites())


PATHS = st.sampled_from(["/article/cmoney-90cf4975-5979-11f1-9bdb-c96c3424ad86", "/notes/note-detail.aspx?nid=5"])
HOSTS = st.sampled_from(
    [
        "example.com",
        "cmoney.tw.example.com",
        "evilcmoney.tw",
        "evilcmnews.com.tw",
        "cmnews.com",
        "127.0.0.1",
        "127.0.0.1:8002",
        "www.cmoney.tw:8080",
        "cmnews.com.tw@example.com",
        "cmnews.com.tw%2eexample.com",
        "example.com#cmnews.com.tw",
        "example.com?cmnews.com.tw",
        "localhost",
        "[::1]",
        "",
    ]
)


@given(SCHEMES, HOSTS, PATHS)
def test_no_other_host_is_ours(scheme: str, host: str, path: str) -> None:
    assert read_address(f"{scheme}://{host}{path}", LOCAL) is None


@given(st.sampled_from(["ftp", "javascript", "file", "data", "ws", "mailto"]), PATHS)
def test_no_other_scheme_is_asked(scheme: str, path: str) -> None:
    assert read_address(f"{scheme}://cmnews.com.tw{path}", Sites()) is None


@given(st.text(max_size=120), st.text(max_size=40))
def test_no_text_ends_in_an_error_or_off_site(url: str, page: str) -> None:
    read = read_address(url, Sites(), page)
    assert read is None or read.url(Sites()).startswith(
        ("https://cmnews.com.tw/article/", "https://www.cmoney.tw/notes/")
    )
    read_base(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://cmnews.com.tw/article/cmoney",
        "https://cmnews.com.tw/article/-90cf4975-5979-11f1-9bdb-c96c3424ad86",
        "https://cmnews.com.tw/article/cmoney-90cf4975-5979-11f1-9bdb-c96c3424ad8",
        "https://cmnews.com.tw/article/cmoney-90cf4975-5979-11f1-9bdb-c96c3424ad86/comments",
        "https://cmnews.com.tw/tag/cmoney-90cf4975-5979-11f1-9bdb-c96c3424ad86",
        "https://cmnews.com.tw/article/..%2f..%2fcmoney-90cf4975-5979-11f1-9bdb-c96c3424ad86",
        "https://www.cmoney.tw/notes/note-detail.aspx",
        "https://www.cmoney.tw/notes/note-detail.aspx?nid=",
        "https://www.cmoney.tw/notes/note-detail.aspx?nid=0",
        "https://www.cmoney.tw/notes/note-detail.aspx?nid=-5",
        "https://www.cmoney.tw/notes/note-detail.aspx?nid=5x",
        "https://www.cmoney.tw/notes/note-detail.aspx?nid=٥",
        "https://www.cmoney.tw/notes/note-detail.aspx?nid=5&NID=6",
        "https://www.cmoney.tw/notes/?nid=5",
        "https://www.cmoney.tw:99999/notes/note-detail.aspx?nid=5",
        "http://[/notes/note-detail.aspx?nid=5",
        "",
    ],
)
def test_other_addresses_are_no_articles(url: str) -> None:
    assert read_address(url, Sites()) is None


def test_the_moments_of_real_addresses() -> None:
    address = news_address("cmoney", "90cf4975-5979-11f1-9bdb-c96c3424ad86", Sites())
    assert address is not None
    assert address.published_at is not None
    assert address.published_at.replace(microsecond=0) == datetime(2026, 5, 27, 3, 10, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "identity",
    [
        "6fa459ea-ee8a-4ca4-894e-db77e160355e",  # version 4
        "90cf4975-5979-11f1-1bdb-c96c3424ad86",  # no variant of RFC 4122
        "00000000-0000-1000-8000-000000000000",  # 1582
        "ffffffff-ffff-1fff-bfff-ffffffffffff",  # 5236
        identity_at(datetime(2004, 12, 31, tzinfo=UTC)),
        identity_at(datetime.now(UTC) + timedelta(days=2)),
    ],
    ids=["version 4", "no variant", "1582", "5236", "2004", "the day after tomorrow"],
)
def test_other_uuids_tell_no_moment(identity: str) -> None:
    read = news_address("cmoney", identity, Sites())
    assert read is not None
    assert read.published_at is None


def test_a_moment_in_the_future_is_one_when_its_day_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    url = f"https://cmnews.com.tw/article/cmoney-{identity_at(moment)}"
    read = read_address(url, Sites())
    assert read is not None
    assert read.published_at is None

    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(moment.timestamp(), tz)

    monkeypatch.setattr("crawler.addresses.datetime", Tomorrow)
    read = read_address(url, Sites())
    assert read is not None
    assert read.published_at == moment


@pytest.mark.parametrize(
    ("url", "base"),
    [
        (" https://cmnews.com.tw/ ", "https://cmnews.com.tw"),
        ("http://127.0.0.1:8000/news/", "http://127.0.0.1:8000/news"),
        ("cmnews.com.tw", None),
        ("ftp://cmnews.com.tw", None),
        ("https://user:pass@cmnews.com.tw", None),
        ("https://cmnews.com.tw/?a=1", None),
        ("https://", None),
        ("", None),
    ],
)
def test_a_base_is_an_address_of_a_host(url: str, base: str | None) -> None:
    assert read_base(url) == base


@pytest.mark.parametrize(
    ("setting", "minute", "is_imported"),
    [
        (None, 12, False),
        ("2026-08-30T12:00/2026-08-30T12:10", 4, True),
        ("2026-08-30T12:00/2026-08-30T12:04,2026-08-30T11:00/2026-08-30T12:00", 4, False),
    ],
)
def test_a_user_s_imports_come_to_the_known_ones(setting: str | None, minute: int, *, is_imported: bool) -> None:
    sites = own_settings.sites({"IMPORT_BATCHES": setting} if setting else {})
    minted = datetime(2026, 8, 30, 4, minute, 5, tzinfo=UTC)  # 12:04 in Taipei
    for moment, expected in ((minted, is_imported), (datetime(2025, 1, 22, 14, 0, tzinfo=UTC), True)):
        address = read_address(f"https://cmnews.com.tw/article/cmoney-{identity_at(moment)}", sites)
        assert address is not None
        assert (address.is_imported, address.published_at is None) == (expected, expected)
