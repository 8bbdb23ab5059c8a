"""The labelled corpus: how rightly and how completely the stage reads it."""

from __future__ import annotations

from tests.pipelines.ticker_corpus import corpus, score

PRECISION = 0.995
RECALL = 0.97


def test_the_corpus_is_read_rightly_and_completely() -> None:
    result = score(corpus())
    assert result.brackets >= 600
    assert result.precision >= PRECISION, result.wrong
    assert result.recall >= RECALL, result.missed


def test_a_reading_that_errs_is_seen() -> None:
    sentences = [entry for entry in corpus() if entry.symbols][:2]
    spoilt = [type(entry)(entry.year, frozenset({"ZZZZQ"}), entry.text) for entry in sentences]
    result = score(spoilt)
    assert (result.right, len(result.missed)) == (0, 2)
    assert result.precision == 0
