"""Pages that are built to hurt are refused before they are parsed, or read; `make bench` says what they cost."""

from __future__ import annotations

import contextlib

import pytest

from archive.pages.content_encoding import TooLarge, unpack
from crawler.errors import PageError, Unreadable
from crawler.pages.html.limits import BOUNDS, excess
from tests.site.heavy import HEAVY, heavy
from tests.support.sample_pages import SITES, read_article

ADDRESS = "https://cmnews.com.tw/article/cmoney-90cf4975-5979-11f1-9bdb-c96c3424ad86"
PAST_A_BOUND = {
    "attribute",
    "entities",
    "headings",
    "inline-nesting",
    "ligatures",
    "links",
    "nesting",
    "paragraphs",
    "table",
}


def content_of(name: str, share: int) -> bytes:
    page = heavy(name, HEAVY[name].parts // share)
    return unpack(page.body, page.headers.get("Content-Encoding"), 16 << 20)


@pytest.mark.parametrize("name", sorted(PAST_A_BOUND))
def test_a_page_past_a_bound_is_refused_with_a_plain_problem(name: str) -> None:
    with pytest.raises(Unreadable, match="larger than any article: "):
        read_article(content_of(name, 1), ADDRESS, SITES)


@pytest.mark.parametrize("name", sorted(set(HEAVY) - {"gzip-members"}))
def test_a_heavy_page_ends_in_an_article_or_an_error_of_ours(name: str) -> None:
    with contextlib.suppress(PageError):
        assert read_article(content_of(name, 8), ADDRESS, SITES).blocks


def test_many_gzip_members_are_refused() -> None:
    page = heavy("gzip-members")
    with pytest.raises(TooLarge, match="gzip members"):
        unpack(page.body, "gzip", 8 << 20)


@pytest.mark.parametrize("bound", BOUNDS)
def test_both_sides_of_each_bound(bound: object) -> None:
    most = bound.most  # type: ignore[attr-defined] # a Bound
    fits = {4_000_000: b"x" * most, 100_000: b"<" * most, 5_000: b"<a " * most}[most]
    more = {4_000_000: b"x", 100_000: b"<", 5_000: b"<a "}[most]
    assert excess(fits) is None
    assert (excess(fits + more) or "").startswith("larger than any article: ")
