"""Several crawls at once, started by nobody who knows of the others, ask a host no faster than one may."""

from __future__ import annotations

from tests.site import Site
from tests.support.crawling import Documents, begin, end, environment

DELAY = 0.1


def test_crawls_at_once_share_one_rate(uri: str, database: Documents) -> None:
    with Site(seed=3, articles=6) as site:
        environ = environment(site.url, uri, database.name, DOWNLOAD_DELAY=DELAY)
        running = [begin(("crawl", "column"), environ) for _ in range(3)]
        assert {end(process).status for process in running} == {0}
        moments = sorted(request.at - request.took for request in site.requests)
    assert len(moments) > 15
    assert moments[-1] - moments[0] > 0.8 * DELAY * (len(moments) - 1)
