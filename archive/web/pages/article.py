"""An article: text, metadata, versions, further reading in both directions, and raw pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.archive import Archive
from archive.articles.history import BlockPart, Version, at_version, changed_blocks, corrections, versions_of
from archive.model.identity import keys_of
from archive.mongo.database import Document
from archive.search.language.matching import Mark, marks
from archive.search.language.parser import parse
from archive.search.language.query import Words, WrongQuery, words_of
from archive.web.answers.citation import as_python, as_shell, citations, markdown
from archive.web.answers.exports import EXPORTS, export, feed
from archive.web.answers.memento import headers_of, negotiated, timemap
from archive.web.answers.parameters import Parameters
from archive.web.answers.rows import headline, session_of
from archive.web.answers.site import KINDS, Site, base_of, doors, every_door
from archive.web.answers.words import stamp
from archive.web.figures.graph import graph_of

FORMATS: Final = [*every_door(), *doors("md", "timemap")]
_REVISION: Final = re.compile(r"(?P<key>.+)@(?P<number>[1-9][0-9]{0,5})")
_OLDER: Final = 50
"""Most articles in the list of those that link to this one."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a block.

    Attributes:
        text: The stretch.
        is_marked: Whether a word of the query stands there.
        symbol: The symbol that stands there; empty for none.
        evidence: What that symbol was seen in elsewhere; empty for none.
    """

    text: str
    is_marked: bool = False
    symbol: str = ""
    evidence: str = ""


def article(site: Site, request: Request, page: Parameters, rest: str) -> Response:
    """Answer an article by any of its keys, in its newest version or in another (`KEY@2`).

    Raises:
        HTTPException: None is kept under the key, or it has no such version.
    """
    key, number = _key(rest)
    document = site.archive.articles.get(key, page.as_of)
    if document is None:
        raise HTTPException(404, _absent(site.archive, key, page))
    if number is None and (elsewhen := negotiated(request, page, document["_id"])):
        return elsewhen
    if document["_id"] != key and page.as_of is None:
        target = f"/articles/{document['_id']}" + (f"@{number}" if number else "")
        return RedirectResponse(page.address(target, format=page.format), 301)
    versions = _versions(site.archive, document)
    if number is not None:
        document = _at_revision(site.archive, document, number)
    return _answer(site, request, page, document, versions)


def _answer(
    site: Site, request: Request, page: Parameters, document: Mapping[str, Any], versions: Sequence[Version]
) -> Response:
    if page.format in EXPORTS:
        return export(site.archive, page, [document])
    if page.format == "timemap":
        return timemap(request, document["_id"], [version.seen_at for version in versions])
    if page.format == "md":
        return Response(markdown(document, base_of(request)), media_type=KINDS["md"])
    if page.format == "json":
        return site.json(_as_json(site.archive, page, document, versions))
    if page.format != "html":
        return feed(page, _editions(site.archive, document))
    response = site.html(request, page, "article.html", _context(site, request, page, document, versions))
    response.headers.update(headers_of(request, page, document))
    return response


def _context(
    site: Site, request: Request, page: Parameters, document: Mapping[str, Any], versions: Sequence[Version]
) -> dict[str, Any]:
    archive, key = site.archive, document["_id"]
    changes = _changes(versions)
    reading = _reading(archive, document, page)
    referring = archive.articles.referring(keys_of(document), _OLDER, as_of=page.as_of)
    return {
        "article": document,
        "headline": headline(document),
        "session": session_of(document["published_at"]),
        "sections": _sections(document, _words(page.query)),
        "is_newest": not versions or document["revision"] == versions[-1].revision,
        "changes": [change for change in changes if change["parts"]],
        "corrected": [change for change in changes if change["corrections"] and change["version"].cause == "site"],
        "reading": reading,
        "referring": referring,
        "graph": graph_of(document, referring, reading),
        "pages": _pages(archive, document, page),
        "evidence": _evidence(document),
        "citations": citations(document, base_of(request)),
        "formats": FORMATS,
        "python": as_python(page, "articles.get", key),
        "shell": as_shell(page, "show", key),
    }


def _as_json(
    archive: Archive, page: Parameters, document: Mapping[str, Any], versions: Sequence[Version]
) -> dict[str, Any]:
    """Return an article with its versions, its raw pages and its links, both ways."""
    names = ("fetched_at", "status", "url", "encoding", "size", "sha256", "stored", "plain_sha256")
    referring = archive.articles.referring(keys_of(document), _OLDER, as_of=page.as_of)
    return {
        "article": document,
        "revisions": [
            version
            for version in archive.revisions.of(document["_id"])
            if version["revision"] <= document["revision"] and (page.as_of is None or version["seen_at"] <= page.as_of)
        ],
        "versions": [_version_as_json(change) for change in _changes(versions)],
        "pages": [
            {"raw": f"/raw/{raw['_id']}.bytes"} | {name: raw.get(name) for name in names}
            for raw in _pages(archive, document, page)
        ],
        "links": _reading(archive, document, page),
        "linked_from": [{name: other[name] for name in ("_id", "title", "published_at")} for other in referring],
    }


def _pages(archive: Archive, document: Mapping[str, Any], page: Parameters) -> list[Document]:
    """Return the documents of an article's raw pages, those that were there at the page's moment."""
    pages = archive.pages.responses(keys_of(document))
    return [raw for raw in pages if page.as_of is None or raw["fetched_at"] <= page.as_of]


def _editions(archive: Archive, document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return an article in each of its versions up to the one that is shown, the newest first: entries of a feed."""
    versions = [
        version for version in archive.revisions.of(document["_id"]) if version["revision"] <= document["revision"]
    ]
    editions = [at_version(document, version) for version in reversed(versions)] or [dict(document)]
    return [edition | {"_id": f"{document['_id']}@{edition['revision']}"} for edition in editions]


def _key(rest: str) -> tuple[str, int | None]:
    """Return the key and the revision that an address names; None for the newest."""
    match = _REVISION.fullmatch(rest)
    return (match["key"], int(match["number"])) if match else (rest, None)


def _absent(archive: Archive, key: str, page: Parameters) -> str:
    """Return why there is no article: it was not known then, or the state of its address."""
    if page.as_of and archive.articles.get(key):
        return f"{key} was not known to this archive at {stamp(page.as_of)} (Taipei)."
    entry = archive.frontier.lookup([key]).get(key)
    if entry is None:
        return f"No article is kept under {key!r}, and its address was never found."
    return f"No article is kept under {key!r}; its address is {entry.state}. {entry.reason or ''}".strip()


def _versions(archive: Archive, document: Mapping[str, Any]) -> list[Version]:
    """Return the versions of an article up to the one that is shown."""
    versions = versions_of(archive.revisions.of(document["_id"]))
    return [version for version in versions if version.revision <= document["revision"]]


def _at_revision(archive: Archive, document: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return an article with the content of one of its versions; other fields are those of the newest.

    Raises:
        HTTPException: It has none of this number.
    """
    content = archive.revisions.some([(document["_id"], number)]).get((document["_id"], number))
    if content is None or number > document["revision"]:
        raise HTTPException(404, f"{document['_id']} has {document['revision']} versions, and none of number {number}.")
    return at_version(document, content)


def _changes(versions: Sequence[Version]) -> list[dict[str, Any]]:
    """Return what each version changed, the newest first; of the first version nothing."""
    return [
        {"version": new, "parts": list(changed_blocks(old, new)), "corrections": corrections(old, new)}
        for old, new in reversed(list(pairwise(versions)))
    ]


def _version_as_json(change: Mapping[str, Any]) -> dict[str, Any]:
    version: Version = change["version"]
    parts: list[tuple[BlockPart, ...]] = change["parts"]
    return {
        "revision": version.revision,
        "seen_at": version.seen_at,
        "cause": version.cause,
        "changes": [[part._asdict() for part in block] for block in parts],
        "corrections": [correction._asdict() for correction in change["corrections"]],
    }


def _reading(archive: Archive, document: Mapping[str, Any], page: Parameters) -> list[dict[str, Any]]:
    """Return an article's further reading, each with the key that it is kept under; None if it is not."""
    kept = archive.articles.kept_as((related["key"] for related in document["related"] if related["key"]), page.as_of)
    return [dict(related) | {"kept_as": kept.get(related["key"])} for related in document["related"]]


def _evidence(document: Mapping[str, Any]) -> dict[str, str]:
    return {mention["symbol"]: mention["evidence"] for mention in reversed(document["mentions"])}


def _words(query: str) -> list[Words]:
    """Return the words of the query that led to the article; none where it cannot be understood."""
    try:
        return list(words_of(parse(query))) if query else []
    except WrongQuery:
        return []


def _sections(document: Mapping[str, Any], words: Sequence[Words]) -> list[dict[str, Any]]:
    """Return the sections of a text as spans, with the number of each block from 1."""
    evidence = _evidence(document)
    pattern = _symbols(evidence)
    sections: list[dict[str, Any]] = []
    number = 0
    for section in document["sections"]:
        blocks = []
        for block in section["blocks"]:
            number += 1
            blocks.append((number, _spans(block, words, pattern, evidence)))
        heading_words = [word for word in words if word.part != "title"]
        title = section["heading"]
        heading = None if title is None else _spans(title, heading_words, pattern, evidence)
        sections.append({"heading": heading, "blocks": blocks, "number": len(sections) + 1})
    return sections


def _symbols(evidence: Mapping[str, str]) -> re.Pattern[str] | None:
    """Return the pattern of an article's symbols; None if it has none."""
    names = "|".join(re.escape(symbol) for symbol in sorted(evidence, key=len, reverse=True))
    return re.compile(rf"(?<![A-Za-z0-9.])(?:{names})(?![A-Za-z0-9])") if names else None


def _spans(
    text: str, words: Sequence[Words], pattern: re.Pattern[str] | None, evidence: Mapping[str, str]
) -> list[Span]:
    """Return a block cut at marks and symbols; a symbol within a mark is marked with it."""
    matches = marks(text, words) if words else []
    spans: list[Span] = []
    place = 0
    for mark in (*matches, Mark(len(text), len(text), -1)):
        if mark.start > place:
            spans += _plain(text[place : mark.start], pattern, evidence)
        if mark.end > max(place, mark.start):
            spans.append(Span(text[max(place, mark.start) : mark.end], is_marked=True))
        place = max(place, mark.end)
    return spans


def _plain(text: str, pattern: re.Pattern[str] | None, evidence: Mapping[str, str]) -> list[Span]:
    if pattern is None:
        return [Span(text)]
    spans: list[Span] = []
    place = 0
    for match in pattern.finditer(text):
        spans += [Span(text[place : match.start()]), Span(match[0], symbol=match[0], evidence=evidence[match[0]])]
        place = match.end()
    return [span for span in (*spans, Span(text[place:])) if span.text]
