"""The corpus: deterministic, in the normal form, quick however large, and with all variety in the default one."""

from __future__ import annotations

import time
import unicodedata
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.site import Scale, StandIn
from tests.site.plans import COLUMN, UUID_EPOCH


def test_one_seed_gives_one_corpus() -> None:
    first, second, other = (list(StandIn(Scale(seed=seed, articles=12)).truth) for seed in (3, 3, 4))
    assert first == second != other


def test_texts_are_in_the_normal_form_and_all_different() -> None:
    texts = [one["text"] for one in StandIn().truth]
    assert all(unicodedata.normalize("NFKC", text) == text for text in texts)
    assert len(set(texts)) == len(texts) == 120


def test_addresses_tell_the_moment() -> None:
    plans = StandIn().corpus.plans
    for plan in plans:
        if plan.uuid:
            told = UUID_EPOCH + timedelta(microseconds=UUID(plan.uuid).time // 10)
            assert UUID(plan.uuid).version == 1
            assert told == plan.moment
    nids = [plan.nid for plan in plans if plan.nid]
    assert nids == sorted(set(nids))


def test_a_large_corpus_is_quick_to_make() -> None:
    begun = time.monotonic()
    standin = StandIn(Scale(articles=10_000))
    assert time.monotonic() - begun < 10
    plans = standin.corpus.plans
    assert len(plans) == 20_000
    assert plans[-1].moment - plans[0].moment > timedelta(days=3 * 365)
    assert 0.3 < sum(len(plan.keys) == 2 for plan in plans) / len(plans) < 0.36


def test_old_notes_lie_before_the_corpus_in_order_of_their_numbers() -> None:
    corpus = StandIn().corpus
    found = [plan for nid in range(1, 700_000, 7001) if (plan := corpus.find(f"notes:{nid}"))]
    assert 50 < len(found) < 90
    assert [plan.moment for plan in found] == sorted(plan.moment for plan in found)
    assert found[-1].moment < corpus.plans[0].moment
    assert not any(plan.column == COLUMN for plan in found)


def test_the_default_corpus_has_the_variety() -> None:
    column = [one for one in StandIn().truth if one["column"] == COLUMN]
    assert len(column) == 60
    assert {one["access"] for one in column} == {"public", "members"}
    assert {one["status"] for one in column} == {"live", "gone"}
    assert any(not one["listed"] for one in column)
    assert any(one["aliases"] for one in column)
    assert {"page", "address", None} == {one["published_from"] for one in column}
    assert any("published_at" in one["problems"] for one in column)
    links = [link for one in column for link in one["related"]]
    assert any(link["url"] is None for link in links)
    assert any(link["url"] and link["key"] is None for link in links)


def test_every_unlisted_article_is_reached_by_further_reading() -> None:
    truth = list(StandIn().truth)
    reached = {link["key"] for one in truth for link in one["related"]}
    assert all({one["key"], *one["aliases"]} & reached for one in truth if not one["listed"])


def test_newest_moves_the_corpus() -> None:
    newest = datetime(2026, 11, 23, 9, tzinfo=UTC)
    plans = StandIn(Scale(articles=10, newest=newest, days=5)).corpus.plans
    assert plans[-1].moment == newest
    assert plans[0].moment >= newest - timedelta(days=5)


def test_a_window_has_its_articles_only() -> None:
    standin = StandIn(Scale(articles=40))
    moments = [plan.moment for plan in standin.corpus.plans if plan.column == COLUMN]
    window = (moments[10], moments[20])
    assert [one["key"] for one in standin.truths(window=window) if one["status"] == "live"] == [
        plan.key for plan in standin.plans(window=window)
    ]
    assert len(standin.truths(window=window)) == 10
