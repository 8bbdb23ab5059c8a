"""What a page shows in place of an article that is not there."""

from __future__ import annotations

import pytest

from crawler.pages.not_found import says_gone


@pytest.mark.parametrize(("length", "is_gone"), [(60, True), (61, False)])
def test_a_notice_is_short(length: int, is_gone: bool) -> None:
    notice = f"很抱歉,您要找的文章不存在!請{'字' * 20},返回"
    assert says_gone(notice + "字" * (length - len(notice))) is is_gone
