"""The companies that made-up articles speak of, and the forms in which they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["full", "short", "english"]


@dataclass(frozen=True, slots=True)
class Company:
    """A listed company.

    Attributes:
        symbol: A US symbol with a dot for the share class, or a Taiwanese code.
        name: Its Chinese name.
        english: Its English name; empty where pages do not write it.
        market: `US` or `TW`.
        everyday: Whether the symbol is also an everyday word of the column, so that a short form is no evidence.
    """

    symbol: str
    name: str
    english: str = ""
    market: Literal["US", "TW"] = "US"
    everyday: bool = False

    def written(self, form: Form) -> str:
        """Return the company with its symbol in brackets: `Amazon(亞馬遜)(AMZN)`, `亞馬遜(AMZN)`, `Amazon(AMZN)`."""
        if form == "full" and self.english:
            return f"{self.english}({self.name})({self.symbol})"
        name = self.english if form == "english" and self.english else self.name
        return f"{name}({self.symbol})"

    @property
    def tag(self) -> str:
        """The stock tag of the company."""
        return f"{self.name}({self.symbol})"


US = (
    Company("AMZN", "亞馬遜", "Amazon"),
    Company("NVDA", "輝達", "NVIDIA"),
    Company("AAPL", "蘋果", "Apple"),
    Company("MSFT", "微軟", "Microsoft"),
    Company("TSLA", "特斯拉", "Tesla"),
    Company("AMD", "超微", "AMD"),
    Company("BRK.B", "波克夏", "Berkshire Hathaway"),
    Company("TSM", "台積電ADR"),
    Company("META", "臉書母公司", "Meta"),
    Company("AVGO", "博通", "Broadcom"),
    Company("INTC", "英特爾", "Intel"),
    Company("QCOM", "高通", "Qualcomm"),
    Company("MU", "美光", "Micron"),
    Company("SMCI", "美超微", "Super Micro"),
    Company("PLTR", "帕蘭泰爾", "Palantir"),
    Company("JPM", "摩根大通", "JPMorgan"),
    Company("BAC", "美國銀行", "Bank of America"),
    Company("GS", "高盛", "Goldman Sachs"),
    Company("KO", "可口可樂", "Coca-Cola"),
    Company("COST", "好市多", "Costco"),
    Company("WMT", "沃爾瑪", "Walmart"),
    Company("NFLX", "網飛", "Netflix"),
    Company("CRM", "賽富時", "Salesforce"),
    Company("ORCL", "甲骨文", "Oracle"),
    Company("LLY", "禮來", "Eli Lilly"),
    Company("PFE", "輝瑞", "Pfizer"),
    Company("XOM", "埃克森美孚", "Exxon Mobil"),
    Company("CVX", "雪佛龍", "Chevron"),
    Company("SBUX", "星巴克", "Starbucks"),
    Company("NKE", "耐吉", "Nike"),
    Company("MRVL", "邁威爾", "Marvell"),
    Company("ASML", "艾司摩爾", "ASML"),
    Company("BF.B", "布朗福曼", "Brown-Forman"),
    Company("AI", "C3人工智慧", "C3.ai", everyday=True),
    Company("HBM", "哈德貝礦業", "Hudbay", everyday=True),
    Company("IT", "顧能", "Gartner", everyday=True),
    Company("ALL", "好事達", "Allstate", everyday=True),
    Company("V", "威士", "Visa", everyday=True),
)

TAIWAN = (
    Company("2330", "台積電", market="TW"),
    Company("2317", "鴻海", market="TW"),
    Company("2454", "聯發科", market="TW"),
    Company("2382", "廣達", market="TW"),
    Company("3231", "緯創", market="TW"),
    Company("2615", "萬海", market="TW"),
    Company("0050", "元大台灣50", market="TW"),
    Company("00878", "國泰永續高股息", market="TW"),
)

PLAIN = tuple(company for company in US if not company.everyday)
EVERYDAY = tuple(company for company in US if company.everyday)
