"""Rules about the code, as code: settings are documented and read, stages are tested, the house is in order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scrapy.settings import Settings
from scrapy.utils.misc import load_object

import crawler.settings
from crawler.exit_status import EXIT_STATUSES
from crawler.own_settings import OWN, read
from crawler.own_settings.__main__ import page

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ROOMS = ("archive", "crawler", "pipelines")
SOURCES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def stages() -> list[str]:
    names: dict[str, int] = crawler.settings.ITEM_PIPELINES
    return sorted(names, key=lambda name: names[name])


def test_the_page_of_settings_is_that_of_their_declarations() -> None:
    kept = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert kept == f"{page()}\n", "python -m crawler.own_settings > docs/settings.md"
    assert "(docs/settings.md)" in README


def test_every_own_setting_is_read_somewhere() -> None:
    declared = (ROOT / "crawler" / "own_settings" / "declared.py", ROOT / "archive" / "settings" / "place.py")
    words: set[str] = set()
    for path in SOURCES:
        words |= set(re.findall(r"\w+", path.read_text("utf-8"))) if path not in declared else set()
    accessors = {
        "CMONEY_NEWS_URL",
        "CMONEY_NOTES_URL",
        "CMONEY_STOCK_URL",
        "IMPORT_BATCHES",
        "ARCHIVE_COLUMNS",
    }  # read by own_settings.sites and .columns
    unread = [own.name for own in OWN if own.name not in words | accessors]
    assert unread == [], "options that nothing reads"


def test_every_default_is_of_its_kind() -> None:
    wrong = [own.name for own in OWN if (read({}, own.name) is None) != (own.default is None)]
    assert wrong == []


def test_the_stages_stand_in_the_order_of_the_contract() -> None:
    names = [name.rpartition(".")[2] for name in stages()]
    assert names == ["Normalise", "Boilerplate", "Tickers", "Validate", "Store"]


@pytest.mark.parametrize("stage", stages())
def test_one_word_for_a_stage_in_module_class_and_test(stage: str) -> None:
    module, _, name = stage.rpartition(".")
    word = module.rpartition(".")[2]
    assert name.lower() == word
    assert load_object(stage).__name__ == name
    assert (ROOT / "tests" / "pipelines" / f"test_{word}.py").is_file()


def test_exit_statuses_differ_and_the_readme_tells_them() -> None:
    assert sorted(ending.status for ending in EXIT_STATUSES) == list(range(len(EXIT_STATUSES)))
    for ending in EXIT_STATUSES[2:]:
        assert f"{ending.status} {ending.name}" in README.replace("\n", " ")


def test_no_drawer_without_a_name() -> None:
    drawers = {"utils", "util", "common", "helpers", "misc", "core", "base", "manager"}
    assert [str(path.relative_to(ROOT)) for path in SOURCES if path.stem in drawers] == []


def test_manners_are_the_default() -> None:
    settings = Settings()
    settings.setmodule(crawler.settings)
    assert settings.getbool("ROBOTSTXT_OBEY")
    assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    assert not settings.getbool("REMOTE_CONTROL_ENABLED")
    assert not settings.getbool("TELNETCONSOLE_ENABLED")
    assert settings.getint("DOWNLOAD_MAXSIZE") == 8 * 1024 * 1024
    assert settings.getfloat("DOWNLOAD_TIMEOUT") <= 60
    assert settings["JOBDIR"] is None
    assert "cmoney-archive" in settings["USER_AGENT"]
