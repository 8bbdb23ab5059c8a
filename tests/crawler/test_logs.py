"""No secret in a log, whatever it stands in; and lines as JSON with run and key."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.addresses import Sites
from crawler.logs import JsonFormatter, Redacting, redacted, secrets
from tests.site import Site
from tests.support.crawling import Documents, crawl, environment, scrapy

URI = "mongodb://crawler:p%40ss-word@db1:27017,db2/?replicaSet=rs0"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(seed=3, articles=6) as serving:
        yield serving


def record(message: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord("crawler.spiders.column", logging.INFO, __file__, 1, message, args, None)


def test_secrets_are_every_secret_setting_and_the_password_in_the_address() -> None:
    assert set(secrets({"MONGODB_URI": URI, "CMONEY_TOKEN": "bearer-1"})) == {URI, "bearer-1", "p%40ss-word"}


def test_a_secret_of_a_few_letters_does_not_blot_out_words() -> None:
    assert secrets({"CMONEY_TOKEN": "abc"}) == ()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (f"connecting to {URI}", "connecting to ***"),
        ("password p%40ss-word refused", "password *** refused"),
        ("at mongodb+srv://other:hidden@cluster.example/x", "at mongodb+srv://other:***@cluster.example/x"),
        ("https://www.cmoney.tw/notes/?a=b:c and mail me@example.com", None),
    ],
)
def test_lines_are_without_secrets(line: str, says: str | None) -> None:
    assert redacted(line, secrets({"MONGODB_URI": URI})) == (line if says is None else says)


def test_tracebacks_are_without_secrets() -> None:
    made = record("failed")
    error = ValueError(f"cannot reach {URI}")
    made.exc_info = (ValueError, error, error.__traceback__)
    for inner in (logging.Formatter(), JsonFormatter(lambda: None, Sites("https://a", "https://b"))):
        line = Redacting(inner, secrets({"MONGODB_URI": URI})).format(made)
        assert "p%40ss-word" not in line
        assert "ValueError" in line


@pytest.mark.parametrize(
    ("message", "key"),
    [
        ("kept notes:1211507", "notes:1211507"),
        ("<GET https://www.cmoney.tw/notes/note-detail.aspx?nid=7> (referer: None)", "notes:7"),
        ("asking https://example.com/", None),
    ],
)
def test_the_key_is_named_or_read_off_an_address(message: str, key: str | None) -> None:
    sites = Sites("https://cmnews.com.tw", "https://www.cmoney.tw")
    said = json.loads(JsonFormatter(lambda: "run-1", sites).format(record(message)))
    assert said.get("key") == key
    assert said["run"] == "run-1"
    assert said["at"].endswith("+00:00")


def test_a_crawl_logs_json_lines_only_with_run_and_key(site: Site, uri: str, database: Documents) -> None:
    environ = environment(site.url, uri, database.name, LOG_JSON=1, LOG_LEVEL="DEBUG", CMONEY_TOKEN="bearer-1234")
    ran = crawl("column", environ)
    assert ran.status == 0, ran.log
    lines = [json.loads(line) for line in ran.log.splitlines()]
    run = database["runs"].find_one()
    assert run is not None
    assert {line["run"] for line in lines if "run" in line} == {run["_id"]}
    kept = {document["_id"] for document in database["articles"].find()}
    assert kept <= {line["key"] for line in lines if "key" in line}
    assert "bearer-1234" not in ran.log


def test_a_log_file_is_json_too(site: Site, uri: str, database: Documents, tmp_path: Path) -> None:
    environ = environment(site.url, uri, database.name, LOG_JSON=1)
    ran = scrapy("crawl", "column", "-s", f"LOG_FILE={tmp_path / 'log'}", environ=environ)
    assert (ran.status, ran.log) == (0, "")
    assert all(json.loads(line)["level"] for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines())
