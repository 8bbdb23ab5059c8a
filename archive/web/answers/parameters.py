"""The parameters of a request: one grammar for pages, interface, exports and feeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import urlencode

from starlette.requests import Request

from archive.articles.past.clock import ByPublication, is_assumed
from archive.articles.walk import Place, place_from
from archive.market_calendar import session_window
from archive.model.period import read_period
from archive.model.selection import Filters

Language = Literal["zh-Hant-TW", "en"]
AnswerFormat = Literal["html", "json", "ndjson", "csv", "parquet", "atom", "jsonfeed", "md", "timemap"]

ROWS: Final = 30
"""Default number of rows on a page."""

MOST_ROWS: Final = 200
LISTS: Final = ("ticker", "tag", "column")
"""Filters of names; they may be repeated."""

CARRIED: Final = frozenset({"lang", "as_of", "known"})
"""Parameters that links carry from page to page."""

_KNOWN: Final = frozenset(
    {"q", "order", "since", "until", "as_of", "known", "after", "limit", "lang", "fields", "session", *LISTS}
)


class WrongParameter(ValueError):
    """A parameter of an address is invalid; the message names it, and a valid value."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a request.

    Attributes:
        path: The address's path without the ending of a format; percent-decoded.
        format: The format of the ending; `html` without one.
        values: The parameters as they were given, without `after`.
        language: The page's language.
        as_of: The moment of the state to show; aware; None for now. With `known=published` a `ByPublication`.
        filters: The filters of articles.
        query: In the language of docs/search.md; may be empty.
        after: The place of the last row of the page before; None for the first page.
        limit: The number of rows on the page.
        fields: The fields of an export; None for all.
    """

    path: str
    format: AnswerFormat
    values: tuple[tuple[str, str], ...] = ()
    language: Language = "zh-Hant-TW"
    as_of: datetime | None = None
    filters: Filters = field(default_factory=Filters)
    query: str = ""
    order: str = "newest"
    after: Place | None = None
    limit: int = ROWS
    fields: tuple[str, ...] | None = None

    def address(self, path: str | None = None, *, format: str | None = None, **changes: object) -> str:  # noqa: A002
        """Return this address with some parameters changed (None removes one), or that of another path.

        Language and moment are carried to other paths; filters are not.
        """
        carried = self.values if path is None else [pair for pair in self.values if pair[0] in CARRIED]
        values = [pair for pair in carried if pair[0] not in changes]
        values += [(name, str(value)) for name, value in changes.items() if value is not None]
        base = (self.path if path is None else path) or "/"
        if format and format != "html":
            base = f"{'/newest' if base == '/' else base}.{format}"
        return base + (f"?{urlencode(values)}" if values else "")

    def is_assumed(self, article: Mapping[str, Any]) -> bool:
        """Whether an article is known at the page's moment by assumption alone."""
        return is_assumed(article, self.as_of)

    @property
    def is_english(self) -> bool:
        """Whether the page is in English."""
        return self.language == "en"


def read(request: Request, path: str, ending: AnswerFormat) -> Parameters:
    """Return the parameters of a request.

    Raises:
        WrongParameter: A parameter is unknown, is given twice, or its value is invalid.
    """
    values = [(name, value) for name, value in request.query_params.multi_items() if value.strip()]
    given: dict[str, str] = {}
    for name, value in values:
        if name not in _KNOWN:
            raise WrongParameter(f"there is no parameter {name!r}, but {', '.join(sorted(_KNOWN))}")
        if name in given and name not in LISTS:
            raise WrongParameter(f"{name} is given twice: give it once")
        given[name] = value
    return Parameters(
        path,
        ending,
        tuple((name, value) for name, value in values if name != "after"),
        _language(given.get("lang")),
        _moment(given.get("as_of"), given.get("known", "seen")),
        _filters(values, given),
        given.get("q", "").strip(),
        _order(given.get("order", "newest")),
        _after(given["after"]) if "after" in given else None,
        _limit(given.get("limit")),
        tuple(given["fields"].split(",")) if "fields" in given else None,
    )


def _filters(values: list[tuple[str, str]], given: Mapping[str, str]) -> Filters:
    names = {name: [part for key, value in values if key == name for part in _parts(name, value)] for name in LISTS}
    filters = Filters(columns=names["column"], tickers=names["ticker"], tags=names["tag"])
    if "session" in given:
        filters |= _session(given["session"])
    if "since" in given:
        filters["since"] = given["since"]
    if "until" in given:
        filters["until"] = given["until"]
    return filters


def _session(given: str) -> Filters:
    """Return the window of the articles of a US session.

    Raises:
        WrongParameter: There is no such session.
    """
    window = session_window(given)
    if window is None:
        raise WrongParameter(f"session={given[:40]!r} is no session of the US market: write 2026-08-28")
    return Filters(since=window[0], until=window[1])


def _parts(name: str, value: str) -> list[str]:
    return [value] if name == "tag" else value.split(",")


def _language(given: str | None) -> Language:
    """Return the requested language of a page, by default Chinese.

    Raises:
        WrongParameter: It is another language.
    """
    if given in {None, "zh", "zh-Hant-TW"}:
        return "zh-Hant-TW"
    if given == "en":
        return "en"
    raise WrongParameter(f"lang={given!r} is neither zh nor en")


def _order(given: str) -> str:
    if given not in {"newest", "oldest", "relevance"}:
        raise WrongParameter(f"order={given!r} is none of newest, oldest and relevance")
    return given


def _limit(given: str | None) -> int:
    if given is None:
        return ROWS
    if not (given.isascii() and given.isdigit() and 1 <= int(given) <= MOST_ROWS):
        raise WrongParameter(
            f"limit={given[:20]!r} is not from 1 to {MOST_ROWS}; the exports of an address have no limit"
        )
    return int(given)


def _moment(given: str | None, clock: str) -> datetime | None:
    """Return the beginning of the day, month or moment given, in a form of `archive.model.period`, by a clock.

    Raises:
        WrongParameter: It is none.
    """
    if clock not in {"seen", "published"}:
        raise WrongParameter(f"known={clock[:40]!r} is neither seen nor published")
    if given is None:
        return None
    try:
        begin = read_period(given.replace(" ", "+") if "T" in given else given)[0]
        return ByPublication.at(begin) if clock == "published" else begin
    except (ValueError, OverflowError):
        raise WrongParameter(f"as_of={given[:40]!r} is no moment: write 2026-08-30 or 2026-08-30T21:30+08:00") from None


def _after(text: str) -> Place:
    """Return the place that an address has.

    Raises:
        WrongParameter: It is none.
    """
    try:
        return place_from(text)
    except ValueError:
        raise WrongParameter(f"after={text[:40]!r} is no place: take the address of the next page as it is") from None


def wrong(error: Exception) -> str:
    """Return the message of an error on one line."""
    return " ".join(str(error).split())
