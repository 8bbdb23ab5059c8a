"""`cmoney show`, `articles`, `changed` and `history` on an archive: what is printed, and how an article is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from archive.archive import Archive
from archive.model.article import Problem
from crawler.cli.named_article import LIST
from crawler.cli.program import main
from tests.support.crawling import ROOT
from tests.support.made_articles import NOW, article, found, key_of, page, url_of
from tests.support.terminal import on_a_terminal

LATER = NOW + timedelta(days=1)
UUID = "90cf4975-5979-11f1-9bdb-c96c3424ad86"
OTHER = "a0cf4975-5979-11f1-9bdb-c96c3424ad86"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(archive: Archive, uri: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give a function that runs the program on an archive of five articles, one of them changed by the site."""
    own = {"MONGODB_URI": uri, "MONGODB_DATABASE": archive.database.name, "ARCHIVE_DATA_DIR": tmp_path / "mongo"}
    settings = [word for name, value in own.items() for word in ("-s", f"{name}={value}")]
    archive.writer().save([article(1, "營收成長17%。"), article(2), article(3, problems=[])], NOW)
    for number, uuid in ((4, UUID), (5, OTHER)):
        key, url = f"cmnews:{uuid}", f"https://cmnews.com.tw/article/a-{uuid}"
        received = replace(page(number), key=key, url=url)
        archive.writer().save([article(number, f"第{number}。", key=key, url=url, page=received)], NOW)
    archive.writer().save([article(1, "營收成長12%。", at=LATER)], LATER)

    def called(*words: str) -> tuple[int, str, str]:
        status = main([*words, *settings])
        return (status, *capsys.readouterr())

    return called


def test_an_article_is_shown_to_be_read(run: Run) -> None:
    status, out, err = run("show", key_of(1))
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "【美股動態】第1篇"
    assert lines[1] == "published 2026-08-30 17:59 (Taipei; from the page)"
    assert "tickers   AMZN (bracket)" in lines
    assert f"address   {url_of(1)}" in lines
    assert lines[lines.index("結論先行") + 1] == "營收成長12%。"
    assert lines[lines.index("Further reading") + 1] == f"- 【美股動態】別篇  {key_of(2)}"
    assert lines[lines.index("Problems") + 1] == "- updated_at: the page does not say"
    assert [line.split()[-2:] for line in lines[lines.index("Revisions") + 1 :][:2]] == [
        ["20:00", "site"],
        ["site", "(shown)"],
    ]
    assert f"- 2026-08-30 17:59  【美股動態】第1篇  {key_of(1)}" in run("show", key_of(2))[1]


def test_an_article_is_shown_in_a_version_and_as_it_was_known(run: Run) -> None:
    assert "營收成長17%。" in run("show", key_of(1), "--revision", "1")[1]
    earlier = run("show", key_of(1), "--as-of", (NOW + timedelta(hours=1)).isoformat())[1]
    assert "營收成長17%。" in earlier
    assert "Revisions" not in earlier
    status, _, err = run("show", key_of(1), "--as-of", "2020")
    assert (status, err) == (2, f"error: {key_of(1)} was not known to the archive at 2020\n")
    before = ("--as-of", (NOW - timedelta(minutes=1)).isoformat())  # published by then, and seen later
    assert "was not known to the archive" in run("show", key_of(1), *before)[2]
    assert "營收成長17%。" in run("show", key_of(1), *before, "--known", "published")[1]
    assert "has no revision 9; it has 1, 2" in run("show", key_of(1), "--revision", "9")[2]


def test_its_record_is_printed_as_json(run: Run) -> None:
    record = json.loads(run("show", key_of(2), "--json")[1])
    assert (record["_id"], record["referred_by"]) == (key_of(2), [key_of(1)])
    assert record["revisions"] == [{"revision": 1, "seen_at": "2026-08-30T12:00:00.123Z", "cause": "site"}]


def test_an_article_is_named_by_key_address_or_the_beginning_of_its_key(run: Run) -> None:
    def named(word: str) -> str:
        return str(json.loads(run("show", word, "--json")[1])["_id"])

    tracked = "https://www.cmoney.tw/notes/note-detail.aspx?nid=2&utm_source=x"
    assert {named(word) for word in ("notes:2", url_of(2), tracked)} == {key_of(2)}
    assert {named(word) for word in (f"cmnews:{UUID[:4]}", UUID[:4], UUID)} == {f"cmnews:{UUID}"}


def test_an_article_is_named_by_its_number_in_the_list_printed_last(run: Run, archive: Archive, tmp_path: Path) -> None:
    listed = [json.loads(line)["key"] for line in run("articles", "--json")[1].splitlines()]
    assert not (tmp_path / LIST).exists()
    assert "no key, address or number" in run("show", "1")[2]
    assert run("articles")[1].splitlines()[1].split()[0] == "1"
    assert [json.loads(run("show", str(n), "--json")[1])["_id"] for n in (1, 5)] == [listed[0], listed[4]]
    assert "no key, address or number" in run("show", "6")[2]
    run("changed")
    assert json.loads(run("show", "1", "--json")[1])["_id"] == key_of(1)
    kept = json.loads((tmp_path / LIST).read_bytes())
    (tmp_path / LIST).write_text(json.dumps(kept | {"archive": "another"}))
    assert run("show", "1")[0] == 2


@pytest.mark.parametrize(
    "words",
    [
        ("show",),
        ("history",),
        ("page",),
        ("frontier",),
        ("reparse", "--dry-run", "--key"),
        ("warc", "-o", "W", "--key"),
    ],
    ids=lambda words: words[0],
)
def test_every_command_on_an_article_takes_it_by_any_of_its_names(
    run: Run, archive: Archive, words: tuple[str, ...], tmp_path: Path
) -> None:
    url = f"https://cmnews.com.tw/article/a-{UUID}"
    archive.frontier.discover([found(4, key=f"cmnews:{UUID}", url=url)], NOW)
    listed = [json.loads(line)["key"] for line in run("articles", "--json")[1].splitlines()]
    run("articles")
    number = str(1 + listed.index(f"cmnews:{UUID}"))
    call = [str(tmp_path / "pages.warc") if word == "W" else word for word in words]
    answers = [run(*call, word, "--json")[:2] for word in (f"cmnews:{UUID}", UUID[:6], url, number)]
    assert answers[0][0] in {0, 6, 7}  # 6: on this page no article is recognised
    assert answers[0][1]
    assert answers == [answers[0]] * 4


def test_an_address_that_was_found_is_named_by_its_beginning_and_its_number_too(run: Run, archive: Archive) -> None:
    lost = "b0cf4975-5979-11f1-9bdb-c96c3424ad86"
    url = f"https://cmnews.com.tw/article/{lost}"
    archive.frontier.discover([found(9, key=f"cmnews:{lost}", url=url)], NOW)
    assert "its address is wanted" in run("show", lost[:5])[2]
    assert run("frontier", "--state", "wanted")[1].splitlines()[1].split()[:2] == ["1", f"cmnews:{lost}"]
    assert run("frontier", "1", "--retry")[:2] == (0, "1 addresses are due\n")
    assert run("frontier", "notes:77")[::2] == (2, "error: the address of 'notes:77' was never found\n")


def test_a_list_is_printed_where_nothing_can_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / LIST).mkdir()
    status, out, err = run("articles")
    assert (status, err) == (0, "")
    assert out.endswith("\n5 articles\n")
    assert "is no key, address or number" in run("show", "1")[2]


def test_what_names_no_article_is_refused(run: Run) -> None:
    reasons = {
        "cmnews:": f"begins several keys: cmnews:{UUID}, cmnews:{OTHER}",
        "notes:": "no article is kept under 'notes:'",
        "nothing": "is no key, address or number of an article",
        "notes:99": "no article is kept under 'notes:99', and its address was never found",
        "https://cmnews.com.tw/": "is no address of an article",
    }
    for word, why in reasons.items():
        status, out, err = run("show", word)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert why in err


def test_the_site_s_page_is_opened_in_the_browser(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    assert run("show", key_of(2), "--web")[:2] == (0, f"{url_of(2)}\n")
    assert (tmp_path / "opened").read_text() == f"{url_of(2)}\n"


def test_a_page_is_printed_byte_for_byte(run: Run, archive: Archive, uri: str) -> None:
    environ = os.environ | {"MONGODB_URI": uri, "MONGODB_DATABASE": archive.database.name}
    words = [sys.executable, "-m", "crawler", "show", key_of(1), "--raw"]
    raw = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, check=True).stdout
    assert raw == "<p>營收成長12%。</p>".encode()
    raw = subprocess.run([*words, "--revision", "1"], cwd=ROOT, env=environ, capture_output=True, check=True).stdout
    assert raw == "<p>營收成長17%。</p>".encode()


def test_a_list_is_narrowed(run: Run) -> None:
    def keys(*words: str) -> list[str]:
        return [json.loads(line)["key"] for line in run("articles", "--json", *words)[1].splitlines()]

    assert len(keys()) == 5
    assert keys("--changed") == [key_of(1)]
    assert keys("第2篇", "美股") == [key_of(2)]
    assert keys("--status", "gone") == []
    earlier = ("--as-of", (NOW + timedelta(hours=1)).isoformat())
    assert [len(keys(*earlier, *words)) for words in ([], ["--changed"], ["第2篇"], ["--problems"])] == [5, 0, 1, 4]
    assert key_of(3) not in keys("--problems")
    assert keys("--tickers", "NVDA") == []
    assert keys("--since", "2026-08", "--until", "2026-08", "--columns", "美股動態", "--limit", "1") == [key_of(1)]


def test_changes_after_publication_are_listed(run: Run) -> None:
    status, out, err = run("changed", "--json")
    assert (status, err) == (0, "")
    (change,) = map(json.loads, out.splitlines())
    assert change == {
        "seen_at": "2026-08-31T12:00:00.123Z",
        "key": key_of(1),
        "revision": 2,
        "cause": "site",
        "title": "【美股動態】第1篇",
        "published_at": "2026-08-30T09:59:00.123Z",
        "tickers": ["AMZN"],
        "numbers": ["17% → 12%"],
        "blocks": 1,
    }
    assert run("changed", "--causes", "extractor")[1].endswith("0 changes\n")
    assert run("changed", "--tickers", "NVDA")[1].endswith("0 changes\n")
    assert run("changed", "--until", "2026-08-30")[1].endswith("0 changes\n")


def test_a_terminal_of_80_columns_gets_a_block_an_article_with_whole_keys(
    run: Run, archive: Archive, uri: str, tmp_path: Path
) -> None:
    long = article(5, key="cmnews:11cf4975-5979-11f1-9bdb-c96c3424ad86", title="【美股動態】" + "長" * 60)
    long.published_at, long.problems = NOW, [Problem("text", "why " * 40)]
    archive.writer().save([long], NOW)
    assert run("articles", "--limit", "1")[1].count("\n") == 3
    words = ["articles", "--limit", "1", "-s", f"ARCHIVE_DATA_DIR={tmp_path / 'mongo'}"]
    environ = os.environ | {"MONGODB_URI": uri, "MONGODB_DATABASE": archive.database.name}
    lines = on_a_terminal(words, environ).splitlines()
    assert lines[0].split() == ["1", "2026-08-30", "20:00", long.key]
    assert "".join(lines).count("長") == 60
    assert "".join(lines).count("why") == 40
    assert all(cell_len(line) <= 80 and not set(line) & set("…─━") for line in lines)
