"""Tests of `crawler.pages.html.json_ld`: where the node of an article is found, and what is read of a broken one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.pages.html.json_ld import article_node, author_of, date_of, text_of

ARTICLE: dict[str, Any] = {"@type": "NewsArticle", "headline": "甲"}
OTHER: dict[str, Any] = {"@type": "BreadcrumbList"}
BROKEN = '{"@type": "NewsArticle", "headline": "甲", "datePublished": "2026-05-27", oops'


@pytest.mark.parametrize(
    "data",
    [
        ARTICLE,
        [OTHER, ARTICLE],
        {"@graph": [OTHER, ARTICLE]},
        {"@type": "WebPage", "mainEntity": ARTICLE},
        {"@type": "WebPage", "mainEntityOfPage": [ARTICLE]},
        ARTICLE | {"@type": ["Thing", "BlogPosting"]},
        [*[OTHER] * 1_998, ARTICLE],
    ],
)
def test_the_article_s_node_is_found_where_it_may_stand(data: Any) -> None:
    assert article_node([json.dumps(OTHER), json.dumps(data)])["headline"] == "甲"


@pytest.mark.parametrize(
    "data",
    [
        OTHER,
        {"@type": "ItemList", "itemListElement": [ARTICLE]},
        ARTICLE | {"@type": "ArticleList"},
        ARTICLE | {"@type": 5},
        "text",
        [*[OTHER] * 1_999, ARTICLE],
    ],
)
def test_other_nodes_and_lists_of_others_are_none(data: Any) -> None:
    assert article_node([json.dumps(data)]) == {}


@pytest.mark.parametrize(
    "around",
    ["<!--{}-->", "//<![CDATA[\n{}\n//]]>", "/*<![CDATA[*/ {} /*]]>*/", "<![CDATA[{}]]>", "{};", " {} "],
)
def test_the_wrapping_of_a_script_and_a_comma_too_many_are_taken_off(around: str) -> None:
    script = around.format('{"@type": "Article", "headline": "甲", "keywords": ["乙", ], }')
    assert article_node([script])["headline"] == "甲"


def test_of_a_broken_script_each_member_is_read_that_stands_there_once() -> None:
    assert article_node([BROKEN]) == {"headline": "甲", "datePublished": "2026-05-27"}
    assert article_node([BROKEN, '{"headline": "乙", oops']) == {"headline": "甲", "datePublished": "2026-05-27"}
    assert article_node([BROKEN + ' "headline": "乙"']) == {"datePublished": "2026-05-27"}
    assert article_node([BROKEN + ' "headline": "甲"'])["headline"] == "甲"
    assert article_node(["oops", json.dumps(ARTICLE)]) == ARTICLE
    assert article_node(['{"headline": "' + "甲" * 400 + '", oops']) == {"headline": "甲" * 400}
    assert article_node(['{"headline": "' + "甲" * 401 + '", oops']) == {}


@pytest.mark.parametrize(("value", "text"), [("甲 ", "甲"), (["甲", "乙"], "甲"), ([], None), (" ", None), (5, None)])
def test_a_member_is_a_text_or_the_first_of_several(value: Any, text: str | None) -> None:
    assert text_of({"headline": value}, "headline") == text


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("甲", "甲"),
        ({"@type": "Person", "name": "甲"}, "甲"),
        ([{"name": "甲"}], "甲"),
        ([{"name": "甲"}, {"name": "乙"}], None),
        ({"@type": "NewsMediaOrganization", "name": "甲"}, None),
        ({"@type": ["Thing", "Organization"], "name": "甲"}, None),
        (" ", None),
        (5, None),
    ],
)
def test_an_author_is_one_person(author: Any, name: str | None) -> None:
    assert author_of({"author": author}) == name


def test_the_first_of_several_dates_counts() -> None:
    assert date_of({"datePublished": ["2026-05-27", "2026-05-28"]}, "datePublished") == "2026-05-27"
    assert date_of({"datePublished": []}, "datePublished") == "[]"
