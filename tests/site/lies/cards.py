"""Lies about an article in the listings that name it: its title, how the title is marked up, its tags and its times."""

from __future__ import annotations

import html
from typing import Any

from tests.site.lies.contents import OTHER_TAGS
from tests.site.lies.titles import other_column, replaced

SPLIT = "listed-split"
YEAR_1 = "0001-01-01T00:00:00Z"
FUTURE = "2099-01-01T00:00:00Z"
HUGE = 10**400
TIMES: dict[str, object] = {"listed-year-1": YEAR_1, "listed-future": FUTURE, "listed-huge": HUGE}
RENAMED = {"createdAt": "createAt", "updatedAt": "updateAt"}
MOMENTS = frozenset((*RENAMED, *RENAMED.values()))


def listed_title(title: str, lies: frozenset[str]) -> str:
    """Return an article's title as a listing states it under some lies."""
    if "listed-other-column" in lies:
        title = other_column(title)
    return replaced(title) if "listed-garbled" in lies else title


def title_markup(title: str, lies: frozenset[str]) -> str:
    """Return a title as the HTML of a card; in pieces under `listed-split`.

    >>> title_markup("【美股動態】訂單回溫", frozenset({"listed-split"}))
    '<span>【美股動</span><br><span class="hl">態】訂單</span>回溫'
    """
    if SPLIT not in lies:
        return html.escape(title)
    first, second = len(title) * 2 // 5, len(title) * 4 // 5
    head, middle, tail = (html.escape(part) for part in (title[:first], title[first:second], title[second:]))
    return f'<span>{head}</span><br><span class="hl">{middle}</span>{tail}'


def summary_under(summary: dict[str, Any], lies: frozenset[str]) -> dict[str, Any]:
    """Return what an interface says of an article under some lies; `summary` has its times under either name."""
    summary = summary | {"title": listed_title(summary["title"], lies)}
    if "listed-other-column" in lies:
        summary |= {"tags": list(OTHER_TAGS)}
    for lie in sorted(lies & TIMES.keys()):
        summary |= dict.fromkeys(summary.keys() & MOMENTS, TIMES[lie])
    if "listed-create-at" in lies:
        summary = {RENAMED.get(name, name): value for name, value in summary.items()}
    if "listed-dateless" in lies:
        summary = {name: value for name, value in summary.items() if name not in MOMENTS}
    return summary
