"""Big5 is read as browsers read it, pair by pair."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from crawler.pages.html.charset import big5_text, utf8_of

CHROMIUM = shutil.which("chromium")
OTHERWISE = {
    "A145": "‧",
    "A14E": "﹑",
    "A1C2": "¯",
    "A1E3": "～",
    "A1F2": "⊕",
    "A1F3": "⊙",
    "A1FE": "／",
    "A241": "∕",
    "A242": "﹨",
    "A244": "￥",
    "A246": "￠",
    "A247": "￡",
    "A3E1": "€",
    "C6E7": "ぁ",
    "C7E9": "ロ",
    "C6CF": "廴",
    "877A": "㡵",
    "87DF": "鿋",
    "8862": "Ê̄",
    "8E69": "箸",
    "F9D6": "碁",
    "F9FE": "￭",
    "FDBB": "港",
}
"""Pairs that Python's tables read otherwise or not at all, after https://encoding.spec.whatwg.org/index-big5.txt."""

SEQUENCES = {"8862", "8864", "88a3", "88a5"}
"""Pairs that the standard reads as two characters; Chromium does not."""

READ_ALL = """() => {
    const decoder = new TextDecoder("big5", {fatal: true}), read = {};
    for (let lead = 0x81; lead <= 0xfe; lead++)
        for (let trail = 0x40; trail <= 0xfe; trail++)
            if (trail <= 0x7e || trail >= 0xa1)
                try { read[lead.toString(16) + trail.toString(16)] = decoder.decode(new Uint8Array([lead, trail])) }
                catch (error) { read[lead.toString(16) + trail.toString(16)] = null }
    return read
}"""


@pytest.mark.parametrize(("pair", "character"), OTHERWISE.items())
def test_what_python_reads_otherwise_is_read_after_the_standard(pair: str, character: str) -> None:
    assert big5_text(bytes.fromhex(pair)) == character


def test_a_page_in_big5_holds_the_signs_of_its_author() -> None:
    signs = bytes.fromhex("A2B2A1E3A2B3A248") + "，可可".encode("big5") + b"\xa1\x45" + "糖".encode("big5")
    for more, kind in ((b"", "cp950"), ("嘅".encode("big5hkscs"), "Hong Kong's"), (b"\xa3\xe1\xc6\xe7", "both")):
        page = '<meta charset="big5"><p>測試公司財報優於市場預期，'.encode("big5") + signs + more
        assert "３～４％，可可‧糖" in utf8_of(page).decode(), kind


def test_what_is_no_character_is_replaced_without_the_sign_behind_it() -> None:
    assert big5_text(b"\xff<\x81A\xa4\xa4\xa4", "replace") == "\ufffd<\ufffdA中\ufffd"
    with pytest.raises(UnicodeDecodeError):
        big5_text(b"\x81A")


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_every_pair_is_read_as_a_browser_reads_it() -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser: Any = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        shown: dict[str, str | None] = browser.new_page().evaluate(READ_ALL)
        browser.close()
    assert len(shown) == 126 * 157
    for pair, character in shown.items():
        text = big5_text(bytes.fromhex(pair), "replace")
        assert pair in SEQUENCES or (None if text.startswith("\ufffd") else text) == character, pair
