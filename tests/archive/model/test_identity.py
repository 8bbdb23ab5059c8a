"""What may differ between two pages of one article, and what may not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive.model.identity import LEAST, essence, identity_hash

BODY = "本季營收優於預期,毛利率同步走高;目標價172.28美元,年減-5.5%(見第2/3節),12:30公布。"
IDLE = "。、,;!?()「」『』【】《》〈〉“”‘’…—– \n\t\u3000"
NUMBERS = [
    "172.28",
    "17228",
    "172.29",
    "-5",
    "5",
    "-5%",
    "1:30",
    "130",
    "1/2",
    "12",
    "+5",
    "$5",
    "€5",
    "2024-25",
    "202425",
]

idle = st.text(IDLE, max_size=5)
words = st.text(st.characters(categories=["Lo", "Nd", "Lu"]), min_size=LEAST)


@given(words, st.lists(idle, min_size=1, max_size=8), st.integers(1, 7))
def test_white_space_and_punctuation_make_no_difference(text: str, marks: list[str], step: int) -> None:
    parts = [text[start : start + step] for start in range(0, len(text), step)]
    strewn = "".join(part + marks[number % len(marks)] for number, part in enumerate(parts))
    assert essence(strewn) == essence(text) == text
    assert identity_hash("題", strewn) == identity_hash("【題】", text) is not None


def test_what_a_number_says_makes_a_difference() -> None:
    essences = {essence(f"升至{number},") for number in NUMBERS}
    assert len(essences) == len(NUMBERS)
    assert len({identity_hash("題", BODY.replace("172.28", number)) for number in NUMBERS}) == len(NUMBERS)


@given(words, words)
def test_other_words_are_another_article(text: str, other: str) -> None:
    assert (identity_hash("題", text) == identity_hash("題", other)) == (text == other)
    assert (identity_hash(text, BODY) == identity_hash(other, BODY)) == (text == other)


def test_title_and_text_do_not_run_together() -> None:
    assert identity_hash("甲乙", BODY) != identity_hash("甲", f"乙{BODY}")


def test_too_little_tells_nothing() -> None:
    assert identity_hash("題", "。" * 99) is None
    assert identity_hash("【】", BODY) is None
    assert identity_hash("題", "字" * (LEAST - 1) + "!!!") is None
    assert identity_hash("題", "字" * LEAST) is not None
