"""Memento (RFC 7089): an article as of any moment, and the list of its versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.web.answers.parameters import Parameters, WrongParameter
from archive.web.answers.site import KINDS, base_of


def negotiated(request: Request, page: Parameters, key: str) -> Response | None:
    """Return the redirection to an article as it was known at the moment of `Accept-Datetime`; None without one.

    Raises:
        WrongParameter: It is no moment.
    """
    given = request.headers.get("accept-datetime")
    if not given or page.as_of or page.format != "html":
        return None
    try:
        at = parsedate_to_datetime(given).astimezone(UTC)
    except ValueError:
        raise WrongParameter(
            f"Accept-Datetime: {given[:40]!r} is no moment: write Sun, 30 Aug 2026 10:00:00 GMT"
        ) from None
    headers = {"vary": "accept-datetime", "link": links(request, key)}
    return RedirectResponse(page.address(f"/articles/{key}", as_of=at.isoformat()), 302, headers)


def headers_of(request: Request, page: Parameters, article: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of an article's answer: TimeGate, TimeMap, and the moment of a past state."""
    headers = {"vary": "accept-datetime", "link": links(request, article["_id"])}
    if page.as_of:
        headers["memento-datetime"] = _http(article["known_at"])
    return headers


def timemap(request: Request, key: str, seen: Sequence[datetime]) -> Response:
    """Return the list of an article's versions.

    Args:
        request: The request.
        key: The article.
        seen: When each of its versions was first seen, in order; aware.
    """
    base = f"{base_of(request)}/articles/{key}"
    lines = [f'<{base}>; rel="original timegate"', f'<{base}.timemap>; rel="self"; type="{KINDS["timemap"]}"']
    for number, at in enumerate(seen, 1):
        place = "".join(_places(number, len(seen)))
        address = f"{base}?as_of={at.isoformat().replace('+00:00', 'Z')}"
        lines.append(f'<{address}>; rel="{place}memento"; datetime="{_http(at)}"')
    return Response(",\n".join(lines) + "\n", media_type=KINDS["timemap"])


def links(request: Request, key: str) -> str:
    """Return the `Link` of an article's answers."""
    base = f"{base_of(request)}/articles/{key}"
    return f'<{base}>; rel="original timegate", <{base}.timemap>; rel="timemap"; type="{KINDS["timemap"]}"'


def _places(number: int, last: int) -> Iterable[str]:
    if number == 1:
        yield "first "
    if number == last:
        yield "last "


def _http(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)
