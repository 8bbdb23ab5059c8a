"""An archive on another machine, read over HTTP with the methods of `Archive`: see docs/web.md."""

from __future__ import annotations

import http.client
import io
import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NoReturn, Unpack
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from archive.articles.past.clock import ByPublication
from archive.articles.walk import Place, place_from, place_text
from archive.errors import ArchiveError, DatabaseUnavailable
from archive.extras import require
from archive.model.selection import Filters, WrongSelection
from archive.mongo.schema.articles import ARTICLES, REVISIONS
from archive.mongo.schema.crawl_state import RUNS
from archive.mongo.schema.fields import Field
from archive.search.language.snippets import Piece
from archive.search.results import Hit, Order, Results

if TYPE_CHECKING:
    import pyarrow

TIMEOUT: Final = 120.0
"""Seconds that a server may be silent."""

LIMIT: Final = 20
"""Hits that are given, unless another number is asked for."""

_WAIT: Final = 30
_NAMES: Final = {"tickers": "ticker", "columns": "column", "tags": "tag"}
_UNTOLD: Final = frozenset({"text", "sections"})
"""What a hit's document is without."""


class RemoteArchive:
    """An archive that `cmoney serve` gives out; reads only, and gives what the methods of `Archive` of that name give.

    Each of them raises `WrongSelection` where the server does not understand what is asked for, `DatabaseUnavailable`
    where it cannot be reached or its database does not answer, and `ArchiveError` where it answers with another error.

    Attributes:
        articles: The articles; called, it gives their records.
        revisions: The versions of their title and text.
        runs: The runs of spiders.
        changes: The outbox; called, it gives the feed.
        search: The full-text search; called with a query, it gives what is found.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        """Take the address that `serve` prints, and a token where it asks for one; nothing is asked yet."""
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.articles = RemoteArticles(self)
        self.revisions = RemoteRevisions(self)
        self.runs = RemoteRuns(self)
        self.changes = RemoteChanges(self)
        self.search = RemoteSearch(self)

    def table(
        self,
        what: str = "articles",
        fields: Iterable[str] | None = None,
        *,
        as_of: datetime | None = None,
        **wanted: Unpack[Filters],
    ) -> pyarrow.Table:
        """Return a table as an Arrow table, oldest articles first; see `Archive.table`.

        Raises:
            NotInstalled: pyarrow is not there.
        """
        parquet = require("pyarrow.parquet", "Arrow")
        with self.open(f"{what}.parquet", as_of, wanted, fields=_names(fields), order="oldest") as answer:
            return parquet.read_table(io.BytesIO(answer.read()))

    def json(self, path: str, as_of: datetime | None = None, wanted: Filters | None = None, **more: object) -> Any:
        """Return what a path below `/api/v1/` answers, as JSON has it."""
        with self.open(path, as_of, wanted or Filters(), **more) as answer:
            return json.loads(answer.read())

    @contextmanager
    def open(self, path: str, as_of: datetime | None, wanted: Filters, **more: object) -> Iterator[Any]:
        """Give the answer of a path below `/api/v1/`, open.

        Raises:
            WrongSelection: The server does not understand what is asked for.
            KeyError: There is none.
            DatabaseUnavailable: It cannot be reached, was cut off, or its database does not answer.
            ArchiveError: It answers with an error of its own.
        """
        values = [*_pairs(wanted), *((name, str(value)) for name, value in more.items() if value is not None)]
        if as_of is not None:
            values.append(("as_of", as_of.isoformat()))
        if isinstance(as_of, ByPublication):
            values.append(("known", "published"))
        address = f"{self._url}/api/v1/{quote(path, safe='/:@.')}" + (f"?{urlencode(values)}" if values else "")
        request = urllib.request.Request(address, headers=self._headers)  # noqa: S310 -- the user's own address
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                yield answer
        except urllib.error.HTTPError as error:
            _raise(error)
        except (OSError, http.client.HTTPException) as error:
            raise DatabaseUnavailable(
                f"{self._url} does not answer ({error}): is `cmoney serve` running there?"
            ) from error


class RemotePart:
    """A part of a remote archive.

    Args:
        archive: The archive.
    """

    def __init__(self, archive: RemoteArchive) -> None:
        self._archive = archive


class RemoteArticles(RemotePart):
    """The articles of a remote archive: see `archive.articles.collection.Articles`."""

    def __call__(
        self, fields: Iterable[str] | None = None, *, as_of: datetime | None = None, **wanted: Unpack[Filters]
    ) -> Iterator[dict[str, Any]]:
        """Yield the records of articles as they come, oldest first."""
        more = {"fields": _names(fields), "order": "oldest"}
        with self._archive.open("articles.ndjson", as_of, wanted, **more) as answer:
            for line in answer:
                yield _revived(json.loads(line), ARTICLES.fields)

    def page(
        self, limit: int, after: Place | None = None, *, as_of: datetime | None = None, **wanted: Unpack[Filters]
    ) -> list[dict[str, Any]]:
        """Return the documents of some articles (200 at most), newest first, the undated last."""
        place = None if after is None else place_text(after)
        fields = ",".join(ARTICLES.field_names)
        answer = self._archive.json("articles", as_of, wanted, limit=limit, after=place, fields=fields)
        return [_record(row) for row in answer["articles"]]

    def get(self, key: str, as_of: datetime | None = None) -> dict[str, Any] | None:
        """Return an article's document by any of its keys, or None if it is not kept."""
        try:
            return _revived(self._archive.json(f"articles/{key}", as_of)["article"], ARTICLES.fields)
        except KeyError:
            return None

    def count(self, as_of: datetime | None = None) -> int:
        """Return how many articles are kept, or were at a moment; each is asked for by its key."""
        return sum(1 for _ in self(["_id"], as_of=as_of))


class RemoteRevisions(RemotePart):
    """The versions of a remote archive's articles: see `archive.articles.collection.Revisions`."""

    def of(self, key: str) -> list[dict[str, Any]]:
        """Return the documents of an article's versions, oldest first; empty if it is not kept."""
        try:
            versions = self._archive.json(f"articles/{key}")["revisions"]
        except KeyError:
            return []
        return [_revived(version, REVISIONS.fields) for version in versions]


class RemoteRuns(RemotePart):
    """The runs of a remote archive: see `archive.crawl_state.runs.Runs`."""

    def recent(self, limit: int, spider: str | None = None) -> list[dict[str, Any]]:
        """Return the documents of the last runs (200 at most), newest first; of one spider if it is given."""
        runs = self._archive.json("runs", limit=200)["runs"]
        named = [_revived(run, RUNS.fields) for run in runs if spider in {None, run["spider"]}]
        return named[:limit]


class RemoteChanges(RemotePart):
    """The outbox of a remote archive: see `archive.feed.changes.Changes`."""

    def __call__(
        self,
        after: str | None = None,
        fields: Iterable[str] | None = None,
        *,
        follow: bool = False,
        **wanted: Unpack[Filters],
    ) -> Iterator[dict[str, Any]]:
        """Yield the lines of the feed behind a cursor, in order; `after` may be `latest`."""
        cursor, chosen = after, _names(fields)
        while True:
            wait = _WAIT if follow else 0
            batch = self._archive.json("feed", None, wanted, after=cursor, fields=chosen, wait=wait)
            for line in batch["lines"]:
                record = line["article"] and _revived(line["article"], ARTICLES.fields)
                yield line | {"at": _moment(line["at"]), "article": record}
            if not batch["lines"] and not follow:
                return
            cursor = batch["cursor"]

    def cursor(self) -> str:
        """Return the cursor of the newest change: what comes after it is new."""
        return str(self._archive.json("feed", after="latest")["cursor"])


class RemoteSearch(RemotePart):
    """The search of a remote archive: see `archive.search.search.Search`."""

    def __call__(
        self,
        query: str = "",
        *,
        limit: int = LIMIT,
        order: Order = "newest",
        as_of: datetime | None = None,
        after: Place | None = None,
        **wanted: Unpack[Filters],
    ) -> Results:
        """Return what a query finds (200 hits at most)."""
        fields = ",".join(name for name in ARTICLES.field_names if name not in _UNTOLD)
        place = None if after is None else place_text(after)
        more = {"q": query or None, "limit": limit, "order": order, "after": place, "fields": fields}
        answer = self._archive.json("search", as_of, wanted, **more)
        records = {row["key"]: _record(row) for row in answer["articles"]}
        hits = [
            Hit(hit["key"], hit["revision"], records[hit["key"]], _pieces(hit["title"]), _pieces(hit["snippet"]))
            for hit in answer["marked"]
            if hit["key"] in records
        ]
        following = parse_qs(urlsplit(answer["next"] or "").query).get("after")
        return Results(hits, answer["total"], answer["behind"], place_from(following[0]) if following else None)

    def facets(
        self, query: str = "", *, as_of: datetime | None = None, **wanted: Unpack[Filters]
    ) -> dict[str, list[tuple[str, int]]]:
        """Return the commonest tickers and tags of what a query finds, and its months, newest first, with how many."""
        answer = self._archive.json("search", as_of, wanted, q=query or None, limit=1)
        return {name: [(value, count) for value, count in values] for name, values in answer["facets"].items()}


def remote(url: str, token: str | None = None) -> RemoteArchive:
    """Return the archive that a server at an address gives out, to the owner of a token where it asks for one."""
    return RemoteArchive(url, token)


def _names(fields: Iterable[str] | None) -> str | None:
    return None if fields is None else ",".join(fields)


def _record(row: Mapping[str, Any]) -> dict[str, Any]:
    return _revived({name: value for name, value in row.items() if name != "key"}, ARTICLES.fields)


def _pieces(pairs: Iterable[Sequence[Any]]) -> tuple[Piece, ...]:
    return tuple(Piece(*pair) for pair in pairs)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _revived(record: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    """Return a record with its moments as such, which JSON has as text: as in its schema."""
    by_name = {field.name: field for field in fields}
    return {name: _value(value, by_name[name]) if name in by_name else value for name, value in record.items()}


def _value(value: Any, field: Field) -> Any:
    if isinstance(value, str) and "date" in field.types.split("|"):
        return _moment(value)
    if isinstance(value, list):
        if field.items == "date":
            return [_moment(item) for item in value]
        return [_revived(item, field.fields) if isinstance(item, dict) else item for item in value]
    return _revived(value, field.fields) if isinstance(value, dict) and field.fields else value


def _pairs(wanted: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in wanted.items():
        if name in _NAMES:
            yield from ((_NAMES[name], str(part)) for part in value)
        elif value is not None:
            yield name, value.isoformat() if hasattr(value, "isoformat") else str(value)


def _raise(error: urllib.error.HTTPError) -> NoReturn:
    """Raise the error of an answer.

    Raises:
        WrongSelection: It does not understand what is asked for.
        KeyError: There is none.
        DatabaseUnavailable: Its database does not answer.
        ArchiveError: Anything else.
    """
    with error:
        try:
            detail = str(json.loads(error.read())["detail"])
        except (ValueError, KeyError, TypeError):
            detail = str(error)
    if error.code == http.client.NOT_FOUND:
        raise KeyError(detail) from error
    if error.code == http.client.BAD_REQUEST:
        raise WrongSelection(detail) from error
    if error.code == http.client.SERVICE_UNAVAILABLE:
        raise DatabaseUnavailable(detail) from error
    raise ArchiveError(detail) from error
