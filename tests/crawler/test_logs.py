"""No secret in a log, whatever it stands in; and lines as JSON with run and key."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

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


ACTS = "\x1b]8;;http://x.tw\x07\x1b[31m\x9b2J\u202e\u2028\ud800\r"
"""A hyperlink, colours, a cleared screen, a reversed line, an ended one, half a character, an overwritten line."""


@pytest.mark.parametrize("where", ["argument", "exception"])
def test_what_acts_in_a_terminal_is_shown_and_forges_no_line(where: str) -> None:
    forged = f"{ACTS}\n2026-01-01 00:00:00 [x] INFO: run ended: all well"
    made = record("its title is %s", forged if where == "argument" else "plain")
    if where == "exception":
        error = ValueError(forged)
        made.exc_info = (ValueError, error, None)
    plain = Redacting(logging.Formatter("%(message)s"), ()).format(made)
    line = Redacting(JsonFormatter(lambda: None, Sites("https://a", "https://b")), ()).format(made)
    shown = json.loads(line)["message" if where == "argument" else "exception"]
    for text in (plain, line, shown):
        assert not set(ACTS) - set("8;htp:/x.tw[3m12J]") & set(text)
    assert r"\x1b]8;;http://x.tw\x07" in plain
    assert all(following.startswith("  ") for following in plain.split("\n")[1:])
    assert "\n" not in line


class Acting(BaseHTTPRequestHandler):
    """Answers with escape sequences: in names of JSON members, in a header, in an address that it leads to."""

    def do_POST(self) -> None:
        self.answer(json.dumps({"\x1b[2Jmember\x9b31m": 1}).encode(), "application/json")

    def do_GET(self) -> None:
        self.answer(b"<a href='/article/\x1b[31mx-y'>\x1b[2J</a>", "text/html; charset=\x1b[31m")

    def answer(self, body: bytes, content_type: str) -> None:
        is_listing = self.command == "POST" or "usstock" in self.path
        self.send_response(200 if is_listing else 404)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def acting() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Acting) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("as_json", [0, 1])
def test_nothing_that_a_site_sends_acts_in_a_log_or_in_runs(
    as_json: int, acting: str, uri: str, database: Documents
) -> None:
    ran = crawl("column", environment(acting, uri, database.name, LOG_JSON=as_json, LOG_LEVEL="DEBUG", RETRY_TIMES=0))
    assert "member" in ran.log
    shown = scrapy("runs", environ=environment(acting, uri, database.name))
    assert not set("\x1b\x9b\x07") & set(ran.log + shown.out + shown.log)


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
    fields = json.loads(JsonFormatter(lambda: "run-1", sites).format(record(message)))
    assert fields.get("key") == key
    assert fields["run"] == "run-1"
    assert fields["at"].endswith("+00:00")


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
