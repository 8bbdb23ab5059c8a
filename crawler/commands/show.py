"""`cmoney show ARTICLE`: one article to read, with its facts."""

from __future__ import annotations

import argparse
import sys
import webbrowser
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

from archive.model.time_zones import TAIPEI
from crawler.arguments import read_as_of
from crawler.cli.command import PROGRAM, ArchiveCommand, Operands, fail
from crawler.cli.named_article import key_named, why_absent
from crawler.cli.options import add_known, number
from crawler.cli.printer import is_terminal, print_json, print_line, print_paragraph, print_styled
from crawler.errors import WrongUsage

if TYPE_CHECKING:
    from datetime import datetime

    from archive.archive import Archive

Document = Mapping[str, Any]

_MOST_REFERRING: Final = 20
_LABEL_WIDTH: Final = 10


class Command(ArchiveCommand):
    """Prints an article with its date (Taipei), tickers, sections, further reading in and out, problems and revisions.

    It is named by its key, the beginning of one, an address, or its number in the list printed last.
    """

    summary = "Show one article to read, its page as received, or the site's page in a browser"
    group = "read"
    operands = Operands("ARTICLE")
    examples = (
        "show 1",
        "show cmnews:90cf4975",
        "show 'https://www.cmoney.tw/notes/note-detail.aspx?nid=1211507' --web",
        "show notes:1211507 --revision 1",
        "show notes:1211507 --as-of 2026-08-30T12:00 --json",
        "show 1 --raw > page.html",
    )
    statuses: ClassVar = {1: "no browser could be started (--web)"}

    def _options(self, parser: argparse.ArgumentParser) -> None:
        ways = parser.add_mutually_exclusive_group()
        ways.add_argument("--web", action="store_true", help="open the article's address in the browser")
        ways.add_argument("--raw", action="store_true", help="print the page that it was read from, as received")
        ways.add_argument("--json", action="store_true", help="print its record as JSON, with revisions and referrers")
        meaning = "in this version (default: newest)"
        parser.add_argument("--revision", type=number(1, 999_999), metavar="R", help=meaning)
        add_known(parser)

    def _work(self, opts: argparse.Namespace) -> int:
        as_of = read_as_of(opts)
        with self.archive() as archive:
            key = key_named(archive, self.values, opts.operands[0])
            document = archive.articles.get(key, as_of)
            if document is None:
                raise WrongUsage(_why_unknown(archive, key, opts.as_of))
            versions = _versions(archive, document)
            shown = _at(document, versions, opts.revision)
            if opts.web:
                return _open(shown)
            if opts.raw:
                return _print_page(archive, shown, versions)
            referring = archive.articles.referring(_keys(shown), _MOST_REFERRING, as_of)
            kept = archive.articles.kept_as((entry["key"] for entry in shown["related"] if entry["key"]), as_of)
        if opts.json:
            revisions = [{name: version[name] for name in ("revision", "seen_at", "cause")} for version in versions]
            print_json({**shown, "revisions": revisions, "referred_by": [entry["_id"] for entry in referring]})
        else:
            _print(shown, versions, referring, kept)
        return 0


def _keys(document: Document) -> tuple[str, ...]:
    from archive.model.identity import keys_of

    return keys_of(document)


def _why_unknown(archive: Archive, key: str, as_of: str | None) -> str:
    if as_of and archive.articles.get(key):
        return f"{key} was not known to the archive at {as_of}"
    return why_absent(archive, key)


def _versions(archive: Archive, document: Document) -> list[Document]:
    """Return the versions of an article up to the one that is shown, oldest first."""
    return [version for version in archive.revisions.of(document["_id"]) if version["revision"] <= document["revision"]]


def _at(document: Document, versions: Sequence[Document], revision: int | None) -> Document:
    """Return an article in one of its versions.

    Raises:
        WrongUsage: It has no such version.
    """
    from archive.articles.history import at_version

    if revision is None:
        return document
    version = next((version for version in versions if version["revision"] == revision), None)
    if version is None:
        known = ", ".join(str(version["revision"]) for version in versions)
        raise WrongUsage(f"{document['_id']} has no revision {revision}; it has {known}")
    return at_version(document, version)


def _open(document: Document) -> int:
    """Open an article's address in the browser; return the exit status.

    Raises:
        WrongUsage: It has none.
    """
    address = document["url"]
    if address is None:
        raise WrongUsage(f"{document['_id']} is a text capture, which has no address")
    print_line(address)
    return 0 if webbrowser.open(address) else fail("no browser could be started: open the address by hand", 1)


def _print_page(archive: Archive, document: Document, versions: Sequence[Document]) -> int:
    """Print the page of the version that is shown: unpacked, its bytes as received; a terminal gets them as text.

    Raises:
        WrongUsage: It has no page.
    """
    identity = next((version["page"] for version in versions if version["revision"] == document["revision"]), None)
    page = archive.pages.get(identity) if identity else archive.pages.latest(document["source"])
    if page is None:
        raise WrongUsage(f"{document['_id']} has no kept page: it is a text capture")
    if is_terminal():
        print_line(page.body.decode("utf-8", "replace"))
    else:
        sys.stdout.buffer.write(page.body)
    return 0


def _print(
    document: Document, versions: Sequence[Document], referring: Sequence[Document], kept: Mapping[str, str]
) -> None:
    print_paragraph(document["title"], "bold")
    _print_facts(document)
    for section in document["sections"]:
        print_line()
        if section["heading"] is not None:
            print_paragraph(section["heading"], "bold cyan")
        for block in section["blocks"]:
            print_paragraph(block)
    _print_list("Further reading", [_reading(entry, kept) for entry in document["related"]])
    referrers = [f"{_stamp(entry['published_at'])}  {entry['title']}  {entry['_id']}" for entry in referring]
    more = f" (the newest {_MOST_REFERRING})" if len(referring) == _MOST_REFERRING else ""
    _print_list(f"Referred to by{more}", referrers)
    _print_list("Problems", [f"{problem['field']}: {problem['reason']}" for problem in document["problems"]])
    if len(versions) > 1:
        _print_list("Revisions", [_version(version, document["revision"]) for version in versions])
        print_line(f"`{PROGRAM} history {document['_id']}` shows what they changed.")


def _print_facts(document: Document) -> None:
    author = document["author"]["name"] or document["author"]["id"]
    gone = f"; gone since {_stamp(document['gone_at'])}" if document["status"] == "gone" else ""
    changed = f", changed {_stamp(document['last_changed_at'])}" if document["revision"] > 1 else ""
    evidence: dict[str, list[str]] = {}
    for mention in document["mentions"]:
        evidence.setdefault(mention["symbol"], []).append(mention["evidence"])
    facts = {
        "published": f"{_stamp(document['published_at'])} (Taipei; from the {document['published_from']})"
        if document["published_at"]
        else "unknown",
        "author": author,
        "tickers": "  ".join(f"{symbol} ({', '.join(kinds)})" for symbol, kinds in evidence.items()),
        "tags": "  ".join(document["tags"]),
        "access": f"{document['access']}{gone}",
        "revision": f"{document['revision']}{changed}",
        "key": " = ".join(_keys(document)),
        "address": document["url"],
    }
    for label, value in facts.items():
        if value:
            print_styled((label.ljust(_LABEL_WIDTH), "dim"), str(value))


def _print_list(heading: str, lines: Iterable[str]) -> None:
    entries = list(lines)
    if entries:
        print_styled((f"\n{heading}", "bold"))
        for entry in entries:
            print_paragraph(f"- {entry}")


def _reading(entry: Document, kept: Mapping[str, str]) -> str:
    place = kept.get(entry["key"]) or (f"{entry['key']} (not kept)" if entry["key"] else entry["url"] or "no link")
    return f"{entry['title']}  {place}"


def _version(version: Document, shown: int) -> str:
    mark = "  (shown)" if version["revision"] == shown else ""
    return f"{version['revision']}  {_stamp(version['seen_at'])}  {version['cause']}{mark}"


def _stamp(at: datetime | None) -> str:
    return f"{at.astimezone(TAIPEI):%Y-%m-%d %H:%M}" if at else "date unknown"
