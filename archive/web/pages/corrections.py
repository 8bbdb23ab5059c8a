"""Corrections: numbers that the site changed in texts, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from archive.archive import Archive
from archive.articles.history import Correction, corrections, versions_of
from archive.model.selection import Selection, select
from archive.mongo.database import Document
from archive.web.answers.citation import as_python
from archive.web.answers.exports import EXPORTS
from archive.web.answers.parameters import Parameters
from archive.web.answers.plain_rows import PlainTable
from archive.web.answers.rows import headline
from archive.web.answers.site import Site, every_door
from archive.web.pages.newest import narrowed

FORMATS: Final = every_door()
COLUMNS: Final = ("key", "revision", "seen_at", "title", "published_at", "was", "now", "sentence")
"""The columns of the exports: a row for each number."""

_AT_ONCE: Final = 100
_LOOKED_AT: Final = 2_000
"""Most revisions that are compared for one page."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A revision of an article that changed numbers.

    Attributes:
        article: The article, as it is now.
        revision: Its document in `revisions`.
        numbers: What was changed.
    """

    article: Document
    revision: Document
    numbers: Sequence[Correction]


def corrected(site: Site, request: Request, page: Parameters) -> Response:
    """Answer the last corrections of numbers."""
    limit = None if page.format in EXPORTS else page.limit
    entries = list(islice(_corrected(site.archive, page, select(page.filters)), limit))
    if page.format == "json":
        return site.json({"corrections": [_as_json(entry) for entry in entries]})
    if page.format != "html":
        numbers = [_as_json(entry) | number._asdict() for entry in entries for number in entry.numbers]
        return PlainTable(COLUMNS, numbers, lambda: list(map(_as_record, entries))).answer(page)
    context: dict[str, Any] = {
        "here": "/corrections",
        "entries": entries,
        "headline": headline,
        "narrowed": narrowed(page),
        "formats": FORMATS,
        "python": as_python(page, "json", "corrections"),
        "shell": "" if page.as_of else "cmoney changed",
    }
    return site.html(request, page, "corrections.html", context)


def _corrected(archive: Archive, page: Parameters, wanted: Selection) -> Iterator[Corrected]:
    """Yield the corrections of a selection, the newest first, of what was known at the page's moment."""
    revisions = islice(
        archive.revisions.later(("site",), (None, page.as_of)), None if page.format in EXPORTS else _LOOKED_AT
    )
    while some := list(islice(revisions, _AT_ONCE)):
        keys = {document["key"] for document in some}
        articles = archive.articles.documents(keys, page.as_of)
        former = archive.revisions.some((document["key"], document["revision"] - 1) for document in some)
        for document in some:
            article = articles.get(document["key"])
            older = former.get((document["key"], document["revision"] - 1))
            if article is None or older is None or not wanted.matches(article):
                continue
            if numbers := corrections(*versions_of([older, document])):
                yield Corrected(article, document, numbers)


def _as_json(entry: Corrected) -> dict[str, Any]:
    article = entry.article
    return {
        "key": article["_id"],
        "revision": entry.revision["revision"],
        "seen_at": entry.revision["seen_at"],
        "title": article["title"],
        "published_at": article["published_at"],
        "tickers": article["tickers"],
        "tw_stocks": article["tw_stocks"],
        "numbers": [number._asdict() for number in entry.numbers],
    }


def _as_record(entry: Corrected) -> Document:
    """Return a correction as an entry of a feed, with the changed numbers as its text."""
    changes = "、".join(f"{number.was} → {number.now}" for number in entry.numbers)
    text = "\n".join(f"{number.was} → {number.now}：{number.sentence}" for number in entry.numbers)
    number = entry.revision["revision"]
    return entry.article | {
        "_id": f"{entry.article['_id']}@{number}",
        "title": f"修訂：{changes}｜{headline(entry.article)}",
        "text": text,
        "lead": None,
        "revision": number,
        "last_changed_at": entry.revision["seen_at"],
    }
