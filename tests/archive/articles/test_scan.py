"""Walks through many articles: in order, each once, as they were, and on after the server has lost its place."""

from __future__ import annotations

import itertools
from datetime import timedelta

import bson
import pytest

from archive.archive import Archive
from archive.articles.scan import BATCH, Scan, decode
from archive.errors import ArchiveError
from archive.model.selection import Selection
from archive.mongo.raw_bson import split
from tests.support.made_articles import NOW, PUBLISHED, article, key_of
from tests.support.mongodb import serving
from tests.support.shelf import fill


def walked(scan: Scan) -> list[str]:
    return [document["_id"] for batch in scan.batches() for document in decode(batch)]


@pytest.mark.parametrize("rush", [False, True])
def test_every_article_comes_once_oldest_first_and_the_undated_before_all(archive: Archive, rush: bool) -> None:
    fill(archive, BATCH * 2 + 30)
    dates = [
        document["published_at"]
        for batch in Scan(archive.database, Selection(), in_a_rush=rush).batches()
        for document in decode(batch)
    ]
    undated = [entry for entry in dates if entry is None]
    assert len(dates) == BATCH * 2 + 30
    assert len(undated) == 9
    assert dates == undated + sorted(entry for entry in dates if entry is not None)


def test_a_walk_sees_the_articles_of_its_beginning(archive: Archive) -> None:
    fill(archive, BATCH * 2)
    batches = Scan(archive.database, Selection(), ("title",)).batches()
    first = decode(next(batches))
    archive.writer().save([article(BATCH * 2 + 1, published_at=NOW)], NOW)
    archive.database["articles"].update_many({}, {"$set": {"title": "改"}})
    rest = [document for batch in batches for document in decode(batch)]
    assert len(first) + len(rest) == BATCH * 2
    assert "改" not in {document["title"] for document in first + rest}


def fill_with_twins(archive: Archive) -> None:
    """Put in articles without a date, and many that have the same."""
    undated = [article(1000 + number, published_at=None, page=None) for number in range(BATCH + 50)]
    same = [article(number, published_at=PUBLISHED, page=None) for number in range(1, BATCH + 50)]
    archive.writer().save(undated, NOW)
    archive.writer().save(same, NOW)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_walk_goes_on_after_the_server_has_lost_its_place(archive: Archive, cut: int) -> None:
    """Also where the place is among the undated, and among many with the same date."""
    fill_with_twins(archive)
    expected = walked(Scan(archive.database, Selection()))
    batches = Scan(archive.database, Selection(), ("title",)).batches()
    seen = [document["_id"] for batch in itertools.islice(batches, cut) for document in decode(batch)]
    archive.database.client.admin.command("killAllSessions", [])
    seen += [document["_id"] for batch in batches for document in decode(batch)]
    assert seen == expected
    assert len(set(seen)) == 2 * BATCH + 99


def test_a_walk_in_a_rush_goes_on_after_the_server_was_killed() -> None:
    with serving() as server, Archive.open(server.uri, "walk", create=True) as archive:
        fill_with_twins(archive)
        batches = Scan(archive.database, Selection(), in_a_rush=True).batches()
        seen = [document["_id"] for document in decode(next(batches))]
        server.kill()
        server.start()
        seen += [document["_id"] for batch in batches for document in decode(batch)]
        assert len(seen) == len(set(seen)) == 2 * BATCH + 99


def test_a_server_that_stays_away_is_an_error() -> None:
    with (
        serving() as server,
        Archive.open(f"{server.uri}?serverSelectionTimeoutMS=300", "walk", create=True) as archive,
    ):
        fill(archive, BATCH * 3)
        batches = Scan(archive.database, Selection()).batches()
        next(batches)
        server.kill()
        with pytest.raises(ArchiveError, match="MongoDB"):
            list(batches)


def test_a_selection_is_the_same_for_the_database_and_for_a_record(archive: Archive) -> None:
    fill(archive, 60)
    records = list(archive.articles())
    middle = records[30]["published_at"]
    assert middle is not None
    for selection in (
        Selection(since=middle),
        Selection(until=middle),
        Selection(since=middle, until=middle + timedelta(days=60)),
        Selection(columns=frozenset({"美股動態"})),
        Selection(columns=frozenset({"別欄"})),
        Selection(tickers=frozenset({"2330"})),
        Selection(tickers=frozenset({"AMZN"}), tags=frozenset({"=SUM(1)"})),
    ):
        wanted = [record["_id"] for record in records if selection.matches(record)]
        assert walked(Scan(archive.database, selection)) == wanted
        assert Scan(archive.database, selection).count() == len(wanted)


def test_only_the_fields_asked_for_are_read(archive: Archive) -> None:
    fill(archive, 3)
    (batch,) = Scan(archive.database, Selection(), ("title",)).batches()
    assert [set(bson.decode(document)) for document in split(batch)] == [{"_id", "published_at", "title"}] * 3


def test_kept_as_knows_keys_and_aliases(archive: Archive) -> None:
    archive.writer().save([article(1, aliases=["notes:77"]), article(2)], NOW)
    kept = archive.articles.kept_as([key_of(1), "notes:77", key_of(3)])
    assert kept == {key_of(1): key_of(1), "notes:77": key_of(1)}
