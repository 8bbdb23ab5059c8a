"""The facts stand once: code, checks and docs have the same ones."""

from __future__ import annotations

from pathlib import Path

from crawler.survey import checks
from crawler.survey.facts import facts, markdown

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_the_page_in_docs_is_made_of_the_facts() -> None:
    made = "paste the output of `python -m crawler.survey.facts` into docs/site.md"
    assert (DOCS / "site.md").read_text(encoding="utf-8") == markdown(), made


def test_every_fact_has_a_check_and_every_check_a_fact() -> None:
    assert set(checks.CHECKS) == set(facts())


def test_every_fact_is_a_sentence_with_a_certainty() -> None:
    assert {fact.certainty for fact in facts().values()} == {"confirmed", "seen", "unknown"}
    assert [fact.id for fact in facts().values() if not fact.text.endswith(".")] == []
