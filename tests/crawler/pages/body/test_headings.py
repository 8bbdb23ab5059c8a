"""Which blocks head others, at the bounds of length and number from which they do."""

from __future__ import annotations

import pytest

from crawler.pages.body.block_roles import RawBlock
from crawler.pages.body.headings import cut_run_in, is_lead, with_headings

TEXT = "公司說明營收與毛利的變化而且展望不變" * 8


def para(length: int, end: str = "", *, strong: bool = False) -> RawBlock:
    """Return a paragraph of one sentence, so many characters long with its end."""
    return RawBlock("paragraph", TEXT[: length - len(end)] + end, strong=strong)


def heads(*blocks: RawBlock) -> int:
    """Return how many of some blocks are headings."""
    return sum(block.kind == "heading" for block in with_headings(blocks))


@pytest.mark.parametrize(
    ("head", "longer"),
    [
        (para(80, strong=True), para(81, strong=True)),
        (para(60), para(61)),
        (para(40, "?"), para(41, "?")),
    ],
    ids=["emphasised", "a sentence", "a question"],
)
def test_a_heading_is_short(head: RawBlock, longer: RawBlock) -> None:
    assert heads(head, para(100, "。")) == 1
    assert heads(longer, para(100, "。")) == 0


@pytest.mark.parametrize(
    ("head", "below", "others", "expected"),
    [
        (45, 90, [], 2),
        (46, 92, [], 0),
        (45, 89, [], 0),
        (20, 60, [], 2),
        (20, 59, [], 0),
        (20, 60, [60], 2),
        (20, 60, [60, 60], 0),
        (20, 60, [59, 59], 2),
    ],
    ids=["45", "46", "not twice as long", "60", "59", "2 of 3", "2 of 4", "beside short paragraphs"],
)
def test_sentences_with_full_stops_head_longer_paragraphs(
    head: int, below: int, others: list[int], expected: int
) -> None:
    pairs = [para(length, "。") for length in (head, below)] * 2
    assert heads(*pairs, *(para(length, "。") for length in others)) == expected


@pytest.mark.parametrize(("others", "expected"), [(4, 2), (5, 0)])
def test_emphasised_sentences_with_full_stops_head_sections_of_several_paragraphs(others: int, expected: int) -> None:
    pairs = [para(20, "。", strong=True), para(60, "。")] * 2
    assert heads(*pairs, *[para(60, "。")] * others) == expected


def test_among_sentences_that_head_paragraphs_one_may_stand_over_a_shorter_one() -> None:
    pairs = [para(20, "。"), para(60, "。")] * 3
    assert heads(*pairs, para(20, "。"), para(45, "。"), para(20, "。"), para(20, "。")) == 4


def test_one_sentence_with_a_full_stop_heads_nothing() -> None:
    assert heads(para(20, "。"), para(60, "。")) == 0


@pytest.mark.parametrize(("place", "expected"), [(2, 1), (3, 0)])
def test_the_lead_is_among_the_first_blocks(place: int, expected: int) -> None:
    assert heads(*[para(50, "。")] * place, RawBlock("paragraph", "結論先行：營收成長。"), para(50, "。")) == expected


def test_a_lead_is_short() -> None:
    assert [is_lead("結論先行：" + TEXT[:length]) for length in (75, 76)] == [True, False]


def opened(opening: int, rest: int, end: str = "") -> RawBlock:
    """Return a paragraph that begins with emphasised words."""
    text = TEXT[: opening - len(end)] + end
    return RawBlock("paragraph", text + ("後文" * rest)[:rest], opening=text)


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([opened(6, 60, "：")] * 2, 2),
        ([opened(5, 60, "：")] * 2, 0),
        ([opened(60, 60, "：")] * 2, 2),
        ([opened(61, 60, "：")] * 2, 0),
        ([opened(8, 20, "：")] * 2, 2),
        ([opened(8, 19, "：")] * 2, 0),
        ([opened(8, 60, "：")], 0),
        ([*[opened(8, 60, "：")] * 2, *[para(60)] * 2], 2),
        ([*[opened(8, 60, "：")] * 2, *[para(60)] * 3], 0),
        ([*[opened(8, 60, "：")] * 2, *[para(59)] * 3], 2),
        ([opened(8, 60)] * 3, 3),
        ([opened(7, 60)] * 3, 0),
        ([opened(8, 60)] * 2, 0),
        ([*[opened(8, 60)] * 8, *[para(60)] * 3], 8),
        ([*[opened(8, 60)] * 7, *[para(60)] * 3], 0),
        ([RawBlock("paragraph", f"{TEXT[:9]}。{'後文' * 30}")] * 4, 4),
        ([RawBlock("paragraph", f"{TEXT[:9]}。{'後文' * 30}")] * 3, 0),
        ([*[RawBlock("paragraph", f"{TEXT[:9]}。{'後文' * 30}")] * 9, para(60)], 9),
        ([*[RawBlock("paragraph", f"{TEXT[:9]}。{'後文' * 30}")] * 8, para(60)], 0),
    ],
)
def test_headings_stand_run_in_where_most_paragraphs_have_one(blocks: list[RawBlock], expected: int) -> None:
    assert len(cut_run_in(blocks, has_headings=False)) == expected
