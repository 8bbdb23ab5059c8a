"""Judges one document of an archive against the truth of its article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tests.site.truth import Truth

Document = Mapping[str, Any]
DATES = frozenset({"published_at", "updated_at"})
NEAR_SECONDS = 60
TOKEN = re.compile(r"[A-Za-z0-9.,%]+|\S")
PUBLIC_HOSTS = frozenset({"cmnews.com.tw", "www.cmoney.tw", "www.forecastock.tw", "127.0.0.1", "localhost"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a field of a document is as the truth has it.

    Attributes:
        key: The key of the document.
        field: The field; `author.name` for one inside another.
        expected: What the truth has.
        got: What the document has.
        right: Whether that is the same.
    """

    key: str
    field: str
    expected: object
    got: object
    right: bool


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges documents.

    Attributes:
        names: For each key, the first key of its article.
        fields: Which fields to judge; None for all that can be.
    """

    names: dict[str, str]
    fields: frozenset[str] | None

    def verdicts(self, truth: Truth, document: Document) -> Iterator[Verdict]:
        """Return the verdict on each field that can be judged at the document's address."""
        key = key_of(document)
        held = {"key": key, **document}
        page, *others = (_page(truth, name) for name in (key, *document.get("aliases", ())))
        for name in page["checked"]:
            if self.fields is None or name in self.fields:
                expected, got = _at(page, name), _at(held, name)
                right = any(self._same(name, _at(other, name), got) for other in (page, *others))
                yield Verdict(key, name, expected, got, right)

    def _same(self, name: str, expected: Any, got: Any) -> bool:
        if name in DATES:
            return same_moment(expected, got)
        if name == "url":
            return place_of(expected) == place_of(got)
        if name == "related":
            return self._links(expected) == self._links(got or [])
        if name == "sections":
            return _plain(expected) == _plain(got or [])
        return bool(expected == (list(got) if isinstance(got, tuple) else got))

    def _links(self, links: Iterable[Document]) -> list[tuple[Any, ...]]:
        return [(link["title"], self._link(link), link["key"] is None) for link in links]

    def _link(self, link: Document) -> str | None:
        key = link["key"]
        return self.names.get(key, key) if key else place_of(link["url"])


def key_of(document: Document) -> str:
    """Return a document's key."""
    return str(document.get("_id") or document.get("key"))


def _page(truth: Truth, key: str) -> dict[str, Any]:
    """Return what the page of an article says at one of its addresses."""
    return {**truth, **truth["at"].get(key, {}), "key": key}


def _at(record: Mapping[str, Any], name: str) -> Any:
    first, _, rest = name.partition(".")
    value = record.get(first)
    return (value or {}).get(rest) if rest else value


def _plain(sections: Iterable[Mapping[str, Any]]) -> list[tuple[str | None, list[str]]]:
    return [(section["heading"], list(section["blocks"])) for section in sections]


def same_moment(expected: str | None, got: object) -> bool:
    """Return whether two moments are less than a minute apart, or both None.

    `got` may be an ISO string or a datetime; a naive one is taken as UTC, as MongoDB's driver gives them.
    """
    if expected is None or got is None:
        return expected is None and got is None
    moment = got if isinstance(got, datetime) else datetime.fromisoformat(str(got))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return abs((aware - datetime.fromisoformat(expected)).total_seconds()) < NEAR_SECONDS


def place_of(url: str | None) -> str | None:
    """Return an address without scheme and host where the host is CMoney's or the stand-in's; else as it is.

    >>> place_of("https://cmnews.com.tw/article/a-1")
    '/article/a-1'
    """
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.hostname not in PUBLIC_HOSTS:
        return url
    return parts.path + (f"?{parts.query}" if parts.query else "")


def f1(expected: str, got: str) -> float:
    """Return the F1 of two texts' tokens as multisets: a word, a number or a CJK character each.

    >>> f1("台積電 ADR", "台積電 ADR")
    1.0
    """
    wanted, held = Counter(TOKEN.findall(expected)), Counter(TOKEN.findall(got))
    common = (wanted & held).total()
    if not common:
        return float(not wanted and not held)
    return 2 * common / (wanted.total() + held.total())
