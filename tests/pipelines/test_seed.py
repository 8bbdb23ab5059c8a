"""The sample article through all stages: what must come out of a real text (docs/site.md §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archive.model.article import Article, Mention
from archive.model.labels import COPYRIGHT, DISCLAIMER, FURTHER_READING
from crawler.pages.templates.text_capture import read_capture
from pipelines.boilerplate_lines import line_of
from pipelines.stage import refiner
from tests.pipelines.test_stage import STAGES
from tests.support.stage_articles import SEED, counter, needs_seed, seed_lines

if TYPE_CHECKING:
    from collections import Counter

pytestmark = needs_seed
LINES = seed_lines()


@pytest.fixture(scope="module")
def counts() -> Counter[str]:
    """Return the counter that the sample's stages count into."""
    return counter()


@pytest.fixture(scope="module")
def refined(counts: Counter[str]) -> Article:
    """Return the sample, refined."""
    file = min(SEED.glob("*.txt"))
    outcome = refiner(STAGES)(read_capture(file.read_bytes(), file.name), counts)
    assert isinstance(outcome, Article)
    return outcome


def test_title_and_lead(refined: Article) -> None:
    assert refined.title == LINES[0]
    assert (refined.column, refined.headline) == ("美股動態", refined.title[6:])
    assert refined.lead == LINES[1]


def test_eleven_headings_and_eleven_paragraphs_remain(refined: Article) -> None:
    assert [len(section.blocks) for section in refined.sections] == [1] * 11
    assert all(section.heading for section in refined.sections)
    assert refined.text == "\n\n".join(LINES[1:23])


def test_nothing_of_the_tail_remains(refined: Article, counts: Counter[str]) -> None:
    for word in ("版權", "轉載", "推介", "facebook", "標籤", "最新文章", "延伸閱讀"):
        assert word not in refined.text
    patterns = (COPYRIGHT, DISCLAIMER, FURTHER_READING)
    assert not [
        block for block in refined.blocks if line_of(block) or any(entry.match(block.text) for entry in patterns)
    ]
    dropped = {event.partition("/")[2]: number for event, number in counts.items() if event.startswith("boilerplate/")}
    assert dropped == {"further_reading": 4, "copyright": 2, "disclaimer": 2, "furniture": 7}


def test_its_company_and_its_further_reading_are_known(refined: Article) -> None:
    assert (refined.tickers, refined.tw_stocks) == (["AMZN"], [])
    assert refined.mentions == [Mention("AMZN", "US", "bracket")]
    assert len(refined.related) == 3
    assert all(entry.title.startswith("【美股動態】亞馬遜") and entry.url is None for entry in refined.related)


def test_only_its_date_is_unknown(refined: Article) -> None:
    assert [problem.field for problem in refined.problems] == ["published_at"]
