"""Tests of stage `tickers`."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model.article import Article, Link, Mention, Problem
from pipelines.symbols import lists
from pipelines.symbols.proof import listing
from pipelines.tickers import read_stock_link, tickers
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
        ("Visa(V)、花旗(C)、福特(F)、Arm(ARM)、AppLovin(APP)、C3.ai(AI)", ["AI", "APP", "ARM", "C", "F", "V"]),
        ("思科系統(CSCO)與廢物管理(WM)", ["CSCO", "WM"]),
        ("先鋒標普500ETF(VOO)、半導體三倍做多ETF(SOXL)", ["SOXL", "VOO"]),
        ("拜耳(BAYRY)", ["BAYRY"]),
        ("晶片三雄(NVDA, AMD, INTC)", ["AMD", "INTC", "NVDA"]),
        ("(Intel, INTC)", ["INTC"]),
        ("輝達 $NVDA", ["NVDA"]),
    ],
)
def test_us_symbols_in_brackets_after_a_name(text: str, symbols: list[str]) -> None:
    refined = read(text)
    assert (refined.tickers, refined.tw_stocks, refined.problems) == (symbols, [], [])
    assert {mention.evidence for mention in refined.mentions} == {"text" if "$" in text else "bracket"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("人工智慧(AI)", "everyday_word"),
        ("生成式人工智慧(AI)帶動高頻寬記憶體(HBM)", "everyday_word"),
        ("Artificial Intelligence(人工智慧)(AI)", "everyday_word"),
        ("看好人工智慧(Artificial Intelligence)(AI)", "everyday_word"),
        ("資料中心不斷電系統(UPS)", "everyday_word"),
        ("銅箔基板(CCL)", "everyday_word"),
        ("每股盈餘(EPS)", "everyday_word"),
        ("執行長(CEO)", "everyday_word"),
        ("電動車(EV)", "everyday_word"),
        ("能源儲存(ESS)", "everyday_word"),
        ("州政府醫療補助(MA)", "everyday_word"),
        ("醫療損失率(MLR)", "everyday_word"),
        ("某個名稱(ZZZZQ)", "unlisted"),
        ("虧損(1500)", "no_company"),
        ("標普500指數(5800)", "no_company"),
        ("RTX(4090)", "no_company"),
        ("新財年(2025)", "year"),
        ("千金(2025)", "year"),
        ("豐田(7203)", "unlisted"),
        ("員工(3000)人", "unlisted"),
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
        ("台積電(2330;TSM)", ["2330"]),
        ("中鋼(2002)與大成鋼(2027)", ["2002", "2027"]),
        ("中華電信(2412)、日月光(3711)、元大美債20年(00679B)", ["00679B", "2412", "3711"]),
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


def test_a_code_that_could_be_a_year_needs_its_name_or_a_link() -> None:
    assert read("中鋼", links=(stock("2002", "中鋼"),)).tw_stocks == ["2002"]
    assert read(tags=["中鋼(2002)"]).tw_stocks == ["2002"]
    assert refused(tags=["總統大選(2024)"]) == {"refused_year": 1}
    assert refused(tags=["CES(2026)"]) == {"refused_year": 1}


@pytest.mark.parametrize(
    ("url", "symbol"),
    [
        ("https://www.cmoney.tw/forum/stock/AMZN", "AMZN"),
        ("http://cmnews.com.tw/forum/stock/amzn/?utm_source=x#top", "AMZN"),
        ("https://www.forecastock.tw/stock/BRK-B/discussion", "BRK.B"),
        ("/stock/2330/discussion/", "2330"),
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
    stock = read_stock_link(url, "127.0.0.1")
    assert (stock.name if stock else None) == symbol


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
        (article(para("Some Firm(某公司)(ZZZZQ)")), "stands after a company's name"),
        (article(para("某公司(NYSE:ZZZZQ)")), "stands after a company's name"),
        (article(para("霸菱航空(ZZZZQ)")), "stands after a company's name"),
    ],
)
def test_a_symbol_shown_clearly_that_is_not_listed_is_a_problem(given_article: Article, shown: str) -> None:
    counts = counter()
    refined = tickers(given_article, counts)
    as_of = lists.dates()["companies"]
    reason = f"ZZZZQ {shown}, but is in no list of US symbols (companies as of {as_of}): left out"
    assert refined.problems == [Problem("tickers", reason)]
    assert (refined.tickers, counts) == ([], {"refused_unlisted": 1})


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        ("客戶關係管理系統(CRM)", "tickers", "CRM (after 客戶關係管理系統) stands after a term"),
        ("移民局(ICE)", "tickers", "ICE (after 移民局)"),
        ("雲端平台(AI/HPC)", "tickers", "AI (after 雲端平台) is an everyday word"),
        ("兩種接頭(USB/HDMI)", "tickers", "USB (after 兩種接頭) could be an abbreviation"),
        ("某某(A)", "tickers", "A (after 某某) is an everyday word"),
        ("市場熱議$NVDA", "tickers", "NVDA (after 市場熱議) could be"),
        ("小米(1810)", "tw_stocks", "1810 stands after 小米, but is the code of 和成"),
        ("旭東機械(9999)", "tw_stocks", "9999 stands after 旭東機械, but is not in the list"),
    ],
)
def test_a_refused_symbol_leaves_a_problem_with_the_reason(text: str, field: str, words: str) -> None:
    refined = read(text)
    assert (refined.tickers, refined.tw_stocks, refined.mentions) == ([], [], [])
    (problem,) = refined.problems
    assert problem.field == field
    assert words in problem.reason
    assert problem.reason.endswith(": left out")


def test_what_the_article_proves_elsewhere_is_no_problem() -> None:
    refined = read("Hudbay(HBM)的產量,某某(HBM)")
    assert (refined.tickers, refined.problems) == (["HBM"], [])


@pytest.mark.parametrize(
    ("text", "symbol", "owner"),
    [("艾伯維(LLY)", "LLY", "ABBV"), ("輝達(MU)", "MU", "NVDA"), ("AbbVie(LLY)", "LLY", "ABBV")],
)
def test_a_symbol_against_its_name_is_kept_as_written_with_a_problem(text: str, symbol: str, owner: str) -> None:
    counts = counter()
    refined = tickers(article(para(text), title=""), counts)
    name = text.partition("(")[0]
    reason = f"{symbol} stands after {name}, which is the name of {owner}: kept as written"
    assert refined.tickers == [symbol]
    assert refined.problems == [Problem("tickers", reason)]
    assert counts == {"bracket": 1, "contradicted": 1}


@pytest.mark.parametrize(
    ("text", "year", "symbol", "today"),
    [
        ("臉書(FB)", 2021, "FB", "META"),
        ("Square(SQ)", 2022, "SQ", "XYZ"),
        ("推特(TWTR)", 2021, "TWTR", None),
        ("賽靈思(XLNX)", 2020, "XLNX", None),
        ("Barrick(GOLD)", 2024, "GOLD", "B"),
        ("臉書(META)", 2023, "META", None),
    ],
)
def test_a_former_symbol_is_kept_as_written_with_that_of_today(
    text: str, year: int, symbol: str, today: str | None
) -> None:
    refined = tickers(article(para(text), title="", published_at=datetime(year, 3, 2, tzinfo=UTC)), counter())
    assert refined.mentions == [Mention(symbol, "US", "bracket", today)]
    assert refined.problems == []


@pytest.mark.parametrize(
    ("at", "is_late"), [(datetime(2024, 12, 31, 15, tzinfo=UTC), False), (datetime(2024, 12, 31, 16, tzinfo=UTC), True)]
)
def test_a_former_symbol_after_its_years_in_taipei_is_a_problem(at: datetime, is_late: bool) -> None:
    refined = tickers(article(para("推特(TWTR)"), title="", published_at=at), counter())
    assert refined.tickers == ["TWTR"]
    late = "TWTR stands after 推特, but was given up in 2022-10, and the article is of 2025: kept as written"
    assert [problem.reason for problem in refined.problems] == ([late] if is_late else [])


def test_a_former_symbol_with_a_name_that_no_list_knows_needs_its_years() -> None:
    for year, symbols in ((2020, ["XLNX"]), (2026, [])):
        given_article = article(para("賽靈斯(XLNX)"), title="", published_at=datetime(year, 3, 2, tzinfo=UTC))
        assert tickers(given_article, counter()).tickers == symbols


def test_a_column_of_symbols_in_a_table() -> None:
    refined = tickers(
        article(
            row("公司 | 代號 | 漲幅"), row("甲 | NVDA | 3%"), row("乙 | AI | 2%"), row("丙 | ZZZZQ | 1%"), para("段落"),
            row("蘋果 | AAPL | 1%"), row("台積電 | 2330 | 1%"), row("某 | HBM | 1%"), row("員工 | 3000 | 1%"), title="",
        ),
        counter(),
    )  # fmt: skip
    assert refined.tickers == ["AAPL", "AI", "NVDA"]
    assert refined.tw_stocks == ["2330"]
    assert {mention.evidence for mention in refined.mentions} == {"row"}
    assert [problem.reason[:5] for problem in refined.problems] == ["ZZZZQ"]


def test_one_unlisted_symbol_does_not_refuse_its_whole_bracket() -> None:
    refined = read("晶片股(NVDA, AMD, INTC, ZZZZQ)")
    assert refined.tickers == ["AMD", "INTC", "NVDA"]
    assert ["ZZZZQ" in problem.reason for problem in refined.problems] == [True]


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
    assert all(listing(symbol) != "none" for symbol in refined.tickers)
    written = f"{text}{tags}{link}".replace("-", ".")
    assert all(symbol in written for symbol in (*refined.tickers, *refined.tw_stocks))
    assert refined.tickers == sorted(set(refined.tickers))
    assert {mention.symbol for mention in refined.mentions} == {*refined.tickers, *refined.tw_stocks}
    assert tickers(refined, counter()) == refined


@pytest.mark.parametrize(("name", "expected"), [("主動型ETF", ["MSCH"]), ("不明公司", [])])
def test_a_symbol_of_the_list_of_securities_alone_needs_support(name: str, expected: list[str]) -> None:
    refined = tickers(article(head("題"), para(f"{name}(MSCH)今日上漲。")), counter())
    assert isinstance(refined, Article)
    assert refined.tickers == expected
