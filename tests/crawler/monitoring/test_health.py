"""The rules that decide whether a run was healthy."""

from __future__ import annotations

from typing import Any

import pytest

from crawler import own_settings
from crawler.exit_status import (
    ALL_WELL,
    INCOMPLETE,
    INTERRUPTED,
    KEPT_OUT,
    NO_DATABASE,
    TEMPLATE_CHANGED,
    UNEXPECTED,
    UNREACHABLE,
    ExitStatus,
)
from crawler.monitoring.health import RULES, HealthRule, assess_run

WELL = {"downloader/response_count": 30, "reading/read_by/cmnews": 20, "field/articles": 20}


@pytest.mark.parametrize(
    ("reason", "stats", "ways", "ending"),
    [
        ("finished", {}, {}, ALL_WELL),
        ("finished", WELL, {"interface": ""}, ALL_WELL),
        ("finished", WELL, {"interface": "HTTP 500"}, INCOMPLETE),
        ("finished", WELL, {"interface": None}, INCOMPLETE),
        ("finished", WELL | {"store/failed": 1}, {}, INCOMPLETE),
        ("finished", WELL | {"archive/damaged": 1}, {}, INCOMPLETE),
        ("finished", WELL | {"unexpected/KeyError": 1}, {"interface": ""}, UNEXPECTED),
        ("shutdown", WELL | {"unexpected/KeyError": 1}, {}, UNEXPECTED),
        ("shutdown", WELL | {"unexpected/KeyError": 1, "run/signal": 15}, {}, INTERRUPTED),
        ("finished", WELL | {"reading/gone/HTTP 404": 3}, {}, ALL_WELL),
        ("finished", WELL | {"reading/read_by/generic": 6}, {}, TEMPLATE_CHANGED),
        ("finished", WELL | {"reading/read_by/generic": 2}, {}, ALL_WELL),
        ("finished", WELL | {"reading/failed/unreadable": 9}, {}, TEMPLATE_CHANGED),
        ("finished", WELL | {"field/published_at/absent": 5}, {}, TEMPLATE_CHANGED),
        ("finished", WELL | {"field/lead/absent": 7}, {}, TEMPLATE_CHANGED),
        ("finished", WELL | {"recheck/looks": 6, "recheck/suspect/notice": 3}, {}, INCOMPLETE),
        ("finished", WELL | {"recheck/looks": 6, "recheck/suspect/notice": 4}, {}, TEMPLATE_CHANGED),
        (
            "finished",
            WELL | {"recheck/looks": 6, "recheck/suspect/shrunk": 2, "recheck/suspect/login": 2},
            {},
            TEMPLATE_CHANGED,
        ),
        (
            "finished",
            WELL | {"recheck/looks": 6, "recheck/suspect/challenge": 2, "recheck/suspect/login": 2},
            {},
            KEPT_OUT,
        ),
        ("finished", WELL | {"recheck/looks": 4, "recheck/suspect/login": 4}, {}, INCOMPLETE),
        ("finished", WELL | {"first/looks": 6, "first/suspect/notice": 6}, {}, TEMPLATE_CHANGED),
        ("finished", WELL | {"first/looks": 6, "first/suspect/challenge": 3, "first/suspect/login": 3}, {}, KEPT_OUT),
        ("finished", {"asking/no_response/ConnectError": 2}, {"interface": "ConnectError"}, UNREACHABLE),
        ("finished", WELL | {"field/access/members": 10}, {}, ALL_WELL),
        ("finished", WELL | {"field/access/members": 11}, {}, KEPT_OUT),
        ("blocked", WELL, {}, KEPT_OUT),
        ("shutdown", WELL, {}, INTERRUPTED),
        ("database unavailable", WELL, {}, NO_DATABASE),
        ("something else", WELL, {}, UNEXPECTED),
    ],
)
def test_how_a_run_ends(reason: str, stats: dict[str, Any], ways: dict[str, str | None], ending: ExitStatus) -> None:
    verdict = assess_run(reason, stats, {}, ways)
    assert verdict.ending == ending
    assert bool(verdict.problems) == (ending != ALL_WELL)


def broken(rule: HealthRule, part: int, whole: int) -> bool:
    """Return whether a rule is broken by so many of a whole."""
    counted, names = rule.part[0].replace("*", "kind"), rule.whole or ()
    others = {name: whole - part * (counted in names) for name in names if name not in rule.part}
    return rule.broken_by({counted: part} | dict(list(others.items())[:1]), {}) is not None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.problem)
def test_a_rule_holds_at_its_limit_and_is_broken_beyond(rule: HealthRule) -> None:
    limit = own_settings.read({}, rule.limit)
    whole, most = (100, round(limit * 100)) if rule.whole else (0, round(limit))
    assert (broken(rule, most, whole), broken(rule, most + 1, whole)) == (False, True)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.whole], ids=lambda rule: rule.problem)
def test_shares_are_judged_from_five_articles_on(rule: HealthRule) -> None:
    assert (broken(rule, 4, 4), broken(rule, 5, 5)) == (False, True)


def test_too_few_articles_are_not_judged_by_shares() -> None:
    few = {"downloader/response_count": 4, "reading/read_by/generic": 4, "field/articles": 4}
    assert assess_run("finished", few, {}, {}).ending == ALL_WELL


def test_a_limit_is_a_setting() -> None:
    stats = WELL | {"store/failed": 1}
    assert assess_run("finished", stats, {"HEALTH_MAX_FAILED": "1"}, {}).ending == ALL_WELL


@pytest.mark.parametrize(
    ("stats", "ways", "count"),
    [
        ({}, {"interface": ""}, True),
        ({"store/failed": 1}, {"interface": ""}, True),
        ({"recheck/looks": 9, "recheck/suspect/shrunk": 1}, {"interface": ""}, True),
        ({"store/failed": 3, "addresses/failed": 3, "addresses/due": 30}, {"interface": ""}, True),
        ({"store/failed": 9, "addresses/failed": 9, "addresses/due": 30}, {"interface": ""}, False),
        ({"addresses/doubted": 4, "addresses/failed": 4, "addresses/due": 30, "store/failed": 4}, {}, False),
        ({"store/failed": 1}, {"interface": "HTTP 500"}, False),
        ({"named/asked": 20, "named/gone": 5}, {}, False),
        ({"addresses/refused": 1}, {}, False),
        ({"reading/failed/unreadable": 9}, {}, False),
        ({"unexpected/KeyError": 1}, {}, False),
    ],
)
def test_looks_that_found_nothing_count_where_only_single_addresses_failed(
    stats: dict[str, Any], ways: dict[str, str | None], *, count: bool
) -> None:
    assert assess_run("finished", WELL | stats, {}, ways).looks_count is count


def test_looks_of_a_run_that_ended_early_do_not_count() -> None:
    assert not assess_run("blocked", WELL, {}, {}).looks_count
    assert not assess_run("shutdown", WELL, {}, {}).looks_count
