"""Tests of stage `tickers`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model.article import Article, Link, Mention, Problem
from pipelines.tickers import read_stock_link, tickers
from pipelines.us_symbols import us_symbols
from tests.support.stage_articles import article, counter, head, item, para, row, stock


def read(text: str = "", *, tags: list[str] | None = None, title: str = "", links: tuple[Link, ...] = ()) -> Article:
    return tickers(article(para(text, *links), title=title, tags=tags or [], column=None), counter())


def refused(text: str = "", **given: list[str]) -> dict[str, int]:
    counts = counter()
    refined = tickers(article(para(text), title="", tags=given.get("tags", [])), counts)
    assert (refined.tickers, refined.tw_stocks, refined.mentions, refined.problems) == ([], [], [], [])
    return dict(counts)


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("Amazon(亞馬遜)(AMZN)盤前上漲", ["AMZN"]),
        ("亞馬遜(AMZN)與波克夏(BRK.B)、布朗福曼(BF-B)", ["AMZN", "BF.B", "BRK.B"]),
        ("台積電ADR(TSM)", ["TSM"]),
        ("台積電 (TSM) 與 NVIDIA (NVDA)", ["NVDA", "TSM"]),
        ("超微(AMD)AMD(AMD)", ["AMD"]),
        ("Alphabet(GOOGL、GOOG)", ["GOOG", "GOOGL"]),
        ("Alphabet(GOOGL)(GOOG)", ["GOOG", "GOOGL"]),
        ("兩家公司(AMZN/GOOGL)", ["AMZN", "GOOGL"]),
        ("亞馬遜(NASDAQ:AMZN)、波克夏(NYSE: BRK.B)、蘋果(AAPL-US)", ["AAPL", "AMZN", "BRK.B"]),
        ("C3.ai(C3人工智慧)(AI)", ["AI"]),
        ("C3人工智慧(C3.ai)(AI)", ["AI"]),
        ("顧能(NYSE:IT)", ["IT"]),
        ("Visa(威士)(V)", ["V"]),
        ("伊頓(ETN)、通用汽車(GM)、嘉年華(CCL)", ["CCL", "ETN", "GM"]),
    ],
)
def test_us_symbols_in_brackets_after_a_name(text: str, symbols: list[str]) -> None:
    refined = read(text)
    assert (refined.tickers, refined.tw_stocks, refined.problems) == (symbols, [], [])
    assert {mention.evidence for mention in refined.mentions} == {"bracket"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("人工智慧(AI)", "everyday_word"),
        ("生成式人工智慧(AI)帶動高頻寬記憶體(HBM)", "everyday_word"),
        ("C3.ai(AI)", "everyday_word"),
        ("Artificial Intelligence(人工智慧)(AI)", "everyday_word"),
        ("看好人工智慧(Artificial Intelligence)(AI)", "everyday_word"),
        ("威士(V)", "everyday_word"),
        ("資料中心不斷電系統(UPS)", "everyday_word"),
        ("銅箔基板(CCL)", "everyday_word"),
        ("每股盈餘(EPS)", "everyday_word"),
        ("執行長(CEO)", "everyday_word"),
        ("電動車(EV)", "everyday_word"),
        ("能源儲存(ESS)", "everyday_word"),
        ("州政府醫療補助(MA)", "everyday_word"),
        ("醫療損失率(MLR)", "everyday_word"),
        ("雲端平台(AI/HPC)", "everyday_word"),
        ("某個名稱(ZZZZQ)", "unlisted"),
        ("兩種接頭(USB/HDMI)", "unlisted"),
        ("虧損(1500)", "no_company"),
        ("RTX(4090)", "no_company"),
        ("標普500指數(5800)", "no_company"),
        ("新財年(2025)", "no_company"),
        ("中鋼(2002)", "year"),
        ("大成鋼(2027)", "year"),
    ],
)
def test_other_brackets_are_refused_and_counted(text: str, reason: str) -> None:
    assert set(refused(text)) == {f"refused_{reason}"}


@pytest.mark.parametrize(
    "text",
    [
        "第三季(Q3)",
        "年增率(YoY)",
        "(AMZN)",
        "股價(+2.5%)",
        "公告(10/31)",
        "營收(1,234)",
        "虧損(12億)",
        "亞馬遜(AMZN概念)",
    ],
)
def test_what_has_not_the_shape_is_not_even_refused(text: str) -> None:
    assert refused(text) == {}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("鴻海(2317)與台積電(2330)", ["2317", "2330"]),
        ("中租-KY(5871)", ["5871"]),
        ("GIS-KY(6456)", ["6456"]),
        ("Foxconn(鴻海)(2317)", ["2317"]),
        (
            "元大台灣50(0050)、國泰永續高股息(00878)、富邦台50(006208)、元大台灣50反1(00632R)",
            ["0050", "006208", "00632R", "00878"],
        ),
        ("台積電(2330-TW)、中鋼(2002.TW)、TSMC(TWSE:2330)", ["2002", "2330"]),
        ("台積電(2330)(TSM)", ["2330"]),
    ],
)
def test_taiwanese_codes_are_apart(text: str, codes: list[str]) -> None:
    refined = read(text)
    assert refined.tw_stocks == codes
    assert refined.tickers == (["TSM"] if "TSM)" in text else [])
    assert refined.problems == []


def test_a_tag_reads_the_same_however_long_it_is_and_however_often() -> None:
    for tag in ("亞馬遜(AMZN)", "亞馬遜(AMZN)", f"{'長' * 200}亞馬遜(AMZN)"):
        assert read(tags=[tag]).mentions == [Mention("AMZN", "US", "tag")]


def test_a_code_that_could_be_a_year_needs_a_link_or_a_tag() -> None:
    assert read("中鋼", links=(stock("2002", "中鋼"),)).tw_stocks == ["2002"]
    assert read(tags=["中鋼(2002)"]).tw_stocks == ["2002"]
    assert refused(tags=["總統大選(2024)"]) == {"refused_no_company": 1}
    assert refused(tags=["CES(2026)"]) == {"refused_no_company": 1}


@pytest.mark.parametrize(
    ("url", "symbol"),
    [
        ("https://www.cmoney.tw/forum/stock/AMZN", "AMZN"),
        ("http://cmnews.com.tw/forum/stock/amzn/?utm_source=x#top", "AMZN"),
        ("//www.cmoney.tw/forum/stock/BRK-B", "BRK.B"),
        ("/forum/stock/brk.b", "BRK.B"),
        ("/forum/stock/BRK%2FB", "BRK.B"),
        ("https://127.0.0.1:8001/forum//stock/2330", "2330"),
        ("/Forum/Stock/00878", "00878"),
        ("https://example.com/forum/stock/AMZN", None),
        ("https://notcmoney.tw/forum/stock/AMZN", None),
        ("https://www.cmoney.tw/forum/stock/", None),
        ("https://www.cmoney.tw/forum/stock/AMZN/chart", None),
        ("https://www.cmoney.tw/article/forum/stock/AMZN", None),
        ("http://[broken/forum/stock/AMZN", None),
        ("javascript:void(0)", None),
    ],
)
def test_stock_links_on_either_host(url: str, symbol: str | None) -> None:
    found = read_stock_link(url, "127.0.0.1")
    assert (found.name if found else None) == symbol


def test_a_link_is_proof_for_words_and_letters() -> None:
    refined = read("人工智慧與威士", links=(stock("AI", "人工智慧"), stock("v", "威士")))
    assert refined.tickers == ["AI", "V"]


@pytest.mark.parametrize(
    ("tag", "symbols"),
    [
        ("亞馬遜(AMZN)", ["AMZN"]),
        ("C3人工智慧(AI)", ["AI"]),
        ("C3.ai(AI)", ["AI"]),
        ("#威士 (V)", ["V"]),
        ("Amazon(亞馬遜)(AMZN)", ["AMZN"]),
        ("人工智慧(AI)", []),
        ("亞馬遜(AMZN)概念股", []),
        ("AMZN", []),
        ("財報(Q3)", []),
    ],
)
def test_stock_tags(tag: str, symbols: list[str]) -> None:
    refined = read(tags=[tag])
    assert (refined.tickers, refined.problems) == (symbols, [])
    assert refined.mentions == [Mention(symbol, "US", "tag") for symbol in symbols]


@pytest.mark.parametrize(
    ("given_article", "shown"),
    [
        (article(para("甲", stock("ZZZZQ"))), "is linked as a stock"),
        (article(tags=["某公司(ZZZZQ)"]), "is tagged as a stock"),
        (article(para("Some Firm(某公司)(ZZZZQ)")), "stands after a company's names"),
        (article(para("某公司(NYSE:ZZZZQ)")), "stands after a company's names"),
    ],
)
def test_a_symbol_shown_clearly_that_is_not_listed_is_a_problem(given_article: Article, shown: str) -> None:
    counts = counter()
    refined = tickers(given_article, counts)
    as_of = us_symbols().as_of
    assert refined.problems == [Problem("tickers", f"ZZZZQ {shown}, but not in the list of US symbols of {as_of}")]
    assert (refined.tickers, counts) == ([], {"refused_unlisted": 1})


def test_what_is_a_known_word_or_no_us_symbol_by_shape_is_no_problem() -> None:
    assert refused(tags=["聯準會(FED)", "國內生產毛額(GDP)"]) == {"refused_everyday_word": 2}
    assert read("大盤", links=(stock("TWA00", "大盤"),)).problems == []


def test_mentions_are_distinct_and_in_order_of_first_appearance() -> None:
    refined = tickers(
        article(
            head("輝達(NVDA)"),
            para("亞馬遜(AMZN)與微軟(MSFT)、鴻海(2317)", stock("MSFT", "微軟"), stock("AMZN", "亞馬遜(AMZN)")),
            item("輝達(NVDA)"),
            row("蘋果(AAPL) | 12億"),
            title="【美股動態】鴻海(2317)",
            tags=["輝達(NVDA)", "輝達(NVDA)", "雲端"],
        ),
        counter(),
    )
    assert refined.mentions == [
        Mention("2317", "TW", "bracket"),
        Mention("NVDA", "US", "bracket"),
        Mention("AMZN", "US", "link"),
        Mention("AMZN", "US", "bracket"),
        Mention("MSFT", "US", "link"),
        Mention("MSFT", "US", "bracket"),
        Mention("AAPL", "US", "bracket"),
        Mention("NVDA", "US", "tag"),
    ]
    assert (refined.tickers, refined.tw_stocks) == (["AAPL", "AMZN", "MSFT", "NVDA"], ["2317"])


def test_mentions_are_counted_by_evidence() -> None:
    counts = counter()
    tickers(article(para("亞馬遜(AMZN)亞馬遜(AMZN)", stock("AMZN")), title="", tags=["亞馬遜(AMZN)"]), counts)
    assert counts == {"link": 1, "bracket": 1, "tag": 1}


NAMES = st.sampled_from(["亞馬遜", "Amazon", "人工智慧", "台積電ADR", "Visa(威士)", "虧損", "", "中租-KY", "2025"])
CONTENTS = st.one_of(
    st.from_regex(r"[A-Z]{1,5}(?:[.-][A-Z])?", fullmatch=True), st.from_regex(r"[0-9]{3,6}", fullmatch=True)
)


@given(st.lists(st.tuples(NAMES, CONTENTS), max_size=6), st.lists(st.tuples(NAMES, CONTENTS), max_size=3), CONTENTS)
def test_no_symbol_is_ever_made_up(texts: list[tuple[str, str]], tags: list[tuple[str, str]], link: str) -> None:
    text = "與".join(f"{name}({content})" for name, content in texts)
    refined = tickers(
        article(para(text, stock(link)), tags=[f"{name}({content})" for name, content in tags]), counter()
    )
    assert set(refined.tickers) <= us_symbols().symbols
    written = f"{text}{tags}{link}".replace("-", ".")
    assert all(symbol in written for symbol in (*refined.tickers, *refined.tw_stocks))
    assert refined.tickers == sorted(set(refined.tickers))
    assert {mention.symbol for mention in refined.mentions} == {*refined.tickers, *refined.tw_stocks}
    assert tickers(refined, counter()) == refined
