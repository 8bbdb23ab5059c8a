"""Whether a reading has the text of another kept article."""

from __future__ import annotations

from typing import Any

import pytest

from archive.articles.scrutiny import same_elsewhere


@pytest.mark.parametrize(("title", "is_doubt"), [("甲乙丙丁戊", False), ("甲乙丙子丑", True), (None, True)])
def test_a_text_of_another_article_is_none_under_the_title_that_is_known(title: str | None, *, is_doubt: bool) -> None:
    read: dict[str, Any] = {"title": "甲乙丙丁戊", "_id": "notes:1", "aliases": [], "identity_hash": "same"}
    other = read | {"_id": "notes:2"}
    assert same_elsewhere(read, [other], title) == (other if is_doubt else None)
