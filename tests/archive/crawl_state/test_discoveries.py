"""What a find means for the frontier."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from archive.crawl_state.discoveries import PLACES, SEEN, entry_of, judged, merged
from archive.model.crawl.frontier import DiscoveredUrl
from archive.mongo.database import moment
from tests.support.made_articles import NOW, found

EARLIER, LATER = NOW - timedelta(days=1), NOW + timedelta(hours=1)


def entry(**fields: Any) -> dict[str, Any]:
    return entry_of(found(1), EARLIER)[1] | fields


def test_an_unknown_address_is_wanted_now() -> None:
    verdict, document = entry_of(found(1), NOW)
    assert (verdict, document["state"], document["next_at"]) == ("new", "wanted", moment(NOW))


def test_an_unwanted_one_is_skipped_with_its_reason() -> None:
    verdict, document = entry_of(found(1, skip="other column"), NOW)
    assert (verdict, document["state"], document["reason"]) == ("skipped", "skipped", "other column")
    assert document["next_at"] is None


def test_a_skipped_one_is_wanted_once_a_run_wants_it() -> None:
    skipped = entry(state="skipped", reason="outside the window", next_at=None)
    verdict, fields = judged(found(1), skipped, NOW)
    assert (verdict, fields["state"], fields["reason"], fields["next_at"]) == ("new", "wanted", None, moment(NOW))
    assert judged(found(1, skip="other column"), skipped, NOW)[0] == "skipped"


@pytest.mark.parametrize(("updated_at", "reason"), [(None, SEEN), (EARLIER, SEEN), (NOW, SEEN), (LATER, None)])
def test_the_page_of_a_skipped_one_serves_unless_it_was_changed_since(
    updated_at: datetime | None, reason: str | None
) -> None:
    skipped = entry(state="skipped", reason="outside the window", next_at=None, checked_at=moment(NOW))
    _, fields = judged(found(1, updated_at=updated_at), skipped, LATER)
    assert (fields["state"], fields["reason"]) == ("wanted", reason)
    verdict, fields = judged(found(1, updated_at=LATER), skipped | fields, LATER)
    assert (verdict, fields.get("reason")) == ("known", None)


def test_a_skipped_one_is_asked_for_anew_where_a_listing_states_another_column() -> None:
    page_states = entry(
        state="skipped", reason="other column", next_at=None, checked_at=moment(NOW), title="【美股焦點】蘋果財報"
    )
    _, same = judged(found(1, title="【美股焦點】蘋果財報出爐"), page_states, LATER)
    assert (same["state"], same["reason"]) == ("wanted", SEEN)  # a run that wants more columns
    _, other = judged(found(1, title="【美股動態】蘋果財報"), page_states, LATER)
    assert (other["state"], other["reason"], other["title"]) == ("wanted", None, "【美股動態】蘋果財報")
    _, garbled = judged(found(1, title="\ufffd\ufffd蘋果"), page_states, LATER)
    assert (garbled["reason"], "title" in garbled) == (SEEN, False)


@pytest.mark.parametrize(("state", "is_taken"), [("failed", True), ("wanted", True), ("kept", False)])
def test_the_latest_title_of_a_listing_counts_until_an_article_is_kept(state: str, *, is_taken: bool) -> None:
    known = entry(state=state, title="【美股動態】蘋果財報")
    _, fields = judged(found(1, title="【美股焦點】蘋果財報", skip="other column"), known, NOW)
    assert ("title" in fields) is is_taken
    _, fields = judged(found(1, title="【美股焦點】蘋果財報", found_by="related"), known, NOW)
    assert "title" not in fields


def test_an_address_belongs_to_every_backfill_that_it_was_found_for() -> None:
    places = [f"place {number}" for number in range(PLACES)]
    known = entry(published_at=None, places=places)
    _, fields = judged(found(1, found_in="another", window="a"), known, NOW)
    assert fields["places"] == [*places, "another", "a"]
    _, fields = judged(found(1, found_in="one more", window="a"), known | fields, NOW)
    assert "places" not in fields
    _, document = entry_of(found(1, found_in="a", window="a"), NOW)
    assert document["places"] == ["a"]
    assert merged([found(1), found(1, window="a")])["notes:1"].window == "a"


@pytest.mark.parametrize("state", ["wanted", "failed", "kept", "gone"])
def test_what_one_run_does_not_want_is_not_taken_from_others(state: str) -> None:
    verdict, fields = judged(found(1, skip="other column", updated_at=LATER), entry(state=state), NOW)
    assert verdict == "known"
    assert "state" not in fields
    assert "next_at" not in fields


@pytest.mark.parametrize("state", ["kept", "gone"])
def test_a_newer_change_makes_it_due_once(state: str) -> None:
    known = entry(state=state, next_at=None, checked_at=moment(NOW), site_updated_at=moment(EARLIER))
    assert judged(found(1, updated_at=EARLIER), known, NOW)[0] == "known"
    verdict, fields = judged(found(1, updated_at=LATER), known, NOW)
    assert (verdict, fields["next_at"]) == ("changed", moment(NOW))
    assert judged(found(1, updated_at=LATER), known | fields, NOW)[0] == "known"


def test_a_first_told_change_is_compared_with_our_last_look() -> None:
    known = entry(state="kept", next_at=None, checked_at=moment(NOW))
    assert judged(found(1, updated_at=EARLIER), known, NOW)[0] == "known"
    assert judged(found(1, updated_at=LATER), known, NOW)[0] == "changed"


def test_what_is_being_asked_for_is_left_alone_and_found_changed_later() -> None:
    leased = entry(state="kept", leased_by="run", next_at=moment(LATER), checked_at=moment(EARLIER))
    verdict, fields = judged(found(1, updated_at=NOW), leased, NOW)
    assert verdict == "known"
    assert "next_at" not in fields
    assert "site_updated_at" not in fields
    free = leased | fields | {"leased_by": None, "next_at": None}
    assert judged(found(1, updated_at=NOW), free, NOW)[0] == "changed"


def test_a_find_fills_what_was_unknown_and_nothing_else() -> None:
    bare = entry(title=None, published_at=None, published_from=None, depth=2, places=["a"])
    _, fields = judged(found(1, found_in="b", depth=1), bare, NOW)
    assert fields["title"] == found(1).title
    assert fields["published_at"] == moment(found(1).published_at or NOW)
    assert (fields["depth"], fields["places"]) == (1, ["a", "b"])
    _, fields = judged(
        found(1, title="other", depth=5, found_by="related", found_in="notes:9"), entry(places=["notes:9"]), NOW
    )
    assert fields == {"last_found_at": moment(NOW)}


def test_places_are_capped() -> None:
    _, fields = judged(found(1, found_in="new"), entry(places=[str(number) for number in range(PLACES)]), NOW)
    assert "places" not in fields


def test_finds_of_one_key_are_taken_together() -> None:
    finds = [
        found(1, skip="other column", title=None, depth=2, updated_at=EARLIER),
        found(1, title="T", depth=1, updated_at=NOW),
        found(2),
    ]
    best = merged(finds)
    assert list(best) == ["notes:1", "notes:2"]
    best_url: DiscoveredUrl = best["notes:1"]
    assert (best_url.skip, best_url.title, best_url.depth, best_url.updated_at) == (None, "T", 1, NOW)


@pytest.mark.parametrize(
    ("known", "find", "moves"),
    [
        ({"state": "failed", "found_by": "related"}, {"found_by": "listing"}, True),
        ({"state": "failed", "found_by": "related"}, {"found_by": "related"}, True),
        ({"state": "failed", "found_by": "listing"}, {"found_by": "listing"}, True),
        ({"state": "failed", "found_by": "listing"}, {"found_by": "related"}, False),
        ({"state": "failed", "found_by": "related"}, {"found_by": "backfill"}, False),
        ({"state": "gone", "found_by": "related", "looks": [EARLIER]}, {"found_by": "listing"}, True),
        ({"state": "kept", "found_by": "related", "looks": [EARLIER]}, {"found_by": "listing"}, True),
        ({"state": "kept", "found_by": "related", "checked_at": NOW}, {"found_by": "listing"}, False),
        ({"state": "wanted", "found_by": "related"}, {"found_by": "listing"}, False),
    ],
)
def test_what_is_not_to_be_had_is_asked_at_another_address_that_names_it(
    known: dict[str, Any], find: dict[str, Any], moves: bool
) -> None:
    elsewhere = "https://cmnews.com.tw/article/elsewhere"
    before = entry(next_at=moment(LATER), published_from="listing", **known)
    verdict, after = judged(found(1, url=elsewhere, **find), before, NOW)
    assert (verdict == "changed", after.get("url") == elsewhere) == (moves, moves)
    if moves:
        assert after["next_at"] == moment(NOW)
        assert (
            judged(found(1, url=elsewhere, **find), before | after | {"next_at": LATER, "checked_at": NOW}, NOW)[0]
            == "known"
        )


DENIED = {"published_at": None, "published_from": "listing"}


def test_a_denied_moment_in_an_address_is_not_told_again_but_yields_to_a_stated_one() -> None:
    denial = replace(found(1), published_at=None, published_from="listing")
    by_address = {"published_at": moment(NOW), "published_from": "address"}
    _, fields = judged(denial, entry(**by_address), NOW)
    assert (fields["published_at"], fields["published_from"]) == (None, "listing")
    _, again = judged(found(1, published_from="address"), entry(**DENIED), NOW)
    assert "published_at" not in again
    _, stated = judged(found(1), entry(**DENIED), NOW)
    assert (stated["published_at"], stated["published_from"]) == (moment(found(1).published_at or NOW), "listing")
    verdict, kept = judged(denial, entry(state="kept", next_at=None, **by_address), NOW)
    assert (verdict, kept["published_at"], kept["next_at"]) == ("changed", None, moment(NOW))
    assert judged(denial, entry(state="kept", next_at=None) | {"published_from": "page"}, NOW)[0] == "known"
    assert merged([denial, found(1)])["notes:1"].published_at == found(1).published_at
    assert merged([denial, found(1, published_from="address")])["notes:1"].published_at is None


@pytest.mark.parametrize(("is_confirmed", "verdict", "date"), [(True, "changed", moment(NOW)), (False, "known", None)])
def test_a_listing_s_date_is_corrected_only_if_the_address_confirms_it(
    is_confirmed: bool, verdict: str, date: datetime | None
) -> None:
    wrong = entry(state="kept", next_at=None, checked_at=moment(NOW), published_at=moment(NOW - timedelta(days=75)))
    find = found(1, published_at=NOW, is_confirmed=is_confirmed)
    assert judged(find, wrong, LATER)[0] == verdict
    assert judged(find, wrong, LATER)[1].get("published_at") == date
    page_s = wrong | {"published_from": "page"}
    assert "published_at" not in judged(find, page_s, LATER)[1], "a page's date outranks a listing's"
