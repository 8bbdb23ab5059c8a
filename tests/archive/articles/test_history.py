"""The versions of an article as a readable diff."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.articles.history import Correction, Version, corrections, differences, versions_of

AT = datetime(2026, 1, 1, tzinfo=UTC)


def version(number: int, *blocks: str, title: str = "標題") -> Version:
    return Version(number, AT, "site", title, "\n\n".join(blocks))


def test_a_digit_that_changed_is_marked_within_its_block() -> None:
    old, new = version(1, "甲", "收於172.28美元,漲1%。"), version(2, "甲", "收於172.29美元,漲1%。")
    assert list(differences(old, new)) == ["~ 收於[-172.28-]{+172.29+}美元,漲1%。"]


def test_blocks_that_came_and_went_stand_whole() -> None:
    old, new = version(1, "甲", "乙"), version(2, "甲", "乙", "丙", "丁")
    assert list(differences(old, new)) == ["+ 丙", "+ 丁"]
    assert list(differences(new, old)) == ["- 丙", "- 丁"]


def test_a_title_that_changed_is_told() -> None:
    assert list(differences(version(1, title="舊題"), version(2, title="新題"))) == ["~ [-舊-]{+新+}題"]


@pytest.mark.parametrize(
    ("old", "new", "numbers"),
    [
        ("每股賺3元,年增5%。", "每股賺4元,年增5%。", [("3", "4")]),
        ("賺3元,年增5%。", "賺,年增5%。", []),
        ("賺,年增5%。", "賺3元,年增5%。", []),
        ("賺3元到4元。", "賺5元。", []),
        ("賺3億元。", "賺3兆元。", []),
    ],
)
def test_a_correction_is_a_number_in_another_s_place(old: str, new: str, numbers: list[tuple[str, str]]) -> None:
    assert corrections(version(1, old), version(2, new)) == [Correction(*pair, new.rstrip("。")) for pair in numbers]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("甲。賺3元。乙。", "甲。賺4元。乙。", "賺4元"),
        ("賺3元;甲!賺", "賺4元;甲!賺", "賺4元;甲!賺"),
        ("甲\n3元？", "甲\n4元？", "4元"),
        ("甲。3", "甲。4", "4"),
        ("6。甲", "5。甲", "5"),
    ],
)
def test_a_correction_is_shown_in_its_sentence(old: str, new: str, sentence: str) -> None:
    assert [entry.sentence for entry in corrections(version(1, old), version(2, new))] == [sentence]


def test_equal_versions_have_no_difference() -> None:
    assert not list(differences(version(1, "甲"), version(2, "甲")))


def test_versions_come_oldest_first() -> None:
    documents = [
        {"revision": number, "seen_at": AT, "cause": "site", "title": "題", "text": str(number), "more": 1}
        for number in (2, 1)
    ]
    assert [entry.revision for entry in versions_of(documents)] == [1, 2]
