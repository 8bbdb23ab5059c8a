"""In which encoding a page is: what is declared can be wrong, and bytes can be damaged."""

from __future__ import annotations

import pytest

from crawler.pages.html.charset import utf8_of

TEXT = (
    "【美股動態】星海半導體(STAR)擴產,記憶體報價回穩,市場關注毛利率走勢與資料中心需求。法人看好後市,先進製程產能滿載。"
)
SIMPLE = "【美股动态】星海半导体(STAR)扩产,存储器报价回稳,市场关注毛利率走势与数据中心需求。机构看好后市。"
FRENCH = "Café société à Genève: déjà vu, très élégant, où l'été règne. " * 4
ETEN = TEXT + "碁銹裏墻恒粧嫺"
HKSCS = TEXT + "嘅咗喺冇"


def page(text: str, declared: str = "") -> str:
    meta = f'<meta charset="{declared}">' if declared else ""
    return f"<html><head>{meta}<title>{text[:20]}</title></head><body><h1>{text[:20]}</h1><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("text", "codec", "declared", "header"),
    [
        (TEXT, "utf-8", "big5", None),
        (TEXT, "utf-8", "iso-8859-1", "text/html; charset=big5"),
        (TEXT, "big5", "big5", None),
        (TEXT, "big5", "utf-8", None),
        (TEXT, "big5", "iso-8859-1", None),
        (TEXT, "big5", "gb2312", None),
        (TEXT, "big5", "", None),
        (TEXT, "big5", "utf-8", "text/html; charset=utf-8"),
        (ETEN, "cp950", "big5", None),
        (HKSCS, "big5hkscs", "big5", None),
        (SIMPLE, "gb18030", "gb2312", None),
        (SIMPLE, "gb18030", "big5", None),
        (SIMPLE, "gb18030", "utf-8", "text/html; charset=iso-8859-1"),
        (SIMPLE, "gb18030", "", None),
        (FRENCH, "cp1252", "iso-8859-1", None),
        (TEXT, "utf-16", "", None),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_is_in(text: str, codec: str, declared: str, header: str | None) -> None:
    source = page(text, declared)
    assert utf8_of(source.encode(codec), header).decode() == source


@pytest.mark.parametrize("declared", ["utf-8", "big5", ""])
def test_utf_8_with_a_stray_byte_loses_that_byte_alone(declared: str) -> None:
    source = page(TEXT, declared)
    place = source.index("記憶體")
    damaged = source[:place].encode() + b"\xff" + source[place:].encode()
    assert utf8_of(damaged).decode() == source[:place] + "\ufffd" + source[place:]


def test_big5_with_a_stray_byte_is_big5() -> None:
    source = page(TEXT, "big5")
    place = source.index("</h1>")
    damaged = source[:place].encode("big5") + b"\xff" + source[place:].encode("big5")
    read = utf8_of(damaged).decode()
    assert read.replace("\ufffd", "").count("資料中心需求") == 1
    assert read.count("\ufffd") <= 2


def test_a_byte_order_mark_is_believed_and_dropped() -> None:
    assert utf8_of(b"\xef\xbb\xbf" + TEXT.encode(), "text/html; charset=big5").decode() == TEXT
