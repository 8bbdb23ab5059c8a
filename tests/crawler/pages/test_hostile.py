"""Hostile pages end in an article or an error of ours, never in another exception."""

from __future__ import annotations

from collections import Counter

from crawler.errors import ListingError, PageError
from crawler.pages.listings.api_listing import read_interface
from crawler.pages.listings.html_listing import read_listing
from crawler.pages.templates.text_capture import read_capture
from tests.support.hostile_pages import HARMS, hostile_pages
from tests.support.sample_pages import SITES, read_article

COUNT = 20 * len(HARMS)


def test_hostile_pages_end_in_an_article_or_an_error_of_ours() -> None:
    ends: Counter[str] = Counter()
    for page in hostile_pages(COUNT):
        try:
            article = read_article(page.content, page.url, SITES, page.content_type)
        except PageError as error:
            ends[type(error).__name__] += 1
            continue
        assert article.title, page.name
        assert article.blocks, page.name
        "".join(block.text for block in article.blocks).encode()  # no lone surrogates
        ends["article"] += 1
    assert ends["article"] > COUNT // 3
    assert ends["Unreadable"] > COUNT // 10


def test_hostile_listings_end_in_cards_or_an_error_of_ours() -> None:
    read = 0
    for page in hostile_pages(COUNT, seed=2):
        try:
            read_listing(page.content, page.url, SITES, page.content_type)
        except ListingError:
            continue
        read += 1
    assert read > COUNT // 2


def test_hostile_captures_and_answers_end_in_an_error_of_ours_or_not_at_all() -> None:
    ends: Counter[str] = Counter()
    for page in hostile_pages(COUNT, seed=3):
        try:
            read_capture(page.content, page.name)
        except PageError as error:
            ends[type(error).__name__] += 1
        try:
            read_interface(page.content, SITES)
        except ListingError as error:
            ends[type(error).__name__] += 1
    assert ends["Broken"]
    assert ends["Unreadable"]


def test_the_same_seed_gives_the_same_pages() -> None:
    assert list(hostile_pages(30)) == list(hostile_pages(30))
    assert [page.content for page in hostile_pages(30)] != [page.content for page in hostile_pages(30, seed=2)]
