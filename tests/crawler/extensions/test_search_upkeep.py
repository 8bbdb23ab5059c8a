"""A run leaves the search index up to date, where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.archive import Archive
from tests.site import Site
from tests.support.crawling import Documents, crawl


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(articles=6) as running:
        yield running


def test_what_a_run_keeps_is_found_at_once(
    environ: dict[str, str], uri: str, database: Documents, tmp_path: Path
) -> None:
    environ |= {"SEARCH_INDEX_DIR": str(tmp_path)}
    crawl("column", environ, max_articles=2)
    assert list(tmp_path.iterdir()) == [], "nobody has searched yet"
    with Archive.open(uri, database.name, search_dir=tmp_path) as archive:
        archive.search.update()
        crawl("column", environ)
        state = archive.search.state()
        assert (state.condition, state.behind, state.articles) == ("ready", 0, archive.articles.count())
        assert archive.articles.count() > 2
