"""What a reading lost of a kept article, at the bounds where it begins to count."""

from __future__ import annotations

from typing import Any

import pytest

from archive.articles.trust import is_believed_later, losses, replaces_in_doubt
from archive.model.suspicion import Suspicion, SuspicionKind
from tests.support.made_articles import NOW

TITLE = "【美股動態】甲乙丙丁戊己"
PARAGRAPHS = [f"第{number}段說了不同的十二個字" for number in range(10)]


def document(blocks: list[str], **fields: Any) -> dict[str, Any]:
    sections = [{"heading": heading, "blocks": []} for heading in fields.pop("headings", ())]
    known: dict[str, Any] = {"title": TITLE, "content_hash": "", "put_aside": [], "suspect": [], "access": "public"}
    known |= {"extractor": "one", "updated_at": None}
    known |= {"tickers": [], "tw_stocks": [], "sections": [{"heading": None, "blocks": blocks}, *sections]}
    return known | fields


def kinds(kept: dict[str, Any], read: dict[str, Any]) -> list[str]:
    return [suspicion.kind for suspicion in losses(kept, read)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["甲" * 100], ["乙" * 50], []),
        (["甲" * 100], ["乙" * 49], ["shrunk"]),
        (["甲" * 100], ["甲" * 95], []),
        (["甲" * 100], ["甲" * 94], ["cut short"]),
        (["甲" * 100], ["乙" * 94], []),
        (["甲" * 50, "乙" * 50], ["甲" * 50, "乙" * 44], ["cut short"]),
        (["甲" * 50, "乙" * 50], ["丙" * 50, "乙" * 44], []),
        (["甲" * 50], ["甲" * 40, "乙"], []),
    ],
)
def test_how_much_of_a_text_may_be_missing(before: list[str], after: list[str], expected: list[str]) -> None:
    assert kinds(document(before), document(after)) == expected


@pytest.mark.parametrize(
    ("title", "common", "length", "expected"),
    [
        ("【美股動態】子丑寅卯", 2, 12, []),
        ("【美股動態】子丑寅卯", 1, 12, ["another text"]),
        ("【美股動態】子丑寅卯", 2, 11, ["another text"]),
        ("【美股動態】甲乙丙丁戊子", 0, 12, []),
        ("【美股動態】甲乙丙丁子丑", 0, 12, ["another text"]),
    ],
    ids=["a fifth in common", "a tenth in common", "only short lines", "four fifths of a title", "three fifths"],
)
def test_another_text_has_neither_title_nor_paragraphs_in_common(
    title: str, common: int, length: int, expected: list[str]
) -> None:
    before = [text[:length] for text in PARAGRAPHS]
    after = before[:common] + [text[length - 1 :: -1] for text in PARAGRAPHS[common:]]
    assert {len(text) for text in before + after} == {length}
    assert kinds(document(before), document(after, title=title, updated_at=NOW)) == expected


@pytest.mark.parametrize(
    ("replaced", "of", "fields", "expected"),
    [
        (4, 10, {}, []),
        (5, 10, {}, ["another text"]),
        (2, 2, {}, []),
        (3, 3, {}, ["another text"]),
        (5, 10, {"extractor": "two"}, ["another text"]),
        (5, 10, {"updated_at": NOW}, []),
    ],
)
def test_how_many_paragraphs_may_be_replaced_where_no_change_is_stated(
    replaced: int, of: int, fields: dict[str, Any], expected: list[str]
) -> None:
    before = PARAGRAPHS[:of]
    after = [text[::-1] for text in before[:replaced]] + before[replaced:]
    assert kinds(document(before), document(after, **fields)) == expected


def test_another_reader_may_cut_the_same_sentences_into_other_paragraphs() -> None:
    kept, sentences = document(PARAGRAPHS, extractor="two"), "。".join(PARAGRAPHS)
    assert kinds(kept, document([f"{sentences}。"])) == []
    assert kinds(kept, document([f"{sentences[::-1]}。"])) == ["another text"]


@pytest.mark.parametrize(
    ("field", "before", "after", "expected"),
    [
        ("headings", "甲乙丙丁", "子丑", []),
        ("headings", "甲乙丙丁", "子", ["headings lost"]),
        ("tickers", "ABC", "BC", []),
        ("tickers", "ABCD", "CD", ["tickers lost"]),
        ("tw_stocks", "ABCD", "BCD", []),
        ("tickers", "", "", []),
    ],
)
def test_how_many_headings_and_symbols_may_be_missing(field: str, before: str, after: str, expected: list[str]) -> None:
    texts = ["甲" * 100]
    assert kinds(document(texts, **{field: list(before)}), document(texts, **{field: list(after)})) == expected


def test_a_members_page_counts_as_login_where_it_shows_less() -> None:
    kept = document(["甲" * 10])
    assert kinds(kept, document(["甲" * 9], access="members")) == ["login"]
    assert kinds(kept, document(["甲" * 10], access="members")) == []


def test_what_may_be_believed_is_on_the_third_day() -> None:
    assert [is_believed_later([Suspicion("shrunk")], days) for days in (2, 3)] == [False, True]
    assert not is_believed_later([Suspicion("shrunk"), Suspicion("notice")], 3)


def doubtful(blocks: list[str], kind: SuspicionKind, **fields: Any) -> dict[str, Any]:
    return document(blocks, suspect=[{"kind": kind, "detail": ""}], content_hash=str(blocks), **fields)


@pytest.mark.parametrize("kind", ["another text", "text of another article", "text under two titles"])
def test_a_kept_text_that_may_be_another_article_s_yields_to_another_text_and_to_no_wall(kind: SuspicionKind) -> None:
    kept, other = doubtful(PARAGRAPHS, kind), [text[::-1] for text in PARAGRAPHS[:2]]
    assert kinds(kept, document(other, title="【美股動態】子丑寅卯")) == []
    assert kinds(kept, document([], title="【美股動態】子丑寅卯", access="members")) == ["login"]
    assert kinds(kept, document(other, title="\ufffd\ufffd")) == ["garbled", "shrunk"]
    assert kinds(kept, document(PARAGRAPHS[:2], access="members")) == ["login"]
    assert kinds(kept, document(PARAGRAPHS[:2])) == ["shrunk"]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ([*PARAGRAPHS[:4], "新" * 20], True),
        (PARAGRAPHS[:3], False),
        ([*PARAGRAPHS[:2], *(text[::-1] for text in PARAGRAPHS[2:4])], True),
        ([*PARAGRAPHS[:1], *(text[::-1] for text in PARAGRAPHS[1:9])], False),
    ],
    ids=["more", "less", "half of it is the same", "a quarter of it is the same"],
)
def test_what_is_kept_in_doubt_yields_to_no_less_of_the_same_text_in_the_same_doubt(
    after: list[str], *, expected: bool
) -> None:
    kept, read = doubtful(PARAGRAPHS[:4], "cut short"), doubtful(after, "cut short")
    assert replaces_in_doubt(kept, read, [Suspicion("cut short")]) is expected
    assert not replaces_in_doubt(kept, read, [Suspicion("cut short"), Suspicion("headings lost")])
    assert not replaces_in_doubt(kept, kept, [Suspicion("cut short")])
    assert not replaces_in_doubt(doubtful(PARAGRAPHS[:4], "login"), read, [Suspicion("login")])


def test_a_public_beginning_yields_to_a_public_text_only() -> None:
    kept = document([PARAGRAPHS[0], f"{PARAGRAPHS[1][:6]}…"], access="members")
    read = doubtful(PARAGRAPHS[:4], "cut short")
    assert replaces_in_doubt(kept, read, [Suspicion("cut short")])
    assert not replaces_in_doubt(kept, read | {"access": "members"}, [Suspicion("cut short")])
