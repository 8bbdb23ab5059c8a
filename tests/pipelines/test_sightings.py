"""Where an article seems to name a symbol, and what stands with it there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.model.article import Block, Link
from pipelines.symbols.notation import Symbol, brackets_in
from pipelines.symbols.sighting import Sighting
from pipelines.tickers import read_stock_link, sightings
from tests.support.stage_articles import PROSE, article, para, row

STOCK = "https://www.cmoney.tw/forum/stock/"
NVDA, AMD, AMZN, ABC = (Symbol(name, "US") for name in ("NVDA", "AMD", "AMZN", "ABC"))


def sighted(*blocks: Block, title: str = "題", tags: tuple[str, ...] = ()) -> list[Sighting]:
    """Return the sightings of an article, without its time."""
    made = article(*blocks, title=title, tags=list(tags))
    return [sighting._replace(year=None, month="") for sighting in sightings(made)]


def written(symbol: Symbol, *names: str, full: bool = False, after: str = "", beside: Symbol | None = None) -> Sighting:
    return Sighting(symbol, "bracket", names, full, beside=(beside,) if beside else (), after=after)


def marked(symbol: Symbol, *names: str) -> Sighting:
    return Sighting(symbol, "text", names, is_loose=True)


def listed(symbol: Symbol, *names: str, headed: bool = False) -> Sighting:
    return Sighting(symbol, "row", names, is_loose=True, is_headed=headed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Amazon(亞馬遜)(AMZN)股價", [written(AMZN, "Amazon", "亞馬遜", full=True, after="股價")]),
        ("Amazon(Prime)(AMZN)", [written(AMZN, "Amazon", "Prime")]),
        ("Amazon(AMZN)", [written(AMZN, "Amazon")]),
        ("晶片股(NVDA、AMD)", [written(NVDA, "晶片股", beside=AMD), written(AMD, "晶片股", beside=NVDA)]),
        (
            "Amazon(亞馬遜)(AMZN、AMD)",
            [written(AMZN, "Amazon", "亞馬遜", beside=AMD), written(AMD, "Amazon", "亞馬遜", beside=AMZN)],
        ),
        ("亞馬遜[AMZN]", [written(AMZN, "亞馬遜")._replace(is_loose=True)]),
        ("看好NVDA(輝達)與AMD(YoY)", [marked(NVDA, "輝達")]),
        ("看好 $NVDA 輝達創高一二三四五六七八九十 與", [marked(NVDA, "看好", "輝達創高一二三四五六七八")]),
        ("$NVDA", [marked(NVDA)]),
        ("AMD.US", [marked(AMD._replace(by_exchange=True))]),
    ],
)
def test_what_stands_with_a_symbol_in_a_text(text: str, expected: list[Sighting]) -> None:
    assert sighted(para(text)) == sighted(title=text) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            ["代號 | 公司", "NVDA | 輝達", "ABC | 某公司"],
            [listed(NVDA, "輝達", headed=True), listed(ABC, "某公司", headed=True)],
        ),
        (["公司 | 營收", "NVDA | 輝達", "ABC | 某公司"], [listed(NVDA, "輝達")]),
        (["名稱 | 代號", " | ABC", "ABC"], [listed(ABC, headed=True)]),
        (["名稱 | 代號", "x | ABC | y", "AMD | 12億"], [listed(ABC, "x", headed=True)]),
        (["代號 | 名稱 | 營收", "NVDA | 某 | 輝達"], [listed(NVDA, "輝達", headed=True)]),
    ],
)  # fmt: skip
def test_a_cell_is_a_symbol_under_its_head_or_beside_its_name(rows: list[str], expected: list[Sighting]) -> None:
    assert sighted(*map(row, rows)) == expected


def test_another_block_ends_a_table() -> None:
    assert sighted(row("代號"), row("ABC")) == [listed(ABC, headed=True)]
    assert sighted(row("代號"), para(PROSE), row("ABC")) == []


def test_links_and_brackets_come_in_the_order_of_the_text_a_link_before_its_own_bracket() -> None:
    link, bracket = Sighting(AMZN, "link"), written(AMZN, "亞馬遜")
    assert sighted(para("亞馬遜(AMZN)", Link("亞馬遜(AMZN)", f"{STOCK}AMZN"))) == [link, bracket]
    apple = Sighting(Symbol("AAPL", "US"), "link")
    assert sighted(para("蘋果與亞馬遜(AMZN)", Link("蘋果", f"{STOCK}AAPL"))) == [apple, written(AMZN, "蘋果與亞馬遜")]


def test_a_tag_names_a_symbol_in_its_last_bracket() -> None:
    tags = ("輝達(NVDA)", "輝達(NVDA)概念", "(NVDA)", "亞馬遜(AMZN)與超微(AMD)", "輝達[NVDA]")
    assert sighted(tags=tags) == [Sighting(NVDA, "tag", ("輝達",)), Sighting(AMD, "tag", ("與超微",))]


def test_a_sighting_has_the_year_and_month_in_taipei() -> None:
    for at, expected in ((datetime(2025, 12, 31, 16, tzinfo=UTC), (2026, "2026-01")), (None, (None, ""))):
        (sighting,) = sightings(article(para("輝達(NVDA)"), published_at=at))
        assert (sighting.year, sighting.month) == expected


@pytest.mark.parametrize(
    ("url", "symbol"),
    [
        (f"{STOCK}AAPL", "AAPL"),
        (f"{STOCK}BRK%2FB", "BRK.B"),
        ("/stock/tsm/discussion", "TSM"),
        (f"{STOCK}/2330", "2330"),
        (f"{STOCK}AAPL/?x={'y' * 90}", "AAPL"),
        (f"{STOCK}{'A' * 15}", "A" * 15),
        (f"{STOCK}{'A' * 16}", None),
        ("https://own.example/forum/stock/X1", "X1"),
        ("https://other.example/forum/stock/X1", None),
        ("https://xcmoney.tw/forum/stock/AAPL", None),
        ("https://[bad/stock/A", None),
    ],
)
def test_a_stock_link_is_the_house_s(url: str, symbol: str | None) -> None:
    link = read_stock_link(url, "own.example")
    assert (link and link.name) == symbol


@pytest.mark.parametrize(
    ("text", "brackets"),
    [
        ("輝達(NVDA +3%)", ["輝達: NVDA ? "]),
        ("輝達(+3%、NVDA)", ["輝達: NVDA ? "]),
        ("輝達(公司A、NVDA)尾", ["輝達: NVDA ? 公司A"]),
        ("(公司A、NVDA)", [": NVDA ? 公司A"]),
        ("輝達(NVDA and AMD)", ["輝達: NVDA AMD"]),
        ("輝達(BRK/B)", ["輝達: BRK.B"]),
        ("輝達(ZZZ/B)", ["輝達: ZZZ B"]),
        ("輝達(NASDAQ: NVDA、AMD)", ["輝達: NVDA! AMD!"]),
        ("(NASDAQ: NVDA)", [": NVDA!"]),
        ("輝達(NVDA\u2013US)", ["輝達: NVDA!"]),
        ("台積電(代號 2330)", ["台積電: 2330"]),
        ("台積電(2330)ADR(TSM)", ["台積電: 2330", "台積電: TSM"]),
        ("Alpha(12)(NVDA)", ["Alpha: NVDA"]),
        ("Alpha(AMD)(NVDA)", ["Alpha: AMD", "Alpha: NVDA"]),
        ("輝達」 (NVDA)", ["輝達: NVDA"]),
        ("輝達 」(NVDA)", []),
        ("甲 B C(NVDA)", ["B C: NVDA"]),
        ("12(輝達)(NVDA)", []),
        ("輝達(NVDA)【AMD】超微", ["輝達: NVDA", "輝達: AMD ? "]),
    ],
)
def test_what_a_bracket_holds(text: str, brackets: list[str]) -> None:
    shown = []
    for bracket in brackets_in(text):
        symbols = " ".join(f"{symbol.name}{'!' * symbol.by_exchange}" for symbol in bracket.symbols)
        inner = "" if bracket.is_pure else f" ? {' '.join(bracket.inner)}"
        shown.append(f"{' '.join(bracket.names)}: {symbols}{inner}")
    assert shown == brackets
