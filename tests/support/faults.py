"""The fault matrix: each command is ended by a signal at a point, and called again; what was kept stays kept.

`tests/test_faults.py` asserts a part of it and `make soak` tries cells of it at random.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import bson

from archive.archive import Archive
from archive.backup.restore import restore
from archive.backup.save import back_up
from archive.errors import ArchiveUnfinished, NoArchive
from archive.mongo.client import Connection
from tests.support.crawling import ROOT, Ran, environment, scrapy
from tests.support.made_articles import NOW, article
from tests.support.mongodb import fresh_database, open_for_migration

ARTICLES: Final = 12
SIGNALS: Final = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
ENDED: Final = {signal.SIGKILL: {-9}, signal.SIGTERM: {-15, 8, 143}, signal.SIGINT: {-2, 8, 130}}
"""Exit statuses of a command that a signal ended; one that was done before it came ends with 0."""

COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "backup": ("backup", "PLACE/out"),
    "restore": ("restore", "PLACE/whole"),
    "export": ("export", "--format", "jsonl", "-o", "PLACE/out"),
    "warc": ("warc", "-o", "PLACE/out"),
    "feed": ("feed", "--cursor-file", "PLACE/out"),
    "compress": ("pages", "--compress"),
    "verify": ("pages", "--verify", "--rate", "0"),
    "drop": ("archive", "drop", "DATABASE"),
}
POINTS: Final[dict[str, tuple[str, ...]]] = {
    "backup": (
        "archive.backup.parts:_write",
        "archive.backup.manifest:Manifest.write",
        "archive.backup.snapshot:Bulk.touched",
        "os:fsync",
    ),
    "restore": (
        "archive.backup.parts:check_parts",
        "archive.backup.snapshot:Bulk.insert",
        "archive.backup.restore:Restoration.note",
        "archive.backup.restore:Restoration.unlock",
        "archive.backup.restore:Restoration.forget",
        "archive.mongo.schema.removal:mark",
        "archive.mongo.schema.removal:clear",
    ),
    "export": ("archive.export.exporter:Files.write", "os:fsync", "pathlib:Path.replace"),
    "warc": ("archive.pages.warc:_response", "os:fsync", "pathlib:Path.replace"),
    "feed": ("archive.feed.stream:CursorFile.keep", "archive.feed.stream:LineWriter.tell", "pathlib:Path.replace"),
    "compress": ("pymongo.collection:Collection.update_one", "archive.pages.compression:_plain_body"),
    "verify": ("archive.crawl_state.runs:Runs.heartbeat", "archive.crawl_state.resume_points:ResumePoints.mark"),
    "drop": ("archive.mongo.schema.removal:mark", "pymongo.collection:Collection.drop"),
}
_PACKING: Final = ("body", "stored", "dictionary", "plain_sha256", "plain_size")
KEPT: Final = ("articles", "revisions", "pages", "changes", "frontier", "counters")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix.

    Attributes:
        command: A name of `COMMANDS`.
        point: The function at whose call the signal comes.
        after: Calls of it that pass before.
        number: The signal.
    """

    command: str
    point: str
    after: int
    number: signal.Signals

    def __str__(self) -> str:
        return f"{self.command} {self.number.name} at {self.point} after {self.after}"


class Ground:
    """A filled archive with a backup of it, on which cells are tried.

    Args:
        connection: To the server.
        uri: Its address.
        place: A folder of its own.
    """

    def __init__(self, connection: Connection, uri: str, place: Path) -> None:
        self._connection = connection
        self._uri = uri
        self._place = place

    def attempt(self, cell: Cell) -> bool:
        """Try a cell: end the command, look, call it again, look again; return whether the signal ended it."""
        with fresh_database(self._connection) as source, fresh_database(self._connection) as target:
            place = self._place / hashlib.sha256(str(cell).encode()).hexdigest()[:8]
            place.mkdir()
            with Archive.open(self._uri, source.name, create=True) as archive:
                archive.writer().save([article(number) for number in range(1, ARTICLES + 1)], NOW)
                back_up(archive, place / "whole")
            if cell.command in {"export", "warc"}:
                (place / "out").write_bytes(b"before")
            before = _content(source)
            name = target.name if cell.command == "restore" else source.name
            first = self._fall(cell, place, name)
            assert first.status in ENDED[cell.number] | {0}, f"{cell}: {first.status}\n{first.log}"
            assert "Traceback" not in first.log, f"{cell}: {first.log}"
            if cell.command != "drop":
                assert _content(source) == before, f"{cell}: the archive is not as it was"
            self._look(cell, place, target, first)
            second = scrapy(*_words(cell, place, name), environ=environment("http://127.0.0.1:9", self._uri, name))
            done = {0, 5} if cell.command == "drop" else {0}
            assert second.status in done, f"{cell}: again {second.status}\n{second.log}"
            self._look_again(cell, place, (source, target), before, first.out + second.out)
            shutil.rmtree(place)
        return first.status != 0

    def _fall(self, cell: Cell, place: Path, name: str) -> Ran:
        fall = ["tests.support.falling", cell.point, str(cell.after), str(int(cell.number))]
        program = [sys.executable, "-m", *fall, *_words(cell, place, name)]
        environ = environment("http://127.0.0.1:9", self._uri, name)
        ended = subprocess.run(program, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=120)
        return Ran(ended.returncode, ended.stdout, ended.stderr)

    def _look(self, cell: Cell, place: Path, target: Any, first: Ran) -> None:
        """Check what a command left that was ended: nothing that could be taken for a result."""
        if cell.command in {"export", "warc"} and first.status:
            content = (place / "out").read_bytes()
            assert content == b"before" or _is_whole(cell.command, content), f"{cell}: half a file"
        if cell.command == "restore" and first.status and "restoration" in target.list_collection_names():
            try:
                Archive.open(self._uri, target.name).close()
            except (ArchiveUnfinished, NoArchive):
                return
            assert _content(target)["articles"], f"{cell}: half an archive can be opened"

    def _look_again(self, cell: Cell, place: Path, bases: tuple[Any, Any], before: Any, lines: str) -> None:
        """Check that the second call came to what an undisturbed one comes to, and that nothing is left beside it."""
        source, target = bases
        beside = {path.name for path in place.iterdir()} - {"whole", "out"}
        assert not beside, f"{cell}: left {beside}"
        match cell.command:
            case "restore":
                assert _content(target) == before, f"{cell}: restored something else"
            case "backup":
                assert not list((place / "out").glob("*.new")), f"{cell}: half a part is left"
                with open_for_migration(self._uri, target.name) as empty:
                    restore(empty, place / "out")
                assert _content(target) == before, f"{cell}: the backup holds something else"
            case "export" | "warc":
                assert _is_whole(cell.command, (place / "out").read_bytes()), f"{cell}: no whole file"
            case "feed":
                cursors = {json.loads(line)["cursor"].rpartition("-")[2] for line in lines.splitlines() if line}
                assert cursors == {str(number) for number in range(1, ARTICLES + 1)}, f"{cell}: lines are missing"
            case "compress" | "verify":
                with Archive.open(self._uri, source.name) as archive:
                    assert len(list(archive.pages.every())) == ARTICLES, f"{cell}: pages are missing"
            case "drop":
                assert source.list_collection_names() == [], f"{cell}: something is left"


def cells(after: int = 2) -> Iterator[Cell]:
    """Yield every cell whose point is passed at most so many times before."""
    for command, points in POINTS.items():
        for point in points:
            for passed in range(after + 1):
                for number in SIGNALS:
                    yield Cell(command, point, passed, number)


def _words(cell: Cell, place: Path, name: str) -> list[str]:
    return [word.replace("PLACE", str(place)).replace("DATABASE", name) for word in COMMANDS[cell.command]]


def _is_whole(command: str, content: bytes) -> bool:
    records = content.count(b"WARC-Type: response") if command == "warc" else content.count(b"\n")
    return records == ARTICLES


def _content(database: Any) -> dict[str, list[bytes]]:
    """Return what an archive keeps, by collection; of pages, what was received, however it is packed by now."""
    content: dict[str, list[bytes]] = {}
    for name in KEPT:
        hidden = dict.fromkeys(_PACKING, 0) if name == "pages" else {}
        documents = database[name].find({}, hidden or None, sort=[("_id", 1)])
        content[name] = [bson.encode(document) for document in documents]
    return content
