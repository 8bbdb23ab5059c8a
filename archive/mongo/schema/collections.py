"""The schema as a whole: its version and its collections."""

from __future__ import annotations

from archive.mongo.schema.articles import ARTICLES, CHANGES, REVISIONS, SUSPICIONS
from archive.mongo.schema.crawl_state import BACKFILLS, COUNTERS, FRONTIER, LOCKS, META, REREADINGS, RUNS, TURNS
from archive.mongo.schema.pages import DAMAGED_PAGES, DICTIONARIES, PAGES

VERSION = 2
"""Raised with every change that documents already written do not follow, together with a step in `migrations`."""

COLLECTIONS = (
    ARTICLES,
    REVISIONS,
    SUSPICIONS,
    CHANGES,
    PAGES,
    DAMAGED_PAGES,
    DICTIONARIES,
    FRONTIER,
    BACKFILLS,
    RUNS,
    COUNTERS,
    REREADINGS,
    LOCKS,
    TURNS,
    META,
)
