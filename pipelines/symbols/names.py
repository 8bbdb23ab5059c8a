"""Whether a name that stands before a symbol is its company's, by the lists of names."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final, Literal

from pipelines.symbols import lists
from pipelines.symbols.terms import latin_end, without_end, without_references

Agreement = Literal["certain", "weak", "none"]

_REMEMBERED = 4096
_JOINTS: Final = frozenset({"and", "of", "the"})
_STATE = re.compile(r"/[a-z ]{2,}/?$")
_WORDS = re.compile(r"[a-z0-9]+")
_MARKS = re.compile(r"[.'’`®™]")
_LEAST_LATIN = 4
_LEAST_INITIALS = 3
_LONGEST_ZH = 16


def agreement(name: str, symbol: str) -> Agreement:
    """Return how well a name fits a US symbol: by a certain pair or the list's own name, by a weak pair, or not.

    Args:
        name: What stands before the symbol, with the sentence's words before it: `看好輝達`, `Eli Lilly`.
        symbol: With a dot for the share class.

    >>> agreement("看好輝達", "NVDA"), agreement("Visa", "V"), agreement("人工智慧", "AI"), agreement("C3.ai", "AI")
    ('certain', 'certain', 'none', 'certain')
    """
    known = known_symbols(name)
    today = lists.renamed().get(symbol)
    symbols = {symbol, today.today} if today and today.today else {symbol}
    if any(known.get(symbol) for symbol in symbols) or any(_is_begun(name, symbol) for symbol in symbols):
        return "certain"
    if any(_latin_agrees(name, listed) for symbol in symbols for listed in _listed_names(symbol)):
        return "certain"
    return "weak" if any(symbol in known for symbol in symbols) else "none"


@lru_cache(_REMEMBERED)
def known_symbols(name: str) -> dict[str, bool]:
    """Return the symbols whose Chinese name a text ends in, the longest such name; True where the pair is certain."""
    folded = name.casefold().replace("臺", "台").rstrip('」』》"”')
    for text in dict.fromkeys((folded, without_references(folded))):
        for start in range(max(0, len(text) - _LONGEST_ZH), len(text) - 1):
            if symbols := lists.names_zh().get(text[start:]):
                return symbols
    return {}


def others(name: str, symbol: str) -> list[str]:
    """Return the symbols that a name certainly stands for, if the given one is none of them nor of their company."""
    certain = [other for other, sure in known_symbols(name).items() if sure]
    phrase = latin_end(name)
    if not certain and len(phrase) >= _LEAST_LATIN and (tokens := _tokens(phrase)):
        certain = list(_by_core().get("".join(tokens), ()))
    if not certain or symbol in certain or any(_same_company(symbol, other) for other in certain):
        return []
    return sorted(certain)


def is_named(symbol: str) -> bool:
    """Return whether a symbol is so well known that newsrooms have a certain name for it."""
    return symbol in _certain_names()


def spells(name: str, symbol: str) -> bool:
    """Return whether the initials of a Latin name spell a symbol: `Electronic Medical Record` and `EMR`."""
    words = re.findall(r"[A-Za-z][A-Za-z0-9]*", latin_end(name).replace("-", " "))
    if len(words) < 2:  # noqa: PLR2004 -- an abbreviation stands for two words at least
        return False
    letters = symbol.replace(".", "").casefold()
    for first in range(len(words) - 1):
        initials = "".join(word[0] for word in words[first:]).casefold()
        short = "".join(
            word[0] for word in words[first:] if word.casefold() not in {"of", "and", "the", "to", "as", "a"}
        )
        capitals = "".join(sign for word in words[first:] for sign in word if sign.isupper()).casefold()
        if letters in {initials, short.casefold(), capitals}:
            return True
    return False


def taiwan_agrees(name: str, code: str) -> bool:
    """Return whether a name is that of a Taiwanese code in the list: exactly, by its beginning, or by a short name.

    >>> taiwan_agrees("供應商台積電", "2330"), taiwan_agrees("中華電信", "2412"), taiwan_agrees("小米", "1810")
    (True, True, False)
    """
    listed = lists.taiwan().get(code)
    if listed is None:
        return False
    text, own = _plain(name), _plain(listed)
    short = [_plain(listed) for listed in lists.taiwan_short_names().get(code, ())]
    if any(text.endswith(ending) for ending in (own, *short) if len(ending) > 1):
        return True
    return _is_longer(text, own) or _is_shorter(text, own) or (code.startswith("00") and _is_fund_of(text, own))


_CORPORATE: Final = re.compile(
    r"(?:科技|電子|工業|控股|金控|公司|集團|精密|電信|實業|股份|企業|光電|電腦|國際|半導體|生技|製藥|化學|材料|建設|航空|海運|證券|銀行|保險|"
    r"電機|機械|食品|紡織|鋼鐵|水泥|塑膠|汽車|電|科|金|ADR)+$"
)
_LONGEST_ADDITION = 6


def _plain(name: str) -> str:
    text = name.casefold().replace("臺", "台").rstrip('」』》"”')
    return re.sub(r"[\s*·]|-ky|-dr|-創", "", text)


def _is_longer(text: str, own: str) -> bool:
    """Return whether a text ends in the list's name and no more than what companies add: `中華電信`, `鴻海精密`."""
    place = text.rfind(own) if len(own) > 1 else -1
    added = text[place + len(own) :] if place >= 0 else ""
    return 0 < len(added) <= _LONGEST_ADDITION and (
        _CORPORATE.fullmatch(added) is not None or _CORPORATE.fullmatch(own[-1] + added) is not None
    )


def _is_shorter(text: str, own: str) -> bool:
    """Return whether a text ends in the beginning of the list's name: `日月光` of `日月光投控`."""
    for length in range(len(own) - 1, 1, -1):
        begun = own[:length]
        if text.endswith(begun):
            return begun not in _words("place") and (length * 2 >= len(own))
    bare = _CORPORATE.sub("", text)
    return (
        len(bare) > 1
        and bare != text
        and own.startswith(bare[-3:])
        and len(bare[-3:]) * 2 >= len(own)
        and (bare[-3:] not in _words("place"))
    )


def _is_fund_of(text: str, own: str) -> bool:
    """Return whether a text names the house of a fund and half of what else its name has, in that order."""
    place = text.rfind(own[:2])
    if place < 0:
        return False
    rest, wanted = iter(text[place + 2 :]), own[2:]
    return sum(sign in rest for sign in wanted) * 2 >= len(wanted)


def _is_begun(name: str, symbol: str) -> bool:
    """Return whether a name ends in the beginning of a longer certain one: `嘉年華` of `嘉年華郵輪`."""
    text = without_references(name.casefold())
    return any(
        text.endswith(known[:length])
        for known in _certain_names().get(symbol, ())
        for length in range(len(known) - 1, 2, -1)
        if length * 2 >= len(known)
    )


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(lists.words(kind))


@cache
def _certain_names() -> dict[str, tuple[str, ...]]:
    names: dict[str, list[str]] = {}
    for name, symbols in lists.names_zh().items():
        for symbol, certain in symbols.items():
            if certain:
                names.setdefault(symbol, []).append(name)
    return {symbol: tuple(symbols) for symbol, symbols in names.items()}


def _listed_names(symbol: str) -> list[str]:
    names = [lists.companies().get(symbol, ""), lists.funds().get(symbol, "")]
    names += [entry.name for entry in lists.former().get(symbol, ())]
    if symbol in lists.renamed():
        names.append(lists.renamed()[symbol].name)
    return [name for name in names if name]


@lru_cache(_REMEMBERED)
def _latin_agrees(name: str, listed: str) -> bool:
    """Return whether the Latin end of a name, in whole or from some word on, is that of the list."""
    phrase = latin_end(name) or latin_end(without_end(name))
    words = phrase.split(" ")
    return any(_is_name_of(" ".join(words[first:]), listed) for first in range(len(words))) if phrase else False


def _is_name_of(phrase: str, listed: str) -> bool:
    wanted, known = _tokens(phrase), _tokens(listed)
    if not wanted or not known:
        return False
    every, written = _all_tokens(listed), "".join(wanted)
    wholes = {"".join(tokens) for tokens in (known, every, _without(every, _words("legal form")))}
    return written in wholes or _is_short_for(phrase, written, listed) or _is_part_of(wanted, known)


def _is_part_of(wanted: list[str], known: list[str]) -> bool:
    """Return whether a name that is not only of everyday words begins the list's, or stands in it: `Lilly`."""
    written = "".join(wanted)
    if set(wanted) <= _words("generic"):
        return len(wanted) > 1 and known[:-1] == wanted  # `Super Micro` of Super Micro Computer
    if len(written) < _LEAST_INITIALS:
        return False
    if written in _beginnings(known):
        return True
    is_begun = len(wanted) == 1 and known[0].startswith(written)
    return len(written) >= _LEAST_LATIN and (is_begun or f" {' '.join(wanted)} " in f" {' '.join(known)} ")


def _is_short_for(phrase: str, written: str, listed: str) -> bool:
    """Return whether a name in capitals is made of the list's initials: `AMD`, `P&G`, but not `MA`."""
    if not phrase.isupper() or (len(written) < _LEAST_INITIALS and "&" not in phrase):
        return False
    every = _all_tokens(listed)
    initials, short = ("".join(token[0] for token in tokens) for tokens in (every, _without(every, _JOINTS)))
    return initials.startswith(written) or short.startswith(written)


def _tokens(name: str) -> list[str]:
    every = _all_tokens(name)
    return _without(every, _words("legal")) or every


def _all_tokens(name: str) -> list[str]:
    folded = name.casefold()
    if not name.isascii():
        folded = unicodedata.normalize("NFKD", name).casefold()
        folded = "".join(sign for sign in folded if not unicodedata.combining(sign))
    folded = _MARKS.sub("", _STATE.sub("", folded).replace("&", " and "))
    return _WORDS.findall(folded)


def _without(tokens: list[str], dropped: frozenset[str]) -> list[str]:
    return [token for token in tokens if token not in dropped]


def _beginnings(tokens: list[str]) -> set[str]:
    return {"".join(tokens[:count]) for count in range(1, len(tokens) + 1)}


@cache
def _by_core() -> dict[str, tuple[str, ...]]:
    """Return the symbols of each company by its name without what is legal, run together."""
    cores: dict[str, list[str]] = {}
    for symbol, name in lists.companies().items():
        cores.setdefault("".join(_tokens(name)), []).append(symbol)
    return {core: tuple(symbols) for core, symbols in cores.items()}


def _same_company(symbol: str, other: str) -> bool:
    """Return whether two symbols are share classes of a company, or their names begin with the same word."""
    own = {tokens[0] for name in _listed_names(symbol) if (tokens := _tokens(name))}
    return bool(own & {tokens[0] for name in _listed_names(other) if (tokens := _tokens(name))})
