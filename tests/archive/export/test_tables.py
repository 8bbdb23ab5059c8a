"""Mentions, links and tags as tables, with the session that each article falls into."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.export.exporter import export
from archive.export.request import export_request
from archive.model.article import Mention, Related
from archive.model.selection import WrongSelection
from tests.support.made_articles import NOW, article, key_of, url_of

duckdb = pytest.importorskip("duckdb")

FRIDAY_EVENING = datetime(2024, 11, 29, 20, 0, tzinfo=UTC)  # 15:00 in New York, after an early close


@pytest.fixture
def shelf(archive: Archive) -> Archive:
    """Give an archive of three articles that point at each other, and at what is not kept."""
    first = article(
        1,
        published_at=FRIDAY_EVENING,
        mentions=[Mention("AMZN", "US", "link", "AMZN.OLD"), Mention("2330", "TW", "tag")],
        tags=["亞馬遜(AMZN)", "AI"],
        related=[
            Related("二", url_of(2), key_of(2)),
            Related("未收", url_of(77), key_of(77)),
            Related("站外", "https://example.com/", None),
            Related("別名", url_of(33), key_of(33)),
        ],
    )
    second = article(2, published_at=None, mentions=[], tags=[], related=[])
    third = article(3, aliases=[key_of(33)], mentions=[], tags=[], related=[], published_at=NOW)
    archive.writer().save([first, second, third], NOW)
    return archive


def test_versions_of_articles_and_of_their_aliases_as_far_as_they_were_known(archive: Archive) -> None:
    archive.writer().save([article(1), article(2)], NOW)
    later = NOW + timedelta(days=1)
    archive.writer().save([article(1, "營收成長12%。", at=later)], later)
    rows = archive.table("revisions").to_pylist()
    assert [(row["key"], row["seen_as"], row["revision"], row["cause"]) for row in rows] == [
        (key_of(2), key_of(2), 1, "site"),
        (key_of(1), key_of(1), 1, "site"),
        (key_of(1), key_of(1), 2, "site"),
    ]
    assert [row["text"] for row in rows[1:]] == ["結論先行\n\n營收成長17%。", "結論先行\n\n營收成長12%。"]
    assert archive.table("revisions", ["revision"], as_of=NOW + timedelta(hours=1)).to_pylist() == [{"revision": 1}] * 2
    archive.writer().save([article(9)], NOW)
    archive.writer().save([article(8, aliases=[key_of(9)], at=later)], later)
    rows = archive.table("revisions", ["key", "seen_as"]).to_pylist()
    assert {row["seen_as"] for row in rows if row["key"] == key_of(8)} == {key_of(8), key_of(9)}


def test_mentions_with_their_session(shelf: Archive) -> None:
    rows = shelf.table("mentions").to_pylist()
    assert rows[0] == {
        "key": key_of(1),
        "published_at": FRIDAY_EVENING,
        "known_at": NOW.replace(microsecond=123000),
        "column": "美股動態",
        "symbol": "AMZN",
        "market": "US",
        "evidence": "link",
        "symbol_today": "AMZN.OLD",
        "position": 1,
        "session": date(2024, 11, 29),
        "session_part": "after_close",
        "tradable": date(2024, 12, 2),
    }
    assert [(row["symbol"], row["position"]) for row in rows] == [("AMZN", 1), ("2330", 2)]


def test_links_say_what_is_kept_and_under_which_key(shelf: Archive) -> None:
    rows = shelf.table("links").to_pylist()
    assert [(row["title"], row["related_key"], row["kept_as"]) for row in rows] == [
        ("二", key_of(2), key_of(2)),
        ("未收", key_of(77), None),
        ("站外", None, None),
        ("別名", key_of(33), key_of(3)),
    ]


def test_tags_in_their_order_and_only_the_columns_asked_for(shelf: Archive) -> None:
    assert shelf.table("tags", fields=["tag", "position"]).to_pylist() == [
        {"tag": "亞馬遜(AMZN)", "position": 1},
        {"tag": "AI", "position": 2},
    ]
    with pytest.raises(WrongSelection, match="no field 'text'"):
        shelf.table("tags", fields=["text"])


def test_an_undated_article_has_no_session(shelf: Archive) -> None:
    shelf.writer().save([article(9, published_at=None, mentions=[Mention("NVDA", "US", "tag")])], NOW)
    row = shelf.table("mentions").to_pylist()[0]
    assert (row["key"], row["session"], row["session_part"], row["tradable"]) == (key_of(9), None, None, None)


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_a_table_joins_with_prices(shelf: Archive, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"mentions.{kind}"
    export(shelf, export_request(path, "mentions"))
    prices = "(VALUES ('AMZN', DATE '2024-12-02', 210.7)) AS prices(symbol, day, close)"
    source = {"csv": f"read_csv('{path}')", "jsonl": f"read_json('{path}')"}.get(kind, f"'{path}'")
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT key, close FROM {source} JOIN {prices} USING (symbol) WHERE tradable = day")  # noqa: S608
        assert [(key, float(close)) for key, close in rows.fetchall()] == [(key_of(1), 210.7)]
