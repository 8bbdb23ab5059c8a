"""What a Chinese name looks like: a term that is no company, a company, a fund, or none of these."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from pipelines.symbols import lists

_REMEMBERED = 4096

_CHINESE = re.compile(r"[\u3400-\u9fff]")


_FOREIGN: Final = 2  # characters that stand for sounds at a name's end, at least
_CLEARLY_FOREIGN: Final = 3
_NEARLY: Final = 3  # of the last four
_FUND_ENDS: Final = re.compile(
    r"(?:ETF|ETN|ETP|正[23]|反[1一]|[23兩三]倍(?:做[多空]|[多空])?|做[多空]|放空|反向|槓桿|美債|公債|債券|公司債|收益債|等級債|高股息)$"
    r"|(?:標普|那斯達克|納斯達克|納指|道瓊|羅素|費半|滬深|MSCI)\w{0,6}$",
    re.IGNORECASE,
)
_FUND_HOUSES: Final = re.compile(
    r"先鋒|貝萊德|安碩|道富|景順|嘉信|方舟|富達|摩根|高盛|普信|范達"
    r"|iShares|Vanguard|Invesco|SPDR|ProShares|Direxion|ARK|VanEck|Global ?X"
    r"|Schwab|WisdomTree|First ?Trust|YieldMax|Roundhill|Defiance|GraniteShares|JPMorgan",
    re.IGNORECASE,
)
_REFERENCES: Final = re.compile(
    r"(?:公司|集團|控股|企業|股份|股票|股價|國際|母公司|美股|個股|概念股|ADR|-KY|-DR|\*)+$", re.IGNORECASE
)


@lru_cache(_REMEMBERED)
def is_term(name: str) -> bool:
    """Return whether a name ends as terms do that are no company: `醫療損失率`, `移民局`, `布林通道`.

    A company's name can end so too (`思科系統`): what is known of its name is asked first.

    >>> is_term("電子病歷"), is_term("賽靈思"), is_term("思科系統")
    (True, False, True)
    """
    stem = name.rstrip('」』》"”')
    if not any(stem.endswith(head) for head in _heads().get(stem[-1:], ())):
        return False
    end = next((end for end in lists.words("shared end") if stem.endswith(end)), "")
    return not (end and _is_foreign(stem.removesuffix(end), _CLEARLY_FOREIGN))


@lru_cache(_REMEMBERED)
def is_company(name: str) -> bool:
    """Return whether a name looks like a company's: a foreign name by its sound, or one that ends as companies' do.

    >>> is_company("賽靈思"), is_company("哈德貝礦業"), is_company("期望短缺"), is_company("中央銀行")
    (True, True, False, False)
    """
    stem = _bare(name)
    end = next((end for end in lists.words("company end") if stem.endswith(end)), "")
    if end in lists.words("own end") and len(stem) > len(end) + 1:
        return True
    return _is_foreign(stem.removesuffix(end), _FOREIGN)


@lru_cache(_REMEMBERED)
def is_surely_company(name: str) -> bool:
    """Return whether a name is foreign by its sound and ends as companies' names do: `哈德貝礦業`."""
    stem = _bare(name)
    return any(stem.endswith(end) and _is_foreign(stem.removesuffix(end), _FOREIGN) for end in lists.words("own end"))


def is_group(name: str) -> bool:
    """Return whether a name stands for several companies: `晶片股`, `三大雲端業者`."""
    return name.endswith(lists.words("group end"))


@lru_cache(_REMEMBERED)
def is_fund(name: str) -> bool:
    """Return whether a name looks like a fund's: `標普500ETF`, `三倍做多半導體`, `iShares羅素2000`."""
    return bool(_FUND_ENDS.search(name) or _FUND_HOUSES.search(name) or "倍做" in name or "倍槓桿" in name)


def without_references(name: str) -> str:
    """Return a name without the words for a company at its end: `輝達公司`, `台積電ADR`.

    >>> without_references("台積電ADR"), without_references("輝達公司"), without_references("公司")
    ('台積電', '輝達', '公司')
    """
    return _REFERENCES.sub("", name) or name


def ends_as_company(name: str) -> bool:
    """Return whether a name ends as companies' names do: `旭東機械`."""
    return any(name.endswith(end) and len(name) > len(end) + 1 for end in lists.words("company end"))


def has_chinese(name: str) -> bool:
    """Return whether a name has a Chinese character."""
    return _CHINESE.search(name) is not None


def latin_end(name: str) -> str:
    """Return the Latin letters and digits that a name ends in, empty if it ends in Chinese.

    >>> latin_end("輝達NVIDIA"), latin_end("看好Eli Lilly"), latin_end("輝達"), latin_end("")
    ('NVIDIA', 'Eli Lilly', '', '')
    """
    for place in range(len(name) - 1, -1, -1):
        if _CHINESE.match(name[place]):
            return name[place + 1 :].strip()
    return name.strip()


def without_end(name: str) -> str:
    """Return a name without the kind of company that it ends in: `NextEra` of `NextEra能源`."""
    stem = _bare(name)
    return stem.removesuffix(
        next((end for end in (*lists.words("company end"), *lists.words("shared end")) if stem.endswith(end)), "")
    )


def _is_foreign(kernel: str, count: int) -> bool:
    """Return whether the last characters of a name are ones that foreign names are written in for their sound."""
    sounds = [sign in _sounds() for sign in kernel[-_NEARLY - 1 :]]
    is_nearly = len(sounds) > _NEARLY and sum(sounds) >= _NEARLY  # 格羅方德
    return len(kernel) >= count and (all(sounds[-count:]) or is_nearly)


def _bare(name: str) -> str:
    return without_references(name.rstrip('」』》"”'))


@cache
def _sounds() -> frozenset[str]:
    return frozenset(lists.words("sound"))


@cache
def _heads() -> dict[str, tuple[str, ...]]:
    """Return the ends of terms by their last character."""
    heads: dict[str, list[str]] = {}
    for head in lists.words("term"):
        heads.setdefault(head[-1], []).append(head)
    return {last: tuple(every) for last, every in heads.items()}
