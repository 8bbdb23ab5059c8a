"""The site in every shape that is not ruled out: the survey is right on every fact, and then the crawl keeps all."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.site import Site, compare
from tests.site.standin import TOKEN
from tests.support.crawling import Documents, articles, crawl, environment
from tests.support.surveying import Surveyed, survey

COLUMN = "美股動態"
TRUTH: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("truth.toml").read_text(encoding="utf-8"))
"""By variant, what is true of each fact; see the file."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A shape of the site.

    Attributes:
        modes: The stand-in's.
        lies: Whose answers are wrong, and how; see the stand-in's `lie`.
        scale: What of its corpus is not as usual.
        settings: The environment of survey and crawl.
        name: The name under which the site is asked.
        status: The survey's exit status.
        words: What the judgement says of it; empty where a crawl will work.
        proposed: The tables of the site file that the survey proposes.
        crawl: The exit status of the crawl after it, with that file.
        keeps: Whether the crawl keeps every article, its text exact.
    """

    modes: tuple[str, ...] = ()
    lies: tuple[tuple[str, str], ...] = ()
    scale: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    name: str = "127.0.0.1"
    status: int = 0
    words: str = ""
    proposed: frozenset[str] = frozenset()
    crawl: int = 0
    keeps: bool = True

    def site(self) -> Site:
        """Return the site in this shape, not yet served."""
        site = Site(*self.modes, **{"articles": 16, **self.scale})
        for choice, lie in self.lies:
            site.lie(choice, lie)
        return site

    def bases(self, site: Site) -> dict[str, str]:
        """Return the base addresses under which it is asked."""
        base, third = (url.replace("127.0.0.1", self.name) for url in (site.url, site.forecast_url))
        return {"CMONEY_NEWS_URL": base, "CMONEY_NOTES_URL": base, "CMONEY_STOCK_URL": third}


BODIES = frozenset({"page.new", "page.old"})
IMPATIENT: dict[str, object] = {"RETRY_AFTER_MAX": 1}
TEMPLATES = "pages fit a template"
VARIANTS = {
    "plain": Variant(),
    # The interface.
    "interface refused": Variant(("api-refused",)),
    "interface with a token": Variant(("api-token",), settings={"CMONEY_TOKEN": TOKEN}),
    "interface of another shape": Variant(("api-broken-shape",), crawl=7),
    "interface renamed": Variant(("api-renamed",), proposed=frozenset({"interface"})),
    "interface by author absent": Variant(("authors-absent",)),
    "dates called createAt": Variant(lies=(("*", "listed-create-at"),)),
    "entries without dates": Variant(lies=(("*", "listed-dateless"),)),
    "offsets as cursors": Variant(("api-offsets",)),
    "packed offsets, pages that overlap": Variant(lies=(("listings", "overlap"),)),
    # Listings.
    "HTML only": Variant(("api-absent",)),
    "listings by script": Variant(("js-listing",)),
    "JavaScript only": Variant(("api-absent", "js-listing")),
    "interface only": Variant(("listings-absent",)),
    # Pages.
    "redesign": Variant(("changed-template",), status=6, words=TEMPLATES, proposed=frozenset({"page.new"})),
    "tags renamed": Variant(("tags-renamed",), proposed=frozenset({"page.new"})),
    "mobile template": Variant(("mobile-template",), status=6, words=TEMPLATES, proposed=BODIES),
    "all names changed": Variant(
        ("mobile-template", "bare-head", "api-renamed"), status=6, words=TEMPLATES, proposed=BODIES | {"interface"}
    ),
    "no JSON-LD, no meta elements": Variant(("bare-head",)),
    "Big5": Variant(("big5-pages",)),
    "GB18030": Variant(("gb18030-pages",)),
    "an undeclared charset": Variant(("undeclared-pages",)),
    "no validators": Variant(("no-validators",)),
    "removed articles answer 200": Variant(("gone-soft",)),
    "removed articles send to the front page": Variant(("gone-home",), crawl=7),
    "members' articles": Variant(scale={"members": 3, "orphans": False}),
    "imported articles": Variant(scale={"articles": 6, "imported": 6}),
    # Hosts.
    "another host": Variant(name="localhost"),
    "moved to another host": Variant(
        ("moved",), status=6, words="set CMONEY_NEWS_URL=http://localhost:", crawl=7, keeps=False
    ),
    "the third host with a template of its own": Variant(("third-template",), proposed=frozenset({"page.new"})),
    "the third host with articles of its own": Variant(("third-apart",)),
    # What a crawl cannot pass.
    "consent first": Variant(("consent",), status=6, words="“Cookie 使用同意 - CMoney”", crawl=6, keeps=False),
    "members only": Variant(scale={"members": 1}, status=6, words="are for members", crawl=4, keeps=False),
    "maintenance": Variant(lies=(("*", "maintenance"),), status=6, words="系統維護中", crawl=6, keeps=False),
    "login first": Variant(lies=(("*", "login-wall"),), status=6, words="suspect: login", crawl=4, keeps=False),
    "a challenge": Variant(lies=(("*", "challenge-403"),), status=4, words="HTTP 403", crawl=4, keeps=False),
    "blocked": Variant(("blocked",), settings=IMPATIENT, status=4, words="refuses", crawl=4, keeps=False),
    "blocked on the way": Variant(
        ("blocked-later",), settings=IMPATIENT, status=4, words="Retry-After 120", crawl=4, keeps=False
    ),
    "down": Variant(("down",), status=3, words="does not answer", crawl=3, keeps=False),
    "robots forbid": Variant(("robots-disallow",), status=4, words="forbids", crawl=4, keeps=False),
    "robots forbid articles": Variant(("robots-articles",), status=6, words="forbids", crawl=4, keeps=False),
    "robots forbid the old site's articles": Variant(
        ("robots-notes",), status=6, words="forbids", crawl=4, keeps=False
    ),
    "robots.txt broken": Variant(("robots-broken",), status=4, words="HTTP 500", crawl=7, keeps=False),
    # Manners.
    "robots.txt absent": Variant(("robots-absent",)),
    "a third of requests fails once": Variant(("chaos",)),
}
QUICK = ("interface renamed", "mobile template", "an undeclared charset", "the third host with articles of its own")
"""The variants whose crawls are not slow tests."""

OFTEN = set(QUICK) | {
    "plain", "interface renamed", "offsets as cursors", "HTML only", "JavaScript only", "all names changed", "redesign",
    "no JSON-LD, no meta elements", "Big5", "members only", "another host", "robots forbid", "robots forbid articles",
    "a challenge", "login first", "maintenance", "imported articles",
}  # fmt: skip
"""The variants whose surveys are not slow tests."""


def surveyed_of(variant: Variant, site: Site, folder: Path) -> Surveyed:
    """Make a survey of a site in the shape of a variant into a folder."""
    return survey(site, folder, **variant.bases(site), **variant.settings)


def truth_of(name: str) -> dict[str, str]:
    """Return what is true of each fact in a variant."""
    return TRUTH[name] if name == "plain" else truth_of(TRUTH[name].get("as", "plain")) | TRUTH[name]


def differences(truth: dict[str, str], surveyed: Surveyed) -> dict[str, tuple[str, str]]:
    """Return the facts on which a survey is wrong, with what is true and what it tells."""
    facts = {fact["id"]: (fact["state"], fact["detail"]) for fact in surveyed.report["facts"]}
    assert set(facts) == set(truth) - {"as"}
    wrong = {}
    for name, (state, detail) in facts.items():
        wanted, _, words = truth[name].partition(": ")
        if state != wanted or words not in detail:
            wrong[name] = (truth[name], f"{state}: {detail}")
    return wrong


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in OFTEN else pytest.mark.slow) for name in VARIANTS]
)
def test_the_survey_is_right_on_every_fact(name: str, tmp_path: Path) -> None:
    variant = VARIANTS[name]
    with variant.site() as site:
        surveyed = surveyed_of(variant, site, tmp_path)
        paths = [request.path for request in site.requests]
    assert differences(truth_of(name), surveyed) == {}
    head, *lines = surveyed.report["judgement"]
    assert (surveyed.ran.status, head == "A crawl will work.") == (variant.status, not variant.words), surveyed.ran.out
    assert variant.words in "\n".join((head, *lines[:2]))
    assert set(surveyed.report["proposal"]) == variant.proposed
    assert paths[0] == "/robots.txt"
    assert len(paths) <= 25
    assert "js-listing" in variant.modes or len(paths) == len(surveyed.report["requests"])


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in VARIANTS]
)
def test_the_crawl_after_it_keeps_every_article(name: str, tmp_path: Path, uri: str, database: Documents) -> None:
    variant = VARIANTS[name]
    with variant.site() as site:
        settings = variant.bases(site) | variant.settings
        if variant.proposed:
            surveyed_of(variant, site, tmp_path)
            settings["CMONEY_SITE_FILE"] = tmp_path / "site.toml"
        ran = crawl("column", environment(site.url, uri, database.name, **settings))
        kept = articles(database)
        report = compare(site.truths(COLUMN), kept)
    assert ran.status == variant.crawl, ran.log
    assert (report.twice, report.unknown) == ([], []), report
    assert (report.equal_texts, report.missing == []) == (1, variant.keeps), report
    assert report.shares.get("tags", 1) == report.shares.get("title", 1) == 1, report
    assert {article["extractor"]["name"] for article in kept} <= {"cmnews", "notes"}
    assert "interface" not in variant.proposed or "asking for the rendered listings" not in ran.log
