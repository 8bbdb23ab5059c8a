"""Rules about the house: how full a room may be, how long a file, and that no two rooms import each other."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("archive", "crawler", "pipelines")
SOURCES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
MOST_LINES = 350
MOST_MODULES = 12


def module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module(path): path for path in SOURCES}


def imports(path: Path) -> Iterator[str]:
    """Yield the project's modules that a file imports, those for type checking included."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name for name in inner if name in MODULES] or [node.module]
        yield from (name for name in names if name in MODULES)


@cache
def graph() -> dict[str, set[str]]:
    """Return the modules that each module imports; read once, and not while tests are collected."""
    return {name: set(imports(path)) - {name} for name, path in MODULES.items()}


def room(name: str) -> str:
    """Return a module's folder; one that lies in a room's root is a room of its own, as in the import contracts."""
    path = MODULES[name]
    return name if path.parent.parent == ROOT else str(path.parent.relative_to(ROOT))


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {
        name: lines for name, path in MODULES.items() if (lines := path.read_text("utf-8").count("\n")) > MOST_LINES
    }
    assert long == {}


def test_no_folder_holds_more_modules_than_a_reader_can_hold() -> None:
    counts: dict[str, int] = defaultdict(int)
    for path in SOURCES:
        counts[str(path.parent.relative_to(ROOT))] += path.name != "__init__.py"
    full = {name: count for name, count in counts.items() if count > MOST_MODULES and name != "crawler/commands"}
    assert full == {}


def test_no_module_comes_back_to_itself_by_imports() -> None:
    assert circle(graph()) == []


def test_no_two_folders_import_each_other() -> None:
    pairs = {(room(name), room(other)) for name, others in graph().items() for other in others}
    assert sorted(pair for pair in pairs if pair[0] < pair[1] and pair[::-1] in pairs) == []


def test_the_tree_and_the_layers_of_the_documentation_are_those_of_the_code() -> None:
    page = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    rooms = {path.parent for path in SOURCES} - {ROOT / name for name in ROOMS}
    assert [str(path) for path in sorted(rooms) if f"{path.name}/" not in page.partition("## Who")[0]] == []
    layers = " ".join(page.partition("## Who")[2].partition("## The trip")[0].split())
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    for contract in (contract for contract in contracts if contract["type"] == "layers"):
        order = " > ".join(f"`{re.sub('[()]', '', layer)}`" for layer in contract["layers"])
        assert f"`{contract['containers'][0]}`: {order}" in layers


def types_of(path: Path) -> Iterator[str]:
    """Yield the names of the classes and type aliases that a module defines for others."""
    for node in ast.parse(path.read_text("utf-8")).body:
        names = [node.name] if isinstance(node, ast.ClassDef) else []
        if isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        yield from (name for name in names if name[:1].isupper() and not name.isupper())


WORDS_OF_TWO_FIELDS = {
    "Command",  # what Scrapy asks each command for
    "Document",  # MongoDB's, and an HTML page's; no module knows both
    "Answer",  # type variables
}


def test_one_name_is_one_type() -> None:
    homes: dict[str, list[str]] = defaultdict(list)
    for name, path in MODULES.items():
        for type_name in set(types_of(path)) - WORDS_OF_TWO_FIELDS:
            homes[type_name].append(name)
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


NO_NOUNS = frozenset({"said", "told", "found", "it", "one", "each", "asked", "mine", "its", "there", "here", "which"})


def test_locals_are_nouns() -> None:
    names = []
    for path in [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.arg) and node.arg in NO_NOUNS:
                names.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.arg}")
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in NO_NOUNS:
                names.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.id}")
    assert names == [], "call it by its noun: document, entry, message, matches"


VOICE = re.compile(r"(?<!`)\b(?:says?|said|tells?|told)\b(?![`:])")


def test_docstrings_give_data_no_voice() -> None:
    places = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Expr(value=ast.Constant(value=str() as text)) if words := VOICE.findall(text):
                    places.append(f"{path.relative_to(ROOT)}:{node.lineno} {', '.join(words)}")
    assert places == [], "a page has, states or shows; a message has its cause; a callback is called"


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Return one circle of the graph, its first name again at the end; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        names: list[str] = error.args[1]
        return names
    return []


def test_a_circle_is_seen() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})
