"""Tests of stage `validate`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.model.article import Article, Block, Link, Problem, Related
from archive.model.crawl.outcome import Miss
from archive.model.suspicion import Suspicion
from pipelines.boilerplate import boilerplate
from pipelines.validate import validate
from tests.support.stage_articles import FETCHED, KEY, PROSE, PUBLISHED, article, counter, head, item, page, para, row

BODY = [head("雲端動能延續"), *[para(PROSE)] * 4]
TAIPEI = timezone(timedelta(hours=8))


def checked(*blocks: Block, **fields: Any) -> Article:
    refined = validate(article(*(blocks or BODY), **fields), counter())
    assert isinstance(refined, Article)
    return refined


def doubted(refined: Article) -> list[str]:
    return [problem.field for problem in refined.problems]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"column": None, "headline": "亞馬遜", "title": "亞馬遜"},
        {"updated_at": PUBLISHED + timedelta(hours=2)},
        {"blocks": [*BODY, head("延伸閱讀"), para(PROSE)]},
        {"updated_at": PUBLISHED - timedelta(seconds=30)},
        {"published_at": datetime(2013, 10, 1, tzinfo=UTC), "published_from": "address"},
        {"tags": ["亞馬遜(AMZN)"] * 12, "related": [Related("【美股動態】蘋果", None, None)] * 5},
    ],
)
def test_an_honest_article_has_no_problem(fields: dict[str, Any]) -> None:
    counts = counter()
    given_article = article(**{"blocks": BODY, **fields})
    assert validate(given_article, counts) == given_article
    assert given_article.problems == []
    assert not counts


SIX = [block for number in range(6) for block in (head(f"第{number}個重點"), para(f"{PROSE}{number}"))]
HOUSE = "https://www.cmoney.tw/app/itemcontent.aspx?id=3740"


def ending(*blocks: Block, **fields: Any) -> list[str]:
    """Return the kinds of doubt that are left of a page that showed no tail to its reader."""
    refined = boilerplate(article(*blocks, is_ended=False, **fields), counter())
    return [doubt.kind for doubt in checked(*refined.blocks, is_ended=refined.is_ended, **fields).suspect]


@pytest.mark.parametrize(
    "tail",
    [
        [para("下載看盤工具,不錯過每一次轉折"), para("立即體驗", Link("立即體驗", HOUSE))],
        [para("文章出處:籌碼K線")],
        [para("*本文章之版權屬筆者")],
        [para("點我加入")],
        [para("圖 / 路透")],
        [head("延伸閱讀"), para("【美股動態】蘋果新機上市")],
    ],
)
def test_whatever_is_taken_off_the_end_is_the_end_of_an_article(tail: list[Block]) -> None:
    assert ending(*SIX, *tail) == []


def test_an_article_of_the_column_with_neither_its_headings_nor_an_end_is_cut_short() -> None:
    eighth = [head("第七個重點"), para(PROSE), head("第八個重點"), para(PROSE)]
    assert ending(*SIX) == ending(*SIX, *eighth[:2]) == ending(para("點我加入"), *SIX) == ["cut short"]
    assert ending(*SIX, *eighth) == ending(para(PROSE * 6)) == []
    for fields in (
        {"column": "即時新聞"},
        {"access": "members"},
        {"url": None},
        {"related": [Related("蘋果", None, None)]},
    ):
        assert ending(*SIX, **fields) == []
    assert ending(*SIX, para("facebook"), para("作者文章")) == ["cut short"], "the page's furniture is no tail"
    joining = Link("馬上成為會員", "https://www.cmoney.tw/member/plans")
    assert ending(*SIX, para("想知道後續發展"), para(joining.title, joining)) == ["cut short"], (
        "nor is a prompt to join"
    )
    assert ending(*SIX[:1], *SIX[::2], para("*本文章之版權屬筆者")) == ["cut short"], "headings alone are no article"
    suspicions = [Suspicion("cut short", "it ends within a tag"), Suspicion("garbled")]
    assert ending(*SIX, suspect=suspicions) == ["cut short", "garbled"]


@pytest.mark.parametrize("blocks", [[para(PROSE)], [para("短訊。")]], ids=["no heading", "short"])
@pytest.mark.parametrize("fields", [{"access": "members"}, {"column": "即時新聞"}, {"column": None}])
def test_what_only_the_column_has_is_asked_of_its_public_articles_only(
    blocks: list[Block], fields: dict[str, Any]
) -> None:
    assert doubted(checked(*blocks, **fields)) == []


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"title": "", "headline": ""}, "title", "The page has no title"),
        ({"title": "【美股動態】", "headline": ""}, "headline", "nothing but its prefix"),
        ({"title": "亞馬\ufffd\ufffd"}, "title", "2 replacement characters"),
        ({"blocks": []}, "text", "a title, but no text"),
        ({"blocks": [*BODY, para("亞\ufffd")]}, "text", "1 replacement characters"),
        (
            {"blocks": [*BODY, para("延伸閱讀"), para(PROSE)]},
            "text",
            "body, and is no heading of what follows: 延伸閱讀",
        ),
        ({"blocks": [*BODY, head("版權聲明"), head("結語"), para(PROSE)]}, "text", "heads no prose: 版權聲明"),
        ({"blocks": [*BODY, head("免責宣言")]}, "text", "heads no prose: 免責宣言"),
        ({"blocks": [para(PROSE)] * 4}, "lead", "No block of the body is a heading"),
        ({"blocks": [head("一句話"), para("短訊。")]}, "text", "It has 6 characters"),
        ({"published_at": None}, "published_at", "Neither the page nor the address"),
        ({"published_from": None}, "published_from", "not known where"),
        ({"tags": ["標籤"] * 50}, "tags", "50 are more"),
        ({"related": [Related("甲", "https://x", "notes:1")] * 50}, "related", "50 are more"),
        ({"access": "secret"}, "access", "neither public nor members: secret"),
    ],
)
def test_what_is_missing_or_in_doubt_is_named(fields: dict[str, Any], field: str, reason: str) -> None:
    given_article = article(**{"blocks": BODY, **fields})
    counts = counter()
    refined = validate(given_article, counts)
    assert isinstance(refined, Article)
    assert [problem.field for problem in refined.problems] == [field]
    assert reason in refined.problems[0].reason
    assert counts == {field: 1}


@pytest.mark.parametrize("below", [para(PROSE), para("「版權在我們手上!」"), item("• 申訴件數下降"), row("申訴 | 3")])
def test_a_heading_that_reads_like_a_label_heads_what_stands_below(below: Block) -> None:
    assert doubted(checked(*BODY, head("版權聲明"), below)) == []


DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
ENTRY = Related("甲", "https://x", "notes:1")


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("blocks", [head("頭"), para("字" * 119)], [head("頭"), para("字" * 118)]),
        ("tags", ["標籤"] * 40, ["標籤"] * 41),
        ("tags", ["長" * 40], ["長" * 41]),
        ("related", [ENTRY] * 30, [ENTRY] * 31),
        ("related", [ENTRY._replace(title="長" * 200)], [ENTRY._replace(title="長" * 201)]),
        ("published_at", FETCHED + DAY, FETCHED + DAY + SECOND),
        ("published_at", datetime(2005, 1, 1, tzinfo=UTC), datetime(2005, 1, 1, tzinfo=UTC) - SECOND),
        ("updated_at", PUBLISHED - timedelta(minutes=1), PUBLISHED - timedelta(minutes=1) - SECOND),
    ],
)
def test_a_value_is_good_up_to_its_bound(name: str, good: Any, bad: Any) -> None:
    assert doubted(checked(**{"blocks": BODY, name: good})) == []
    assert doubted(checked(**{"blocks": BODY, name: bad})) == ["text" if name == "blocks" else name]


@pytest.mark.parametrize("field", ["published_at", "updated_at"])
@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (datetime(2026, 5, 28, 12), "has no time zone"),  # noqa: DTZ001
        (datetime(2004, 12, 31, tzinfo=UTC), "before 2005"),
        (FETCHED + timedelta(days=2), "in the future"),
    ],
)
def test_a_moment_that_cannot_be_is_absent(field: str, moment: datetime, reason: str) -> None:
    refined = checked(**{field: moment})
    assert getattr(refined, field) is None
    assert doubted(refined) == [field]
    assert reason in refined.problems[0].reason
    assert (refined.published_from is None) == (field == "published_at")


def test_the_future_is_after_today_where_it_is_not_known_when_the_page_was_received() -> None:
    assert doubted(checked(fetched_at=None, published_at=datetime.now(UTC) - timedelta(hours=1))) == []
    assert doubted(checked(fetched_at=None, published_at=datetime.now(UTC) + timedelta(days=3))) == ["published_at"]


def test_moments_are_turned_into_utc() -> None:
    refined = checked(published_at=PUBLISHED.astimezone(TAIPEI))
    assert refined.published_at == PUBLISHED
    assert refined.published_at.tzinfo is UTC


def test_an_update_before_the_publication_is_absent() -> None:
    refined = checked(updated_at=PUBLISHED - timedelta(hours=8))
    assert (refined.updated_at, refined.published_at) == (None, PUBLISHED)
    assert doubted(refined) == ["updated_at"]


def test_an_absent_date_that_the_page_object_has_explained_is_not_named_again() -> None:
    known = [Problem("published_at", "og:published states 'soon', which is no date")]
    refined = checked(published_at=None, published_from="page", problems=known)
    assert refined.problems == known
    assert refined.published_from is None


def test_a_sentence_among_the_tags_is_left_out() -> None:
    refined = checked(tags=["雲端", "這是一個句子。", "長" * 41])
    assert refined.tags == ["雲端"]
    assert doubted(refined) == ["tags", "tags"]


def test_further_reading_that_is_no_title_is_named_and_its_address_kept() -> None:
    with_address, without = Related("一句話。", "https://x", "notes:1"), Related("二句話。", None, None)
    refined = checked(related=[with_address, without])
    assert refined.related == [with_address]
    assert doubted(refined) == ["related", "related"]


def test_an_article_that_says_nothing_is_none() -> None:
    raw = page()
    miss = validate(article(title="", headline="", page=raw), counter())
    assert isinstance(miss, Miss)
    assert (miss.key, miss.state, miss.reason, miss.page) == (KEY, "failed", "no title and no text", raw)


@settings(deadline=None)
@given(
    st.none() | st.datetimes(timezones=st.none() | st.sampled_from([UTC, TAIPEI])),
    st.none() | st.datetimes(timezones=st.none() | st.sampled_from([UTC, TAIPEI])),
    st.sampled_from(["page", "address", None]),
)
def test_no_moment_that_cannot_be_is_ever_kept(
    published: datetime | None, updated: datetime | None, source: str | None
) -> None:
    refined = checked(published_at=published, updated_at=updated, published_from=source)
    for moment in (refined.published_at, refined.updated_at):
        assert moment is None or (
            moment.tzinfo is UTC and datetime(2005, 1, 1, tzinfo=UTC) <= moment <= FETCHED + timedelta(days=1)
        )
    assert refined.published_at or (refined.published_from is None and "published_at" in doubted(refined))
    assert refined.updated_at or updated is None or "updated_at" in doubted(refined)
    assert validate(refined, counter()) == refined
