"""Tests of `crawler.pages.body.block_roles`: which part a block plays by its words, however they are written."""

from __future__ import annotations

import pytest

from crawler.pages.body.block_roles import Role, role_of

PARTS: list[tuple[Role | None, str]] = [
    ("further", "延伸閱讀："),
    ("notice", "版權聲明"),
    ("notice", "【免責宣言】"),
    ("list", "作者文章 最新文章"),
    ("questions", "AI 來解答"),
    ("furniture", "喜歡這篇文章嗎？"),
    ("furniture", "LINE"),
    ("login", "閱讀 VIP 文章，請先登入會員"),
    ("advertisement", "Sponsored"),
    ("advertisement", "廣告 請繼續往下閱讀"),
    ("caption", "圖／路透"),
    ("caption", "示意圖來源：圖庫"),
    ("line", "點我下載並追蹤"),
    (None, "版權聲明引發訴訟"),
    (None, "線上廣告主轉向，平台受惠"),
    (None, "AI 伺服器需求升溫"),
]


@pytest.mark.parametrize(("role", "text"), PARTS)
def test_a_part_is_told_with_signs_that_nobody_sees(role: Role | None, text: str) -> None:
    for written in (text, f"\u3000{text}", f"{text[:1]}\u200b{text[1:]}", f"▍\xa0{text}\ufeff", f"• {text}"):
        assert role_of(written) == role, written


def test_a_part_is_told_in_full_width_where_a_sign_nobody_sees_stands_in_it() -> None:
    assert role_of("\u3000ＬＩＮＥ") == "furniture"
    assert role_of("\u200bＡＤ") == "advertisement"
