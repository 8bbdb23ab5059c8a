"""The promise of the feed: writers and reader are killed at any moment, and the reader misses nothing."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from archive.archive import Archive
from tests.support.crawling import ROOT
from tests.support.feed_writer import SHARED
from tests.support.following import follower, lines_of, settings
from tests.support.kept_readers_copy import copied, number_of, original
from tests.support.made_articles import NOW, article
from tests.support.mongodb import serving, wait_until

WRITERS = 4
MOST = 200_000
"""Bytes that the reader has read when it is killed, at most: some 150 lines."""


@dataclass(slots=True)
class Scribe:
    """A writer of a range of articles, which is killed now and then and begins again where it was acknowledged.

    Attributes:
        archive: Where it writes.
        uri: Its server.
        place: The next article to write.
        last: Behind the last one.
        kills: How often it was killed.
    """

    archive: Archive
    uri: str
    place: int
    last: int
    kills: int = 0
    _process: subprocess.Popen[str] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it where it was."""
        database = self.archive.database.name
        words = [sys.executable, "-m", "tests.support.feed_writer", self.uri, database, str(self.place), str(self.last)]
        self._process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def is_at_work(self) -> bool:
        """Return whether it still writes."""
        return self._process is not None and self._process.poll() is None

    def stop(self, *, kill: bool) -> None:
        """Take note of how far it came, after killing it or waiting for its end."""
        process, self._process = self._process, None
        if process is None:
            return
        if kill and process.poll() is None:
            process.kill()
            self.kills += 1
        out, _ = process.communicate()
        acknowledged = [int(line) for line in out.split("\n")[:-1]]
        self.place = max([self.place, *acknowledged])
        assert kill or process.returncode == 0


@contextmanager
def scribes(archive: Archive, uri: str, count: int) -> Iterator[list[Scribe]]:
    """Give writers of some articles, at work."""
    share = count // WRITERS
    made = [Scribe(archive, uri, 100 + number * share, 100 + (number + 1) * share) for number in range(WRITERS)]
    with ExitStack() as stack:
        for document in made:
            document.start()
            stack.callback(document.stop, kill=True)
        yield made


@dataclass(slots=True)
class Reader:
    """A reader that follows the feed into a file, and is killed now and then.

    Attributes:
        folder: Where it keeps what it read, and its place.
        environ: Of its process.
        kills: How often it was killed.
    """

    folder: Path
    environ: dict[str, str]
    kills: int = 0
    _process: subprocess.Popen[str] | None = field(default=None, init=False)
    _began: tuple[int, int] = field(default=(0, 0), init=False)

    @property
    def out(self) -> Path:
        """Return where the lines are."""
        return self.folder / "feed.ndjson"

    @property
    def place(self) -> Path:
        """Return where its place is."""
        return self.folder / "cursor"

    def start(self) -> None:
        """Start it where it was."""
        with self.out.open("a", encoding="utf-8") as file:
            self._began = (time.time_ns(), self.out.stat().st_size)
            self._process = follower("--cursor-file", str(self.place), environ=self.environ, out=file)

    def has_read(self, size: int) -> bool:
        """Return whether it has read more than so many bytes since it was started."""
        return self.out.stat().st_size > self._began[1] + size

    def is_at(self, cursor: str) -> bool:
        """Return whether it, and not one that was killed before it, has come to a cursor."""
        if not self.place.exists() or self.place.stat().st_mtime_ns < self._began[0]:
            return False
        return self.place.read_text() == f"{cursor}\n"

    def kill(self) -> None:
        """Kill it."""
        assert self._process
        self._process.kill()
        self._process.communicate()
        self.kills += 1

    def end_at(self, cursor: str) -> None:
        """Wait until it has read up to a cursor, and end it as one ends a program."""
        assert self._process
        wait_until(lambda: self.is_at(cursor), 600)
        self._process.send_signal(signal.SIGTERM)
        _, errors = self._process.communicate(timeout=60)
        assert (self._process.returncode, errors) == (0, "")


def check_followed(archive: Archive, reader: Reader, uri: str, count: int) -> Counter[str]:
    """Let writers and a reader work and be killed until all is written; check what was read; return what happened.

    Both are killed once the reader has read a bit, so that there are as many kills on a slow machine as on a fast one.
    """
    chance = random.Random(count)
    with scribes(archive, uri, count) as writers:
        reader.start()
        while any(writer.place < writer.last for writer in writers):
            wait_until(partial(has_come_far, reader, writers, chance.randrange(MOST)), 600)
            reader.kill()
            reader.start()
            kill_one(chance.choice(writers))
            for writer in writers:
                if not writer.is_at_work():
                    writer.stop(kill=False)
        kills = sum(writer.kills for writer in writers)
    reader.end_at(archive.changes.cursor())
    read = check_read(archive, reader.out.read_text(encoding="utf-8"), reader.kills, count)
    return read | Counter({"reader killed": reader.kills, "writers killed": kills})


def has_come_far(reader: Reader, writers: Sequence[Scribe], size: int) -> bool:
    """Return whether a reader has read so many bytes, or nobody writes any more."""
    return reader.has_read(size) or not any(writer.is_at_work() for writer in writers)


def kill_one(writer: Scribe) -> None:
    """Kill a writer that is at work, and let it go on."""
    if writer.is_at_work():
        writer.stop(kill=True)
        writer.start()


def check_read(archive: Archive, text: str, kills: int, count: int) -> Counter[str]:
    """Check that what was read is every change in order, and makes the archive; return how much it was."""
    lines = lines_of(text)
    numbers = [number_of(line) for line in lines]
    steps = Counter(after - before for before, after in pairwise(numbers))
    assert numbers[0] == 1
    assert set(steps) <= {0, 1}, "in order, without a hole, at most one line repeated at a time"
    assert steps[0] <= kills
    assert numbers[-1] == archive.changes.latest()
    assert archive.articles.count() == count + len(SHARED)
    assert copied(lines) == original(archive)
    return Counter({"changes": numbers[-1], "lines repeated": steps[0]})


def test_a_follower_misses_nothing(archive: Archive, uri: str, tmp_path: Path) -> None:
    name = archive.database.name
    happened = check_followed(archive, Reader(tmp_path, settings(uri, name)), uri, 400)
    assert happened["reader killed"] > 0
    assert happened["changes"] >= 600


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_follower_misses_nothing_of_twenty_thousand_articles(archive: Archive, uri: str, tmp_path: Path) -> None:
    name = archive.database.name
    happened = check_followed(archive, Reader(tmp_path, settings(uri, name)), uri, 20_000)
    sys.stdout.write(f"{dict(happened)}\n")  # shown with -s
    assert happened["reader killed"] > 10
    assert happened["writers killed"] > 5


def has_lines(path: Path, count: int) -> bool:
    return path.read_text(encoding="utf-8").count("\n") == count


@pytest.mark.slow
def test_a_follower_outlives_its_server(tmp_path: Path) -> None:
    """The server is killed while the follower waits, and started again."""
    with serving() as server, Archive.open(server.uri, "outlived", create=True) as archive:
        reader = Reader(tmp_path, settings(server.uri, "outlived"))
        out = tmp_path / "feed.ndjson"
        archive.writer().save([article(1)], NOW)
        reader.start()
        for turn in (2, 3):
            wait_until(partial(has_lines, out, turn - 1))
            server.kill()
            time.sleep(2)
            server.start()
            archive.writer().save([article(turn)], NOW)
        wait_until(partial(has_lines, out, 3))
        assert [number_of(line) for line in lines_of(out.read_text())] == [1, 2, 3]
        reader.end_at(archive.changes.cursor())
