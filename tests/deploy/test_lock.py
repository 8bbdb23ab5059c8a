"""What the image installs is locked with hashes, and in step with pyproject.toml."""

from __future__ import annotations

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.crawling import ROOT

EXTRAS = ("browser", "distributed", "monitoring")
LOCK = (ROOT / "deploy" / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINE = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>[^\\]+))? \\\n(?P<hashes>(?:    --hash=\S+.*\n)+)"
)


def locked() -> dict[str, re.Match[str]]:
    return {match["name"]: match for line in re.split(r"\n(?=\w)", LOCK) if (match := LINE.match(f"{line}\n"))}


def wanted() -> list[Requirement]:
    said = PROJECT["project"]["optional-dependencies"]
    lines = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
    return [Requirement(line) for line in lines + [line for extra in EXTRAS for line in said[extra]]]


def test_every_direct_dependency_is_locked_at_a_version_that_is_allowed() -> None:
    pins = locked()
    for requirement in wanted():
        pin = pins.get(canonicalize_name(requirement.name))
        assert pin is not None, f"{requirement.name} is not locked: make lock"
        assert requirement.specifier.contains(pin["version"], prereleases=True), f"{requirement}: make lock"


def test_every_file_that_may_be_installed_has_a_hash() -> None:
    pins = locked()
    assert len(pins) == len(re.findall(r"^[\w.-]+==", LOCK, re.MULTILINE)), "a line is not in the form"
    assert len(pins) > len(wanted()), "what the dependencies depend on is locked too"
    for pin in pins.values():
        assert re.findall(r"--hash=sha256:[0-9a-f]{64}\b", pin["hashes"]), pin["name"]
    assert all(pins[name]["hashes"].count("--hash=") > 10 for name in ("aiohttp", "lxml")), "of one platform only"


def test_the_lock_names_no_index_and_no_place() -> None:
    assert "://" not in LOCK
    assert not re.findall(r"^-|@ |file:/", LOCK, re.MULTILINE)


def test_the_image_installs_the_lock_and_nothing_else() -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    installs = re.findall(r"pip install (.+)", dockerfile)
    assert installs == [
        "--require-hashes --only-binary :all: --requirement deploy/requirements.lock",
        "--no-index --no-deps --no-build-isolation .",
    ]
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(f"--extra {extra}" in recipe for extra in EXTRAS)
