"""A ticker: its articles by week, the symbols that it is named with, and corrected numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from archive.archive import Archive
from archive.model.selection import Filters
from archive.web.answers.citation import as_python, as_shell
from archive.web.answers.parameters import Parameters
from archive.web.answers.plain_rows import PlainTable, feed_entry
from archive.web.answers.rows import groups_of, rows_of
from archive.web.answers.site import Site, every_door
from archive.web.answers.words import translator
from archive.web.figures.presence import OfSession, company, history, presence, silences
from archive.web.figures.statistics import COUNTED, end_of_news, filled, ranked, symbols_of, weeks_between
from archive.web.pages.newest import listed, newest

FORMATS: Final = every_door()
_WINDOW: Final = timedelta(days=90)
_WITH: Final = 12
_WEEKS: Final = 104
"""Weeks in the chart without a script; the zooming chart has all."""
_TALLEST: Final = 64
_WORDS: Final = {
    "columns": "找不到 date 與 close 兩欄。",
    "joined": "對上的交易日：",
    "with": "有寫到的，次日平均",
    "without": "沒寫到的，次日平均",
    "none": "沒有一天對得上。",
}
"""The texts of the script that joins a reader's prices."""


def ticker(site: Site, request: Request, page: Parameters, rest: str) -> Response:
    """Answer the page of a symbol; without one, the symbols of the last months.

    Raises:
        HTTPException: No article names it, or it is no list.
    """
    archive, symbol = site.archive, rest.upper()
    if not symbol:
        return _symbols(site, request, page)
    wanted = Filters(tickers=[symbol])
    if page.format not in {"html", "json"}:
        return newest(site, request, replace(page, filters=page.filters | wanted))
    documents = archive.articles.page(page.limit, page.after, as_of=page.as_of, **wanted)
    if not documents:
        raise HTTPException(404, f"No article names {symbol}.")
    rows = rows_of(archive, documents)
    facts = _facts(archive, symbol, page.as_of)
    sessions = presence(site, symbol, end_of_news(archive, page.as_of), page.as_of)
    facts |= {"sessions": [asdict(session) | {"share": session.share} for session in sessions], **silences(sessions)}
    if page.format == "json":
        return listed(site, page, rows, None, symbol=symbol, **facts)
    context: dict[str, Any] = {
        "here": "/tickers",
        "symbol": symbol,
        "groups": groups_of(rows),
        "bars": _bars(facts["weeks"][-_WEEKS:]),
        "points": [
            (int(datetime.combine(week["week"], time(), UTC).timestamp()), week["articles"]) for week in facts["weeks"]
        ],
        "formats": FORMATS,
        "corrected": [row for row in rows if row.corrections],
        "shares": _shares(sessions),
        "words": {name: translator(is_english=page.is_english)(text) for name, text in _WORDS.items()},
        "python": as_python(page, "articles", wanted=wanted),
        "shell": as_shell(page, "articles", wanted=wanted),
    }
    return site.html(request, page, "ticker.html", context | facts)


def _symbols(site: Site, request: Request, page: Parameters) -> Response:
    until = end_of_news(site.archive, page.as_of)
    window = Filters(since=until - _WINDOW, until=until)
    often = ranked(symbols_of(site.archive.articles(COUNTED, as_of=page.as_of, **window)), 200)
    if page.format == "json":
        return site.json(
            {"since": until - _WINDOW, "until": until, "symbols": [{"symbol": s, "articles": n} for s, n in often]}
        )
    if page.format != "html":
        rows = [
            {"symbol": symbol, "articles": count, "since": window["since"], "until": until} for symbol, count in often
        ]
        entries = [feed_entry(f"symbol:{symbol}", symbol, f"{count} 篇", until) for symbol, count in often]
        return PlainTable(("symbol", "articles", "since", "until"), rows, lambda: entries[: page.limit]).answer(page)
    return site.html(
        request,
        page,
        "tickers.html",
        {"here": "/tickers", "often": often, "formats": FORMATS, "python": as_python(page, "json", "tickers")},
    )


def _facts(archive: Archive, symbol: str, as_of: datetime | None) -> dict[str, Any]:
    """Return total, first and last date, articles a week, and the symbols that are named with a symbol."""
    until = end_of_news(archive, as_of)
    if as_of is None:
        together, weeks = history(archive, symbol, until, _WITH)
        dated = [week for week in weeks if week["week"]]
        return {
            "total": sum(week["articles"] for week in weeks),
            "first": min((week["first"] for week in dated), default=None),
            "last": max((week["last"] for week in dated), default=None),
            "weeks": _weeks(filled({week["week"]: week["articles"] for week in dated})),
            "with": together,
        }
    records = list(archive.articles(COUNTED, as_of=as_of, tickers=[symbol]))
    dates = [record["published_at"] for record in records if record["published_at"]]
    return {
        "total": len(records),
        "first": min(dates, default=None),
        "last": max(dates, default=None),
        "weeks": _weeks(weeks_between(dates)),
        "with": company(records, symbol, until, _WITH),
    }


def _weeks(pairs: Sequence[tuple[date, int]]) -> list[dict[str, Any]]:
    return [{"week": week, "articles": count} for week, count in pairs]


def _shares(sessions: Sequence[OfSession]) -> list[dict[str, Any]]:
    """Return the bars of a chart of shares, 64 high at most."""
    most = max((session.share for session in sessions), default=0) or 1
    return [
        {"day": session.day, "height": round(_TALLEST * session.share / most), "percent": round(100 * session.share)}
        | {"articles": session.articles, "total": session.total, "has_gap": session.has_gap}
        for session in sessions
    ]


def _bars(weeks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the bars of a chart, 64 high at most."""
    most = max((week["articles"] for week in weeks), default=1)
    return [week | {"height": round(_TALLEST * week["articles"] / most)} for week in weeks]
