"""An archive on another machine, read over HTTP with the methods of `Archive`: see docs/web.md."""

from __future__ import annotations

import http.client
import io
import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NoReturn, Unpack
from urllib.parse import quote, urlencode

from archive.errors import ArchiveError, DatabaseUnavailable
from archive.extras import require
from archive.model.selection import Filters, WrongSelection

if TYPE_CHECKING:
    import pyarrow

TIMEOUT: Final = 120.0
"""Seconds that a server may be silent."""

_WAIT: Final = 30
_NAMES: Final = {"tickers": "ticker", "columns": "column", "tags": "tag"}


class RemoteArchive:
    """An archive that `cmoney serve` gives out; reads only.

    Attributes:
        articles: As of `Archive.articles`: called, it gives records; `get` gives one.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        """Take the address that `serve` prints, and a token where it asks for one; nothing is asked yet."""
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.articles = RemoteArticles(self)

    def search(
        self,
        query: str = "",
        *,
        limit: int = 20,
        order: str = "newest",
        as_of: datetime | None = None,
        **wanted: Unpack[Filters],
    ) -> dict[str, Any]:
        """Return what a query finds: `total`, `articles` (rows of the page) and `next`; see `Archive.search`.

        Raises:
            WrongSelection: The server does not understand what is asked for.
            ArchiveError: It cannot be reached, or its database does not answer.
        """
        answer: dict[str, Any] = self.json("search", as_of, wanted, q=query, limit=limit, order=order)
        return answer

    def changes(
        self,
        after: str | None = None,
        fields: Iterable[str] | None = None,
        *,
        follow: bool = False,
        **wanted: Unpack[Filters],
    ) -> Iterator[dict[str, Any]]:
        """Yield the lines of the feed behind a cursor, in order; see `Archive.changes`. `after` may be `latest`.

        Raises:
            WrongSelection: The server does not understand what is asked for, or the cursor is not of its archive.
            ArchiveError: It cannot be reached, or its database does not answer.
        """
        cursor = after
        chosen = None if fields is None else ",".join(fields)
        while True:
            batch = self.json("feed", None, wanted, after=cursor, fields=chosen, wait=_WAIT if follow else 0)
            yield from batch["lines"]
            if batch["cursor"] == cursor and not follow:
                return
            if not batch["lines"] and not follow:
                return
            cursor = batch["cursor"]

    def table(
        self,
        what: str = "articles",
        fields: Iterable[str] | None = None,
        *,
        as_of: datetime | None = None,
        **wanted: Unpack[Filters],
    ) -> pyarrow.Table:
        """Return a table as an Arrow table; see `Archive.table`.

        Raises:
            WrongSelection: The server does not understand what is asked for.
            NotInstalled: pyarrow is not there.
            ArchiveError: It cannot be reached, or its database does not answer.
        """
        parquet = require("pyarrow.parquet", "Arrow")
        chosen = None if fields is None else ",".join(fields)
        with self.open(f"{what}.parquet", as_of, wanted, fields=chosen) as answer:
            return parquet.read_table(io.BytesIO(answer.read()))

    def json(self, path: str, as_of: datetime | None, wanted: Filters, **more: object) -> Any:
        """Return what a path below `/api/v1/` answers; errors as of `search`."""
        with self.open(path, as_of, wanted, **more) as answer:
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


class RemoteArticles:
    """The articles of a remote archive."""

    def __init__(self, archive: RemoteArchive) -> None:
        self._archive = archive

    def __call__(
        self, fields: Iterable[str] | None = None, *, as_of: datetime | None = None, **wanted: Unpack[Filters]
    ) -> Iterator[dict[str, Any]]:
        """Yield the records of articles as they come, newest first; moments are ISO 8601. Errors as of `search`."""
        chosen = None if fields is None else ",".join(fields)
        with self._archive.open("articles.ndjson", as_of, wanted, fields=chosen) as answer:
            for line in answer:
                yield json.loads(line)

    def get(self, key: str, as_of: datetime | None = None) -> dict[str, Any] | None:
        """Return an article by any of its keys, or None if it is not kept. Errors as of `search`."""
        try:
            document: dict[str, Any] = self._archive.json(f"articles/{key}", as_of, Filters())["article"]
        except KeyError:
            return None
        return document


def remote(url: str, token: str | None = None) -> RemoteArchive:
    """Return the archive that a server at an address gives out, to the owner of a token where it asks for one."""
    return RemoteArchive(url, token)


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
