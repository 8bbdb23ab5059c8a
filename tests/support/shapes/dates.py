"""Statements of dates: zones, contradictions, changes, and forms that are none."""

from __future__ import annotations

import json
from typing import Any

from tests.support.shapes.shape import END, Shape, page_of

_NEWS = "https://cmnews.com.tw/article/cmoney-90cf4975-5979-11f1-9bdb-c96c342{:05x}"
"""Published at 2026-05-27 03:10:08 UTC by its address."""


def _meta(content: str, name: str = "published") -> str:
    return f'<meta property="article:{name}_time" content="{content}">'


def _data(**members: str) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **members})}</script>'


def _dated(head: str, published: str | None, doubts: int = 0, above: str = "", **expected: Any) -> Shape:
    """Return a page with statements of its date; times are UTC, `doubts` counts its problems."""
    return Shape(page_of(END, head, above), {"published_at": published, "date_problems": doubts, **expected})


DATES = {
    "a time without a zone beside one in UTC": _dated(
        _meta("2026-03-02T01:00:00") + _data(datePublished="2026-03-02T01:00:00Z"), "2026-03-02T01:00"
    ),
    "a time without a zone that its address has in UTC": _dated(
        _meta("2026-05-27T03:10:00"), "2026-05-27T03:10"
    )._replace(url=_NEWS),
    "a time without a zone is Taipei's": _dated(_meta("2026-03-02T09:00:00"), "2026-03-02T01:00"),
    "a contradiction of whole hours": _dated(
        _meta("2026-03-02T09:00:00Z") + _data(datePublished="2026-03-02T01:00:00Z"), "2026-03-02T09:00", 1
    ),
    "a publication after the first is a change": _dated(
        _meta("2026-03-02T05:12:00Z") + _data(datePublished="2026-03-02T01:00:00Z"),
        "2026-03-02T01:00",
        updated_at="2026-03-02T05:12",
    ),
    "the hour 24": _dated(_meta("2026-03-02 24:00"), None, 1),
    "the minute 60": _dated(_meta("2026-03-02 09:60"), None, 1),
    "a year of the Republic": _dated(_meta("113/10/09 08:30"), "2024-10-09T00:30"),
    "a year of the Republic in words": _dated("", "2024-10-09T00:30", above="<p>民國113年10月9日 08:30</p>"),
    "a day with its time in the element beside it": _dated(
        "", "2025-08-14T07:50", above="<div><span>2025/08/14</span><i>·</i><span>15:50</span></div>"
    ),
    "a day with its half of the day and time beside it": _dated(
        "", "2025-08-14T07:50", above="<ul><li>2025-08-14</li><li>下午 3:50</li></ul>"
    ),
    "a day beside what is no time of day": _dated(
        "", "2025-08-13T16:00", 1, above="<div><span>2025/08/14</span><span>3:50</span><span>12,086</span></div>"
    ),
    "a meta element of a news site": _dated(
        '<meta name="parsely-pub-date" content="2025-08-14T07:50:00Z">', "2025-08-14T07:50"
    ),
    "an English date": _dated(_meta("August 14, 2025 3:50 PM"), "2025-08-14T07:50"),
    "a mail's date": _dated(_meta("Thu, 14 Aug 2025 15:50:00 +0800"), "2025-08-14T07:50"),
    "an English form that is not read": _dated(_meta("the 14th of August, about noon"), None, 1),
    "a date in a form that is not read": _dated("", None, 1, above="<p>二〇二五年八月十四日</p>"),
    "a date where no reader looks": _dated("", None, 1, above="")._replace(
        page=page_of(f"{END}<p>2025/08/14 完稿</p>")
    ),
    "a day without a time": _dated(_meta("2025-08-14"), "2025-08-13T16:00", 1),
    "a time long before the column": _dated(_meta("1970-01-01T00:00:00Z"), None, 1),
}
