"""Filters of articles: by date of publication, column, ticker and tag; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypedDict

from archive.model.period import Period, day_period, read_period

Day = date | datetime | str


class WrongSelection(ValueError):
    """A filter that is invalid; the message names it and what would do."""


class Filters(TypedDict, total=False):
    """The filters of a reader; a missing one filters nothing.

    Attributes:
        since: First day or month (`2024-01-01`, `2024-01`, `7d`, `yesterday`; in Taipei) or moment of publication. A
            moment given as an object has to be aware, a text without a zone is Taipei's: see `archive.model.period`.
        until: Last day or month, which is included, or a moment, which is not.
        columns: Columns, with or without their brackets; any of them.
        tickers: US symbols or Taiwanese codes; any of them.
        tags: Tags as on the page; any of them.
    """

    since: Day | None
    until: Day | None
    columns: Iterable[str]
    tickers: Iterable[str]
    tags: Iterable[str]


@dataclass(frozen=True, slots=True)
class Selection:
    """The parsed filters; an undated article is in no window.

    Attributes:
        since: Published at or after it; aware, UTC; None for any.
        until: Published before it; aware, UTC; None for any.
        columns: Of any of these; empty for all.
        tickers: With any of these symbols or codes; empty for all.
        tags: With any of these tags; empty for all.
    """

    since: datetime | None = None
    until: datetime | None = None
    columns: frozenset[str] = frozenset()
    tickers: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()

    def matches(self, record: Mapping[str, Any]) -> bool:
        """Return whether an article's document matches."""
        published: datetime | None = record["published_at"]
        if self.since and not (published and published >= self.since):
            return False
        if self.until and not (published and published < self.until):
            return False
        if self.columns and record["column"] not in self.columns:
            return False
        if self.tickers and self.tickers.isdisjoint((*record["tickers"], *record["tw_stocks"])):
            return False
        return not self.tags or not self.tags.isdisjoint(record["tags"])


def select(wanted: Filters) -> Selection:
    """Return the selection of some filters.

    Raises:
        WrongSelection: A date is invalid or has no zone, the window is empty, names are given as one text, or a filter
            is unknown.

    >>> select({"since": "2024-01-01", "until": "2024-01-01", "tickers": ["amzn"]}).until.isoformat()
    '2024-01-01T16:00:00+00:00'
    """
    if unknown := wanted.keys() - Filters.__annotations__.keys():
        known = ", ".join(Filters.__annotations__)
        raise WrongSelection(f"articles are not selected by {', '.join(sorted(unknown))}, but by {known}")
    since, until = _window(wanted)
    if since and until and since >= until:
        raise WrongSelection(f"since {wanted.get('since')} lies after until {wanted.get('until')}: swap them")
    return Selection(
        since,
        until,
        frozenset(name.strip("【】") for name in _names(wanted, "columns")),
        frozenset(name.upper() for name in _names(wanted, "tickers")),
        frozenset(_names(wanted, "tags")),
    )


def choose(fields: Iterable[str] | None, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the requested fields, in their order; all known ones for None.

    Raises:
        WrongSelection: A field is unknown or given twice, or there are none.

    >>> choose(["title", "_id"], ("_id", "title", "text"))
    ('title', '_id')
    """
    if fields is None:
        return known
    names = tuple(name.strip() for name in fields)
    for name in names:
        if name not in known:
            raise WrongSelection(f"there is no field {name!r}; there are: {', '.join(known)}")
    if not names or len(set(names)) < len(names):
        raise WrongSelection("fields: name at least one, and each once")
    return names


def _window(wanted: Filters) -> tuple[datetime | None, datetime | None]:
    """Return the window of the filters, in UTC.

    Raises:
        WrongSelection: A bound is no date, has no zone or is outside the calendar.
    """
    since, until = _period(wanted.get("since")), _period(wanted.get("until"))
    return since and since[0], until and until[1]


def _period(day: Day | None) -> Period | None:
    """Return the period of one bound, in UTC.

    Raises:
        WrongSelection: It is no date, has no zone or is outside the calendar.
    """
    if day is None:
        return None
    try:
        if isinstance(day, str):
            return read_period(day)
        if not isinstance(day, datetime):
            return day_period(day)
        if day.tzinfo is None:
            raise WrongSelection(f"{day} has no zone: add one, such as {day.isoformat()}+08:00, or give a day alone")
        return day.astimezone(UTC), day.astimezone(UTC)
    except OverflowError:
        raise WrongSelection("since or until lies outside the calendar: leave out what is not to narrow") from None
    except ValueError as error:
        raise WrongSelection(str(error)) from None


def _names(wanted: Filters, name: str) -> list[str]:
    """Return the names given, without blanks.

    Raises:
        WrongSelection: They are one text, whose characters would be taken for names.
    """
    given: Any = wanted.get(name) or ()
    if isinstance(given, str):
        raise WrongSelection(f"{name}: give a list of names, not the text {given!r}")
    return [name.strip() for name in given if name.strip()]
