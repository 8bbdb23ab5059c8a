"""Seeded chance: every choice of the stand-in is a function of the seed and of where it is made."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import TypeVar

T = TypeVar("T")


def die(*place: object) -> Random:
    """Return a source of chance that depends on nothing but the place.

    >>> die(1, "a").random() == die(1, "a").random()
    True
    """
    return Random("/".join(map(str, place)))


def deal(options: Sequence[T], number: int, *place: object) -> T:
    """Return the option of the card with this number, from decks shuffled anew each time all options were dealt.

    So any run of `len(options)` numbers that begins at a multiple of it sees every option once.

    >>> sorted(deal("abc", n, "seed") for n in range(3, 6))
    ['a', 'b', 'c']
    """
    block, card = divmod(number, len(options))
    return options[_deck(len(options), block, place)[card]]


@lru_cache(maxsize=4096)
def _deck(size: int, block: int, place: tuple[object, ...]) -> list[int]:
    deck = list(range(size))
    die("deck", block, *place).shuffle(deck)
    return deck


def share(*place: object) -> float:
    """Return an evenly spread number in [0, 1) that depends on nothing but the place; cheaper than a die."""
    digest = hashlib.blake2b("/".join(map(str, place)).encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64
