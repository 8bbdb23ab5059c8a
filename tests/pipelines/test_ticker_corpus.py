"""The labelled corpus: how rightly and how completely the stage reads it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from pipelines.normalise import normalise
from pipelines.tickers import tickers
from tests.pipelines.ticker_corpus import corpus, score
from tests.support.stage_articles import article, counter, para

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


def test_the_examples_of_the_docs_prove_what_they_are_examples_of() -> None:
    page = Path("docs/extraction.md").read_text("utf-8")
    proofs = page[page.index("### US symbols") : page.index("| contrary evidence")]
    codes = page[page.index("### Taiwanese codes") : page.index("| a stock tag, or a column of codes")]
    contrary = page[page.index("| contrary evidence") : page.index("| the name is another company's")]
    examples = re.findall(r"`([^`|]*\([^`|]+\)(?:\([^`|]+\))?)`", proofs + codes)
    unproved = [text for text in examples if not read_symbols(text) and text != "(NVDA, 漲3%)"]
    assert len(examples) > 25
    assert unproved == []
    assert [text for text in re.findall(r"`([^`|]+\([A-Z]+\))`", contrary) if read_symbols(text)] == []


def read_symbols(text: str) -> list[str]:
    outcome = tickers(normalise(article(para(f"{text}的走勢。")), counter()), Counter())
    return [*outcome.tickers, *outcome.tw_stocks]
