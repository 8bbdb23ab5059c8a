"""The symbols of the US market, and the everyday words among them; read once, when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Need = Literal["proof", "meaning"]


@dataclass(frozen=True, slots=True)
class UsSymbols:
    """The list of US symbols.

    Attributes:
        as_of: When the list was made, in the words of its file (`autumn 2026`, `2027-01-31`).
        symbols: With a dot before the share class (`BRK.B`).
    """

    as_of: str
    symbols: frozenset[str]


@dataclass(frozen=True, slots=True)
class Word:
    """An everyday word or abbreviation that is, or may become, a symbol.

    Attributes:
        needs: `proof` if brackets after a name do not make it a symbol; `meaning` if they do, unless the name before
            them is one of `names`.
        names: The names of what the word means (`人工智慧` for `AI`), case folded.
    """

    needs: Need
    names: frozenset[str]


@cache
def us_symbols() -> UsSymbols:
    """Return the list in `data/us_symbols.tsv`, whose README tells its provenance and how to refresh it."""
    head, _, *lines = _lines("us_symbols.tsv")
    symbols = frozenset(line.partition("\t")[0].replace("-", ".") for line in lines)
    return UsSymbols(head.removeprefix("# as of:").strip(), symbols)


@cache
def everyday_words() -> dict[str, Word]:
    """Return the words in `data/everyday_words.tsv` by their capitals."""
    words = {}
    for line in _lines("everyday_words.tsv")[1:]:
        word, need, names, _ = line.split("\t")
        words[word] = Word(
            "meaning" if need == "meaning" else "proof", frozenset(filter(None, names.casefold().split("、")))
        )
    return words


def _lines(name: str) -> list[str]:
    return files("pipelines.data").joinpath(name).read_text(encoding="utf-8").splitlines()
