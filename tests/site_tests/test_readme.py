"""The stand-in's README names every mode, lie, selector and option, in the words of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.site import Site
from tests.site.control import control_routes
from tests.site.lies.catalogue import LIES
from tests.site.lies.selectors import LISTING_NAMES
from tests.site.lies.standing import OPTIONS
from tests.site.modes import MODES

SITE = Path(__file__).parents[1] / "site"
README = (SITE / "README.md").read_text(encoding="utf-8")
PRODUCT = re.compile(r"^\s*(?:from|import) (?:archive|crawler|pipelines)\b", re.MULTILINE)


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("mode", MODES),
        ("lie", {name: lie.what for name, lie in LIES.items()}),
        ("listing", {f'"listing:{name}"': what for name, what in LISTING_NAMES.items()}),
    ],
    ids=["modes", "lies", "listings"],
)
def test_the_tables_have_every_row(kind: str, rows: dict[str, str]) -> None:
    missing = [f"| `{name}` | {what} |" for name, what in rows.items() if f"| `{name}` | {what} |" not in README]
    assert not missing, f"rows of a {kind} that tests/site/README.md lacks"


def test_it_names_every_option_and_every_route_of_the_remote_control() -> None:
    assert [name for name in OPTIONS if f"| `{name}` |" not in README] == []
    paths = {route.path for route in control_routes(Site(articles=1))}
    assert sorted(path for path in paths if path not in README) == []


def test_the_stand_in_imports_nothing_of_the_product() -> None:
    modules = sorted(SITE.rglob("*.py"))
    assert len(modules) > 50
    assert [path.name for path in modules if PRODUCT.search(path.read_text(encoding="utf-8"))] == []
