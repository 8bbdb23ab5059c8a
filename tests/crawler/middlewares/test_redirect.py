"""Articles that answer with another address: followed on the site, never off it, and each told in the frontier."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.site import Site, compare
from tests.support.crawling import Documents, articles, crawl


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=5, articles=8) as serving:
        yield serving


def test_what_becomes_of_an_article_that_has_moved(site: Site, environ: dict[str, str], database: Documents) -> None:
    target, *moving = [key for plan in site.plans() for key in plan.keys if key.startswith("cmnews:")][:5]
    to_another, abroad, around, renamed = moving
    identity = {key: key.partition(":")[2] for key in (target, *moving)}
    site.moved[to_another] = f"/article/編輯台-{identity[target]}?utm_source=推薦"
    site.moved[abroad] = site.url.replace("127.0.0.1", "127.0.0.2") + f"/article/x-{identity[abroad]}"
    site.moved[around] = f"/article/x-{identity[around]}"
    with Site(seed=5, articles=8) as elsewhere:
        site.moved[renamed] = elsewhere.url + f"/article/x-{identity[renamed]}"
        ran = crawl("column", environ)
        assert not elsewhere.requests
    assert "Traceback" not in ran.log
    entries = {entry["_id"]: (entry["state"], entry["reason"]) for entry in database["frontier"].find()}
    assert entries[target] == ("kept", None)
    assert entries[to_another] == ("skipped", "redirected to another article")
    assert database["frontier"].count_documents({"_id": to_another, "next_at": None}) == 0  # asked once more
    assert entries[around] == ("failed", "redirected too often")
    assert {entries[abroad], entries[renamed]} == {("failed", "redirected off the site")}
    kept = [truth for truth in site.truths() if truth["key"] not in moving]
    report = compare(kept, articles(database), fields=("title", "text"))
    assert (report.missing, report.twice) == ([], [])
