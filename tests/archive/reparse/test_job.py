"""Kept pages, read again: what a better reader mends, and what no reader may change."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from archive.archive import Archive
from archive.model.article import Article
from archive.model.crawl.outcome import Miss
from archive.reparse.job import CHUNK, Reparse, ReparseRequest, Tally
from archive.reparse.rereader import FieldChange
from archive.reparse.store import Rereadings
from archive.reparse.workers import ReaderDied
from tests.support.kept_readers import DEADLY, SOFT_404, UNKNOWN, recipe
from tests.support.looks import vanish
from tests.support.made_articles import NOW, article, key_of, page, url_of
from tests.support.mongodb import wait_until

ROOT = Path(__file__).parents[3]
LATER = NOW + timedelta(hours=2)
PAGE = "<p>舊讀法所見。</p><section>新讀法所見。</section>"


def save(archive: Archive, outcomes: Iterable[Article | Miss]) -> None:
    archive.writer().save(list(outcomes), NOW)


def keep(archive: Archive, *numbers: int, html: str = PAGE) -> None:
    """Keep articles as the first version of the reader reads them."""
    made = (article(entry, "舊讀法所見。", page=page(entry, html), fetched_at=NOW) for entry in numbers)
    save(archive, (as_version(document, "1") for document in made))


def as_version(read: Article, version: str) -> Article:
    read.extractor = type(read.extractor)("test", version)
    return read


def unreadable(number: int, html: str, state: Any = "failed", at: Any = NOW) -> Miss:
    return Miss(key_of(number), url_of(number), state, "unreadable", at, page(number, html, at=at))


def reparse(archive: Archive, element: str = "section", version: str = "2", **order: Any) -> Tally:
    return Reparse(archive, recipe(element, version), ReparseRequest(processes=1, **order)).run()


def texts(archive: Archive, number: int) -> list[tuple[str, str]]:
    return [
        (revision["text"].split("\n\n")[-1], revision["cause"]) for revision in archive.revisions.of(key_of(number))
    ]


def everything(archive: Archive) -> dict[str, list[dict[str, Any]]]:
    database = archive.database.handle
    return {name: sorted(database[name].find(), key=repr) for name in sorted(database.list_collection_names())}


def test_what_is_read_otherwise_is_a_revision_of_the_extractor(archive: Archive) -> None:
    keep(archive, 1, 2)
    tally = reparse(archive)
    assert tally.counts == {"revised": 2}
    assert tally.complete
    assert texts(archive, 1) == [("舊讀法所見。", "site"), ("新讀法所見。", "extractor")]
    assert [(change.key, change.cause) for change in archive.changes.after(2, 9)] == [
        (key_of(1), "extractor"),
        (key_of(2), "extractor"),
    ]
    assert tally.fields.keys() == {"sections", "text", "extractor"}
    [run] = archive.runs.recent(1)
    assert (run["spider"], run["complete"], run["outcome"]) == ("reparse", True, "all well")
    assert run["counts"].items() >= {"reparse/revised": 2, "stage/seen": 2}.items()


def test_what_is_read_as_before_is_not_even_written(archive: Archive) -> None:
    keep(archive, 1)
    before = everything(archive)
    assert reparse(archive, "p", "1").counts == {"same": 1}
    after = everything(archive)
    assert {name for name in after if after[name] != before.get(name)} == {"runs"}


def test_a_newer_version_of_the_same_reading_is_noted_without_a_change(archive: Archive) -> None:
    keep(archive, 1)
    assert reparse(archive, "p", "2").counts == {"same": 1}
    kept = archive.articles.get(key_of(1))
    assert kept is not None
    assert (kept["extractor"]["version"], kept["revision"]) == ("2", 1)
    assert len(archive.changes.after(0, 9)) == 1


def test_a_page_that_could_not_be_read_is_mended_once_the_reader_has_learnt_it(archive: Archive) -> None:
    save(archive, [unreadable(1, "<section>改版後的內文。</section>")])
    first = reparse(archive, "p")
    assert first.counts == {"failed": 1}
    assert first.reasons == {"failed: unreadable": 1}
    assert reparse(archive).counts == {"new": 1}
    assert texts(archive, 1) == [("改版後的內文。", "extractor")]
    assert archive.frontier.lookup([key_of(1)])[key_of(1)].state == "kept"


def test_a_rehearsal_shows_what_would_change_and_changes_nothing(archive: Archive) -> None:
    keep(archive, *range(1, 6))
    save(archive, [unreadable(9, "<section>改版。</section>")])
    before = everything(archive)
    tally = Reparse(archive, recipe("section", "2"), ReparseRequest(processes=1)).rehearse()
    assert everything(archive) == before
    assert (tally.counts, tally.fields["text"]) == ({"revised": 5, "new": 1}, 5)
    assert len(tally.examples["text"]) == 3
    key, change = tally.examples["text"][0]
    assert (key, change) == (key_of(1), FieldChange("text", "結論先行\n\n舊讀法所見。", "結論先行\n\n新讀法所見。"))
    assert reparse(archive).counts == tally.counts


def test_stopped_it_goes_on_where_it_was(archive: Archive) -> None:
    keep(archive, *range(1000, 1000 + 3 * CHUNK))
    order = ReparseRequest(processes=1)
    stopped = Reparse(archive, recipe("section", "2"), order, stop=lambda: True).run()
    assert (stopped.done, stopped.total, stopped.complete) == (CHUNK, 3 * CHUNK, False)
    assert archive.runs.recent(1)[0]["outcome"] == "interrupted"
    resumed = reparse(archive)
    assert resumed.resumed is not None
    assert resumed.resumed.after == key_of(1000 + CHUNK - 1)
    assert (resumed.counts, resumed.done) == ({"revised": 2 * CHUNK}, 3 * CHUNK)
    assert archive.database["rereadings"].count_documents({}) == 0
    assert reparse(archive).counts == {"same": 3 * CHUNK}


def test_other_readers_or_a_new_beginning_do_not_go_on(archive: Archive) -> None:
    keep(archive, *range(1000, 1000 + 2 * CHUNK))
    order = ReparseRequest(processes=1)
    Reparse(archive, recipe("section", "2"), order, stop=lambda: True).run()
    assert reparse(archive, version="3").resumed is None
    again = Reparse(archive, recipe("section", "2"), order)
    again.forget()
    assert again.run().counts.total() == 2 * CHUNK


def test_killed_in_the_middle_nothing_is_lost_or_done_twice_and_nobody_lingers(archive: Archive) -> None:
    count = 12 * CHUNK
    keep(archive, *range(1000, 1000 + count))
    database = archive.database.handle
    words = [sys.executable, "-m", "tests.support.rereader", archive.connection.uri, database.name, "section"]
    process = subprocess.Popen(words, cwd=ROOT)
    wait_until(lambda: database["revisions"].count_documents({"cause": "extractor"}) >= CHUNK)
    helpers = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    assert database["revisions"].count_documents({"cause": "extractor"}) < count
    assert not psutil.wait_procs(helpers, 20)[1]
    assert reparse(archive).complete
    assert database["articles"].count_documents({"revision": 2, "extractor.version": "2"}) == count
    assert database["revisions"].count_documents({}) == 2 * count
    assert [change.cursor for change in archive.changes.after(0, 3 * count)] == list(range(1, 2 * count + 1))


def test_an_article_that_is_gone_is_read_again_from_its_last_page_and_stays_gone(archive: Archive) -> None:
    keep(archive, 1)
    save(archive, [unreadable(1, f"<p>{SOFT_404}</p>", "gone", LATER)])
    vanish(archive, key_of(1), at=LATER)
    assert reparse(archive).counts == {"revised": 1}
    kept = archive.articles.get(key_of(1))
    assert kept is not None
    assert (kept["status"], texts(archive, 1)[-1]) == ("gone", ("新讀法所見。", "extractor"))


def test_a_look_that_failed_stays_to_be_told_of(archive: Archive) -> None:
    keep(archive, 1)
    save(archive, [unreadable(1, "<div>改版</div>", at=LATER)])
    assert reparse(archive).counts == {"failed": 1}
    assert archive.frontier.lookup([key_of(1)])[key_of(1)].reason == "unreadable"
    keep(archive, 2)
    save(archive, [Miss(key_of(2), url_of(2), "failed", "HTTP 503", LATER)])
    assert reparse(archive, "p", "1", keys=(key_of(2),)).counts == {"same": 1}
    assert archive.frontier.lookup([key_of(2)])[key_of(2)].reason == "HTTP 503"


def test_a_window_that_left_an_article_out_still_does(archive: Archive) -> None:
    for number, reason in ((1, "outside the window"), (2, "other column")):
        save(archive, [Miss(key_of(number), url_of(number), "skipped", reason, NOW, page(number, PAGE))])
    tally = reparse(archive)
    assert (tally.counts, tally.reasons) == ({"skipped": 1, "new": 1}, {"skipped: outside the window": 1})
    assert archive.articles.kept_as([key_of(1), key_of(2)]) == {key_of(2): key_of(2)}


def test_what_the_reader_cannot_judge_and_what_has_no_page_is_left_alone(archive: Archive) -> None:
    keep(archive, 1, html=UNKNOWN)
    save(archive, [Miss(key_of(2), url_of(2), "gone", "HTTP 404", NOW, page(2, "404", status=404))])
    before = everything(archive)["frontier"]
    assert reparse(archive).counts == {"foreign": 1, "pageless": 1}
    assert everything(archive)["frontier"] == before


def test_only_what_is_asked_for_is_read(archive: Archive) -> None:
    keep(archive, 1)
    save(archive, [article(2, page=page(2, PAGE, at=LATER), fetched_at=LATER, problems=[])])
    assert reparse(archive, since=LATER).counts == {"revised": 1}
    archive.database["articles"].update_one({"_id": key_of(2)}, {"$set": {"problems": []}})
    assert reparse(archive, version="3", problems=True).counts == {"revised": 1}
    assert reparse(archive, version="4", keys=(key_of(1), key_of(7))).counts == {"same": 1, "pageless": 1}


def test_a_page_that_kills_its_reader_is_named(archive: Archive) -> None:
    keep(archive, 1, html=DEADLY)
    with pytest.raises(ReaderDied, match=f"{key_of(1)} to {key_of(1)} died"):
        Reparse(archive, recipe("section", "2"), ReparseRequest(processes=2)).run()
    assert archive.runs.recent(1)[0]["outcome"] == "failed"


def test_recompressed_pages_are_read_as_before(archive: Archive) -> None:
    keep(archive, *range(1, 21), html=PAGE + "<footer>頁尾</footer>" * 300)
    assert archive.pages.compress().pages == 1  # one body, kept once
    assert reparse(archive).counts == {"revised": 20}


def test_side_by_side_the_same_comes_of_it(archive: Archive) -> None:
    keep(archive, *range(1000, 1000 + 5 * CHUNK))
    save(archive, [unreadable(7, "<div>改版</div>")])
    tally = Reparse(archive, recipe("section", "2"), ReparseRequest(processes=2)).run()
    assert (tally.counts, tally.done, tally.complete) == ({"revised": 5 * CHUNK, "failed": 1}, 5 * CHUNK + 1, True)
    assert tally.events == {"stage/seen": 5 * CHUNK}


def test_the_keys_come_in_order_each_once(archive: Archive) -> None:
    keep(archive, 3, 1)
    save(archive, [unreadable(1, "<p>x</p>", at=LATER)])
    rereadings = Rereadings(archive.database)
    assert rereadings.keys("", None, 9) == [key_of(1), key_of(3)]
    assert rereadings.keys(key_of(1), None, 9) == [key_of(3)]
    assert rereadings.keys("", LATER, 9) == [key_of(1)]
    assert (rereadings.count(None), rereadings.count(LATER)) == (2, 1)


@pytest.mark.parametrize(
    ("order", "due", "crew"),
    [
        (ReparseRequest(), 0, 1),
        (ReparseRequest(), CHUNK, 1),
        (ReparseRequest(), CHUNK + 1, 2),
        (ReparseRequest(), 99 * CHUNK, 4),
        (ReparseRequest(processes=3), 1, 3),
        (ReparseRequest(processes=3, keys=("a", "b")), 2, 1),
    ],
)
def test_no_process_is_started_that_had_nothing_to_read(
    order: ReparseRequest, due: int, crew: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2, 3})
    assert order.crew(due) == crew
