"""The fault matrix: each command is ended by a signal at a point, and called again; what was kept stays kept.

`tests/test_faults.py` asserts a part of it and `make soak` tries cells of it at random.
"""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import bson

from archive.archive import Archive
from archive.backup.restore import restore
from archive.backup.save import back_up
from archive.errors import ArchiveError, ArchiveUnfinished, NoArchive
from archive.model.article import Article, Extractor
from archive.model.crawl.page import Page
from archive.mongo.client import Connection
from crawler.settings import ITEM_PIPELINES
from pipelines.stage import refiner
from tests.support.crawling import Ran, environment, scrapy
from tests.support.made_articles import NOW, article
from tests.support.mongodb import fresh_database, open_for_migration
from tests.support.sample_pages import MORE, NEWS_URL, PROSE, news_page, read_article

ARTICLES: Final = 12
SIGNALS: Final = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
ENDED: Final = {signal.SIGKILL: -9, signal.SIGTERM: 8, signal.SIGINT: 8}
"""The exit status of a command that a signal ended; one that was done before it came ends with 0."""

COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "backup": ("backup", "PLACE/out"),
    "restore": ("restore", "PLACE/whole"),
    "export": ("export", "--format", "jsonl", "-o", "PLACE/out"),
    "warc": ("warc", "-o", "PLACE/out"),
    "feed": ("feed", "--cursor-file", "PLACE/out"),
    "compress": ("pages", "--compress"),
    "verify": ("pages", "--verify", "--rate", "0"),
    "reparse": ("reparse", "--processes", "1"),
    "search": ("search", "需求"),
    "articles": ("articles",),
    "coverage": ("coverage", "--since", "2026-08-30", "--until", "2026-08-30"),
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
    "reparse": (
        "archive.articles.writer:Writer.save",
        "pymongo.collection:Collection.bulk_write",
        "pymongo.client_session:ClientSession.commit_transaction",
        "archive.crawl_state.resume_points:ResumePoints.finish",
        "archive.crawl_state.runs:Runs.end",
    ),
    "search": (
        "archive.search.source:SearchSource.scan",
        "archive.search.indexer:_commit",
        "os:fsync",
        "crawler.commands.search:_print",
    ),
    "articles": (
        "archive.mongo.client:connect",
        "pymongo.collection:Collection.find",
        "crawler.cli.printer:print_rows",
    ),
    "coverage": ("archive.coverage.report:coverage", "pymongo.collection:Collection.aggregate"),
    "verify": ("archive.crawl_state.runs:Runs.heartbeat", "archive.crawl_state.resume_points:ResumePoints.mark"),
    "drop": ("archive.mongo.schema.removal:mark", "pymongo.collection:Collection.drop"),
}
CHANGING: Final = frozenset({"compress", "verify", "reparse", "drop"})
"""The commands that change an archive, or what stands in it of its pages."""

DONE: Final = {"drop": (5,), "search": (1,), "coverage": (7,)}
"""Statuses, besides 0, of a command that came to its end: a second removal, a search without a hit, gaps."""

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
        self._filled = ExitStack()
        self._lasting: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._filled.close()

    def attempt(self, cell: Cell) -> bool:
        """Try a cell: end the command, look, call it again, look again; return whether the signal ended it."""
        with self.empty() as other, self._archive(cell, other) as source, self.folder() as place:
            target = other if cell.command in {"restore", "backup"} else source
            if cell.command in {"export", "warc"}:
                (place / "out").write_bytes(b"before")
            before = _content(source)
            name = target.name if cell.command == "restore" else source.name
            first = self._fall(cell, place, name)
            assert first.status in {ENDED[cell.number], 0, *DONE.get(cell.command, ())}, (
                f"{cell}: {first.status}\n{first.log}"
            )
            assert "Traceback" not in first.log, f"{cell}: {first.log}"
            if cell.command not in {"drop", "reparse"}:
                assert _content(source) == before, f"{cell}: the archive is not as it was"
            self._look(cell, place, target, first)
            second = scrapy(*self._words(cell, place, name), environ=self.environ(place, name))
            assert second.status in {0, *DONE.get(cell.command, ())}, f"{cell}: again {second.status}\n{second.log}"
            beside = {path.name for path in place.iterdir()} - {"out", "index"}
            assert not beside, f"{cell}: left {beside}"
            self._look_again(cell, place, (source, target), before, first.out + second.out)
        return first.status == ENDED[cell.number]

    def failure(self, cell: Cell) -> str:
        """Try a cell; return what was wrong, or nothing."""
        try:
            self.attempt(cell)
        except (AssertionError, ArchiveError) as error:
            return str(error) or f"{cell}: {error!r}"
        return ""

    @contextmanager
    def empty(self) -> Iterator[Any]:
        """Give a database without an archive."""
        with fresh_database(self._connection) as database:
            yield database

    @contextmanager
    def filled(self) -> Iterator[Any]:
        """Give a database with an archive of its own."""
        with self.empty() as database:
            self._fill(database, old=False)
            yield database

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Give an empty folder, which is gone afterwards where nothing failed."""
        place = Path(tempfile.mkdtemp(dir=self._place))
        yield place
        shutil.rmtree(place)

    def backup(self) -> Path:
        """Return the folder of a whole backup."""
        self._shared()
        return self._place / "whole"

    @contextmanager
    def _archive(self, cell: Cell, other: Any) -> Iterator[Any]:
        """Give a filled archive: one for all commands that change none, else one for the cell."""
        if cell.command in CHANGING:
            self._fill(other, old=cell.command == "reparse")
            yield other
        else:
            yield self._shared()

    def _shared(self) -> Any:
        if self._lasting is None:
            self._lasting = self._filled.enter_context(fresh_database(self._connection))
            self._fill(self._lasting, old=False)
            with Archive.open(self._uri, self._lasting.name) as archive:
                back_up(archive, self._place / "whole")
        return self._lasting

    def _fill(self, database: Any, *, old: bool) -> None:
        made = [
            read_by_an_older_program(number) if old else article(number, f"第{number}季需求。")
            for number in range(1, ARTICLES + 1)
        ]
        with Archive.open(self._uri, database.name, create=True) as archive:
            archive.writer().save(made, NOW)

    def environ(self, place: Path, name: str) -> dict[str, str]:
        """Return the environment of a command on a database, which keeps its files in a folder."""
        return environment("https://cmnews.com.tw", self._uri, name, SEARCH_INDEX_DIR=place / "index")

    def _words(self, cell: Cell, place: Path, name: str) -> list[str]:
        names = {"PLACE/whole": str(self._place / "whole"), "PLACE/out": str(place / "out"), "DATABASE": name}
        return [names.get(word, word) for word in COMMANDS[cell.command]]

    def _fall(self, cell: Cell, place: Path, name: str) -> Ran:
        fall = {"FALL": json.dumps([cell.point, cell.after, int(cell.number)])}
        return scrapy(*self._words(cell, place, name), environ=self.environ(place, name) | fall)

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
        """Check that the second call came to what an undisturbed one comes to."""
        source, target = bases
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
            case "reparse":
                counts = [source[name].count_documents({}) for name in ("articles", "revisions", "changes")]
                assert counts == [ARTICLES, 2 * ARTICLES, 2 * ARTICLES], f"{cell}: {counts}"
                again = source["articles"].count_documents({"revision": 2, "sections.0.blocks.1": {"$exists": True}})
                assert again == ARTICLES, f"{cell}: {again} read again"
            case "drop":
                assert source.list_collection_names() == [], f"{cell}: something is left"


def read_by_an_older_program(number: int) -> Article:
    """Return an article with a whole page, whose last paragraph was not read."""
    url = f"{NEWS_URL[:-12]}{number:012x}"
    html = news_page(f"<h2>需求穩健</h2><p>第{number}季。{PROSE}</p><p>{MORE}</p>")
    made = refiner(tuple(ITEM_PIPELINES))(read_article(html, url), Counter())
    assert isinstance(made, Article)
    made.page, made.fetched_at = Page(made.key, url, 200, html, None, "text/html", NOW), NOW
    made.blocks, made.extractor = made.blocks[:-1], Extractor("cmnews", "1")
    return made


def cells(after: int = 2) -> Iterator[Cell]:
    """Yield every cell whose point is passed at most so many times before."""
    for command, points in POINTS.items():
        for point in points:
            for passed in range(after + 1):
                for number in SIGNALS:
                    yield Cell(command, point, passed, number)


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
