"""Tests of what all stages share."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import attrs
import pytest
from scrapy.utils.test import get_crawler

from archive.model.article import Author, Block, Extractor
from archive.model.crawl.outcome import Miss
from pipelines.normalise import Normalise
from pipelines.stage import Stage, failed, refiner
from pipelines.tickers import Tickers
from pipelines.validate import Validate
from tests.support.stage_articles import KEY, URL, article, counter, head, page, para

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from archive.model.article import Article

STAGES = (
    "pipelines.normalise.Normalise",
    "pipelines.boilerplate.Boilerplate",
    "pipelines.tickers.Tickers",
    "pipelines.validate.Validate",
)


class Shout(Stage):
    """A stage that marks the title and counts it."""

    @staticmethod
    def refine(article: Article, counts: Counter[str]) -> Article:
        """Return the article, louder."""
        counts["shouted"] += 2
        article.title += "!"
        return article


class Broken(Stage):
    """A stage that stumbles over every article, after it has counted something."""

    @staticmethod
    def refine(article: Article, counts: Counter[str]) -> Article:
        """Return nothing."""
        counts["begun"] += 1
        raise LookupError(f"no such thing\n\ud800 in {article.key}")


def crawler_of() -> Crawler:
    """Return a crawler with stats, and without a reactor: whole crawls of other tests bring their own."""
    return get_crawler(settings_dict={"TWISTED_REACTOR_ENABLED": False})


class Store:
    """A pipeline that is no stage."""


def test_counts_reach_the_stats_under_the_stage_and_its_event() -> None:
    crawler = crawler_of()
    stage = Shout.from_crawler(crawler)
    assert stage.process_item(article(title="甲")).title == "甲!"  # type: ignore[attr-defined]
    assert crawler.stats.get_value("shout/shouted") == 2


@pytest.mark.parametrize("other", [{"a": 1}, Miss(KEY, URL, "gone", "404", datetime.now(UTC)), None])
def test_what_is_no_article_passes_untouched(other: object) -> None:
    crawler = crawler_of()
    assert Broken.from_crawler(crawler).process_item(other) is other
    assert not [key for key in crawler.stats.get_stats() if key.startswith("broken/")]


def as_dict(given: Article) -> dict[str, Any]:
    """Return an article as a dict item with a field of its own."""
    return {"extra": 1, **{field.name: getattr(given, field.name) for field in dataclasses.fields(given)}}


@attrs.define
class Small:
    """An attrs item with the fields that an article needs, and the ones that `Normalise` sets."""

    key: str
    url: str | None
    title: str
    blocks: list[Block]
    extractor: Extractor
    column: str | None = None
    headline: str = ""
    tags: list[str] = attrs.field(factory=list)
    author: Author = attrs.field(factory=Author)


def test_a_dict_is_refined_like_an_article() -> None:
    given = article(para("甲　乙"), title="【美股動態】　亞馬遜")
    stage = Normalise.from_crawler(crawler_of())
    item = as_dict(given)
    assert stage.process_item(item) is item
    assert item == as_dict(cast("Article", stage.process_item(given)))
    assert (item["headline"], item["blocks"], item["extra"]) == ("亞馬遜", [para("甲 乙")], 1)


def test_an_attrs_item_is_refined_like_an_article() -> None:
    item = Small(KEY, URL, "【美股動態】　亞馬遜", [para("甲　乙")], Extractor("x", "1"))
    assert Normalise.from_crawler(crawler_of()).process_item(item) is item
    assert (item.column, item.headline, item.blocks) == ("美股動態", "亞馬遜", [para("甲 乙")])


def test_an_item_without_the_field_that_a_stage_sets_is_an_error() -> None:
    item = Small(KEY, URL, "亞馬遜", [para("亞馬遜(AMZN)股價上漲。")], Extractor("x", "1"))
    with pytest.raises(KeyError, match="does not support field"):
        Tickers.from_crawler(crawler_of()).process_item(item)


def test_a_dict_without_a_needed_field_passes_untouched() -> None:
    item = as_dict(article(title=" 甲 "))
    del item["extractor"]
    assert Normalise.from_crawler(crawler_of()).process_item(item) is item
    assert item["title"] == " 甲 "


def test_a_dict_that_no_stage_can_read_becomes_a_miss() -> None:
    assert isinstance(Broken.from_crawler(crawler_of()).process_item(as_dict(article())), Miss)


def test_an_exception_becomes_a_failed_miss_that_keeps_the_page() -> None:
    raw = page()
    crawler = crawler_of()
    miss = Broken.from_crawler(crawler).process_item(article(page=raw))
    assert isinstance(miss, Miss)
    assert (miss.key, miss.url, miss.state, miss.page) == (KEY, URL, "failed", raw)
    assert miss.reason == "stage broken: LookupError"
    assert miss.detail == f"no such thing in {KEY}"
    assert miss.at.utcoffset() is not None
    assert crawler.stats.get_value("broken/failed") == 1
    assert crawler.stats.get_value("broken/begun") == 1


def test_the_same_cause_gives_the_same_reason_and_a_capture_has_no_address() -> None:
    first, second = (Broken.apply(article(key=key, url=None), counter()) for key in ("capture:1", "capture:2"))
    assert isinstance(first, Miss)
    assert isinstance(second, Miss)
    assert first.reason == second.reason
    assert first.url == ""
    assert first.page is None


def test_the_refiner_runs_the_stages_in_order_and_leaves_out_what_is_none() -> None:
    counts = counter()
    refined = refiner((Normalise, Shout, Store, Shout))(article(para("甲"), title=" 甲　"), counts)
    assert refined.title == "甲!!"
    assert counts == {"shout/shouted": 4}


def test_the_refiner_stops_at_the_first_miss() -> None:
    counts = counter()
    assert isinstance(refiner((Broken, Shout))(article(), counts), Miss)
    assert counts == {"broken/begun": 1, "broken/failed": 1}


def test_the_refiner_reads_dotted_names_as_the_settings_have_them() -> None:
    raw = article(
        head("財報亮眼"), para("亞馬遜（AMZN）股價上漲。" * 20), para("延伸閱讀："), para("【美股動態】蘋果新機")
    )
    refined = refiner(STAGES)(raw, counter())
    assert refined.tickers == ["AMZN"]  # type: ignore[union-attr]
    assert [block.text for block in refined.blocks] == ["財報亮眼", "亞馬遜(AMZN)股價上漲。" * 20]  # type: ignore[union-attr]
    assert len(raw.blocks) == 4


def test_the_refiner_says_which_stage_does_not_exist() -> None:
    with pytest.raises(AttributeError, match="Nothing"):
        refiner(["pipelines.validate.Nothing"])


@pytest.mark.parametrize("name", STAGES)
def test_no_stage_changes_its_argument(name: str) -> None:
    def made() -> Article:
        blocks = (
            head("標題　一"),
            para("人工智慧（AI）與亞馬遜（AMZN）。"),
            para("facebook"),
            para("延伸閱讀:"),
            para(" "),
        )
        return article(*blocks, tags=["", "某公司(ZZZZQ)"], published_at=None)

    given, untouched = made(), made()
    refiner([name])(given, counter())
    assert given == untouched


def test_the_shared_class_is_no_stage_itself() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Stage(crawler_of().stats)  # type: ignore[abstract]
    assert Validate.__name__.lower() == "validate"


def test_the_detail_of_a_failure_is_cut() -> None:
    assert [len(failed(article(), "why", "甲" * length).detail) for length in (499, 500, 501)] == [499, 500, 500]
