"""The labelled corpus of brackets: `python -m tests.pipelines.ticker_corpus` prints precision, recall and each miss."""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files

from archive.model.text import normal_text
from pipelines.tickers import tickers
from tests.support.stage_articles import article, para

_BRACKET = re.compile(r"\([^()]+\)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One labelled sentence.

    Attributes:
        year: The year of the article that it stands in.
        symbols: What a reader takes from it: US symbols and Taiwanese codes.
        text: The sentence.
    """

    year: int
    symbols: frozenset[str]
    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """How the stage reads the corpus.

    Attributes:
        brackets: How many brackets the corpus has.
        right: How many symbols are read that are labelled.
        wrong: What is read and not labelled, with its sentence.
        missed: What is labelled and not read, with its sentence.
    """

    brackets: int
    right: int
    wrong: list[tuple[str, str]]
    missed: list[tuple[str, str]]

    @property
    def precision(self) -> float:
        """The share of the symbols read that are labelled."""
        return self.right / (self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        """The share of the labelled symbols that are read."""
        return self.right / (self.right + len(self.missed))


def corpus() -> list[Sentence]:
    """Return the labelled sentences."""
    lines = files("tests.pipelines.corpus").joinpath("tickers.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [Sentence(int(year), frozenset(symbols.split()) - {"-"}, text) for year, symbols, text in rows]


def read(sentence: Sentence) -> frozenset[str]:
    """Return what the stage reads in a sentence, US symbols and Taiwanese codes."""
    given = article(para(normal_text(sentence.text)), title="", published_at=datetime(sentence.year, 3, 2, tzinfo=UTC))
    refined = tickers(given, Counter())
    return frozenset((*refined.tickers, *refined.tw_stocks))


def score(sentences: list[Sentence]) -> Score:
    """Return how the stage reads some sentences."""
    brackets = sum(len(_BRACKET.findall(normal_text(sentence.text))) for sentence in sentences)
    readings = [(sentence, read(sentence)) for sentence in sentences]
    wrong = [(symbol, example.text) for example, symbols in readings for symbol in sorted(symbols - example.symbols)]
    missed = [(symbol, example.text) for example, symbols in readings for symbol in sorted(example.symbols - symbols)]
    return Score(brackets, sum(len(symbols & example.symbols) for example, symbols in readings), wrong, missed)


def main() -> None:
    """Print the score, and what is read wrongly or missed."""
    result = score(corpus())
    for kind, entries in (("wrong", result.wrong), ("missed", result.missed)):
        sys.stdout.writelines(f"{kind}\t{symbol}\t{text}\n" for symbol, text in entries)
    sys.stdout.write(
        f"{result.brackets} brackets, {result.right} symbols read rightly: "
        f"precision {result.precision:.4f}, recall {result.recall:.4f}\n"
    )


if __name__ == "__main__":
    main()
