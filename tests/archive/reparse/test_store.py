"""What a rehearsal tells of a reading is what the writer then does with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from archive.archive import Archive
from archive.articles.documents import to_document
from archive.model.article import Article
from archive.model.crawl.outcome import Miss
from archive.reparse.store import Rereadings
from tests.support.made_articles import NOW, article, key_of, url_of

LATER = NOW + timedelta(hours=2)
TEXT = "本季營收年增17%,優於預期,毛利率同步走高,公司上調全年展望。"
TWIN = "cmnews:90cf4975-5979-11f1-9bdb-c96c3424ad86"


def read(number: int, text: str = TEXT, **fields: Any) -> Article:
    return article(number, text, title="【美股動態】同一標題", headline="同一標題", **fields)


def twin(number: int, **fields: Any) -> Article:
    """Return the same article at the other site."""
    made = read(number, url=f"https://cmnews.com.tw/article/cmoney-{TWIN[7:]}", **fields)
    made.key, made.page = TWIN, None
    return made


def gone(number: int) -> Miss:
    return Miss(key_of(number), url_of(number), "gone", "404", LATER)


KEPT_AND_READ: dict[str, tuple[Sequence[Article | Miss], Sequence[Article | Miss]]] = {
    "as it is kept": ([read(1)], [read(1)]),
    "as it is kept, and others": ([read(1), article(2)], [read(1), article(2, "別的內文。"), article(3)]),
    "by a newer reader": ([read(1)], [read(1, extractor=article(1).extractor.__class__("notes", "2"))]),
    "with another tag": ([read(1)], [read(1, tags=["特斯拉(TSLA)"])]),
    "with another text": ([read(1)], [read(1, "另一段內文,與先前所讀大不相同,足以分辨。")]),
    "off a newer page": ([read(1)], [read(1, at=LATER)]),
    "off an older page": ([read(1, at=LATER)], [read(1)]),
    "as it is kept, though gone": ([read(1), gone(1)], [read(1)]),
    "as it is kept, then its twin": ([read(1)], [read(1), twin(1)]),
    "its twin, then as it is kept": ([read(1)], [twin(1), read(1)]),
    "as it is kept, with its twin in it": ([read(1), twin(1)], [read(1), twin(1)]),
    "two of one site that say the same": ([read(1), read(2)], [read(1), read(2)]),
    "one of two of one site, and a twin": ([read(1), read(2)], [twin(1), read(2)]),
    "two that come to say the same": ([read(1), article(2)], [read(1), read(2)]),
    "one that comes to say the same as its twin": ([article(1), twin(1)], [read(1)]),
    "twice": ([read(1)], [read(1), read(1)]),
    "twice, the first time otherwise": ([read(1, "短。")], [read(1, "短短。"), read(1, "短。")]),
    "too short to tell apart": ([read(1, "短。"), read(2, "短。")], [read(1, "短。"), read(2, "短。")]),
}


@pytest.mark.parametrize(("kept", "again"), KEPT_AND_READ.values(), ids=KEPT_AND_READ)
def test_a_rehearsal_tells_what_the_writer_does(
    archive: Archive, kept: Sequence[Article | Miss], again: Sequence[Article | Miss]
) -> None:
    for outcome in kept:
        archive.writer().save([outcome], NOW)
    before = documents(archive)
    rereadings = Rereadings(archive.database)
    rehearsed = rereadings.rehearse(again, rereadings.kept([entry.key for entry in again]), LATER)
    assert documents(archive) == before
    assert [record.saved for record in rehearsed] == archive.writer(cause="extractor").save(again, LATER)
    changed = {record.after["_id"]: record.after for record in rehearsed if record.after}
    assert documents(archive) == before | changed or any(entry["aliases"] for entry in changed.values())
    if all(record.before == record.after for record in rehearsed):
        assert documents(archive) == before


def test_it_knows_what_is_kept_under_a_key_that_a_page_led_to(archive: Archive) -> None:
    archive.writer().save([read(1), article(2)], NOW)
    rereadings = Rereadings(archive.database)
    again = [read(1), article(2, "別的內文。")]
    rehearsed = rereadings.rehearse(again, rereadings.kept([key_of(7), key_of(8)]), LATER)
    assert [(record.saved.what, record.saved.revision) for record in rehearsed] == [("same", 1), ("revised", 2)]


def test_what_is_as_it_is_kept_is_not_passed_over_where_its_twin_is_kept_apart(archive: Archive) -> None:
    archive.writer().save([read(1)], NOW)
    archive.database["articles"].insert_one(to_document(twin(1), NOW))
    rereadings = Rereadings(archive.database)
    (rehearsed,) = rereadings.rehearse([read(1)], rereadings.kept([key_of(1)]), LATER)
    assert rehearsed.before != rehearsed.after
    assert archive.writer(cause="extractor").save([read(1)], LATER) == [rehearsed.saved]
    assert list(documents(archive).values()) == [rehearsed.after]


def documents(archive: Archive) -> dict[str, dict[str, Any]]:
    return {document["_id"]: document for document in archive.database["articles"].find()}
