"""What the archive knew at a moment: any history, replayed, is found again at each of its moments."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from archive.articles.past.clock import ByPublication, is_assumed
from archive.articles.walk import Walk, place_of
from archive.model.article import Block, Related
from archive.model.selection import Filters, select
from archive.mongo.client import Connection
from tests.support.looks import AT_ONCE, look, vanish
from tests.support.made_articles import NOW, PUBLISHED, article, key_of, url_of
from tests.support.mongodb import fresh_database

UNTOLD = {"checked_at", "fetched_at", "extractor", "source", "put_aside"}
NUMBERS = range(1, 5)
LONG = "營收與毛利率同步優於預期，管理層上修全年展望，法人認為需求仍在早段，惟客戶集中與匯率仍是主要變數。"

Step = tuple[int, str, int]


def _outcome(step: Step, at: datetime) -> Any:
    """Return what a step brings: of one article a new text, another field, or its second address."""
    number, kind, value = step
    fields: dict[str, Any] = {"page": None}
    text = f"{LONG}第{number}篇"
    if kind == "text":
        text += f"第{value}版"
    elif kind == "tags":
        fields["tags"] = [f"標籤{value}"]
    elif kind == "tickers":
        fields["tickers"] = [["AMZN"], ["NVDA"], ["AMZN", "TSM"]][value % 3]
    elif kind == "date":
        fields["published_at"] = None if value == 0 else PUBLISHED + timedelta(minutes=value)
    elif kind == "related":
        fields["related"] = [Related(f"別篇{value}", None, None)]
    elif kind == "elsewhere":
        fields["key"] = f"cmnews:00000000-0000-4000-8000-00000000000{number}"
        fields["url"] = f"https://cmnews.com.tw/article/x-00000000-0000-4000-8000-00000000000{number}"
    blocks = [Block("heading", "結論先行"), Block("paragraph", text)]
    return article(number, at=at, **({"blocks": blocks} | fields))


steps = st.lists(
    st.tuples(
        st.sampled_from(NUMBERS),
        st.sampled_from(["text", "text", "tags", "tickers", "date", "related", "gone", "elsewhere"]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=14,
)


def _known(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in UNTOLD}


def _replay(archive: Archive, history: list[Step]) -> list[tuple[datetime, dict[str, Any]]]:
    """Return after each step of a history when it was written, and all records as they were then."""
    states = []
    for place, step in enumerate(history):
        at = NOW.replace(microsecond=0) + timedelta(hours=place)
        if step[1] == "gone":
            if archive.articles.get(key_of(step[0])):
                look(archive, key_of(step[0]), at=at, rule=AT_ONCE)
        else:
            archive.writer().save([_outcome(step, at - timedelta(minutes=5))], at)
        states.append((at, {document["_id"]: deepcopy(document) for document in archive.database["articles"].find()}))
    return states


@pytest.fixture(scope="module")
def new_archive(connection: Connection, mongod: object) -> Callable[[], Any]:
    def fresh() -> Any:
        return fresh_database(connection)

    return fresh


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=steps)
def test_any_history_is_found_again(
    connection: Connection, new_archive: Callable[[], Any], history: list[Step]
) -> None:
    with new_archive() as database, Archive.open(connection.uri, database.name, create=True) as archive:
        states = _replay(archive, history)
        for at, records in states:
            for entry in (at, at + timedelta(minutes=59)):
                documents = {document["_id"]: _known(dict(document)) for document in archive.articles(as_of=entry)}
                assert documents == {key: _known(record) for key, record in records.items()}
                assert all(document["checked_at"] <= entry for document in archive.articles(as_of=entry))
            _check_selections(archive, at, records)
            assumed = {key: _known(entry) for key, entry in _by_publication(states, at).items()}
            assert {
                document["_id"]: _known(dict(document)) for document in archive.articles(as_of=ByPublication.at(at))
            } == assumed
        assert list(archive.articles(as_of=states[0][0] - timedelta(milliseconds=1))) == []


def _by_publication(states: list[tuple[datetime, dict[str, Any]]], at: datetime) -> dict[str, Any]:
    """Return the records by the clock of publication: those of then, and the first ones of what was seen later."""
    firsts: dict[str, tuple[datetime, Any]] = {}
    for seen, records in states:
        for key, record in records.items():
            firsts.setdefault(key, (seen, record))
    early = {
        key: entry
        for key, (seen, entry) in firsts.items()
        if seen > at and entry["published_at"] and entry["published_at"] <= at
    }
    return early | dict(states)[at]


def _check_selections(archive: Archive, at: datetime, records: dict[str, Any]) -> None:
    """Check that selections and pages find what they would have found then, in the order of then."""
    for wanted in (Filters(tickers=["NVDA"]), Filters(tags=["標籤1"]), Filters(since=PUBLISHED), Filters()):
        selection = select(wanted)
        fitting = [record for record in records.values() if selection.matches(record)]
        newest = sorted(fitting, key=place_of, reverse=True)
        walk = Walk(archive.database, selection, at, newest=True)
        assert [entry["_id"] for entry in walk.documents()] == [entry["_id"] for entry in newest]
        assert [document["_id"] for document in archive.articles(as_of=at, **wanted)] == [
            entry["_id"] for entry in reversed(newest)
        ]
        for place in range(len(newest)):
            rest = archive.articles.page(2, place_of(newest[place]), as_of=at, **wanted)
            assert [entry["_id"] for entry in rest] == [entry["_id"] for entry in newest[place + 1 : place + 3]]


def test_what_was_first_seen_later_is_absent_though_its_own_date_is_earlier(archive: Archive) -> None:
    archive.writer().save([article(1, at=NOW, published_at=PUBLISHED - timedelta(days=900))], NOW)
    before, behind = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)
    assert archive.articles.get(key_of(1), as_of=before) is None
    assert archive.articles.get(key_of(1), as_of=behind) is not None
    assert archive.table("mentions", as_of=before).num_rows == 0
    assert archive.table("mentions", as_of=behind)["known_at"][0].as_py() == NOW.replace(microsecond=123000)


def test_by_publication_what_was_first_seen_later_counts_in_its_first_text(archive: Archive) -> None:
    published = PUBLISHED - timedelta(days=900)
    for hour, text in enumerate(("輝達第一版", "輝達第二版")):
        at = NOW + timedelta(hours=hour)
        archive.writer().save([article(1, text, at=at, published_at=published, tickers=["NVDA"])], at)
    archive.writer().save([article(2, at=NOW, published_at=NOW)], NOW)
    archive.search.update()
    then = ByPublication.at(published + timedelta(days=1))
    for record in (archive.articles.get(key_of(1), as_of=then), *archive.articles(as_of=then, tickers=["NVDA"])):
        assert record is not None
        assert (record["revision"], "第一版" in record["text"], is_assumed(record, then)) == (1, True, True)
    assert archive.articles.count(then) == 1
    assert archive.table("mentions", as_of=then)["key"].to_pylist() == [key_of(1)]
    assert [hit.key for hit in archive.search("第一版", as_of=then).hits] == [key_of(1)]
    assert archive.search("第二版", as_of=then).total == 0
    assert archive.search("", tickers=["NVDA"], as_of=ByPublication.at(published - timedelta(days=1))).total == 0
    assert archive.articles.get(key_of(1), as_of=published + timedelta(days=1)) is None, "the strict clock"


def test_what_is_gone_now_was_there_before_it_went(archive: Archive) -> None:
    archive.writer().save([article(1, at=NOW)], NOW)
    vanish(archive, key_of(1), at=NOW + timedelta(hours=1))
    states = [archive.articles.get(key_of(1), as_of=NOW + timedelta(minutes=minutes)) for minutes in (59, 61)]
    assert [entry and entry["status"] for entry in states] == ["live", "gone"]


def test_further_reading_leads_to_what_was_kept_then(archive: Archive) -> None:
    link = Related("【美股動態】第2篇", url_of(2), key_of(2))
    archive.writer().save([article(1, related=[link])], NOW)
    archive.writer().save([article(2, related=[], at=NOW + timedelta(hours=1))], NOW + timedelta(hours=1))
    links = [archive.table("links", as_of=NOW + timedelta(minutes=minutes)) for minutes in (1, 61)]
    assert [entry["kept_as"].to_pylist() for entry in links] == [[None], [key_of(2)]]


def test_changes_of_an_older_program_give_text_and_status(archive: Archive) -> None:
    for hour, text in enumerate(("第一版", "第二版")):
        archive.writer().save([article(1, text, at=NOW + timedelta(hours=hour))], NOW + timedelta(hours=hour))
    archive.database["changes"].update_many({}, {"$set": {"before": None}})
    known = archive.articles.get(key_of(1), as_of=NOW + timedelta(minutes=1))
    assert known is not None
    assert (known["revision"], known["sections"][0]["blocks"]) == (1, ["第一版"])
    assert archive.articles.get(key_of(1), as_of=NOW - timedelta(minutes=1)) is None
