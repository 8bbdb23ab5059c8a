"""Changes the code a little, one place at a time, and shows which changes no test notices: `make mutants`.

One process imports the code and collects the tests. A child of it runs them once, and notes which lines each test runs.
Each change is then put into what another child has imported, which runs the tests of the changed lines, the quickest
first, until one fails.
"""

from __future__ import annotations

import argparse
import ast
import gc
import os
import pickle
import random
import re
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff
from enum import Enum
from functools import cache, partial
from itertools import islice, zip_longest
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, TypeVar

import pytest

from archive.mongo.embedded.server import start, stop

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("archive", "crawler", "pipelines")
ROOMS = ("pipelines", "crawler/pages", "archive/articles", "archive/crawl_state", "archive/pages", "archive/feed")
PROCESSES = {"subprocess", "serving", "scrapy", "crawl", "begin"}
"""Names of what starts processes: a test that uses one is left out, since they run the code without the change."""

KINDS = re.compile(
    r"core/(?:ReplaceComparisonOperator_(?:Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt|Eq_NotEq|NotEq_Eq|Is_IsNot|IsNot_Is)|AddNot"
    r"|ReplaceAndWithOr|ReplaceOrWithAnd|ReplaceTrueWithFalse|ReplaceFalseWithTrue|ReplaceBreakWithContinue"
    r"|ReplaceContinueWithBreak|ReplaceBinaryOperator_(?:Add_Sub|Sub_Add)|NumberReplacer)"
)
NO_CHANGE = re.compile(r"\s*(?:@|if TYPE_CHECKING)|.*(?:REMEMBERED|maxsize)")
"""Lines whose change nobody can notice: decorators, imports for type checkers, sizes of caches."""

CPU_SECONDS = 120
"""Of the tests of a change, after which it counts as noticed: it may have made a loop endless."""
LONGEST = 10.0
"""CPU seconds that a test of a change may take without it; longer ones are left out."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of a kind that cosmic-ray names, at one of the places of that kind in a module."""

    path: Path
    kind: str
    occurrence: int
    line: int

    def made(self) -> str:
        """Return the module's source with the change, which keeps the numbers of its lines; it may be no Python."""
        from cosmic_ray.mutating import mutate_code  # an extra: tests are collected without it
        from cosmic_ray.plugins import get_operator

        return str(mutate_code(source(self.path), get_operator(self.kind)(), self.occurrence))

    def is_python(self) -> bool:
        """Return whether it can be imported at all: a negation before an assignment cannot."""
        try:
            return bool(ast.parse(self.made()))
        except SyntaxError:
            return False


@cache
def source(path: Path) -> str:
    """Return the source of a module."""
    return path.read_text(encoding="utf-8")


def changes(place: str) -> Iterator[Change]:
    """Yield all changes that can be made to a folder, a module, or a line of it: `pipelines/tickers.py:20`."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    name, _, line = place.partition(":")
    for path in sorted(Path(name).rglob("*.py")) if Path(name).is_dir() else [Path(name)]:
        lines, nodes = source(path).splitlines(), list(ast_nodes(get_ast(source(path))))
        for kind in filter(KINDS.fullmatch, operator_names()):
            rule = get_operator(kind)()
            numbers = [number for node in nodes for (number, _), *_ in rule.mutation_positions(node)]
            for occurrence, number in enumerate(numbers):
                if not NO_CHANGE.match(lines[number - 1]) and line in {"", str(number)}:
                    yield Change(path, kind, occurrence, number)


def lines_of(change: Change) -> set[tuple[str, int]]:
    """Return the lines whose tests are to notice a change, each with its module.

    They are those of the statement or its head; for arguments, the function's body; elsewhere, those with its names.
    """
    nodes = [node for node in ast.walk(ast.parse(source(change.path))) if isinstance(node, ast.stmt)]
    around = [node for node in nodes if node.lineno <= change.line <= (node.end_lineno or 0)]
    around.sort(key=lambda node: (node.lineno, -(node.end_lineno or 0)))
    functions = [node for node in around if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    if functions:
        inner, body = around[-1], functions[-1].body
        if change.line < body[0].lineno:
            lines = range(body[0].lineno, (functions[-1].end_lineno or 0) + 1)
        else:
            blocks = getattr(inner, "body", None)
            lines = range(inner.lineno, blocks[0].lineno if blocks else (inner.end_lineno or 0) + 1)
        return {(str(change.path), line) for line in {change.line, *lines}}
    word = re.compile(rf"\b(?:{'|'.join(defined(around[-1])) or '(?!)'})\b")
    files = [path for package in PACKAGES for path in Path(package).rglob("*.py")]
    places = ((path, number, line) for path in files for number, line in enumerate(source(path).splitlines(), 1))
    return {(str(path), number) for path, number, line in places if word.search(line)}


def defined(statement: ast.AST) -> set[str]:
    """Return the names that a statement of a module or class gives a value."""
    if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return {statement.name}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def put_in(change: Change) -> None:
    """Put a change into the module that is loaded, and into those that have imported the value from it."""
    module = sys.modules[".".join(change.path.with_suffix("").parts)]
    statements = ast.parse(change.made()).body
    place = next(place for place in reversed(range(len(statements))) if statements[place].lineno <= change.line)
    if isinstance(statements[place], ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        _replace_functions(module, statements[place])
        return
    names: set[str] = set()
    for number, statement in enumerate(statements[place:]):
        words = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        if number == 0 or (isinstance(statement, ast.Assign | ast.AnnAssign) and words & names):
            names |= defined(statement)
            _replace_values(module, statement)


def _run(module: ModuleType, statement: ast.stmt) -> None:
    exec(compile(ast.Module([statement], []), str(module.__file__), "exec"), vars(module))  # noqa: S102


def _replace_values(module: ModuleType, statement: ast.stmt) -> None:
    before = {name: vars(module).get(name) for name in defined(statement)}
    _run(module, statement)
    for other in [other for name, other in sys.modules.items() if name.partition(".")[0] in {*PACKAGES, "tests"}]:
        for name in before.keys() & vars(other).keys():
            if vars(other)[name] is before[name]:
                setattr(other, name, vars(module)[name])


def _replace_functions(module: ModuleType, statement: Any) -> None:
    gc.unfreeze()  # what is frozen is not listed
    before = _functions(module)
    old = vars(module)[statement.name]
    _run(module, statement)
    new = vars(module)[statement.name]
    setattr(module, statement.name, old)
    made = [function for key, function in _functions(module).items() if key not in before]
    codes = {_key(code): code for function in made for code in _codes(function.__code__)}
    defaults = {_key(function.__code__): function for function in made}
    for function in before.values():
        key = _key(function.__code__)
        function.__code__ = codes.get(key, function.__code__)
        if key in defaults:
            function.__defaults__, function.__kwdefaults__ = defaults[key].__defaults__, defaults[key].__kwdefaults__
    if isinstance(old, type) and not issubclass(old, Enum):
        for name, value in vars(new).items():
            generated = isinstance(value, FunctionType) and value.__code__.co_filename != module.__file__
            is_plain = isinstance(value, int | float | str | tuple | frozenset | re.Pattern) and name[:2] != "__"
            if is_plain or (name in {"__init__", "__new__"} and generated):  # which holds the defaults of the fields
                setattr(old, name, value)


def _functions(module: ModuleType) -> dict[int, FunctionType]:
    functions = [thing for thing in gc.get_objects() if isinstance(thing, FunctionType)]
    return {id(function): function for function in functions if function.__code__.co_filename == module.__file__}


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _key(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def in_child(work: Callable[[], Answer], seconds: int) -> Answer | None:
    """Return what some work gives in a child of this process; None if it dies, as it does after so much CPU time."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(1, 2)
            answer = pickle.dumps(work())
            with os.fdopen(writer, "wb") as pipe:
                pipe.write(answer)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    return pickle.loads(answer) if answer else None  # noqa: S301


class Trial:
    """A plugin of pytest that makes some changes where the tests would be run."""

    def __init__(self, chosen: Sequence[Change]) -> None:
        self._chosen = chosen
        self._failures: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        self.noticed: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of a test that fails, with the first line of the reason."""
        if report.failed:
            reason = getattr(getattr(report.longrepr, "reprcrash", None), "message", str(report.longrepr))
            self._failures.setdefault(report.nodeid, reason.partition("\n")[0])

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests without a change, and then with each."""
        if session.testsfailed:
            raise session.Interrupted("tests cannot be collected")
        session.items[:] = [item for item in session.items if not starts_processes(getattr(item, "obj", None))]
        from tests.support import mongodb  # which pytest has to import first

        with tempfile.TemporaryDirectory(prefix="archive-tests-", dir=mongodb.MEMORY) as directory:
            lease = start(Path(directory), "mutants")
            vars(mongodb).update(start=lambda *_, **__: lease, stop=lambda *_, **__: True)
            try:
                self._make(session)
            finally:
                lease.release()
                stop(Path(directory), in_use=True)
        return True

    def _make(self, session: pytest.Session) -> None:
        trips = in_child(lambda: (*recorded(session.items), self._failures), resource.RLIM_INFINITY)
        seconds, tests, failures = trips or sys.exit("the tests end without a result")
        for name, reason in failures.items():
            sys.stdout.write(f"left out, since it fails without a change: {name} ({reason})\n")
        quick = [item for item in session.items if seconds[item.nodeid] < LONGEST and item.nodeid not in failures]
        by_name = {item.nodeid: item for item in quick}
        session.config.option.maxfail = 1
        for change in self._chosen:
            names = {name for line in lines_of(change) for name in tests.get(line, ())} & by_name.keys()
            items = [by_name[name] for name in sorted(names, key=lambda name: seconds[name])]
            notice = in_child(partial(self._noticed, change, items), CPU_SECONDS)
            self._report(change, "no end of it" if notice is None else notice)

    def _noticed(self, change: Change, items: Sequence[pytest.Item]) -> str:
        """Return the first test that fails with a change, and why; the empty string if none does."""
        try:
            put_in(change)
        except Exception as error:  # noqa: BLE001
            return f"its import ({error!r})"
        for item, following in zip_longest(items, items[1:]):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failures:
                break
        return "".join(f"{name} ({reason})" for name, reason in self._failures.items())

    def _report(self, change: Change, notice: str) -> None:
        self.counts[str(change.path.parent)] += 1
        self.noticed[str(change.path.parent)] += bool(notice)
        sys.stdout.write(f"{'noticed' if notice else 'SURVIVED'} {change.path}:{change.line} {change.kind}\n")
        lines = unified_diff(source(change.path).splitlines(), change.made().splitlines(), lineterm="", n=2)
        sys.stdout.write(f"    by {notice}\n" if notice else "\n".join([*lines, ""]))
        sys.stdout.flush()


def starts_processes(function: Any) -> bool:
    """Return whether a test uses what starts processes; a method of the same name is another thing."""
    code = getattr(function, "__code__", None)
    return code is not None and not PROCESSES.isdisjoint(function.__globals__.keys() & set(code.co_names))


def recorded(items: Sequence[pytest.Item]) -> tuple[dict[str, float], dict[tuple[str, int], list[str]]]:
    """Return the seconds of each test, and the tests of each line that any of them runs."""
    from coverage import Coverage

    seconds: dict[str, float] = {}
    tests: dict[tuple[str, int], list[str]] = {}
    coverage = Coverage(data_file=None, source=[*PACKAGES], config_file=False, messages=False)
    coverage.start()
    for item, following in zip_longest(items, items[1:]):
        coverage.switch_context(item.nodeid)
        start = time.process_time()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        seconds[item.nodeid] = time.process_time() - start
    coverage.stop()
    for path in coverage.get_data().measured_files():
        by_line = coverage.get_data().contexts_by_lineno(path)
        tests |= {(str(Path(path).relative_to(ROOT)), line): names for line, names in by_line.items()}
    return seconds, tests


def main() -> None:
    """Make the changes, and print each with the test that noticed it, and the counts of each folder."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("places", nargs="*", default=ROOMS, metavar="PATH[:LINE]", help="default: the core")
    parser.add_argument("--sample", type=int, default=60, metavar="N", help="how many changes (default 60)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="which ones (default 1)")
    options = parser.parse_args()
    os.chdir(ROOT)
    choice = [change for place in options.places for change in changes(place)]
    random.Random(options.seed).shuffle(choice)
    trial = Trial(list(islice(filter(Change.is_python, choice), options.sample)))
    pytest.main(
        ["-qq", "-n0", "-s", "-p", "no:cacheprovider", "-o", "timeout=1800", *tests_of(options.places)], [trial]
    )
    for folder, count in sorted(trial.counts.items()):
        sys.stdout.write(f"{folder}: {trial.noticed[folder]} of {count} noticed\n")
    sys.stdout.write(f"{trial.noticed.total()} of {trial.counts.total()} changes were noticed\n")


def tests_of(places: Sequence[str]) -> list[str]:
    """Return where tests of some places are: their examples, and their folders of tests."""
    paths = [Path(place.partition(":")[0]) for place in places]
    mirrors = [Path("tests") / path for path in paths]
    folders = [next(folder for folder in (mirror, *mirror.parents) if folder.is_dir()) for mirror in mirrors]
    return list(map(str, dict.fromkeys([*paths, *folders])))


if __name__ == "__main__":
    main()
