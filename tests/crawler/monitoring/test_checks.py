"""Each judgement fires on what is unusual, and stays quiet on what is usual, also where nobody knows yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crawler.monitoring import checks
from crawler.monitoring.checks import CHECKS, RunCheck
from crawler.monitoring.drift import RunDocument
from crawler.monitoring.past_runs import Past
from tests.support.made_runs import NOW, past, run

STATUS = "downloader/response_status_count"
UNUSUAL: dict[str, tuple[Past, str]] = {
    "ending": (past(exit_status=7, outcome="incomplete"), "incomplete (exit status 7)"),
    "articles": (past(counts={"store/new": 2}), "2 new articles in 24 hours, where 12 are usual"),
    "templates": (past(counts={"reading/read_by/generic": 20}), "template generic 50%, where 0% is usual"),
    "fields": (past(counts={"field/lead/absent": 15}), "field lead 25%, where 95% is usual"),
    "problems": (past(counts={"problem/text": 1}), "new: problem/text"),
    "statuses": (past(counts={f"{STATUS}/403": 9}), "HTTP 9 times 403 in 49 responses"),
    "length": (past(seconds=900), "900 s, where nine of ten runs take at most 90 s"),
    "silence": (past(newest=NOW - timedelta(days=3)), "no article since 2026-05-17 03:00 UTC, though 2 US sessions"),
    "site": (past(drift=["interface: HTTP 404, since 2026-05-18"]), "interface: HTTP 404, since 2026-05-18"),
}


@pytest.mark.parametrize("judgement", CHECKS, ids=lambda judgement: judgement.__name__)
def test_it_fires(judgement: RunCheck) -> None:
    what, says = UNUSUAL[judgement.__name__]
    assert says in (judgement(what) or "")


@pytest.mark.parametrize("judgement", CHECKS, ids=lambda judgement: judgement.__name__)
def test_it_fires_alone(judgement: RunCheck) -> None:
    what, _ = UNUSUAL[judgement.__name__]
    assert [other.__name__ for other in CHECKS if other(what)] == [judgement.__name__]


@pytest.mark.parametrize("judgement", CHECKS, ids=lambda judgement: judgement.__name__)
def test_it_stays_quiet_when_all_is_usual_and_when_nothing_is_known(judgement: RunCheck) -> None:
    assert judgement(past()) is None
    assert judgement(Past(run(), [], None, NOW)) is None


def test_far_too_many_articles_are_unusual_too() -> None:
    assert checks.articles(past(counts={"store/new": 100}))
    assert checks.articles(past(counts={"store/new": 30})) is None


def test_articles_are_compared_with_the_same_weekday() -> None:
    usual = past(counts={"store/new": 0})
    quiet = [run(timedelta(days=day), counts={"store/new": 0 if day % 7 == 0 else 12}) for day in range(1, 60)]
    assert checks.articles(usual)
    assert checks.articles(replace(usual, runs=quiet)) is None


def test_an_interruption_is_not_unusual() -> None:
    assert checks.ending(past(exit_status=8, outcome="interrupted")) is None


def test_a_new_problem_of_the_run_is_told_and_a_known_one_is_not() -> None:
    fresh = past(problems=["interface: HTTP 500"])
    assert checks.problems(fresh) == "new: interface: HTTP 500"
    known = replace(fresh, runs=[run(timedelta(days=1), problems=["interface: HTTP 502"]), *fresh.runs])
    assert checks.problems(known) is None


def test_a_weekend_and_a_holiday_are_no_sessions() -> None:
    friday_close = NOW.replace(day=22, hour=21)
    after_memorial_day = NOW.replace(day=26, hour=12)
    assert checks.silence(Past(run(), [], friday_close, after_memorial_day)) is None


def daily(**fields: Any) -> list[RunDocument]:
    """Return eight weeks of daily runs with some values."""
    return [run(timedelta(days=day), **fields) for day in range(1, 60)]


def made(runs: list[RunDocument], **fields: Any) -> Past:
    """Return a run of today with some values, and the runs before it."""
    return Past(run(**fields), runs, None, NOW)


TEN, USUAL = {"store/new": 10}, {"store/new": 1}
FORTY = {"reading/read_by/cmnews": 75, "reading/read_by/notes": 25}


@pytest.mark.parametrize(
    ("check", "quiet", "loud"),
    [
        (
            checks.articles,
            made(daily(counts=TEN), counts={"store/new": 3}),
            made(daily(counts=TEN), counts={"store/new": 2}),
        ),
        (
            checks.articles,
            made(daily(counts=TEN), counts={"store/new": 40}),
            made(daily(counts=TEN), counts={"store/new": 41}),
        ),
        (
            checks.articles,
            made(daily(counts=USUAL), counts={"store/new": 5}),
            made(daily(counts=USUAL), counts={"store/new": 6}),
        ),
        (checks.articles, made(daily()[:20], counts={"store/new": 0}), made(daily()[:21], counts={"store/new": 0})),
        (
            checks.articles,
            made(daily()[:55:7], counts={"store/new": 0}),
            made(daily()[6:55:7], counts={"store/new": 0}),
        ),
        (checks.problems, made(daily()[:4], counts={"problem/x": 1}), made(daily()[:5], counts={"problem/x": 1})),
        (checks.length, made(daily(seconds=300), seconds=900), made(daily(seconds=300), seconds=901)),
        (checks.length, made(daily(seconds=60), seconds=600), made(daily(seconds=60), seconds=601)),
        (checks.length, made(daily()[:4], seconds=9000), made(daily()[:5], seconds=9000)),
        (
            checks.templates,
            made(daily()[:4], counts=FORTY),
            made(daily()[:5], counts=FORTY | {"reading/read_by/notes": 24}),
        ),
        (checks.templates, made(daily(), counts=FORTY), made(daily(), counts=FORTY | {"reading/read_by/notes": 24})),
        (
            checks.fields,
            made(daily(), counts={"field/articles": 4, "field/tags/absent": 4}),
            made(daily(), counts={"field/articles": 5, "field/tags/absent": 5}),
        ),
        (
            checks.templates,
            made(daily(), counts={"reading/read_by/cmnews": 4, "reading/read_by/notes": 0}),
            made(daily(), counts={"reading/read_by/cmnews": 5, "reading/read_by/notes": 0}),
        ),
        (
            checks.statuses,
            made([], counts={f"{STATUS}/200": 85, f"{STATUS}/503": 5}),
            made([], counts={f"{STATUS}/200": 84, f"{STATUS}/503": 6}),
        ),
        (checks.statuses, made([], counts={f"{STATUS}/299": 60}), made([], counts={f"{STATUS}/300": 60})),
        (
            checks.silence,
            Past(run(), [], NOW - timedelta(hours=24), NOW),
            Past(run(), [], NOW - timedelta(hours=48), NOW),
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_check_is_quiet_up_to_its_bound(check: RunCheck, quiet: Past, loud: Past) -> None:
    assert check(quiet) is None
    assert check(loud) is not None


@pytest.mark.parametrize(("hours", "count"), [(23, 24), (24, 12)])
def test_a_day_has_24_hours(hours: int, count: int) -> None:
    quiet = [run(timedelta(weeks=week), counts={"store/new": 100}) for week in range(1, 4)]
    assert f"{count} new articles" in (checks.articles(made([run(timedelta(hours=hours)), *quiet])) or "")
