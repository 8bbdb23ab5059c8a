"""The fixtures of all tests, and what holds for every run of them."""

from __future__ import annotations

import gc
from collections.abc import Generator
from typing import Any

import pytest

pytest_plugins = ["tests.support.mongodb", "tests.support.left_out", "tests.support.long_first"]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep Python's garbage collector away while tests are collected, and from what that made: it all stays.

    It costs almost half of the CPU time of the collection otherwise, once in each of pytest-xdist's workers.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, dict[str, Any] | None, Any]:
    """Return a report as pytest-xdist's workers can send it: UTF-8 has no lone surrogates, which tests do log."""
    return _encodable((yield))


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_encodable, value))
    return value
