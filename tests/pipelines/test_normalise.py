"""Tests of stage `normalise`."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model.article import Author, Block, Link, Related
from pipelines.normalise import normalise
from tests.support.stage_articles import article, counter, head, para, row

if TYPE_CHECKING:
    from archive.model.article import BlockKind

KINDS: list[BlockKind] = ["heading", "paragraph", "item", "row"]
TEXT = st.text(st.characters(), max_size=40)
LINKS = st.builds(Link, TEXT, st.just("/forum/stock/AMZN"))
BLOCKS = st.builds(Block, st.sampled_from(KINDS), TEXT, st.lists(LINKS, max_size=2).map(tuple))


def test_every_text_is_put_into_the_normal_form() -> None:
    raw = article(
        head(" AWS\u200b　成長"),
        para("營收（年增）１７％，\n優於預期。", Link("\u202a亞馬遜（AMZN）", "/forum/stock/AMZN")),
        row("營收 | １２億 | 高"),
        title="【美股動態】 亞馬遜：AI 投資\ufeff",
        tags=["亞馬遜（AMZN）", "雲端"],
        related=[Related("【美股動態】蘋果，新機", "https://x", "notes:1")],
        author=Author("emily", " 編輯　部 "),
    )
    refined = normalise(raw, counter())
    assert refined.title == "【美股動態】 亞馬遜:AI 投資"
    assert (refined.column, refined.headline) == ("美股動態", "亞馬遜:AI 投資")
    assert [block.text for block in refined.blocks] == ["AWS 成長", "營收(年增)17%, 優於預期。", "營收 | 12億 | 高"]
    assert refined.blocks[1].links == (Link("亞馬遜(AMZN)", "/forum/stock/AMZN"),)
    assert refined.tags == ["亞馬遜(AMZN)", "雲端"]
    assert refined.related == [Related("【美股動態】蘋果,新機", "https://x", "notes:1")]
    assert refined.author == Author("emily", "編輯 部")


def test_what_says_nothing_goes_and_is_counted() -> None:
    counts = counter()
    raw = article(
        para("\u200b\n "), para("甲"), row(" |  | "), tags=["甲", "", "甲", " "], related=[Related(" ", None, None)]
    )
    refined = normalise(raw, counts)
    assert [block.text for block in refined.blocks] == ["甲"]
    assert (refined.tags, refined.related) == (["甲"], [])
    assert counts == {"empty_blocks": 2, "empty_tags": 3, "empty_related": 1}


def test_an_address_without_a_title_is_kept() -> None:
    refined = normalise(article(related=[Related("", "https://x", "notes:1")]), counter())
    assert refined.related == [Related("", "https://x", "notes:1")]


@pytest.mark.parametrize(
    ("title", "column", "headline"),
    [
        ("【即時新聞】聯準會降息", "即時新聞", "聯準會降息"),
        (" 【 美股動態 】 輝達【獨家】專訪", "美股動態", "輝達【獨家】專訪"),
        ("輝達【美股動態】", None, "輝達【美股動態】"),
        ("【美股動態】", "美股動態", ""),
        ("", None, ""),
    ],
)
def test_column_and_headline_are_read_off_the_prefix(title: str, column: str | None, headline: str) -> None:
    refined = normalise(article(title=title, column=None, headline=""), counter())
    assert (refined.column, refined.headline) == (column, headline)


def test_an_author_without_a_name_has_none() -> None:
    assert normalise(article(author=Author("emily", "\u200b ")), counter()).author == Author("emily", None)


@given(blocks=st.lists(BLOCKS, max_size=4), title=TEXT, tags=st.lists(TEXT, max_size=3))
def test_normalise_is_idempotent_and_leaves_nothing_invisible(blocks: list[Block], title: str, tags: list[str]) -> None:
    once = normalise(article(*blocks, title=title, tags=tags), counter())
    counts = counter()
    assert normalise(once, counts) == once
    assert not counts
    shown = [once.title, once.headline, *once.tags, *(block.text for block in once.blocks)]
    shown += [link.title for block in once.blocks for link in block.links]
    assert not {unicodedata.category(character) for text in shown for character in text} & {
        "Cc",
        "Cf",
        "Cs",
        "Zl",
        "Zp",
    }
    assert all(unicodedata.is_normalized("NFC", text) and text == text.strip() and "  " not in text for text in shown)


@given(st.lists(BLOCKS, max_size=4))
def test_no_visible_character_is_lost(blocks: list[Block]) -> None:
    def letters(texts: list[str]) -> str:
        composed = unicodedata.normalize("NFKC", "".join(texts))
        return "".join(character for character in composed if character.isalnum() and not character.isspace())

    refined = normalise(article(*blocks), counter())
    plain = [block.text for block in blocks if block.text.isprintable()]
    if len(plain) == len(blocks):
        assert letters([block.text for block in refined.blocks]) == letters(plain)
