"""Tests of the order of the tests: nothing is left out, and each worker's slice begins with long modules."""

from __future__ import annotations

import pytest

from tests.support.crawling import ROOT
from tests.support.long_first import LONGEST, dealt


@pytest.mark.parametrize("workers", [1, 3, 5, 40])
def test_every_test_is_dealt_once_and_long_ones_first(workers: int) -> None:
    names = [f"{module}::{number}" for module in ("a", *LONGEST, "z") for number in range(20)]
    order = dealt(names, workers)
    assert sorted(order) == list(range(len(names)))
    firsts = [names[order[len(names) * worker // workers]].partition("::")[0] for worker in range(workers)]
    assert workers > len(LONGEST) or firsts == list(LONGEST[:workers])


def test_the_long_modules_are_there() -> None:
    assert [module for module in LONGEST if not (ROOT / module).is_file()] == []
