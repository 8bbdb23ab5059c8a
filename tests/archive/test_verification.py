"""Kept pages that are not what was received: named, passed over, asked for again, and mended by what comes."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.archive import Archive
from archive.backup.restore import restore
from archive.backup.save import back_up
from archive.mongo.client import Connection
from archive.pages.documents import Damage, PageDamaged
from archive.pages.warc import write_warc
from archive.verification import SPIDER, Verified, verify
from tests.support.crawling import environment, scrapy
from tests.support.damaging import HARMS, harm
from tests.support.made_articles import NOW, article, key_of, page
from tests.support.mongodb import fresh_database, open_for_migration

LATER = NOW + timedelta(days=1)
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def filled(archive: Archive) -> Archive:
    """Give an archive with articles 1 to 9 and their pages; those from 5 on are packed with a dictionary."""
    archive.writer().save([article(number, html_of(number)) for number in range(5, 10)], NOW)
    archive.pages.compress(level=3)
    archive.writer().save([article(number, html_of(number)) for number in range(1, 5)], NOW)
    return archive


def html_of(number: int) -> str:
    return f"第{number}篇的內文" * 200


def id_of(number: int) -> str:
    return f"{key_of(number)}@2026-08-30T12:00:00.123Z"


def due(archive: Archive) -> set[str]:
    return {entry["_id"] for entry in archive.database["frontier"].find({"next_at": {"$lte": NOW}, "etag": None})}


def run(archive: Archive, **options: Any) -> Verified:
    return verify(archive, rate=0, **options)


def test_an_archive_that_is_whole_has_no_damage(filled: Archive) -> None:
    verified = run(filled)
    assert (verified.done, verified.total, verified.damaged, verified.complete) == (9, 9, [], True)
    assert filled.pages.damaged.every() == []
    [ledger] = filled.runs.recent(1, SPIDER)
    assert (ledger["outcome"], ledger["exit_status"], ledger["complete"]) == ("all well", 0, True)


@pytest.mark.parametrize("number", [2, 7], ids=["as received", "packed"])
@pytest.mark.parametrize("name", HARMS)
def test_every_harm_is_found_and_asked_for_again(filled: Archive, name: str, number: int) -> None:
    harm(filled.database.handle, id_of(number), HARMS[name])
    verified = run(filled)
    assert [(damage.page, damage.key) for damage in verified.damaged] == [(id_of(number), key_of(number))]
    assert verified.due == 1
    assert due(filled) == {key_of(number)}
    assert [damage.page for damage in filled.pages.damaged.unmended()] == [id_of(number)]
    with pytest.raises(PageDamaged, match=id_of(number)):
        filled.pages.get(id_of(number))
    assert filled.pages.latest(key_of(number)) is None
    assert run(filled).due == 0  # asked for once


def test_bodies_that_changed_places_are_found(filled: Archive) -> None:
    pages = filled.database["pages"]
    first, second = (pages.find_one({"_id": id_of(number)}) or {} for number in (2, 3))
    for page_id, body in ((id_of(2), second["body"]), (id_of(3), first["body"])):
        pages.update_one({"_id": page_id}, {"$set": {"body": body}})
    assert {damage.page for damage in run(filled).damaged} == {id_of(2), id_of(3)}
    assert due(filled) == {key_of(2), key_of(3)}


def test_the_same_bytes_received_again_mend_it(filled: Archive) -> None:
    for number in (2, 7):
        before = filled.pages.get(id_of(number))
        harm(filled.database.handle, id_of(number), HARMS["bit flipped"])
        run(filled)
        filled.pages.keep([page(number, f"<p>{html_of(number)}</p>", at=LATER)])
        mended = filled.pages.get(id_of(number))
        assert mended == before
        assert filled.pages.damaged.every() == []
    assert run(filled).damaged == []


def test_other_bytes_stand_beside_it_as_evidence(filled: Archive) -> None:
    harm(filled.database.handle, id_of(2), HARMS["cut"])
    run(filled)
    filled.pages.keep([page(2, "<p>改版</p>", at=LATER + timedelta(days=999))])
    assert [damage.page for damage in filled.pages.damaged.every()] == [id_of(2)]
    assert filled.pages.damaged.unmended() == []
    latest = filled.pages.latest(key_of(2))
    assert latest is not None
    assert gzip.compress(latest.body, mtime=0) == page(2, "<p>改版</p>").body


def test_a_body_that_is_nowhere_and_a_dictionary_that_is_gone(filled: Archive) -> None:
    filled.pages.keep([page(1, f"<p>{html_of(1)}</p>", at=LATER)])
    filled.database["pages"].delete_one({"_id": id_of(1)})
    filled.database["pages"].update_many({"stored": "zstd"}, {"$set": {"dictionary": 424242}})
    with Archive.open(filled.connection.uri, filled.database.name) as anew:
        verified = run(anew)
        reasons = {damage.key: damage.reason for damage in verified.damaged}
        assert reasons.pop(key_of(1)) == "no page has its body"
        assert reasons.keys() == {key_of(number) for number in range(5, 10)}
        assert all("restore it from a backup" in reason for reason in reasons.values())
        assert due(anew) == {key_of(1)}  # another fetch of all would be a burden, and a backup may have it


def test_what_was_harmed_and_is_whole_again_is_taken_off_the_list(filled: Archive) -> None:
    harm(filled.database.handle, id_of(2), HARMS["bit flipped"])
    run(filled)
    harm(filled.database.handle, id_of(2), HARMS["bit flipped"])
    assert run(filled).damaged == []
    assert filled.pages.damaged.every() == []


def test_it_goes_on_where_it_was_stopped_and_keeps_its_rate(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    clock = [0.0]
    monkeypatch.setattr("archive.verification._AT_ONCE", 4)
    monkeypatch.setattr("archive.verification.monotonic", lambda: clock[0])

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock[0] += seconds

    monkeypatch.setattr("archive.verification.sleep", sleep)
    seen: list[int] = []
    stopped = verify(filled, 8, lambda: bool(seen) and seen[-1] >= 8, lambda sofar: seen.append(sofar.done))
    assert (stopped.done, stopped.complete, seen) == (8, False, [4, 8])
    assert sum(waits) == pytest.approx(0.5)  # 4 pages at 8 a second; then it was stopped
    again = verify(filled, rate=8)
    assert (again.done, again.complete) == (9, True)
    assert again.resumed is not None
    assert again.resumed.after == key_of(8)
    assert run(filled).resumed is None


@pytest.mark.parametrize("number", [2, 7], ids=["as received", "packed"])
@pytest.mark.parametrize("name", ["bit flipped", "head flipped", "cut"])
def test_every_bulk_reader_names_it_and_passes_it_over(
    filled: Archive, connection: Connection, tmp_path: Path, name: str, number: int
) -> None:
    harm(filled.database.handle, id_of(number), HARMS[name])
    damages: list[Damage] = []
    assert write_warc(filled.pages.every(report=damages.append), tmp_path / "pages.warc.gz") == 8
    assert [entry.page for entry in damages] == [id_of(number)]
    with (tmp_path / "pages.warc.gz").open("rb") as file:
        targets = [record.rec_headers.get_header("WARC-Target-URI") for record in ArchiveIterator(file)]
    assert not [target for target in targets if target and target.endswith(f"nid={number}")]
    packed: list[Damage] = []
    filled.pages.compress(level=3, report=packed.append)
    assert [entry.page for entry in packed] == ([id_of(number)] if number < 5 else [])
    saved: list[Damage] = []
    back_up(filled, tmp_path / "backup", report=saved.append)
    assert [entry.page for entry in saved] == [id_of(number)]
    with fresh_database(connection) as target:
        with open_for_migration(connection.uri, target.name) as opened:
            restore(opened, tmp_path / "backup")
        with Archive.open(connection.uri, target.name) as again:
            assert [damage.page for damage in again.pages.damaged.every()] == [id_of(number)]
            assert again.pages.count() == 9


def test_every_command_ends_with_7_and_names_it(filled: Archive, tmp_path: Path) -> None:
    harm(filled.database.handle, id_of(2), HARMS["bit flipped"])
    environ = environment(NOWHERE, filled.connection.uri, filled.database.name)
    for words in (
        ("warc", "-o", str(tmp_path / "pages.warc")),
        ("reparse", "--dry-run"),
        ("reparse",),
        ("backup", str(tmp_path / "backup")),
        ("pages", "--compress"),
        ("pages", "--verify", "--rate", "0"),
    ):
        ran = scrapy(*words, environ=environ)
        assert ran.status == 7, (words, ran.log)
        assert f"damaged: {id_of(2)}: its sha256 is" in ran.log
    assert (tmp_path / "pages.warc").exists()
    assert due(filled) == {key_of(2)}
    kept = filled.articles.get(key_of(2))
    assert kept is not None
    assert kept["revision"] == 1


def test_a_damaged_newest_page_is_not_replaced_by_an_older_reading(filled: Archive) -> None:
    later = article(2, html_of(2) + "後來改寫的內文。", at=LATER)
    filled.writer().save([later], LATER)
    newest = f"{key_of(2)}@2026-08-31T12:00:00.123Z"
    harm(filled.database.handle, newest, HARMS["bit flipped"])
    environ = environment(NOWHERE, filled.connection.uri, filled.database.name)
    assert scrapy("reparse", environ=environ).status == 7
    kept = filled.articles.get(key_of(2))
    assert kept is not None
    assert "後來改寫的內文" in kept["text"]
