"""The facts stand once: code, checks and docs have the same ones."""

from __future__ import annotations

import re
from pathlib import Path

from crawler.survey import checks
from crawler.survey.facts import facts, markdown

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"


def test_every_section_that_the_code_cites_is_there() -> None:
    numbers = set(re.findall(r"^## (\d+)\.", markdown(), re.MULTILINE))
    sources = [path for room in ("archive", "crawler", "pipelines") for path in (ROOT / room).rglob("*.py")]
    texts = [path.read_text("utf-8") for path in (*sources, ROOT / "README.md", ROOT / "README.zh-TW.md")]
    cited = re.findall(r"docs/site\.md (§\d+(?:, §\d+)*)", "\n".join(texts))
    assert len(cited) > 20
    assert {number for citation in cited for number in re.findall(r"\d+", citation)} <= numbers
    assert not any("FACTS §" in text for text in texts)


def test_the_page_in_docs_is_made_of_the_facts() -> None:
    made = "paste the output of `python -m crawler.survey.facts` into docs/site.md"
    assert (DOCS / "site.md").read_text(encoding="utf-8") == markdown(), made


def test_every_fact_has_a_check_and_every_check_a_fact() -> None:
    assert set(checks.CHECKS) == set(facts())


def test_every_fact_is_a_sentence_with_a_certainty() -> None:
    assert {fact.certainty for fact in facts().values()} == {"confirmed", "seen", "unknown"}
    assert [fact.id for fact in facts().values() if not fact.text.endswith(".")] == []
