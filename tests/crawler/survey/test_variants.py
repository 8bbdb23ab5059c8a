"""The site in every shape that is not ruled out: the survey tells it right, and then the crawl keeps every article."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.site import Site, compare
from tests.support.crawling import Documents, articles, crawl, environment
from tests.support.surveying import survey

COLUMN = "美股動態"


@dataclass(frozen=True, slots=True)
class Variant:
    """A shape of the site.

    Attributes:
        modes: The stand-in's.
        facts: What is true of the facts that it decides.
        proposed: The tables of the site file that the survey proposes.
        host: The name under which the site is asked.
        survey: The survey's exit status.
    """

    modes: tuple[str, ...]
    facts: dict[str, str] = field(default_factory=dict)
    proposed: frozenset[str] = frozenset()
    host: str = "127.0.0.1"
    survey: int = 0


VARIANTS = {
    "mobile template": Variant(
        ("mobile-template",),
        {"page-new": "not held", "page-old": "not held", "page-third": "not held", "page-plain": "held"},
        frozenset({"page.new", "page.old"}),
        survey=6,
    ),
    "no JSON-LD, no meta elements": Variant(
        ("bare-head",), {"page-dated": "not held", "page-new": "held", "interface-created": "held"}
    ),
    "another charset": Variant(("big5-pages",), {"page-new": "held", "column-prefix": "held", "page-dated": "held"}),
    "offsets as cursors": Variant(
        ("api-offsets",), {"interface": "held", "interface-cursor": "not held", "interface-pages": "held"}
    ),
}
SLOW = {
    "HTML only": Variant(
        ("api-absent",), {"interface": "not held", "interface-authors": "not held", "listing-new": "held"}
    ),
    "JavaScript only": Variant(
        ("api-absent", "js-listing"), {"interface": "not held", "listing-new": "not held", "listing-script": "held"}
    ),
    "all names changed": Variant(
        ("mobile-template", "bare-head", "api-renamed"),
        {"interface": "not held", "page-new": "not held", "page-old": "not held"},
        frozenset({"page.new", "page.old", "interface"}),
        survey=6,
    ),
    "another host": Variant((), {"address-new": "held", "page-new": "held", "interface": "held"}, host="localhost"),
}
MATRIX = [*VARIANTS.items(), *(pytest.param(*item, marks=pytest.mark.slow) for item in SLOW.items())]


@pytest.mark.parametrize(("name", "variant"), MATRIX)
def test_survey_and_crawl_are_right(name: str, variant: Variant, tmp_path: Path, uri: str, database: Documents) -> None:
    with Site(*variant.modes, articles=16) as site:
        base = site.url.replace("127.0.0.1", variant.host)
        surveyed = survey(site, tmp_path, CMONEY_NEWS_URL=base, CMONEY_NOTES_URL=base)
        assert surveyed.requests <= 25
        proposed = {"CMONEY_SITE_FILE": tmp_path / "site.toml"} if variant.proposed else {}
        ran = crawl("column", environment(base, uri, database.name, CMONEY_STOCK_URL=site.forecast_url, **proposed))
        kept = articles(database)
        report = compare(site.truths(COLUMN), kept)
    wrong = {fact: surveyed.states[fact] for fact, state in variant.facts.items() if surveyed.states[fact] != state}
    assert (surveyed.ran.status, wrong) == (variant.survey, {}), surveyed.ran.out
    assert set(surveyed.report["proposal"]) == variant.proposed
    assert ran.status == 0, ran.log
    assert (report.missing, report.twice, report.unknown) == ([], [], []), report
    assert report.equal_texts == 1, report
    assert {article["extractor"]["name"] for article in kept} <= {"cmnews", "notes"}
    (run,) = database["runs"].find({"spider": "column"})
    assert (run["counts"].get("looking/browser/cards", 0) > 0) == ("js-listing" in variant.modes)


def test_what_stands_before_every_page_is_named_and_nothing_of_it_is_kept(
    tmp_path: Path, uri: str, database: Documents
) -> None:
    with Site("consent", articles=12) as site:
        surveyed = survey(site, tmp_path)
        ran = crawl("column", environment(site.url, uri, database.name))
    assert surveyed.ran.status == 6
    line = next(line for line in surveyed.report["judgement"] if "the same page" in line)
    assert "“Cookie 使用同意 - CMoney”" in line
    assert (surveyed.states["interface"], surveyed.states["page-plain"]) == ("held", "not held")
    assert ran.status == 6, ran.log
    assert articles(database) == []
