"""Notations of tickers: what stands for one, and what only looks like one."""

from __future__ import annotations

from tests.support.shapes.shape import END, Shape, capture_of, page_of

_FALSE = """
小米(1810)公布新機|豐田(7203)上調財測|RTX顯卡(5090)缺貨|員工(3000)人|營收(2330)萬元|導入客戶關係管理系統(CRM)
移民局(ICE)擴編|突破布林通道(BB)上緣|電子病歷(EMR)普及|自由現金流(CF)轉正|本益比(PE)偏高|人工智慧(AI)需求強
每股盈餘(EPS)創高|第三季(Q3)財報|年增(YoY)一成|高頻寬記憶體(HBM)缺貨|聯準會(FED)按兵不動|出口管制(EAR)
鋰鐵電池(LFP)成本低|毛利率(GM)回升|銅箔基板(CCL)漲價
"""

_RIGHT = """
先鋒標普500ETF(VOO)創高|VOO
半導體三倍做多(SOXL)大漲|SOXL
Visa(V)調高財測|V
花旗(C)裁員|C
福特(F)召回|F
Arm(ARM)授權金成長|ARM
AppLovin(APP)入列指數|APP
C3.ai(AI)換執行長|AI
英特爾(Intel, INTC)分拆|INTC
輝達(美股代號：NVDA)大漲|NVDA
輝達(那斯達克：NVDA)大漲|NVDA
輝達(NVDA，漲3%)|NVDA
輝達(NVDA +3.2%)|NVDA
谷歌母公司Alphabet(GOOGL & GOOG)走高|GOOG GOOGL
台積電(2330；TSM)走高|TSM 2330
波克夏(BRK/B)買進|BRK.B
輝達(NVDA‑US)大漲|NVDA
元大美債20年(00679B)淨流入|00679B
輝達(NVDA，今日股價上漲百分之三點二，成交量創下三個月以來新高，法人持續看好後市)|NVDA
蘋果(AAPL)、輝達(NVDA)與台積電(2330)|AAPL NVDA 2330
美股三雄(AAPL, QQQQX, NVDA)同漲|AAPL NVDA
輝達 $NVDA 大漲|NVDA
輝達 NVDA.US 大漲|NVDA
思科系統(CSCO)接單|CSCO
廢物管理(WM)調價|WM
艾伯維(LLY)展望|LLY
NVDA(輝達)領漲|NVDA
"""


def _told(text: str) -> tuple[list[str], list[str]]:
    words = text.split()
    return [word for word in words if not word[0].isdigit()], [word for word in words if word[0].isdigit()]


def _shape(sentence: str, symbols: str) -> Shape:
    tickers, codes = _told(symbols)
    expected = {"tickers": tickers, "tw_stocks": codes}
    return Shape(page_of(f"<p>{sentence}。</p>{END}"), expected, capture=capture_of(f"{sentence}。"))


SYMBOLS = {
    f"no symbol: {sentence}": _shape(sentence, "") for sentence in _FALSE.replace("\n", "|").split("|") if sentence
}
SYMBOLS |= {f"symbols: {line}": _shape(*line.split("|")) for line in _RIGHT.split("\n") if line}

_TABLE = "<table><tr><th>公司</th><th>代號</th></tr><tr><td>蘋果</td><td>AAPL</td></tr></table>"
_PUBLISHED = '<meta property="article:published_time" content="{}-03-02T09:00:00+08:00">'


def _of_year(year: int, sentence: str, symbol: str, today: str | None, doubts: int = 0) -> Shape:
    expected = {"tickers": [symbol], "today": {symbol: today}, "ticker_problems": doubts}
    return Shape(page_of(f"<p>{sentence}。</p>{END}", _PUBLISHED.format(year)), expected)


SYMBOLS |= {
    "a column of symbols": Shape(
        page_of(_TABLE + END),
        {"tickers": ["AAPL"]},
        capture=capture_of("公司\t代號\n蘋果\tAAPL", END.strip("<p/>")),
    ),
    "Facebook in its years": _of_year(2019, "臉書(FB)財報優於預期", "FB", "META"),
    "Square in its years": _of_year(2020, "Square(SQ)大漲", "SQ", "XYZ"),
    "Twitter in its years": _of_year(2021, "推特(TWTR)裁員", "TWTR", None),
    "a symbol that contradicts its name": Shape(
        page_of(f"<p>艾伯維(LLY)展望佳。</p>{END}"), {"tickers": ["LLY"], "ticker_problems": 1}
    ),
    "a symbol of no list after a listed name": Shape(
        page_of(f"<p>輝達(NYSE:ZZZZQ)展望佳。</p>{END}"), {"tickers": [], "ticker_problems": 1}
    ),
}
