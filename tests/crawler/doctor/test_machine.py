"""What the doctor finds on the machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.requirements import Requirement

from crawler.doctor import machine as doctor


def test_this_machine_can_run_it() -> None:
    findings = {finding.subject: finding for finding in doctor.examine({})}
    assert set(findings) == {"Python", "packages", "zone", "browser", "contact"}
    assert {findings["Python"].state, findings["zone"].state} == {"well"}


@pytest.mark.parametrize(
    ("settings", "state"),
    [
        ({}, "doubtful"),
        ({"CMONEY_NEWS_URL": "http://127.0.0.1:9"}, "doubtful"),
        ({"CMONEY_NEWS_URL": "http://127.0.0.1:9", "CMONEY_NOTES_URL": "http://127.0.0.1:9"}, "well"),
        ({"CRAWLER_CONTACT": "owner@archive.example"}, "well"),
    ],
)
def test_who_asks_the_real_site_says_whom_to_write_to(settings: dict[str, str], state: str) -> None:
    assert doctor._contact(settings).state == state


@pytest.mark.parametrize(("needed", "unmet"), [("scrapy>=2", False), ("scrapy>=99", True), ("no-such-package", True)])
def test_packages_are_compared_with_what_is_needed(needed: str, unmet: bool) -> None:
    assert doctor._is_unmet(Requirement(needed)) is unmet


def test_a_browser_that_is_no_file_is_wrong(tmp_path: Path) -> None:
    pytest.importorskip("scrapy_playwright")
    assert doctor._browser({"BROWSER_PATH": str(tmp_path / "chromium")}).state == "wrong"
    (tmp_path / "chromium").touch()
    assert doctor._browser({"BROWSER_PATH": str(tmp_path / "chromium")}).state == "well"
