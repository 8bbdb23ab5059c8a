"""A session: the column's articles of a day, of all companies or of one, and whether they are complete."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from archive.articles.walk import Walk
from archive.market_calendar import neighbours, session_window
from archive.model.selection import Filters, select
from archive.web.answers.citation import as_python, as_shell
from archive.web.answers.parameters import Parameters
from archive.web.answers.rows import ArticleRow, rows_of
from archive.web.answers.site import Site, every_door
from archive.web.answers.words import PARTS
from archive.web.figures.silence import Completeness, completeness
from archive.web.figures.statistics import ranked, symbols_of
from archive.web.pages.newest import narrowed, newest

FORMATS: Final = every_door()
_OFTEN: Final = 12
_SENTENCES: Final = 3
_SENTENCE: Final = re.compile(r"[^。！？\n]+[。！？]?")


def session(site: Site, request: Request, page: Parameters, rest: str) -> Response:
    """Answer the articles of a session's day.

    Raises:
        HTTPException: There was no such session.
    """
    window = session_window(rest)
    if window is None:
        raise HTTPException(404, f"{rest[:40]!r} is no session of the US market: write 2026-08-28.")
    archive, span = site.archive, Filters(since=window[0], until=window[1])
    if page.format not in {"html", "json"}:
        return newest(site, request, replace(page, filters=page.filters | span))
    everything = list(Walk(archive.database, select(span), page.as_of).documents())
    wanted = select(page.filters | span)
    documents = [document for document in everything if wanted.matches(document)]
    rows = rows_of(archive, documents)
    state = completeness(site, *window, page.as_of)
    often = ranked(symbols_of(everything), _OFTEN)  # type: ignore[arg-type]  # documents are records
    before, behind = neighbours(rest)
    if page.format == "json":
        return site.json(_as_json(rest, rows, len(everything), often, state))
    context: dict[str, Any] = {
        "here": "/",
        "at": date.fromisoformat(rest),
        "parts_of_day": [(name, of_part) for part, name in PARTS.items() if (of_part := _of_part(rows, part))],
        "quotes": {row.article["_id"]: quotes(row.article, wanted.tickers) for row in rows},
        "total": len(everything),
        "shown": len(rows),
        "often": often,
        "state": state,
        "before": before,
        "behind": behind,
        "narrowed": narrowed(page),
        "formats": FORMATS,
        "shell": as_shell(page, "articles", wanted=page.filters | span),
        "python": as_python(page, "articles", wanted=page.filters | span),
    }
    return site.html(request, page, "session.html", context)


def _of_part(rows: Sequence[ArticleRow], part: str) -> list[ArticleRow]:
    return [row for row in rows if row.session and row.session.part == part]


def quotes(article: Mapping[str, Any], symbols: frozenset[str]) -> list[str]:
    r"""Return the first sentences of an article that name one of some symbols.

    >>> quotes({"text": "輝達（NVDA）收高。\n大盤收低。"}, frozenset({"NVDA"}))
    ['輝達（NVDA）收高。']
    """
    if not symbols:
        return []
    pattern = re.compile(rf"(?<![A-Za-z0-9.])(?:{'|'.join(map(re.escape, sorted(symbols)))})(?![A-Za-z0-9])")
    sentences = (match[0].strip() for match in _SENTENCE.finditer(article["text"]))
    return [sentence for sentence in sentences if pattern.search(sentence)][:_SENTENCES]


def _as_json(
    day: str, rows: Sequence[ArticleRow], total: int, often: Sequence[tuple[str, int]], state: Completeness
) -> dict[str, Any]:
    return {
        "session": day,
        "state": state.state,
        "missing": [
            {"key": article.key, "title": article.title, "reason": article.reason} for article in state.missing
        ],
        "thin": [{"session": night.night.day, "articles": night.count, "usual": night.usual} for night in state.thin],
        "total": total,
        "symbols": [{"symbol": symbol, "articles": count} for symbol, count in often],
        "articles": [row.as_json() for row in rows],
    }
