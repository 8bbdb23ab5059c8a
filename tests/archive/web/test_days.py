"""Sessions, corrections and health: what was written on a day, what was changed in it, and silence that is no gap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.crawl_state.discoveries import entry_of
from archive.market_calendar import nights
from archive.model.article import Article
from archive.model.crawl.frontier import TOO_DEEP
from archive.mongo.client import Connection
from tests.archive.web.conftest import Served, serving
from tests.support.made_articles import NOW, article, found, key_of
from tests.support.mongodb import fresh_database

SINCE, UNTIL = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)
NIGHTS = nights(SINCE, UNTIL)
A_NIGHT = 4
MISSING = 30
"""The night of which nothing is kept."""

TEXT = "輝達(NVDA)營收成長17%。大盤收低。"


@pytest.fixture(scope="module")
def kept(connection: Connection, mongod: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give a server of three months: four articles a night, none of one night; every tenth is of NVDA."""
    folder: Path = tmp_path_factory.mktemp("search")
    with (
        fresh_database(connection) as database,
        Archive.open(connection.uri, database.name, search_dir=folder, create=True) as archive,
    ):
        archive.writer().save([_made(place, number) for place in range(len(NIGHTS)) for number in range(A_NIGHT)], NOW)
        later = NOW + timedelta(hours=1)
        archive.writer().save([_made(0, 0, "輝達(NVDA)營收成長21%。大盤收低。", later)], later)
        keys = [key_of(MISSING * 10 + number) for number in range(A_NIGHT)]
        for name in ("articles", "changes", "revisions"):
            field = "_id" if name == "articles" else "key"
            archive.database[name].delete_many({field: {"$in": keys}})
        with serving(archive) as running:
            yield running


def _made(place: int, number: int, text: str = TEXT, at: datetime = NOW) -> Article:
    of_nvda = place % 10 == 0 and number == 0
    symbol = "NVDA" if of_nvda else "AMZN"
    body = f"{text if of_nvda else '雲端需求穩定。'}第{place * 10 + number}篇"
    moment = NIGHTS[place].begins + timedelta(minutes=30 * (number + 1))
    return article(place * 10 + number, body, at=at, page=None, related=[], tickers=[symbol], published_at=moment)


def test_coverage_tells_what_a_narrower_run_passed_over(kept: Served) -> None:
    entry = entry_of(found(9_999, published_at=NIGHTS[20].begins), NOW)[1]
    skipped = {"_id": key_of(9_999), "state": "skipped", "reason": TOO_DEEP, "next_at": None}
    kept.archive.database["frontier"].insert_one(entry | skipped)
    assert [missing["reason"] for missing in kept.get("/coverage.json?limit=9").json["waiting"]] == [TOO_DEEP]
    assert TOO_DEEP in kept.get("/coverage?limit=9").text
    kept.archive.database["frontier"].delete_one({"_id": key_of(9_999)})


def test_a_ticker_is_counted_alike_now_and_as_known_now(kept: Served) -> None:
    names = ("total", "first", "last", "weeks", "with")
    now, known = (kept.get(f"/tickers/AMZN.json{clock}").json for clock in ("", "?as_of=2027-01-01"))
    assert {name: now[name] for name in names} == {name: known[name] for name in names}
    assert now["total"] > 100


def test_a_session_has_what_was_written_by_its_part(kept: Served) -> None:
    day = NIGHTS[2].day
    text = kept.get(f"/sessions/{day}").text
    assert "收盤後" in text
    assert f'href="/sessions/{NIGHTS[3].day}"' in text
    answer = kept.get(f"/sessions/{day}.json").json
    assert (answer["total"], answer["state"]) == (A_NIGHT, "complete")
    assert {row["session_part"] for row in answer["articles"]} == {"after_close"}


def test_of_one_company_the_sentences_that_name_it_are_quoted(kept: Served) -> None:
    text = kept.get(f"/sessions/{NIGHTS[10].day}?ticker=NVDA").text
    assert "<blockquote" in text
    assert "營收成長17%" in text


def test_silence_is_told_apart_from_a_gap(kept: Served) -> None:
    silent = kept.get(f"/sessions/{NIGHTS[1].day}?ticker=NVDA").text
    assert "所以是真的沒有寫" in silent
    gap = NIGHTS[MISSING].day
    text = kept.get(f"/sessions/{gap}?ticker=NVDA").text
    assert "不能當作沒有寫" in text
    assert kept.get(f"/sessions/{gap}.json").json["state"] == "gap"
    assert f'class="day-gap" href="/sessions/{gap}"' in kept.get("/coverage").text
    assert kept.get("/sessions/2026-05-02").status == 404, "a Saturday"


def test_a_known_article_that_is_not_kept_makes_a_gap(kept: Served) -> None:
    day = NIGHTS[5]
    kept.archive.frontier.discover([found(9999, published_at=day.begins + timedelta(minutes=1))], NOW)
    answer = kept.get(f"/sessions/{day.day}.json").json
    assert (answer["state"], [entry["key"] for entry in answer["missing"]]) == ("gap", [key_of(9999)])


def test_a_tickers_share_of_each_session_and_its_silences(kept: Served) -> None:
    answer = kept.get("/tickers/NVDA.json").json
    sessions = {entry["day"]: entry for entry in answer["sessions"]}
    assert sessions[str(NIGHTS[20].day)]["share"] == 1 / A_NIGHT
    assert sessions[str(NIGHTS[21].day)]["articles"] == 0
    assert sessions[str(NIGHTS[MISSING].day)]["has_gap"]
    assert answer["longest"] is not None
    assert answer["longest"] >= 9, "nine sessions lie between two articles that name it"
    assert "斜線是這裡有缺口" in kept.get("/tickers/NVDA").text


def test_corrected_numbers_are_a_page_and_a_feed(kept: Served) -> None:
    answer = kept.get("/corrections.json").json["corrections"]
    assert [(entry["key"], [(item["was"], item["now"]) for item in entry["numbers"]]) for entry in answer] == [
        (key_of(0), [("17%", "21%")])
    ]
    assert "17%" in kept.get("/corrections?ticker=NVDA").text
    assert "還沒有改過的數字" in kept.get("/corrections?ticker=TSM").text
    assert "還沒有改過的數字" in kept.get(f"/corrections?as_of={(NOW + timedelta(minutes=1)).isoformat()}").text
    assert kept.get("/corrections.atom").text.count("修訂：17% → 21%") == 1


def test_health_shows_what_the_doctor_finds(kept: Served) -> None:
    finding = {"subject": "disk", "state": "doubtful", "says": "2 GB are free", "cure": "free some"}
    with serving(kept.archive, examine=lambda: [finding]) as running:
        text = running.get("/health").text
        assert "2 GB are free" in text
        assert "該看看" in text
        assert running.get("/health.json").json == {"findings": [finding]}
    assert "這裡沒有檢查" in kept.get("/health").text
