"""Every lie of a page or a card, told at one address each: what is kept, what is due, what the feed has, how it heals.

The addresses stand side by side in one site, whose other articles tell the truth; `test_lies_of_pages` has sites that
lie at all of them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

import pytest

from archive.model.identity import keys_of
from tests.site import Site, compare
from tests.site.lies.catalogue import CARDS, PAGES
from tests.site.lies.contents import DATES
from tests.support.ageing import age
from tests.support.crawling import Documents, Ran, articles, crawl, environment

COLUMN = "美股動態"
HOURS, A_DAY = timedelta(hours=9), timedelta(days=1, minutes=1)
NOTICE, LOADING, LOGIN, WALL = ({f"suspect: {kind}"} for kind in ("notice", "loading", "login", "challenge"))
CUT, GARBLED, REPEATED = ({f"suspect: {kind}"} for kind in ("cut short", "garbled", "text of another article"))
MIXED = {"suspect: text under two titles"}
"""At a re-check also where the article whose text it is shows another text itself."""

ANOTHER = {"another article at this address", "suspect: another title"}
"""The latter where a link led to it before a listing named it."""
BROKEN_OFF = {"no response: DownloadFailedError", "no response: ResponseDataLossError", *CUT}
"""Bytes beyond the stated length may, or may not, reach the client in time."""
NOT_THERE = {"HTTP 404", "HTTP 410", "page says there is no article"}
TOO_LARGE = {"unreadable", "response too large"}
FINE: set[str] = set()


class Expected(NamedTuple):
    """What becomes of an address with a lie.

    Attributes:
        first: How much of its article is kept after a first visit; `unsure` for nothing or a part. `doubted`: nothing,
            or, where a link led to it before the article whose text it shows was kept, a part that is in doubt.
            `linked`: nothing, or the whole where a link led to it before a listing named it.
        why: The reasons that its entry may have then; empty for none.
        later: The same after a re-check; None if it is `why`. What is kept stays whole.
    """

    first: Literal["whole", "part", "nothing", "unsure", "doubted", "linked"]
    why: set[str]
    later: set[str] | None = None


EXPECTED = {
    "gone-404": Expected("nothing", {"HTTP 404"}),
    "gone-410": Expected("nothing", {"HTTP 410"}),
    "gone-soft": Expected("nothing", {"page says there is no article"}),
    "maintenance": Expected("nothing", NOTICE),
    "maintenance-titled": Expected("nothing", NOTICE),
    "busy": Expected("nothing", NOTICE),
    "app-only": Expected("nothing", NOTICE),
    "loading": Expected("nothing", LOADING),
    "login-wall": Expected("nothing", LOGIN),
    **dict.fromkeys(("login-page", "login-long", "login-redirect", "login-elsewhere"), Expected("nothing", LOGIN)),
    "login-teaser": Expected("part", FINE, LOGIN),  # at a first visit it is an article for members
    "challenge": Expected("nothing", WALL),
    "challenge-403": Expected("nothing", {"HTTP 403"}),
    "same-article": Expected("nothing", ANOTHER),
    "same-text": Expected("doubted", ANOTHER | REPEATED, REPEATED | MIXED),
    "next-article": Expected("nothing", ANOTHER),
    "next-text": Expected("doubted", ANOTHER | REPEATED, REPEATED | MIXED),  # the latter where the next one lies too
    "next-bare": Expected("doubted", ANOTHER | REPEATED, REPEATED | MIXED),
    "next-marked": Expected("nothing", ANOTHER),
    "wanted-article": Expected("nothing", ANOTHER),
    "cut-unclosed": Expected("part", CUT),
    "cut-connection": Expected("nothing", BROKEN_OFF),
    "cut-length": Expected("unsure", BROKEN_OFF),
    "cut-gzip": Expected("nothing", CUT),
    "cut-tail": Expected("part", CUT),
    "shortened": Expected("part", FINE, {"suspect: shrunk"}),  # only what is kept gives these away
    "headings-lost": Expected("part", FINE, {"suspect: headings lost"}),
    "headings-plain": Expected("whole", FINE),
    "tickers-lost": Expected("part", FINE, {"suspect: tickers lost"}),
    "title-replacement": Expected("nothing", GARBLED),
    "title-boxes": Expected("nothing", GARBLED),
    "title-mojibake": Expected("nothing", GARBLED),
    "title-other-column": Expected("nothing", {"suspect: other column"}),
    "tags-other-column": Expected("whole", FINE),  # the title names the column
    "date-none": Expected("whole", FINE),
    "date-year-1": Expected("whole", FINE),
    "date-future": Expected("whole", FINE),
    "date-huge": Expected("whole", FINE),
    "date-words": Expected("whole", FINE),
    **{lie: Expected("nothing", TOO_LARGE) for lie in PAGES if lie.startswith("heavy:")},
    **dict.fromkeys(("heavy:members", "heavy:styles"), Expected("nothing", {"suspect: notice"})),  # read in no time
    **dict.fromkeys(CARDS, Expected("whole", FINE)),
    "listed-other-column": Expected("linked", {"other column", ""}, FINE),  # all listings agree: it is not asked for
    "next-body": Expected(
        "doubted", {"", *MIXED}, REPEATED | MIXED
    ),  # so is the article whose text it is: see `mixed_in`
    "offer": Expected("nothing", NOTICE),
}


@pytest.fixture
def site() -> Any:
    with Site(seed=9, articles=175, orphans=False, losses=False) as serving:
        yield serving


@pytest.fixture
def environ(site: Site, uri: str, database: Documents) -> dict[str, str]:
    return environment(site.url, uri, database.name, LOG_LEVEL="WARNING", RETRY_TIMES=0, RECHECK_DAYS=3650)


def tell(site: Site) -> dict[str, str]:
    """Tell each lie at the address of another article; return the addresses' keys by lie."""
    plans = sorted((plan for plan in site.plans() if plan.uuid), key=lambda plan: len(plan.keys))
    for lie, plan in zip(EXPECTED, plans, strict=False):
        site.lie(plan.keys, lie, other=mixed_in(site) if lie == "next-body" else None)
    return {lie: plan.key for lie, plan in zip(EXPECTED, plans, strict=False)}


def mixed_in(site: Site) -> str:
    """Return the key of the article whose text `next-body` shows; its own page tells the truth."""
    plans = sorted((plan for plan in site.plans() if plan.uuid and not plan.members), key=lambda plan: len(plan.keys))
    return plans[-1].key


def shares(site: Site, database: Documents) -> dict[str, str]:
    """Return how much of each article is kept, by key."""
    documents = {key: document for document in articles(database) for key in keys_of(document)}
    kept = {}
    for truth in site.truths(COLUMN):
        document = documents.get(truth["key"])
        is_whole = document is not None and not compare([truth], [document], fields=("title", "text")).differences
        kept[truth["key"]] = "whole" if is_whole else "part" if document else "nothing"
    return kept


def undoubted_dates(keys: dict[str, str], database: Documents) -> set[str]:
    """Return the lies about a page's date that left no problem on their article."""
    documents = {key: document for document in articles(database) for key in keys_of(document)}
    doubted = {
        lie for lie in DATES if any(problem["field"] == "published_at" for problem in documents[keys[lie]]["problems"])
    }
    return DATES.keys() - doubted


def is_expected(share: str, expected: Expected, is_doubted: bool) -> bool:
    """Return whether so much of an article may be kept after a first visit."""
    if expected.first == "doubted":
        return share == "nothing" or (share == "part" and is_doubted)
    if expected.first == "linked":
        return share != "part"
    return share == expected.first or (expected.first == "unsure" and share != "whole")


def late(lie: str, entry: dict[str, Any], why: set[str]) -> str | None:
    """Return what is wrong with the reason and the next look of an entry; None if nothing is."""
    if (entry["reason"] or "") not in (why or {""}):
        return f"{lie}: {entry['reason']}, not {why}"
    longest, now = A_DAY if why & NOT_THERE else HOURS, datetime.now(UTC)
    is_due_now = bool(why & MIXED) and entry["state"] == "kept" and entry["next_at"] <= now
    is_soon = is_due_now or (entry["next_at"] is not None and now < entry["next_at"] < now + longest)
    if why and entry["reason"] != "other column" and not is_soon:
        return f"{lie}: due at {entry['next_at']}"
    return None


def assert_heals(site: Site, environ: dict[str, str], database: Documents) -> None:
    """Assert that the archive equals the truth after at most three ordinary runs, a day apart."""
    site.heal()
    for _ in range(3):
        age(database, days=1)
        ran = crawl("column", environ)
        report = compare(site.truths(COLUMN), articles(database), fields=("title", "text"))
        if ran.status == 0 and not report.missing and report.equal_texts == 1:
            break
    assert (ran.status, report.missing, report.twice, report.differences) == (0, [], [], []), ran.log
    assert not any(document["suspect"] for document in articles(database))


def run(way: str, environ: dict[str, str]) -> Ran:
    if way == "backfill":
        return crawl("backfill", environ, since="2026-06-01", until="2026-09-30", via="api")
    return crawl("column", environ)


def test_the_table_has_every_lie() -> None:
    assert EXPECTED.keys() == PAGES.keys() | CARDS.keys()


@pytest.mark.parametrize("way", ["column", "backfill"])
def test_at_a_first_visit(way: str, site: Site, environ: dict[str, str], database: Documents) -> None:
    keys = tell(site)
    ran = run(way, environ)
    assert ran.status == 7, ran.log
    kept = shares(site, database)
    doubted = {key for document in articles(database) if document["suspect"] for key in keys_of(document)}
    unlike = {lie: kept[key] for lie, key in keys.items() if not is_expected(kept[key], EXPECTED[lie], key in doubted)}
    assert unlike == {}
    assert undoubted_dates(keys, database) == set()
    mixed = mixed_in(site)
    assert {kept[keys["next-body"]], kept[mixed]} in ({"nothing", "whole"}, {"nothing", "part"}), (
        "one is kept, in doubt"
    )
    others = {plan.key for plan in site.plans() if plan.uuid} - {*keys.values(), mixed}
    entries = {entry["_id"]: entry for entry in database["frontier"].find()}
    assert {key: entries.get(key) for key in others if kept[key] != "whole"} == {}, ran.log
    assert list(filter(None, (late(lie, entries[key], EXPECTED[lie].why) for lie, key in keys.items()))) == []
    assert late("next-body", entries[mixed], {"", *MIXED}) is None
    changed = {change["key"]: change["op"] for change in database["changes"].find()}
    assert changed == {document["_id"]: "upsert" for document in articles(database)}
    assert_heals(site, environ, database)


@pytest.mark.parametrize("way", ["column", "backfill"])
def test_on_a_re_check(way: str, site: Site, environ: dict[str, str], database: Documents) -> None:
    assert crawl("column", environ).status == 0
    age(database, days=1)
    before, revisions = database["changes"].count_documents({}), database["revisions"].count_documents({})
    keys = tell(site)
    ran = run(way, environ)
    assert ran.status == 7, ran.log
    assert {key: share for key, share in shares(site, database).items() if share != "whole"} == {}, ran.log
    entries = {entry["_id"]: entry for entry in database["frontier"].find()}
    reasons = {lie: item.why if item.later is None else item.later for lie, item in EXPECTED.items()}
    assert list(filter(None, (late(lie, entries[key], reasons[lie]) for lie, key in keys.items()))) == []
    fresh = [change["key"] for change in database["changes"].find(sort=[("_id", 1)], skip=before)]
    assert set(fresh) <= {key for lie, key in keys.items() if not reasons[lie]}
    assert database["revisions"].count_documents({}) == revisions
    assert_heals(site, environ, database)
