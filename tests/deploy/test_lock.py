"""What the image installs is locked with hashes, and in step with pyproject.toml."""

from __future__ import annotations

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.crawling import ROOT

EXTRAS = ("browser", "coverage", "distributed", "export", "monitoring", "search", "web")
LOCK, BUILD = ((ROOT / "deploy" / f"{name}.lock").read_text(encoding="utf-8") for name in ("requirements", "build"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINE = re.compile(
    r"^(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>\S+)(?: ; (?P<marker>[^\\]+))? \\\n"
    r"(?P<hashes>(?:    --hash=\S+.*\n)+)"
)


def locked(lock: str) -> dict[str, re.Match[str]]:
    return {match["name"]: match for line in re.split(r"\n(?=\w)", lock) if (match := LINE.match(f"{line}\n"))}


def wanted() -> list[Requirement]:
    extras = PROJECT["project"]["optional-dependencies"]
    lines = PROJECT["project"]["dependencies"] + [line for extra in EXTRAS for line in extras[extra]]
    return [requirement for line in lines if (requirement := Requirement(line)).name != PROJECT["project"]["name"]]


def test_every_direct_dependency_is_locked_at_a_version_that_is_allowed() -> None:
    pins, tools = locked(LOCK), locked(BUILD)
    build = [Requirement(line) for line in PROJECT["build-system"]["requires"]]
    for requirement, lock in [*((entry, pins) for entry in wanted()), *((entry, tools) for entry in build)]:
        pin = lock.get(canonicalize_name(requirement.name))
        assert pin is not None, f"{requirement.name} is not locked: make lock"
        assert requirement.specifier.contains(pin["version"], prereleases=True), f"{requirement}: make lock"


def test_every_file_that_may_be_installed_has_a_hash() -> None:
    pins = locked(LOCK)
    assert len(pins) == len(re.findall(r"^[\w.-]+==", LOCK, re.MULTILINE)), "a line is not in the form"
    assert len(pins) > len(wanted()), "what the dependencies depend on is locked too"
    for pin in pins.values():
        assert re.findall(r"--hash=sha256:[0-9a-f]{64}\b", pin["hashes"]), pin["name"]
    assert all(pins[name]["hashes"].count("--hash=") > 10 for name in ("aiohttp", "lxml")), "of one platform only"


def test_the_lock_names_no_index_and_no_place() -> None:
    for lock in (LOCK, BUILD):
        assert "://" not in lock
        assert not re.findall(r"^-|@ |file:/", lock, re.MULTILINE)


def test_the_image_installs_the_lock_and_nothing_else() -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    installs = [" ".join(line.split()) for line in re.findall(r"pip install ((?:[^&\n\\]|\\\n)+)", dockerfile)]
    installs = [install.replace("\\ ", "").removesuffix(" \\") for install in installs]
    assert installs == [
        "--require-hashes --only-binary :all: --requirement deploy/build.lock",
        "--require-hashes --only-binary :all: --no-binary feedgen --no-build-isolation "
        "--requirement deploy/requirements.lock",
        "--no-index --no-deps --no-build-isolation .",
    ]
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(f"--extra {extra}" in recipe for extra in EXTRAS)
