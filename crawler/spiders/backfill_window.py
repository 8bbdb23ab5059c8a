"""The window of a backfill, from its arguments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from archive.model.crawl.backfill import Window
from archive.model.time_zones import TAIPEI
from crawler import own_settings
from crawler.arguments import read_window
from crawler.errors import WrongUsage
from crawler.scope import Scope

DEEP: Final = 1_000_000
"""All steps of further reading are followed."""

SOURCES: Final = ("api", "authors", "notes", "related")
"""The sources of links that `via` may name: the interface by tags and by author, the old site's numbers, further
reading."""

USUAL: Final = ("api", "notes", "related")
"""The default sources. Authors are not among them, since their other columns make long listings."""

BEGINNING: Final = "2012-01-01"
"""The beginning of the search for gaps without `since`: no article of the column is older."""


def read_backfill(settings: own_settings.Values, arguments: Mapping[str, str], *, gaps: bool) -> Window:
    """Return the window of the arguments; without `until` it ends now.

    Args:
        settings: Those that name the columns.
        arguments: Of the command line.
        gaps: Whether only gaps are filled; then `since` is optional.

    Raises:
        WrongUsage: One is invalid.
    """
    columns = own_settings.columns(settings)
    since, until = _read_bounds(arguments, gaps=gaps)
    via = _read_via(arguments.get("via", ",".join(USUAL)))
    return Window(since, until, tuple(sorted(columns)) if columns is not None else ("*",), via)


def scope_of(window: Window) -> Scope:
    """Return the scope of a run that fills a window."""
    depth = DEEP if "related" in window.via else 0
    return Scope(window.wanted, window.since, window.until, related_depth=depth, narrowed=f"window={window.id}")


def _read_bounds(arguments: Mapping[str, str], *, gaps: bool) -> tuple[datetime, datetime]:
    given = {name: str(arguments.get(name, "")).strip() for name in ("since", "until")}
    today = f"{datetime.now(TAIPEI):%Y-%m-%d}"
    since, until = read_window(given["since"] or (BEGINNING if gaps else ""), given["until"] or today)
    if since is None or until is None:
        raise WrongUsage("spider backfill needs -a since=YYYY-MM-DD: a date in Taipei, included")
    return since, until


def _read_via(given: str) -> tuple[str, ...]:
    names = tuple(sorted({name.strip() for name in given.split(",") if name.strip()}))
    if not names or set(names) - set(SOURCES):
        raise WrongUsage(f"argument via={given!r}: name one or more of {','.join(SOURCES)}")
    return names
