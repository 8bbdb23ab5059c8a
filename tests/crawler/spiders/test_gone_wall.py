"""An hour of 404s for everything, and days of one for a single article: what counts as gone, and what heals."""

from __future__ import annotations

import pytest

from tests.site import Site, compare
from tests.support.ageing import age
from tests.support.crawling import Documents, articles, crawl, environment

COLUMN = "美股動態"


@pytest.mark.parametrize("lie", ["gone-404", "gone-410", "gone-soft"])
def test_a_wall_on_re_checks_takes_nothing_away(lie: str, uri: str, database: Documents) -> None:
    with Site(articles=12, seed=3) as site:
        environ = environment(site.url, uri, database.name, RECHECK_DAYS=3650)
        assert crawl("column", environ).status == 0
        before = {article["_id"]: article["content_hash"] for article in articles(database)}
        site.lie("*", lie)
        age(database, days=1)
        walled = crawl("column", environ)
        assert walled.status == 7, walled.log
        assert "named or kept articles were not there" in walled.log
        assert {article["_id"]: article["content_hash"] for article in articles(database)} == before
        assert {article["status"] for article in articles(database)} == {"live"}
        assert database["frontier"].count_documents({"looks": {"$ne": []}, "_id": {"$in": list(before)}}) == 0
        site.heal()
        age(database, days=1)
        assert crawl("column", environ).status == 0
        report = compare(site.truths(COLUMN), articles(database))
    assert (report.missing, report.twice, report.equal_texts) == ([], [], 1), report


def test_a_wall_on_a_first_visit_is_looked_behind_when_it_is_gone(uri: str, database: Documents) -> None:
    with Site(articles=12, seed=3) as site:
        environ = environment(site.url, uri, database.name)
        site.lie("*", "gone-404")
        assert crawl("column", environ).status == 7
        assert articles(database) == []
        site.heal()
        age(database, days=1)
        assert crawl("column", environ).status == 0
        report = compare(site.truths(COLUMN), articles(database))
    assert (report.missing, report.twice, report.equal_texts) == ([], [], 1), report


def test_one_article_is_gone_in_the_end_although_another_never_answers(uri: str, database: Documents) -> None:
    with Site(articles=24, seed=3, orphans=False, losses=False) as site:
        environ = environment(site.url, uri, database.name, RECHECK_DAYS=3650, RETRY_TIMES=0)
        assert crawl("column", environ).status == 0
        gone, ill, *_ = (plan for plan in site.plans() if len(plan.keys) == 1)
        site.lie(gone.keys, "gone-404")
        site.lie(ill.keys, "challenge-403")
        for days in (1, 1, 6):
            assert database["articles"].count_documents({"status": "gone"}) == 0
            age(database, days=days)
            assert crawl("column", environ).status == 7
        assert [document["_id"] for document in database["articles"].find({"status": "gone"})] == [gone.key]
        last = database["changes"].find_one(sort=[("_id", -1)]) or {}
        assert (last["key"], last["op"]) == (gone.key, "gone")
        site.heal()
        age(database, days=30)
        assert crawl("column", environ).status == 0
        assert database["articles"].count_documents({"status": "gone"}) == 0
