"""Errors as answers: RFC 9457 for programs, and the same data for pages."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from pymongo.errors import ExecutionTimeout, NetworkTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

from archive.errors import ArchiveError, DatabaseUnavailable
from archive.extras import NotInstalled
from archive.json_text import to_json
from archive.model.change import WrongCursor
from archive.model.selection import WrongSelection
from archive.search.errors import SearchUnavailable
from archive.search.language.query import WrongQuery
from archive.web.answers.parameters import WrongParameter, wrong

PROBLEM: Final = "application/problem+json"

WRONG: Final = (WrongParameter, WrongSelection, WrongQuery, WrongCursor)
"""Errors of a request."""

HANDLED: Final = (*WRONG, ArchiveError, NotInstalled, HTTPException)


def problem(status: int, title: str, detail: str, **headers: str) -> Response:
    """Return an error as an answer for programs."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return Response(to_json(body), status, headers, PROBLEM)


def status_of(error: Exception) -> tuple[int, str, dict[str, str]]:
    """Return status, one line and headers of an error's answer."""
    if isinstance(error, HTTPException):
        return error.status_code, error.detail, dict(error.headers or {})
    if isinstance(error, WRONG):
        return HTTPStatus.BAD_REQUEST, wrong(error), {}
    if isinstance(error, SearchUnavailable | NotInstalled):
        return HTTPStatus.SERVICE_UNAVAILABLE, wrong(error), {"retry-after": "30"}
    if isinstance(error.__cause__, ExecutionTimeout | NetworkTimeout):
        detail = (
            "The database takes too long to answer this: ask for less, such as a shorter window; exports have no limit."
        )
        return HTTPStatus.SERVICE_UNAVAILABLE, detail, {"retry-after": "60"}
    if isinstance(error, DatabaseUnavailable):
        return (
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The database does not answer. Ask again in some seconds.",
            {"retry-after": "5"},
        )
    return HTTPStatus.INTERNAL_SERVER_ERROR, wrong(error), {}
