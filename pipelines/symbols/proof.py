"""What proves that a symbol is a company's: the one decision about each place where a symbol stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from pipelines.symbols import lists, names, reasons, terms
from pipelines.symbols.sighting import Refusal, Sighting, SightingVerdict

ListKind = Literal["company", "fund", "foreign", "former", "cusip", "none"]

YEARS: Final = range(1900, 2101)
_NO_COMPANY = re.compile(
    r"(?:年|月|日|季|度|點|型|號|版|價|指數|營收|虧損|損失|淨損|淨利|獲利|金額|總額|合計|目標|同期"
    r"|[美億萬港歐日]元|\d[萬億兆]|大選|選舉|展望|回顧|財報|奧運|世足)$"
)
_FUND_NAME = re.compile(
    r"\b(?:ETF|FUND|TRUST, SERIES|INDEX|SPDR|ISHARES|INVESCO QQQ|GOLD TRUST|SILVER TRUST|BITCOIN|COMMODIT)",
    re.IGNORECASE,
)
_TRADED = re.compile(
    r"[」』》]?\s?(?:股價|盤[前後中]|股票|開盤|收盤|早盤|尾盤|ADR|個股|市值|跳空|領漲|領跌|收[漲跌紅黑])"
)
_LONG: Final = 4
_SHORT: Final = 2
_YEAR_LENGTH: Final = 4
_LONGEST_END: Final = 2


@dataclass(slots=True)
class _Name:
    """What is known of the names of a sighting."""

    agreement: names.Agreement
    others: list[str]
    is_term: bool
    is_company: bool
    is_fund: bool
    spells: bool


def judge(sighting: Sighting) -> SightingVerdict:
    """Return whether a sighting is believed, and the problem that is left of it."""
    return _judge_us(sighting) if sighting.symbol.market == "US" else _judge_tw(sighting)


def listing(symbol: str, year: int | None = None) -> ListKind:
    """Return in which list a US symbol stands, the best one first.

    Args:
        symbol: With a dot for the share class.
        year: The year of the article, in which a former symbol must have been in use; None for any.
    """
    listed = lists.companies().get(symbol)
    if symbol in lists.funds() or (listed and _FUND_NAME.search(listed)):
        return "fund"
    if listed is not None:
        return "company"
    if any(_is_of(entry, year) for entry in lists.former().get(symbol, ())):
        return "former"
    if symbol in lists.foreign():
        return "foreign"
    return "cusip" if symbol in lists.cusip() or symbol in lists.former() else "none"


def _is_of(entry: lists.Former, year: int | None) -> bool:
    return year is None or (entry.first_year or year) <= year <= entry.last_year


def today_of(symbol: str, month: str) -> str | None:
    """Return what a given-up symbol is called today; None if it is used still or its company is not traded any more.

    Args:
        symbol: As it is written.
        month: Of the article; empty if unknown.
    """
    entry = lists.renamed().get(symbol)
    if entry is None or (symbol in lists.companies() and not (month and month <= entry.until)):
        return None
    return entry.today


def _judge_us(sighting: Sighting) -> SightingVerdict:
    symbol, word = sighting.symbol.name, _word(sighting.symbol.name)
    where = listing(symbol, sighting.year)
    if word and any(_means(name, word) for name in sighting.names):
        return SightingVerdict("everyday_word")  # the name is what the word means: nothing is in doubt
    name = _name_of(sighting)
    if name.agreement == "certain" and where != "none":
        late = where == "cusip" and symbol in lists.former()
        return SightingVerdict(reason=reasons.late(sighting) if late else "", today=today_of(symbol, sighting.month))
    if where == "none" or (where == "cusip" and not _is_supported(sighting)):
        is_missed = word is None and _is_missed(sighting, name)
        return SightingVerdict("unlisted", reasons.unlisted(sighting) if is_missed else "")
    refusal = _doubt(sighting, name, where, word)
    if refusal:
        return SightingVerdict(refusal, reasons.refused(sighting, refusal))
    reason = reasons.contradicts(sighting, name.others) if name.others else ""
    return SightingVerdict(reason=reason, today=today_of(symbol, sighting.month))


def _word(symbol: str) -> lists.Word | None:
    return lists.Word("proof", frozenset()) if len(symbol) == 1 else lists.everyday_words().get(symbol)


def _means(name: str, word: lists.Word) -> bool:
    """Return whether a name is what the word means: `人工智慧`, also in `看好人工智慧`, but not in `C3人工智慧`."""
    name = name.casefold()
    for meaning in word.names:
        before = name.removesuffix(meaning)
        if before != name and not (before[-1:].isascii() and before[-1:].isalnum()):
            return True
    return False


def _name_of(sighting: Sighting) -> _Name:
    """Return what is known of all names of a sighting together."""
    symbol, every = sighting.symbol.name, sighting.names
    grades = {names.agreement(name, symbol) for name in every}
    agreement: names.Agreement = "certain" if "certain" in grades else "weak" if "weak" in grades else "none"
    is_fund = any(map(terms.is_fund, every))
    is_settled = agreement != "none" or is_fund
    others = [] if is_settled else [other for name in every for other in names.others(name, symbol)]
    chinese = [name for name in every if terms.has_chinese(name) and not terms.latin_end(name)]
    return _Name(
        agreement,
        others,
        is_term=any(
            terms.is_term(terms.without_references(name)) and not (sighting.beside and terms.is_group(name))
            for name in chinese
        ),
        is_company=any(map(terms.is_company, chinese)),
        is_fund=is_fund,
        spells=any(names.spells(name, symbol) for name in every),
    )


def _is_supported(sighting: Sighting) -> bool:
    """Return whether other evidence stands beside a weak listing: an exchange, a link, a tag, a name ending in ETF."""
    return _is_shown(sighting) or any(name.upper().endswith("ETF") for name in sighting.names)


def _is_shown(sighting: Sighting) -> bool:
    """Return whether it is marked as a stock: by a link, a tag, an exchange or the head of a column."""
    return sighting.symbol.by_exchange or sighting.evidence in {"link", "tag"} or sighting.is_headed


def _doubt(sighting: Sighting, name: _Name, where: ListKind, word: lists.Word | None) -> Refusal | None:
    """Return why a listed symbol without a certain name is not believed, or None if it is."""
    is_etf = where in {"fund", "cusip"} and any(name.upper().endswith("ETF") for name in sighting.names)
    if _is_shown(sighting) or is_etf:
        return None
    if word is not None and word.needs == "proof":
        return None if _is_surely_company(sighting, name) else "everyday_word"
    if name.agreement == "weak" or (where == "fund" and name.is_fund):
        return None
    if name.is_term or name.spells:
        return "no_company"
    # Where something else stands beside it, only a name can prove it.
    is_likely = bool(name.others) if sighting.is_loose else _is_likely(sighting, name, where)
    return None if is_likely else "unproven"


def _is_surely_company(sighting: Sighting, name: _Name) -> bool:
    """Return whether the name before an everyday word can be nothing but a company's."""
    if name.is_term or name.spells or len(sighting.symbol.name) == 1:
        return False
    return sighting.is_full or any(map(terms.is_surely_company, sighting.names))


def _is_likely(sighting: Sighting, name: _Name, where: ListKind) -> bool:
    """Return whether a symbol after a name of no list is likelier a company's than an abbreviation."""
    symbol = sighting.symbol.name
    if where in {"fund", "foreign"} or sighting.is_full:
        return where != "fund"
    if name.others:
        return _word(symbol) is None and (len(symbol) > _SHORT or names.is_named(symbol))
    if sighting.beside:
        return len(symbol) > _SHORT and _is_among_companies(sighting)
    if all(map(terms.latin_end, sighting.names)):
        return _is_like(terms.latin_end(sighting.names[-1]), symbol)
    is_traded = _TRADED.match(sighting.after) is not None
    if len(symbol) <= _SHORT:
        return name.is_company and is_traded
    return name.is_company or is_traded or (len(symbol) >= _LONG and where == "company")


def _is_among_companies(sighting: Sighting) -> bool:
    """Return whether nearly all symbols of a bracket are in a list and no everyday words: `晶片股(NVDA、AMD、INTC)`."""
    every = (sighting.symbol, *sighting.beside)
    sound = [entry for entry in every if entry.market == "TW" or _is_sound(entry.name, sighting.year)]
    return len(every) - len(sound) <= len(sound) // 2


def _is_sound(symbol: str, year: int | None) -> bool:
    return len(symbol) > _SHORT and _word(symbol) is None and listing(symbol, year) in {"company", "fund", "former"}


def _is_like(name: str, symbol: str) -> bool:
    """Return whether a Latin name of no list has the letters of a symbol in order: `TSMC` and `TSM`."""
    written = name.replace(" ", "").casefold()
    letters = iter(written)
    is_within = all(sign in letters for sign in symbol.replace(".", "").casefold())
    if len(symbol) <= _SHORT:
        return name == symbol
    return is_within and written[:1] == symbol[:1].casefold() if len(symbol) < _LONG else " " not in name or is_within


def _judge_tw(sighting: Sighting) -> SightingVerdict:
    code = sighting.symbol.name
    if sighting.evidence == "link" or sighting.symbol.by_exchange:
        return SightingVerdict()
    listed = lists.taiwan().get(code)
    if any(names.taiwan_agrees(name, code) for name in sighting.names):
        return SightingVerdict()
    could_be_year = code.isdecimal() and len(code) == _YEAR_LENGTH and int(code) in YEARS
    is_number = could_be_year or any(_NO_COMPANY.search(name[-_LONGEST_END:]) for name in sighting.names)
    if is_number or not any(map(terms.has_chinese, sighting.names)):
        return SightingVerdict("year" if could_be_year else "no_company")
    if sighting.evidence == "tag" or sighting.is_headed:
        return SightingVerdict(reason=reasons.stated_otherwise(sighting, listed))
    if listed is None:
        is_missed = any(map(terms.ends_as_company, sighting.names))
        return SightingVerdict("unlisted", reasons.unlisted_code(sighting) if is_missed else "")
    return SightingVerdict("no_company", reasons.other_code(sighting, listed))


def _is_missed(sighting: Sighting, name: _Name) -> bool:
    """Return whether a symbol that is in no list looks like a company's, so that a reader would miss it.

    What has a digit is none of the US market; CMoney links indices under such names.
    """
    symbol = sighting.symbol.name
    if not symbol.replace(".", "").isalpha():
        return False
    if _is_shown(sighting) or sighting.is_full:
        return True
    if sighting.is_loose or name.is_term or name.spells or len(symbol) <= _SHORT:
        return False
    if sighting.beside:
        return _is_among_companies(sighting)
    latin = terms.latin_end(sighting.names[-1])
    return name.is_company or name.is_fund or (latin not in {"", symbol} and _is_like(latin, symbol))
