"""What a setting's value must be: its type, unit and bounds, and how it is read."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from archive.mongo.uri import MALFORMED, is_well_formed

_DATABASE_FORBIDDEN: Final = frozenset('/\\. "$*<>:|?\0')
_DATABASE_LONGEST: Final = 63  # bytes, as MongoDB has it
_SERVERS_OWN: Final = frozenset({"admin", "config", "local"})


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value must be.

    Attributes:
        name: As documentation shows it: type, unit and bounds.
        read: Returns the value; raises ValueError or TypeError, whose text never quotes it, for what it cannot be.
    """

    name: str
    read: Callable[[Any], Any]


def number(unit: str = "", least: int = 0, most: int | None = None) -> Kind:
    """Return the kind of whole numbers between two bounds, both included."""
    name = _bounded(f"whole number of {unit}" if unit else "whole number", least, most)

    def read(value: Any) -> int:
        text = str(value)
        if text.isascii() and text.isdigit() and least <= int(text) and (most is None or int(text) <= most):
            return int(text)
        raise ValueError(f"not a {name}")

    return Kind(name, read)


def seconds(least: float = 0, most: float | None = None) -> Kind:
    """Return the kind of numbers of seconds, fractions allowed, between two bounds, both included."""
    return _real("seconds", least, most)


def _real(noun: str, least: float, most: float | None) -> Kind:
    name = _bounded(noun, least, most)

    def read(value: Any) -> float:
        try:
            amount = float(value)
        except (TypeError, ValueError):
            amount = math.nan
        if math.isfinite(amount) and least <= amount and (most is None or amount <= most):
            return amount
        raise ValueError(f"not {name}") from None

    return Kind(name, read)


def choice(*words: str) -> Kind:
    """Return the kind of one of some words."""
    name = ", ".join(words[:-1]) + f" or {words[-1]}"

    def read(value: Any) -> str:
        if value in words:
            return str(value)
        raise ValueError(f"not {name}")

    return Kind(name, read)


def _bounded(noun: str, least: float, most: float | None) -> str:
    return f"{noun} from {least:g}{'' if most is None else f' to {most:g}'}"


def _flag(value: Any) -> int:
    try:
        return {"0": 0, "1": 1, "False": 0, "True": 1, "false": 0, "true": 1}[str(value)]
    except KeyError:
        raise ValueError("not 0 or 1") from None


def _names(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    names = tuple(part.strip().strip("【】") for part in parts if part.strip())
    if not names:
        raise ValueError("no name in it")
    return names


def _mongodb(value: Any) -> str:
    if not is_well_formed(str(value)):
        raise ValueError(MALFORMED)
    return str(value)


def _database(value: Any) -> str:
    name = str(value)
    if _DATABASE_FORBIDDEN & set(name) or len(name.encode()) > _DATABASE_LONGEST or name in _SERVERS_OWN:
        raise ValueError(
            f'not a name that MongoDB allows: at most {_DATABASE_LONGEST} bytes, none of / \\ . " $ * < > : | ? '
            "or a space, and not admin, config or local"
        )
    return name


TEXT: Final = Kind("text", str)
PATH: Final = Kind("path", Path)
FLAG: Final = Kind("0 or 1", _flag)
NAMES: Final = Kind("names, separated by commas", _names)
SHARE: Final = _real("share", 0, 1)
MONGODB: Final = Kind("address: mongodb:// or mongodb+srv://", _mongodb)
DATABASE: Final = Kind("name of a database", _database)
