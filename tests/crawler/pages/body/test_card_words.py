"""Tests of `crawler.pages.body.other_articles`: what a card or a link shows besides its title."""

from __future__ import annotations

import pytest

from crawler.pages.body.other_articles import bare_title, is_card_words

WORDS = (
    "約3 小時前|大約２天前|剛剛|昨天|推薦閱讀|相關報導|更多新聞|精選文章|熱門文章|最新報導|同場加映|看更多|閱讀更多"
    "|前天|繼續閱讀|廣告|贊助|2026/11/15|08:30|1,024 次瀏覽|①|３人讚|—…|"
)


@pytest.mark.parametrize("words", WORDS.split("|"))
def test_card_words_are_told_alone_among_others_and_from_prose(words: str) -> None:
    assert is_card_words(words)
    assert is_card_words(f"・{words}｜廣告・{words}")
    assert not is_card_words(f"{words} 亞馬遜")
    assert not is_card_words(f"…亞馬遜 {words}")
    assert not is_card_words(f"{words}{'・' * 41}")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("前往【甲】乙", "【甲】乙"),
        ("前往【甲】乙文章頁", "【甲】乙"),
        ("前往 【甲】乙前往【丙】", "【甲】乙前往【丙】"),
        ("看前往【甲】乙", "看前往【甲】乙"),
        ("前往乙", "前往乙"),
        ("3：【甲】乙", "【甲】乙"),
        ("3：【甲】乙 4：【丙】", "【甲】乙 4：【丙】"),
        ("1234: 【甲】", "【甲】"),
        ("3：乙", "3：乙"),
        ("【甲】3：乙", "【甲】3：乙"),
    ],
)
def test_words_around_a_title_are_none_of_it(text: str, title: str) -> None:
    assert bare_title(text) == title
