"""The site file: the package's own holds, a user's changes parts of it, and a wrong one is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.model.site_file import WrongSiteFile, load
from tests.support.crawling import Documents, environment, scrapy


def test_without_a_file_the_package_s_own_holds() -> None:
    site = load(None)
    assert site.page["new"]["body"] == ".articleContent__textContent"
    assert site.interface["created"] == ["createdAt", "createAt"]
    assert site.suffix == ""


def test_a_file_changes_parts_and_the_version_of_every_reading(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('[page.new]\nbody = ".story"\n', encoding="utf-8")
    site = load(file)
    assert site.page["new"]["body"] == ".story"
    assert site.page["new"]["tags"] == load(None).page["new"]["tags"]
    assert len(site.suffix) == 9
    file.write_text('[page.new]\nbody = ".tale"\n', encoding="utf-8")
    assert load(file).suffix != site.suffix


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[page.new]\nbdy = ".x"\n', "page.new.bdy: there is no such name; there are: body"),
        ("[page.new]\nbody = 3\n", "page.new.body: must be text, not 3"),
        ('[page.new]\nbody = ["a"]\n', "page.new.body: must be a text"),
        ('[page.new]\ntitle = "h1"\n', "page.new.title: must be a list of texts"),
        ("[page.new]\ntitle = []\n", "page.new.title: must be a list of texts"),
        ('[page.new]\nbody = "["\n', "is no CSS selector"),
        ('[interface]\npath = "api"\n', "interface.path: a path begins with /"),
        ('[listing]\nold = ["notes"]\n', "listing.old: a path begins with /"),
        ('[tail]\nlists = "x"\n', "tail.lists: must be a list of texts"),
        ('[tail]\nfurther_reading = "a\\"b"\n', "tail.further_reading: must hold no quotation mark"),
        ('[address]\nimports = ["2025-01-22"]\n', "address.imports: "),
        ('[address]\nimports = ["2025-01-23T01:00/2025-01-22T01:00"]\n', "ends before it begins"),
        ('interface = "x"\n', "interface: is a table"),
        ("[page\n", "cannot be read"),
    ],
)
def test_a_wrong_file_is_refused_with_the_name_and_the_reason(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "site.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(WrongSiteFile, match="CMONEY_SITE_FILE") as caught:
        load(file)
    assert message in str(caught.value)


def test_a_command_with_a_wrong_file_ends_in_one_line(tmp_path: Path, uri: str, database: Documents) -> None:
    environ = environment("http://127.0.0.1:9", uri, database.name, CMONEY_SITE_FILE=tmp_path / "absent.toml")
    ran = scrapy("doctor", "--offline", environ=environ)
    assert ran.status == 2
    assert ran.log.splitlines()[-1].startswith("error: CMONEY_SITE_FILE=")
    assert "Traceback" not in ran.log
