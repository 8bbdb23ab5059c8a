"""What the record of a run counts of its articles."""

from __future__ import annotations

from datetime import datetime

import pytest
from scrapy.http import HtmlResponse, Request
from scrapy.utils.test import get_crawler

from archive.model.crawl.frontier import LeasedUrl
from crawler.extensions.run_record import RunRecord
from tests.support.made_articles import NOW, article, key_of, url_of


@pytest.mark.parametrize(
    ("kept", "known", "absent"), [(False, None, 1), (True, NOW, 1), (True, None, 0), (False, NOW, 1)]
)
def test_only_an_article_that_was_kept_without_a_date_may_lack_one(
    kept: bool, known: datetime | None, absent: int
) -> None:
    crawler = get_crawler()
    assert crawler.stats is not None
    wanted = LeasedUrl(key_of(1), url_of(1), None, known, 0, 0, None, None, kept=kept)
    response = HtmlResponse(url_of(1), request=Request(url_of(1), cb_kwargs={"wanted": wanted}))
    RunRecord(crawler).item_scraped(article(1, published_at=None, published_from=None), response)
    assert crawler.stats.get_value("field/articles") == 1
    assert crawler.stats.get_value("field/published_at/absent", 0) == absent
