"""One article at two addresses is one document, whatever the order, and under several writers at once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

from archive.archive import Archive
from archive.model.article import Article, Author, Block, Problem, Related
from archive.model.crawl.outcome import Unchanged
from archive.model.crawl.page import Page
from archive.model.identity import keys_of
from archive.mongo.database import moment
from tests.support.looks import vanish
from tests.support.made_articles import NOW, article, page

TEXT = "營收成長17%,優於市場預期;AI服務擴張,目標價上調至172.28美元,法人維持買進評等。"
LATER = NOW + timedelta(hours=2)
MUCH_LATER = NOW + timedelta(hours=4)
NEWS, NOTES = "cmnews:90cf4975-5979-11f1-9bdb-c96c3424ad86", "notes:1"


def at_news(body: str = TEXT, *, number: int = 1, at: Any = NOW, **fields: Any) -> Article:
    """Return the article of a number as the new site has it."""
    key = NEWS[:-3] + f"{number:03}"
    raw = page(number, at=at)
    raw = Page(key, f"https://cmnews.com.tw/article/cmoney-{key[7:]}", 200, raw.body, "gzip", None, at, raw.headers)
    defaults: dict[str, Any] = {
        "author": Author("cmoney", None),
        "tags": ["新站"],
        "key": key,
        "url": raw.url,
        "page": raw,
    }
    return article(number, body, at=at, **defaults | fields)


def at_notes(body: str = TEXT, *, number: int = 1, at: Any = NOW, **fields: Any) -> Article:
    return article(number, body, at=at, **{"author": Author(None, "編輯"), **fields})


def save(archive: Archive, *batch: Any, at: Any = NOW, cause: Any = "site") -> list[str]:
    return [saved.what for saved in archive.writer(cause=cause).save(batch, at)]


def told(archive: Archive) -> list[tuple[str, str, str | None]]:
    return [(change.op, change.key, change.into) for change in archive.changes.after(0, 99)]


def only(archive: Archive) -> dict[str, Any]:
    [document] = archive.database["articles"].find()
    return document


def test_the_second_address_becomes_an_alias(archive: Archive) -> None:
    assert save(archive, at_notes()) == ["new"]
    news = at_news(at=LATER)
    assert save(archive, news, at=LATER) == ["updated"]
    kept = only(archive)
    assert (kept["_id"], kept["aliases"], kept["source"], kept["revision"]) == (NOTES, [news.key], NOTES, 1)
    assert (kept["author"], kept["tags"]) == ({"id": "cmoney", "name": "編輯"}, ["亞馬遜(AMZN)"])
    assert (kept["checked_at"], kept["fetched_at"]) == (moment(LATER), moment(NOW))
    assert archive.articles.get(news.key) == archive.articles.get(NOTES) == kept
    assert archive.articles.kept_as([NOTES, news.key, "notes:9"]) == {NOTES: NOTES, news.key: NOTES}
    assert {key: entry.state for key, entry in archive.frontier.lookup([NOTES, news.key]).items()} == {
        NOTES: "kept",
        news.key: "kept",
    }
    assert told(archive) == [("upsert", NOTES, None), ("upsert", NOTES, None)]
    assert len(archive.revisions.of(NOTES)) == 1


def test_both_in_one_batch_and_again(archive: Archive) -> None:
    batch = [at_news(), at_notes()]
    assert save(archive, *batch) == ["new", "updated"]
    assert keys_of(only(archive)) == (batch[0].key, NOTES)
    assert save(archive, at_notes(at=LATER), at_news(at=LATER), at=LATER) == ["same", "same"]
    assert len(told(archive)) == 2


def test_white_space_and_punctuation_make_no_difference_and_a_digit_does(archive: Archive) -> None:
    spaced = TEXT.replace(",", " 、 ").replace("。", ".")
    assert save(archive, at_notes(), at_news(spaced)) == ["new", "updated"]
    assert only(archive)["text"].endswith("評等。")
    assert save(archive, at_news(TEXT.replace("172.28", "17228"), number=2), at_notes(number=2)) == ["new", "new"]
    assert archive.database["articles"].count_documents({}) == 3


def test_what_one_site_shows_twice_is_in_doubt_and_no_second_article(archive: Archive) -> None:
    again = at_notes(key="notes:2", page=None)
    assert save(archive, at_notes(), again) == ["new", "suspect"]
    assert save(archive, at_news(published_at=again.published_at)) == ["updated"]
    assert archive.database["articles"].count_documents({}) == 1
    entry = archive.database["frontier"].find_one({"_id": "notes:2"})
    assert entry
    assert entry["suspect"]["kind"] == "text of another article"


def test_of_two_that_read_alike_the_nearest_in_time_is_the_article(archive: Archive) -> None:
    published = at_news().published_at
    assert published
    far = at_notes(published_at=published - timedelta(days=30))
    save(archive, far)
    near = only(archive) | {"_id": "notes:2", "published_at": published - timedelta(minutes=1)}
    archive.database["articles"].insert_one(near)  # kept by a version that did not doubt it
    save(archive, at_news())
    kept = archive.articles.get("notes:2")
    assert kept
    assert kept["aliases"] == [at_news().key]


def test_too_short_to_tell_is_not_merged(archive: Archive) -> None:
    assert save(archive, at_notes("登入", blocks=[Block("paragraph", "請先登入")]), at_news("登入")) == ["new", "new"]


def test_a_date_that_only_the_other_page_tells_is_taken_over(archive: Archive) -> None:
    problems = [Problem("published_at", "the page does not say"), Problem("updated_at", "neither")]
    undated = at_notes(published_at=None, published_from=None, problems=problems)
    save(archive, undated, at_news(published_from="address"))
    kept = only(archive)
    assert (kept["published_at"], kept["published_from"]) == (moment(at_news().published_at or NOW), "address")
    assert [problem["field"] for problem in kept["problems"]] == ["updated_at"]
    assert save(archive, at_notes(at=LATER, published_at=None, published_from=None, problems=problems)) == ["same"]
    assert only(archive)["published_at"] == kept["published_at"]


class TestDriftingApart:
    """What happens when the two pages no longer say the same."""

    def test_the_page_that_changes_makes_the_revision_and_the_one_left_behind_does_not_undo_it(
        self, archive: Archive
    ) -> None:
        save(archive, at_notes(), at_news())
        newer = TEXT.replace("172.28", "180.5")
        assert save(archive, at_news(newer, at=LATER), at=LATER) == ["revised"]
        assert save(archive, at_notes(at=MUCH_LATER), at_news(newer, at=MUCH_LATER), at=MUCH_LATER) == ["same", "same"]
        kept = only(archive)
        assert (kept["_id"], kept["source"], kept["revision"]) == (NOTES, at_news().key, 2)
        assert "180.5" in kept["text"]
        assert kept["url"] == at_notes().url
        assert kept["fetched_at"] == kept["checked_at"] == moment(MUCH_LATER)
        assert [revision["revision"] for revision in archive.revisions.of(NOTES)] == [1, 2]

    def test_the_newest_change_wins_wherever_it_comes_up(self, archive: Archive) -> None:
        save(archive, at_notes(), at_news())
        save(archive, at_news(TEXT.replace("172.28", "180.5"), at=LATER), at=LATER)
        last = TEXT.replace("172.28", "190")
        assert save(archive, at_notes(last, at=MUCH_LATER), at=MUCH_LATER) == ["revised"]
        assert (only(archive)["source"], only(archive)["revision"]) == (NOTES, 3)
        assert "190" in only(archive)["text"]

    def test_the_same_correction_at_both_is_one_revision(self, archive: Archive) -> None:
        save(archive, at_notes(), at_news())
        newer = TEXT.replace("172.28", "180.5")
        answers = save(archive, at_notes(newer, at=LATER), at_news(newer, at=LATER), at=LATER)
        assert answers == ["revised", "same"]

    def test_reading_again_the_page_that_was_left_behind_changes_nothing(self, archive: Archive) -> None:
        save(archive, at_notes(), at_news())
        newer = TEXT.replace("172.28", "180.5")
        save(archive, at_notes(newer, at=LATER), at=LATER)
        before = only(archive)
        assert save(archive, at_news(TEXT + "更好的讀法。"), at=MUCH_LATER, cause="extractor") == ["same"]
        assert only(archive) == before
        assert save(archive, at_news(TEXT + "更好的讀法。", at=MUCH_LATER), at=MUCH_LATER) == ["same"]

    def test_gone_from_one_address_is_not_gone(self, archive: Archive) -> None:
        save(archive, at_notes(), at_news())
        vanish(archive, NOTES, at=NOW)
        assert only(archive)["status"] == "live"
        vanish(archive, at_news().key, at=LATER)
        assert (only(archive)["status"], only(archive)["gone_at"]) == ("gone", moment(LATER))
        assert save(archive, Unchanged(at_news().key, MUCH_LATER), at=MUCH_LATER) == ["updated"]
        assert only(archive)["status"] == "live"
        assert [op for op, *_ in told(archive)] == ["upsert", "upsert", "gone", "back"]


class TestTwoDocuments:
    """Documents that prove to be one article later on."""

    def test_a_revision_that_makes_them_equal_merges_them_into_the_older(self, archive: Archive) -> None:
        save(archive, at_news("另一種說法," + TEXT))
        save(archive, at_notes(at=LATER), at=LATER)
        assert archive.database["articles"].count_documents({}) == 2
        assert save(archive, at_news(at=MUCH_LATER), at=MUCH_LATER) == ["revised"]
        kept, key = only(archive), at_news().key
        assert (kept["_id"], kept["aliases"], kept["revision"]) == (key, [NOTES], 2)
        assert told(archive)[2:] == [("upsert", key, None), ("merge", NOTES, key), ("upsert", key, None)]
        assert len(archive.revisions.of(NOTES)) == 1

    def test_a_better_reading_merges_them(self, archive: Archive) -> None:
        save(archive, at_notes(), at_news(TEXT + "廣告"))
        assert save(archive, at_news(), at=LATER, cause="extractor") == ["revised"]
        assert keys_of(only(archive)) in {(NOTES, at_news().key), (at_news().key, NOTES)}

    def test_the_loser_s_aliases_come_along(self, archive: Archive) -> None:
        capture = article(1, TEXT, key="capture:0123456789abcdef", url=None, page=None, related=[])
        save(archive, at_news(TEXT + "舊"), at=NOW)
        save(archive, capture, at_notes(at=LATER), at=LATER)
        assert archive.database["articles"].count_documents({}) == 2
        save(archive, at_news(at=MUCH_LATER), at=MUCH_LATER)
        assert set(keys_of(only(archive))) == {at_news().key, NOTES, capture.key}


def test_a_page_beats_a_text_capture(archive: Archive) -> None:
    capture = article(1, TEXT, key="capture:0123456789abcdef", url=None, page=None, tags=[], related=[])
    save(archive, capture)
    assert save(archive, at_news(at=LATER), at=LATER) == ["updated"]
    kept = only(archive)
    assert (kept["_id"], kept["source"], kept["url"]) == (capture.key, at_news().key, at_news().url)
    assert (kept["tags"], len(kept["related"])) == (["新站"], 2)
    assert save(archive, capture, at=MUCH_LATER) == ["same"]


def test_further_reading_of_an_alias_leads_to_the_document(archive: Archive) -> None:
    key = at_news().key
    pointing = at_notes("別的文章。" + TEXT, number=3, related=[Related("這篇", at_news().url, key)])
    save(archive, at_notes(), at_news(), pointing)
    [link] = archive.articles.get("notes:3")["related"]  # type: ignore[index]
    assert archive.articles.kept_as([link["key"]]) == {key: NOTES}


def test_two_writers_at_once_make_one_document_of_each_pair(archive: Archive) -> None:
    many = 40
    start = threading.Barrier(2)

    def write(made: Any) -> None:
        with Archive.open(archive.connection.uri, archive.database.name, create=True) as own:
            writer = own.writer()
            start.wait()
            for number in range(0, many, 4):
                writer.save([made(number=entry) for entry in range(number, number + 4)], NOW)

    threads = [threading.Thread(target=write, args=(made,)) for made in (at_news, at_notes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    documents = list(archive.database["articles"].find())
    assert len(documents) == many
    assert {len(document["aliases"]) for document in documents} == {1}
    assert [change.cursor for change in archive.changes.after(0, 999)] == list(range(1, 2 * many + 1))
