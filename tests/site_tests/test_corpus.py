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
    texts = [article["text"] for article in StandIn().truth]
    assert all(unicodedata.normalize("NFKC", text) == text for text in texts)
    assert len(set(texts)) == len(texts) == 120


def test_addresses_tell_the_moment() -> None:
    plans = StandIn().corpus.plans
    for plan in plans:
        if plan.uuid:
            moment = UUID_EPOCH + timedelta(microseconds=UUID(plan.uuid).time // 10)
            assert UUID(plan.uuid).version == 1
            assert moment == plan.moment
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
    plans = [plan for nid in range(1, 700_000, 7001) if (plan := corpus.find(f"notes:{nid}"))]
    assert 50 < len(plans) < 90
    assert [plan.moment for plan in plans] == sorted(plan.moment for plan in plans)
    assert plans[-1].moment < corpus.plans[0].moment
    assert not any(plan.column == COLUMN for plan in plans)


def test_the_default_corpus_has_the_variety() -> None:
    column = [article for article in StandIn().truth if article["column"] == COLUMN]
    assert len(column) == 60
    assert {entry["access"] for entry in column} == {"public", "members"}
    assert {entry["status"] for entry in column} == {"live", "gone"}
    assert any(not entry["listed"] for entry in column)
    assert any(entry["aliases"] for entry in column)
    assert {"page", "address", None} == {entry["published_from"] for entry in column}
    assert any("published_at" in entry["problems"] for entry in column)
    links = [link for entry in column for link in entry["related"]]
    assert any(link["url"] is None for link in links)
    assert any(link["url"] and link["key"] is None for link in links)


def test_every_unlisted_article_is_reached_by_further_reading() -> None:
    truth = list(StandIn().truth)
    reached = {link["key"] for article in truth for link in article["related"]}
    assert all({article["key"], *article["aliases"]} & reached for article in truth if not article["listed"])


def test_newest_moves_the_corpus() -> None:
    newest = datetime(2026, 11, 23, 9, tzinfo=UTC)
    plans = StandIn(Scale(articles=10, newest=newest, days=5)).corpus.plans
    assert plans[-1].moment == newest
    assert plans[0].moment >= newest - timedelta(days=5)


def test_a_window_has_its_articles_only() -> None:
    standin = StandIn(Scale(articles=40))
    moments = [plan.moment for plan in standin.corpus.plans if plan.column == COLUMN]
    window = (moments[10], moments[20])
    assert [article["key"] for article in standin.truths(window=window) if article["status"] == "live"] == [
        plan.key for plan in standin.plans(window=window)
    ]
    assert len(standin.truths(window=window)) == 10
