"""Rows of lists of articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from archive.archive import Archive
from archive.articles.history import Correction, corrections, versions_of
from archive.market_calendar import Session, calendar
from archive.search.language.snippets import Piece
from archive.search.results import Hit

BEGINNING: Final = 120
"""Characters of a text in a list."""


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One article in a list.

    Attributes:
        article: Its document.
        title: Its headline, words of a query marked.
        beginning: The first lines of its text, or those around a query's words.
        session: Its US session; None if its date is unknown.
        corrections: Numbers that the site changed in its newest revision.
    """

    article: Mapping[str, Any]
    title: Sequence[Piece]
    beginning: Sequence[Piece]
    session: Session | None
    corrections: Sequence[Correction]

    def as_json(self, fields: Sequence[str] | None = None) -> dict[str, Any]:
        """Return values of JSON: some fields of the article's record, or for None those of a list."""
        if fields is not None:
            return {"key": self.article["_id"]} | {name: self.article[name] for name in fields}
        names = (
            "title",
            "headline",
            "column",
            "url",
            "published_at",
            "first_seen_at",
            "known_at",
            "revision",
            "tickers",
            "tw_stocks",
        )
        more = ("tags", "access", "status", "gone_at", "problems", "content_hash")
        session = self.session
        return {
            "key": self.article["_id"],
            **{name: self.article[name] for name in (*names, *more)},
            "beginning": "".join(piece.text for piece in self.beginning),
            "session": session.day if session else None,
            "session_part": session.part if session else None,
            "corrections": [correction._asdict() for correction in self.corrections],
        }


@dataclass(frozen=True, slots=True)
class SessionGroup:
    """The successive rows of one session.

    Attributes:
        day: The session; None for articles without a date.
        rows: In order.
    """

    day: date | None
    rows: list[ArticleRow]


def session_of(published_at: datetime | None) -> Session | None:
    """Return the session of a moment; None for no moment."""
    return calendar().of(published_at) if published_at else None


def rows_of(archive: Archive, documents: Sequence[Mapping[str, Any]]) -> list[ArticleRow]:
    """Return the rows of some articles."""
    changed = corrections_of(archive, documents)
    return [
        ArticleRow(
            document,
            (Piece(headline(document)),),
            (Piece(beginning(document)),),
            session_of(document["published_at"]),
            changed[document["_id"]],
        )
        for document in documents
    ]


def rows_of_hits(archive: Archive, hits: Sequence[Hit]) -> list[ArticleRow]:
    """Return the rows of a search's hits."""
    changed = corrections_of(archive, [hit.article for hit in hits])
    return [
        ArticleRow(hit.article, hit.title, hit.snippet, session_of(hit.article["published_at"]), changed[hit.key])
        for hit in hits
    ]


def corrections_of(archive: Archive, documents: Iterable[Mapping[str, Any]]) -> dict[str, list[Correction]]:
    """Return the numbers that the site changed in the newest revision of each of some articles, by key."""
    revisions = {document["_id"]: document["revision"] for document in documents}
    pairs = {key: (number - 1, number) for key, number in revisions.items() if number > 1}
    contents = archive.revisions.some((key, number) for key, pair in pairs.items() for number in pair)
    changed: dict[str, list[Correction]] = {key: [] for key in revisions}
    for key, pair in pairs.items():
        versions = versions_of([contents[key, number] for number in pair if (key, number) in contents])
        if len(versions) == len(pair) and versions[1].cause == "site":
            changed[key] = corrections(*versions)
    return changed


def headline(article: Mapping[str, Any]) -> str:
    """Return an article's title without its column; its key where it has none."""
    return str(article["headline"] or article["title"] or article["_id"])


def beginning(article: Mapping[str, Any]) -> str:
    """Return the first lines of an article's text, without headings."""
    text = ""
    for section in article["sections"]:
        for block in section["blocks"]:
            text += block
            if len(text) > BEGINNING:
                return f"{text[:BEGINNING]}…"
    return text


def groups_of(rows: Iterable[ArticleRow]) -> list[SessionGroup]:
    """Return rows in order, grouped by session."""
    groups: list[SessionGroup] = []
    for row in rows:
        day = row.session.day if row.session else None
        if not groups or groups[-1].day != day:
            groups.append(SessionGroup(day, []))
        groups[-1].rows.append(row)
    return groups
