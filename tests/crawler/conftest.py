"""The fixtures of whole crawls."""

from __future__ import annotations

import pytest

from tests.site import Site
from tests.support.crawling import Documents, environment


@pytest.fixture
def environ(site: Site, uri: str, database: Documents) -> dict[str, str]:
    """Give the environment for a crawl of the test's own `site` into a database of its own."""
    return environment(site.url, uri, database.name)
