"""What moment a text states: strict formats only, since a wrong date is worse than none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from dateutil.parser import isoparse, parse

from archive.model.time_zones import TAIPEI

FIRST_MOMENT = datetime(2005, 1, 1, tzinfo=UTC)
"""No article is older: what is stated before it is a default value, no date."""

_A_DAY = timedelta(days=1)
_LONGEST = 120
_DATE = (
    r"(?<![\d.])(?:(?P<roc>民國)\s*(?P<roc_year>\d{2,3})\s*年"
    r"|(?:(?P<year>(?:19|20)\d\d)|(?<![/-])(?P<bare_roc_year>1\d\d)(?!\s*\.))\s*(?P<sign>[-/.]|年))"
    r"\s*(?P<month>\d{1,2})\s*(?(sign)(?P<mark>[-/.]|月)|月)\s*(?P<day>\d{1,2})(?!\d)\s*日?"
)
_WEEKDAY = r"(?:\s*\(?(?:週|周|星期|禮拜)?[一二三四五六日天]\)?)?"
_HALF = "上午|下午|凌晨|早上|中午|晚上|[AaPp][Mm]"
_TIME = (
    rf"(?:[T\s,]*(?P<half>{_HALF})?\s*(?P<hour>\d{{1,2}})\s*[:時點]\s*(?P<minute>\d{{2}})(?!\d)\s*分?"
    rf"(?:(?::|(?<=分))(?P<second>\d{{2}})(?!\d)秒?(?:[.,]\d{{1,9}})?)?\s*(?P<late_half>[AaPp][Mm])?"
    r"\s*(?P<zone>(?:UTC|GMT)?\s*[+-]\d{2}:?\d{2}|Z|UTC|GMT)?)?"
)
_STATED = re.compile(_DATE + _WEEKDAY + _TIME)
_ISO = re.compile(r"(?:19|20)\d\d-\d\d-\d\d[T ](?:[01]\d|2[0-3]):\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_MAIL = re.compile(
    rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?P<stated>(?:\d{{1,2}} (?:{_MONTH})|(?:{_MONTH}) \d{{1,2}}) 20\d\d "
    r"\d\d:\d\d:\d\d) (?:(?:UTC|GMT)?(?P<offset>[+-]\d\d[0-5]\d)|(?:GMT|UTC)(?![+-]))(?: \(.*\))?",
    re.ASCII,
)
"""A mail date (RFC 5322), and the form in which browsers write one: every part named, so that none is guessed."""

_MONTHS = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    "|Nov(?:ember)?|Dec(?:ember)?"
)
_ENGLISH = re.compile(
    rf"(?:(?:{_MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?,? 20\d\d|\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTHS})\.?,? 20\d\d)"
    r"(?:,? (?:at )?\d{1,2}:\d\d(?::\d\d)?(?: ?[AaPp]\.?[Mm]\.?)?)?(?P<zone> ?(?:UTC|GMT|Z|[+-]\d\d:?\d\d))?",
    re.ASCII | re.IGNORECASE,
)
"""An English date with its month as a word."""

_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_LEAST_MILLISECONDS = 1e11  # as seconds, the year 5138; as milliseconds, 1973
_MOST_SECONDS = 1e10
_MOST_MILLISECONDS = 1e13
_ROC_OFFSET = 1911
_NOON = 12
_MORNING = frozenset({"上午", "凌晨", "早上", "am"})
_AFTERNOON = frozenset({"下午", "晚上", "pm"})


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment that a text states.

    Attributes:
        at: Aware, UTC; the beginning of the day where only a day is stated.
        day: The day in the zone of the statement.
        day_only: Whether no time is stated, or exactly midnight, which programs write for no time.
        clock: Day and time as stated, without their zone; None for an epoch time.
        is_zoned: Whether the zone is stated, and not taken to be Taipei's.
    """

    at: datetime
    day: date
    day_only: bool
    clock: datetime | None = field(default=None, compare=False)
    is_zoned: bool = field(default=True, compare=False)


def read_moment(text: str) -> Moment | None:
    """Return the one moment that a text states, or None if it states none, several, or one that cannot be.

    Read are ISO 8601, `August 14, 2025 3:50 PM`, `2025-08-14 15:50`, `2025/08/14`, `2025年8月14日 下午 02:30`, mail
    dates, whole epoch seconds and milliseconds, and years of the Republic from 100 on (`113/10/09`).
    A relative time (`3 小時前`) is no moment. The zone is the stated one, else Asia/Taipei.

    >>> read_moment("2025年8月14日 下午 02:30").at.isoformat()
    '2025-08-14T06:30:00+00:00'
    >>> read_moment("2025-08-14 15:50 13,086").at.isoformat()
    '2025-08-14T07:50:00+00:00'
    >>> read_moment("113/10/09 08:30").at.isoformat()
    '2024-10-09T00:30:00+00:00'
    >>> read_moment("3 小時前") is read_moment("98/3/5") is read_moment("2025-02-30") is None
    True
    """
    text = text[: _LONGEST + 1].strip()
    if _ISO.fullmatch(text):
        return _parsed(isoparse, text)
    text = text if text.isascii() else unicodedata.normalize("NFKC", text).strip()
    if len(text) > _LONGEST:
        return None
    if _EPOCH.fullmatch(text):
        return epoch_moment(int(text))
    if mail := _MAIL.search(text):
        # dateutil reads the sign in `GMT+0800` the other way round than browsers write it: it gets the offset alone
        return _parsed(parse, f"{mail['stated']} {mail['offset'] or 'UTC'}")
    if _ENGLISH.fullmatch(text):
        return _parsed(_parse_english, text)
    matches = [match for match in _STATED.finditer(text) if _is_consistent(match)]
    moments = {_from_stated(match) for match in matches}
    return moments.pop() if len(moments) == 1 else None


def epoch_moment(number: float) -> Moment | None:
    """Return the moment of an epoch time in seconds or milliseconds, or None if it is before 2005 or no time at all.

    >>> epoch_moment(1755157800000) == epoch_moment(1755157800)
    True
    """
    if number >= _MOST_MILLISECONDS:  # a whole number of any length may stand in JSON
        return None
    seconds = number / 1000 if number >= _LEAST_MILLISECONDS else number
    if not FIRST_MOMENT.timestamp() <= seconds < _MOST_SECONDS:
        return None
    at = datetime.fromtimestamp(seconds, UTC)
    return Moment(at, at.astimezone(TAIPEI).date(), day_only=False)


def can_be(moment: datetime) -> bool:
    """Whether an article can be published or changed at a moment: not before 2005, nor more than a day ahead."""
    return FIRST_MOMENT <= moment <= datetime.now(UTC) + _A_DAY


def taipei_day(moment: datetime) -> date:
    """Return the day in Taipei of an aware moment."""
    return moment.astimezone(TAIPEI).date()


def _is_consistent(match: re.Match[str]) -> bool:
    sign, mark = match["sign"], match["mark"]
    return match["roc"] is not None or (sign, mark) == ("年", "月") or (sign != "年" and sign == mark)


def _parsed(parse: Callable[[str], datetime], text: str) -> Moment | None:
    """Return the moment that a strict form states, or None if there is no such moment."""
    try:
        stated = parse(text)
    except ValueError:  # the 30th of February, an hour of 25
        return None
    return _in_zone(stated if stated.tzinfo else stated.replace(tzinfo=TAIPEI), is_zoned=stated.tzinfo is not None)


def _parse_english(text: str) -> datetime:
    return parse(text, default=datetime(2000, 1, 1))  # noqa: DTZ001 -- the zone is the text's, else Taipei's


def _in_zone(stated: datetime, *, is_zoned: bool) -> Moment | None:
    midnight = (stated.hour, stated.minute, stated.second) == (0, 0, 0)
    try:
        clock = stated.replace(tzinfo=None)
        return Moment(stated.astimezone(UTC), stated.date(), midnight, clock, is_zoned)
    except (OverflowError, ValueError):  # a zone that leads out of the calendar, or of a day and more
        return None


def _from_stated(match: re.Match[str]) -> Moment | None:
    year = int(match["year"] or 0) or int(match["roc_year"] or match["bare_roc_year"]) + _ROC_OFFSET
    hour = _hour(match)
    if hour is None:
        return None
    clock = (hour, int(match["minute"] or 0), int(match["second"] or 0))
    return _moment((year, int(match["month"]), int(match["day"])), clock, match["zone"])


def _hour(match: re.Match[str]) -> int | None:
    hour = int(match["hour"] or 0)
    half = (match["half"] or match["late_half"] or "").lower()
    if half in _AFTERNOON and hour < _NOON:
        return hour + _NOON
    if half in _MORNING and hour >= _NOON:
        return 0 if hour == _NOON else None
    return hour


def _moment(day: tuple[int, int, int], clock: tuple[int, int, int], zone: str | None) -> Moment | None:
    try:
        return _in_zone(datetime(*day, *clock, tzinfo=_zone(zone)), is_zoned=bool(zone))
    except ValueError:  # the 30th of February, an hour of 25, a zone of a day and more
        return None


def _zone(zone: str | None) -> tzinfo:
    offset = (zone or "").removeprefix("UTC").removeprefix("GMT").strip().replace(":", "")
    if not zone:
        return TAIPEI
    if offset in {"", "Z"}:
        return UTC
    sign = -1 if offset.startswith("-") else 1
    return timezone(sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5])))
