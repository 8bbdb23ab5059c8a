"""The outbox."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

from archive.archive import Archive
from archive.model.change import Change
from tests.support.looks import vanish
from tests.support.made_articles import NOW, article, key_of


def test_changes_in_order_from_any_place(archive: Archive) -> None:
    assert (archive.changes.latest(), archive.changes.after(0, 9)) == (0, [])
    archive.writer().save([article(1), article(2)], NOW)
    later = NOW + timedelta(hours=1)
    vanish(archive, key_of(1), at=later)
    assert archive.changes.latest() == 3
    assert [it.cursor for it in archive.changes.after(0, 2)] == [1, 2]
    [change] = archive.changes.after(2, 9)
    assert change == Change(3, "gone", key_of(1), 1, "site", change.at)
    assert archive.changes.after(3, 9) == []


def test_watching_ends_with_the_next_change_or_the_wait(archive: Archive) -> None:
    assert not archive.changes.watch(0, 0.1)
    archive.writer().save([article(1)], NOW)
    assert archive.changes.watch(0, 0)
    assert not archive.changes.watch(1, 0)


def test_watching_sees_a_change_that_comes_while_it_waits(archive: Archive) -> None:
    def save_soon() -> None:
        time.sleep(0.3)
        archive.writer().save([article(1)], NOW)

    thread = threading.Thread(target=save_soon)
    thread.start()
    try:
        assert archive.changes.watch(0, 60)
    finally:
        thread.join()
