"""The list of articles by US session, newest first, with any filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from archive.archive import Archive
from archive.articles.walk import Walk, place_of, place_text
from archive.market_calendar import SessionPart
from archive.model.selection import Filters, choose, select
from archive.mongo.schema.articles import ARTICLES
from archive.web.answers import words
from archive.web.answers.citation import as_python, as_shell, result_citation
from archive.web.answers.exports import EXPORTS, export, feed
from archive.web.answers.parameters import Parameters
from archive.web.answers.rows import ArticleRow, groups_of, rows_of
from archive.web.answers.site import Site, base_of, every_door
from archive.web.figures.statistics import by_session, end_of_news, symbols

FORMATS: Final = every_door()
_OFTEN: Final = 8
_FATES: Final = {
    "new": "新收錄",
    "revised": "修訂",
    "gone": "原站撤下",
    "touched": "補了資料",
    "back": "又回來",
    "merge": "併成一篇",
}
_WINDOW: Final = timedelta(days=10)
_SEASON: Final = timedelta(weeks=6)


def newest(site: Site, request: Request, page: Parameters) -> Response:
    """Answer the list of articles of some filters, newest first."""
    archive = site.archive
    if page.format in EXPORTS:
        is_newest = page.order != "oldest"
        walk = Walk(archive.database, select(page.filters), page.as_of, newest=is_newest)
        return export(archive, page, walk.documents(page.after))
    if page.format in {"atom", "jsonfeed"}:
        return feed(page, archive.articles.page(page.limit, page.after, as_of=page.as_of, **page.filters))
    documents = archive.articles.page(page.limit + 1, page.after, as_of=page.as_of, **page.filters)
    shown = documents[: page.limit]
    following = place_text(place_of(shown[-1])) if len(documents) > page.limit else None
    rows = rows_of(archive, shown)
    if page.format == "json":
        return listed(site, page, rows, following)
    groups = groups_of(rows)
    context = {
        "here": "/",
        "groups": groups,
        "counts": _counts(archive, page, [group.day for group in groups if group.day]),
        "narrowed": narrowed(page),
        "after": page.after,
        "next": page.address(after=following) if following else None,
        "often": _often(archive, page),
        "nights": _nights(site, page),
        "formats": FORMATS,
        "cited": result_citation(page, base_of(request), site.known(), None),
        "fates": {fate: words.translator(is_english=page.is_english)(text) for fate, text in _FATES.items()},
        "shell": as_shell(page, "articles", wanted=page.filters),
        "python": as_python(page, "articles", wanted=page.filters),
    }
    return site.html(request, page, "newest.html", context)


def listed(site: Site, page: Parameters, rows: Sequence[ArticleRow], following: str | None, **more: object) -> Response:
    """Return rows as JSON with the address of the next page, also in `Link`."""
    address = page.address(format="json", after=following) if following else None
    fields = choose(page.fields, ARTICLES.field_names) if page.fields else None
    response = site.json({**more, "articles": [row.as_json(fields) for row in rows], "next": address})
    if address:
        response.headers["link"] = f'<{address}>; rel="next"'
    return response


def narrowed(page: Parameters) -> list[tuple[str, str, str]]:
    """Return the filters of an address: name, value, and the address without it."""
    translate = words.translator(is_english=page.is_english)
    names = {"ticker": "個股", "tag": "標籤", "column": "專欄", "since": "從", "until": "到", "session": "交易日"}
    filters = []
    for name, value in page.values:
        if name in names:
            rest = tuple(pair for pair in page.values if pair != (name, value))
            other = Parameters(page.path, page.format, rest)
            filters.append((translate(names[name]), value, other.address()))
    return filters


def _counts(archive: Archive, page: Parameters, days: Sequence[date]) -> dict[date, str]:
    """Return a line for each session: its articles before, in and after the market's hours."""
    if not days:
        return {}
    window = Filters(
        since=datetime.combine(min(days) - timedelta(days=7), datetime.min.time(), UTC),
        until=datetime.combine(max(days) + timedelta(days=2), datetime.min.time(), UTC),
    )
    parts = by_session(archive, page.as_of, page.filters | window)
    translate = words.translator(is_english=page.is_english)
    lines = {}
    for day in days:
        of_day = parts.get(day, Counter[SessionPart]())
        texts = [translate("{count} 篇", count=of_day.total())]
        texts += [f"{translate(words.PARTS[part])} {of_day[part]}" for part in words.PARTS if of_day[part]]
        lines[day] = " · ".join(texts)
    return lines


def _often(archive: Archive, page: Parameters) -> list[tuple[str, int]]:
    """Return the most mentioned symbols of the last days, with their numbers of articles."""
    if page.after is not None:
        return []
    until = end_of_news(archive, page.as_of)
    return symbols(archive, _OFTEN, page.as_of, since=until - _WINDOW, until=until)


def _nights(site: Site, page: Parameters) -> list[dict[str, Any]]:
    """Return the sessions of the last six weeks with their coverage."""
    if page.as_of or page.after:
        return []
    now = datetime.now(UTC)
    return [night_of(night, is_english=page.is_english) for night in site.nights(now - _SEASON, now)]


def night_of(night: Any, *, is_english: bool) -> dict[str, Any]:
    """Return a night of the coverage as a calendar shows it."""
    usual = night.usual or 1
    shade = "gap" if night.shortfall else min(3, round(2 * night.count / usual)) if night.count else 0
    translate = words.translator(is_english=is_english)
    text = f"{words.day(night.night.day, is_english=is_english)} {translate('{count} 篇', count=night.count)}"
    if night.shortfall:
        text += f"，{translate('該有 {usual} 篇', usual=round(usual))}"
    return {"day": night.night.day, "count": night.count, "shade": shade, "text": text}
