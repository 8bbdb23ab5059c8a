"""The base of every page: the archive, the templates, entity tags, and a cache of recent answers."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import pymongo
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from archive.archive import Archive
from archive.articles.past.clock import ByPublication
from archive.coverage.baseline import NightCoverage
from archive.coverage.missing import Columns
from archive.coverage.report import Coverage, coverage, judged_nights
from archive.json_text import to_json
from archive.model.change import Cursor
from archive.model.crawl.frontier import PASSED_OVER
from archive.model.time_zones import TAIPEI
from archive.version import VERSION
from archive.web.answers import words
from archive.web.answers.parameters import Parameters

KINDS: Final[Mapping[str, str]] = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "atom": "application/atom+xml; charset=utf-8",
    "jsonfeed": "application/feed+json",
    "md": "text/markdown; charset=utf-8",
    "timemap": "application/link-format",
}
"""The media type of each format."""

OF_ARTICLES: Final = frozenset({"md", "timemap"})
"""The formats of articles only."""

NAMES: Final[Mapping[str, str]] = {
    "json": "JSON", "ndjson": "NDJSON", "csv": "CSV", "parquet": "Parquet", "atom": "Atom", "jsonfeed": "JSON Feed",
    "md": "Markdown", "timemap": "TimeMap",
}  # fmt: skip

ROOM: Final = 32_000_000
"""Most bytes of cached answers."""

LONGEST: Final = 15.0
"""Most seconds of the database's work on one answer; exports are streams without this limit."""

LONGEST_AWAY: Final = 1.0
"""The same while the database is known to be away."""

Examine = Callable[[], Sequence[Mapping[str, str]]]
"""The health check; each finding has `subject`, `state` (well, doubtful, wrong), `says` and `cure`."""


class RecentAnswers:
    """A cache of answers by entity tag, which changes with every source of an answer; for any thread."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._held = 0
        self._answers: OrderedDict[str, Response] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, tag: str) -> Response | None:
        """Return a copy of the answer of a tag; None if it is not cached."""
        with self._lock:
            answer = self._answers.get(tag)
            if answer is None:
                return None
            self._answers.move_to_end(tag)
        return _copied(answer)

    def keep(self, tag: str, answer: Response) -> None:
        """Cache a whole answer; the least recently used ones make room."""
        if isinstance(answer, StreamingResponse) or len(answer.body) > self._room // 8:
            return
        copy = _copied(answer)
        with self._lock:
            if tag in self._answers:
                return
            self._answers[tag] = copy
            self._held += len(copy.body)
            while self._held > self._room:
                _, oldest = self._answers.popitem(last=False)
                self._held -= len(oldest.body)


def _copied(answer: Response) -> Response:
    copy = Response(answer.body, answer.status_code)
    copy.raw_headers = list(answer.raw_headers)
    return copy


@dataclass(frozen=True, slots=True)
class Site:
    """The base of answers.

    Attributes:
        archive: The archive.
        templates: The templates of the pages.
        examine: The health check; None without one.
        columns: The columns that are wanted, without brackets; None for all.
        recent: The cache of recent answers.
    """

    archive: Archive
    templates: Environment
    examine: Examine | None = None
    columns: Columns = None
    recent: RecentAnswers = field(default_factory=RecentAnswers)

    def html(self, request: Request, page: Parameters, template: str, context: Mapping[str, Any]) -> Response:
        """Return a page of a template, with the template's values in `context`."""
        known = {
            "page": page,
            "_": words.translator(is_english=page.is_english),
            "base": base_of(request),
            "formats": [],
            "code_format": "json",
            "python": "",
            "shell": "",
            "cited": "",
            "here": "",
            "by_publication": isinstance(page.as_of, ByPublication),
            "parts_of": words.PARTS,
            "day": lambda at: words.day(at, is_english=page.is_english),
        }
        text = self.templates.get_template(template).render(known | dict(context))
        return Response(text, context.get("status", 200), media_type=KINDS["html"])

    def coverage(
        self, since: datetime | None, until: datetime | None, as_of: datetime | None, columns: Columns = None
    ) -> Coverage:
        """Return the coverage of a window, as in `cmoney coverage`; arguments as of `coverage`."""
        wanted = columns or self.columns
        return coverage(self.archive, since, until, wanted, passed_over=PASSED_OVER, as_of=as_of)

    def nights(self, since: datetime, until: datetime) -> list[NightCoverage]:
        """Return the assessed nights that begin in a window."""
        return judged_nights(self.archive, since, until, self.columns)

    def known(self) -> tuple[str, datetime]:
        """Return the cursor of the newest change, and its time; 1970 without a change."""
        latest = self.archive.changes.latest()
        changes = self.archive.changes.after(latest - 1, 1) if latest else []
        return str(Cursor(self.archive.id, latest)), changes[0].at if changes else datetime.fromtimestamp(0, UTC)

    def json(self, content: object) -> Response:
        """Return a value as JSON."""
        return Response(to_json(content), media_type=KINDS["json"])

    def tag(self, request: Request, page: Parameters, *, is_brief: bool = False) -> str:
        """Return the strong entity tag of an address: it changes with the archive, its index and this program.

        It also changes every hour, or every minute if it is brief, since pages show what is missing now.
        """
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M}"
        place = f"{self.archive.changes.latest()}/{self.archive.search.place()}/{now if is_brief else now[:-3]}"
        answer = "\n".join(
            (
                VERSION,
                str(request.url),
                *(request.headers.get(name, "") for name in ("accept", "accept-datetime", "accept-encoding")),
                page.language,
            )
        )
        digest = hashlib.sha256(f"{self.archive.id}\n{place}\n{answer}".encode()).hexdigest()[:24]
        return f'"{digest}"'


def bounded(archive: Archive) -> AbstractContextManager[object]:
    """Return a context with a time limit for the database."""
    return pymongo.timeout(LONGEST if archive.connection.is_up else LONGEST_AWAY)


def base_of(request: Request) -> str:
    """Return the server's address in the client's request."""
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


def environment() -> Environment:
    """Return the templates with their global functions."""
    made = Environment(
        loader=PackageLoader("archive.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        {
            "clock": words.clock,
            "stamp": words.stamp,
            "local": lambda at: at.astimezone(TAIPEI).strftime("%Y-%m-%dT%H:%M"),
            "version": VERSION,
        }
    )
    return made


def every_door() -> list[tuple[str, str]]:
    """Return the endings of a list: interface, exports and feeds."""
    return doors("json", "ndjson", "csv", "parquet", "atom", "jsonfeed")


def doors(*formats: str) -> list[tuple[str, str]]:
    """Return the endings of some formats, with their names."""
    return [(name, NAMES[name]) for name in formats]
