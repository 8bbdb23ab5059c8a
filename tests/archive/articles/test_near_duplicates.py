"""Articles of one day that read nearly alike are told, and never merged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archive.archive import Archive
from archive.articles.near_duplicates import NearDuplicate, Text, near_duplicates, pieces_of
from tests.archive.articles.test_cost import profiled
from tests.support.made_articles import NOW, article

BODY = "".join(f"第{number}段說明營收成長與毛利率變化,法人看法分歧,目標價為{number * 37}美元。" for number in range(40))
DAY = timedelta(days=1)


def text(key: str, body: str, hours: float = 0) -> Text:
    return Text(key, "【美股動態】題", body, NOW + timedelta(hours=hours))


def test_one_digit_makes_a_suspicion_of_its_true_similarity() -> None:
    first, second = text("notes:1", BODY), text("cmnews:2", BODY.replace("740美元", "741美元"), 3)
    [match] = near_duplicates([first, second], 0.8)
    pieces, other = (pieces_of(f"{entry.title}\n{entry.text}") for entry in (first, second))
    assert match == NearDuplicate(first, second, len(pieces & other) / len(pieces | other))
    assert 0.95 < match.similarity < 1


def test_other_days_and_other_articles_are_none() -> None:
    other = "".join(chr(0x4E00 + number * 7 % 9000) for number in range(1500))
    assert list(near_duplicates([text("notes:1", BODY), text("notes:2", BODY, 25)], 0.8)) == []
    assert list(near_duplicates([text("notes:1", BODY), text("notes:2", other)], 0.5)) == []


@pytest.mark.parametrize(("hours", "count"), [(24.0, 1), (24.1, 0)])
def test_one_day_is_no_more_than_twenty_four_hours(hours: float, count: int) -> None:
    assert len(list(near_duplicates([text("notes:1", BODY), text("notes:2", BODY, hours)], 1.0))) == count


def test_an_article_is_compared_with_each_of_its_day() -> None:
    pairs = list(near_duplicates([text(f"notes:{number}", BODY, number * 10) for number in range(4)], 0.9))
    assert [(pair.first.key, pair.second.key) for pair in pairs] == [
        ("notes:0", "notes:1"),
        ("notes:0", "notes:2"),
        ("notes:1", "notes:2"),
        ("notes:1", "notes:3"),
        ("notes:2", "notes:3"),
    ]


@pytest.mark.parametrize(("text", "count"), [("", 1), ("甲乙丙", 1), ("甲乙丙丁", 1), ("甲乙丙丁戊", 2)])
def test_pieces_have_four_characters(text: str, count: int) -> None:
    assert len(pieces_of(text)) == count


@pytest.mark.parametrize("kept_part", [0.95, 0.7])
def test_the_threshold_is_the_caller_s(kept_part: float) -> None:
    cut = BODY[: int(len(BODY) * kept_part)]
    pair = [text("notes:1", BODY), text("notes:2", cut)]
    [match] = near_duplicates(pair, 0.5)
    assert list(near_duplicates(pair, match.similarity)) == [match]
    assert list(near_duplicates(pair, match.similarity + 0.001)) == []


def recorded(archive: Archive) -> list[list[str]]:
    return [document["keys"] for document in archive.database["suspicions"].find()]


def test_recorded_until_they_are_none_any_more(archive: Archive) -> None:
    near = BODY.replace("740美元", "741美元")
    archive.writer().save([article(1, BODY), article(2, near, title=article(1).title), article(3)], NOW)
    kept = archive.near_duplicates
    pairs = list(near_duplicates(kept.texts(None, None), 0.8))
    kept.record(pairs, None, None, NOW)
    assert recorded(archive) == [["notes:1", "notes:2"]]
    assert archive.articles.count() == 3
    kept.record([], NOW - 9 * DAY, NOW - 8 * DAY, NOW + DAY)
    assert recorded(archive) == [["notes:1", "notes:2"]]
    kept.record([], NOW - DAY, None, NOW + DAY)
    assert recorded(archive) == []


def test_the_texts_of_a_window_in_order(archive: Archive) -> None:
    made = [article(1, published_at=NOW), article(2, published_at=NOW - 2 * DAY), article(3, published_at=None)]
    archive.writer().save([*made, article(4, published_at=NOW - DAY)], NOW)
    kept = archive.near_duplicates
    assert [document.key for document in kept.texts(None, None)] == ["notes:2", "notes:4", "notes:1"]
    assert [document.key for document in kept.texts(NOW - DAY, NOW)] == ["notes:4"]
    seen = profiled(archive, lambda: list(kept.texts(None, NOW)))
    assert {entry["planSummary"] for entry in seen} == {"IXSCAN { published_at: -1, _id: 1 }"}
