"""What the frontier writes down once it is known what became of an address."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from archive.articles.documents import to_document
from archive.crawl_state.settlements import failed, kept, new_entry, recheck_at, retry_at, skipped
from archive.model.crawl.outcome import Miss
from archive.mongo.database import legible, moment
from tests.support.made_articles import NOW, article, key_of, page, url_of

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 15), (2, 60), (3, 240), (4, 960), (5, 3840), (6, 7 * 24 * 60), (40, 7 * 24 * 60), (10_000, 7 * 24 * 60)],
)
def test_retries_come_later_and_later_up_to_a_week(attempts: int, minutes: int) -> None:
    assert retry_at(NOW, attempts) == moment(NOW) + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("age", "next_age"),
    [(0, 1), (0.5, 1), (1, 3), (2.9, 3), (3, 9), (8, 9), (9, 27), (27, None), (60, None), (9000, None)],
)
def test_looks_at_a_fresh_article_come_at_growing_intervals(age: float, next_age: float | None) -> None:
    document = to_document(article(1, published_at=NOW), NOW)
    expected = None if next_age is None else moment(NOW) + next_age * HOUR
    assert recheck_at(document, moment(NOW) + age * HOUR, 3) == expected


def test_an_old_article_is_not_looked_at_again() -> None:
    document = to_document(article(1, published_at=NOW - timedelta(days=3)), NOW)
    assert recheck_at(document, moment(NOW), 3) is None
    assert recheck_at(document, moment(NOW), 4) == moment(NOW) + HOUR


def test_an_undated_one_is_as_old_as_our_knowledge_of_it() -> None:
    document = to_document(article(1, published_at=None), NOW)
    assert recheck_at(document, moment(NOW), 3) == moment(NOW) + HOUR


def test_no_re_checks_where_none_are_wanted() -> None:
    assert recheck_at(to_document(article(1, published_at=NOW), NOW), moment(NOW), 0) is None


def test_what_is_kept_stays_kept_when_a_look_fails() -> None:
    entry = new_entry(key_of(1), url_of(1), NOW) | kept(to_document(article(1), NOW), page(1), 3)
    fields = failed(entry, Miss(key_of(1), url_of(1), "failed", "HTTP 503", NOW))
    assert (fields["state"], fields["reason"], fields["attempts"]) == ("kept", "HTTP 503", 1)
    assert fields["next_at"] == moment(NOW) + timedelta(minutes=15)
    assert "etag" not in fields


def test_what_a_page_told_of_a_skipped_one_is_noted() -> None:
    entry = new_entry(key_of(1), url_of(1), NOW)
    miss = Miss(key_of(1), url_of(1), "skipped", "outside the window", NOW, page(1))
    silent = skipped(entry, miss)
    assert (silent["state"], "title" in silent, "published_at" in silent) == ("skipped", False, False)
    assert (silent["checked_at"], silent["next_at"]) == (moment(NOW), None)
    titled = replace(miss, title="【美股動態】蘋果", published_at=NOW - HOUR)
    fields = skipped(entry, titled)
    assert (fields["title"], fields["published_at"]) == ("【美股動態】蘋果", moment(NOW - HOUR))
    kept_one = skipped(entry | {"state": "kept"}, titled)
    assert (kept_one["state"], "title" in kept_one, "published_at" in kept_one) == ("kept", False, False)


def test_details_can_be_written_whatever_they_hold() -> None:
    assert legible("\ud800" + "x" * 5000).encode().startswith(rb"\ud800xxx")
    assert len(legible("x" * 5000)) == 2000
