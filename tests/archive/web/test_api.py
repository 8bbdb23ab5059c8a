"""The interface for programs: the same as the pages, the feed, the description, the client, and the server's health."""

from __future__ import annotations

import csv
import gzip
import hashlib
import html
import http.client
import inspect
import io
import json
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest
import zstandard

from archive import remote
from archive.articles.past.clock import ByPublication
from archive.articles.walk import place_of
from archive.errors import DatabaseUnavailable
from archive.model.selection import Filters, WrongSelection
from archive.web.api.openapi import PATHS
from tests.archive.web.conftest import COUNT, Served
from tests.support.crawling import ROOT
from tests.support.made_articles import NOW, article, key_of
from tests.support.mongodb import wait_until

KEPT = COUNT - 1


def test_each_path_of_the_description_answers(served: Served) -> None:
    document = served.get("/api/v1/openapi.json").json
    assert set(document["paths"]) == set(PATHS)
    [page] = served.archive.pages.responses([key_of(4)])
    names = {"key": key_of(1), "symbol": "AMZN", "day": "2026-08-28", "page": page["_id"]}
    for path, methods in document["paths"].items():
        given = {entry["name"]: entry["example"] for entry in methods["get"]["parameters"] if entry["name"] == "q"}
        answer = served.get(f"{path.format(**names)}?{urlencode(given)}")
        assert answer.status == 200, path
        assert answer.headers["content-type"] in methods["get"]["responses"]["200"]["content"]


def test_a_parameter_that_there_is_not_is_a_problem(served: Served) -> None:
    for path in ("/api/v1/articles", "/api/v1/feed", "/api/v1/search"):
        answer = served.get(f"{path}?page=2")
        assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
        assert "'page'" in answer.json["detail"]


def test_the_feed_is_read_from_a_cursor_on(served: Served) -> None:
    first = served.get("/api/v1/feed?fields=title").json
    assert [line["op"] for line in first["lines"][:2]] == ["upsert", "upsert"]
    rest = served.get(f"/api/v1/feed?after={first['lines'][-2]['cursor']}").json
    assert [line["cursor"] for line in rest["lines"]] == [first["cursor"]]
    assert served.get(f"/api/v1/feed?after={first['cursor']}").json == {"lines": [], "cursor": first["cursor"]}
    assert served.get("/api/v1/feed?after=nonsense").status == 400
    assert served.get("/api/v1/feed?wait=61").status == 400


def test_a_long_poll_is_answered_when_something_changes(written: Served) -> None:
    latest = written.archive.changes.cursor()
    writes = threading.Timer(0.5, lambda: written.archive.writer().save([article(2)], NOW))
    writes.start()
    batch = written.get(f"/api/v1/feed?after={latest}&wait=60").json
    writes.join()
    assert [line["key"] for line in batch["lines"]] == [key_of(2)]


def test_a_stream_goes_on_after_the_last_event_that_was_seen(written: Served) -> None:
    first = written.get("/api/v1/feed").json["cursor"]
    connection = http.client.HTTPConnection("127.0.0.1", written.port, timeout=30)
    connection.request("GET", "/api/v1/feed", headers={"Accept": "text/event-stream", "Last-Event-ID": first})
    response = connection.getresponse()
    assert response.getheader("content-type", "").startswith("text/event-stream")
    for number in (2, 3):
        written.archive.writer().save([article(number)], NOW + timedelta(hours=number))
        assert _data(response)["key"] == key_of(number)
    connection.close()
    response.close()


def _data(response: http.client.HTTPResponse) -> dict[str, str]:
    """Return what the next event of a stream holds."""
    while True:
        line = response.readline()
        assert line, "the stream has ended"
        if line.startswith(b"data: "):
            data: dict[str, str] = json.loads(line.removeprefix(b"data: "))
            return data


def test_the_search_follows_what_is_written(written: Served) -> None:
    written.archive.writer().save([article(7, "矽光子交換器")], NOW)
    with_it: list[str] = []
    tag = written.get("/search.json?q=矽光子").headers.get("etag", "")
    while not with_it:
        answer = written.get("/search.json?q=矽光子", if_none_match=tag)
        with_it = [document["key"] for document in answer.json["articles"]] if answer.status == 200 else []
        threading.Event().wait(0.05)
    assert with_it == [key_of(7)]


def test_a_cited_result_stays_the_same(written: Served) -> None:
    archive = written.archive
    wait_until(lambda: written.get("/search.json?q=營收").json.get("total") == 1)
    pages = {path: written.get(path).text for path in ("/search?q=營收", "/newest")}
    cited = {
        path: re.search(r"data-copy>[^<]*?(/(?:search|newest)[?][^<]*)</pre>", text) for path, text in pages.items()
    }
    archive.writer().save([article(5, "營收又成長", at=NOW + timedelta(hours=1))], NOW + timedelta(hours=1))
    wait_until(lambda: written.get("/search.json?q=營收").json.get("total") == 2)
    for path, match in cited.items():
        assert match is not None, path
        route, _, query = html.unescape(match[1]).partition("?")
        answer = written.get(f"{route}.json?{query}").json
        assert [row["key"] for row in answer["articles"]] == [key_of(1)], path


READING = {
    "": {"table"},
    "articles": {"__call__", "get", "page", "count"},
    "revisions": {"of"},
    "runs": {"recent"},
    "changes": {"__call__", "cursor"},
    "search": {"__call__", "facets"},
}
"""The methods for reading of `Archive`, by its parts."""


def test_the_client_has_the_methods_of_the_archive(served: Served) -> None:
    far, near = remote(served.url), served.archive
    for part, names in READING.items():
        theirs, ours = (getattr(archive, part) if part else archive for archive in (far, near))
        for name in names:
            parameters = [
                [
                    (entry.name, entry.kind, entry.default)
                    for entry in inspect.signature(getattr(type(owner), name)).parameters.values()
                ]
                for owner in (theirs, ours)
            ]
            assert parameters[0] == parameters[1], f"{part}.{name}"
        public = {name for name in vars(type(theirs)) if not name.startswith("_")}
        assert public - {"json", "open"} == names - {"__call__"}


def test_what_the_guides_read_can_be_read_from_afar(served: Served) -> None:
    far = remote(served.url)
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    calls = {call for page in pages for call in re.findall(r"\barchive\.(\w+(?:\.\w+)?)\(", page.read_text("utf-8"))}
    written = {"search.update", "writer", "close"}
    assert {"articles", "articles.get", "search.facets", "revisions.of", "changes.cursor"} <= calls
    for call in sorted(calls - written):
        owner = far
        for name in call.split("."):
            owner = getattr(owner, name)
        assert callable(owner), call


def test_the_client_reads_as_the_archive_does(served: Served) -> None:
    far, near = remote(served.url), served.archive
    then = NOW + timedelta(minutes=1)
    assert list(far.articles()) == list(near.articles())
    for as_of in (then, ByPublication.at(NOW - timedelta(hours=10))):
        wanted = Filters(tickers=["AMZN"], since=NOW - timedelta(days=2))
        assert list(far.articles(["_id", "text"], as_of=as_of, **wanted)) == list(
            near.articles(["_id", "text"], as_of=as_of, **wanted)
        )
        assert far.articles.count(as_of) == near.articles.count(as_of)
    first = near.articles.page(3)
    assert far.articles.page(3) == first
    assert far.articles.page(5, place_of(first[-1])) == near.articles.page(5, place_of(first[-1]))
    assert far.articles.get(key_of(1)) == near.articles.get(key_of(1))
    assert far.articles.get("notes:404") is None
    assert far.articles.get(key_of(1), as_of=NOW - timedelta(days=1)) is None
    assert far.revisions.of(key_of(1)) == near.revisions.of(key_of(1))
    assert far.revisions.of("notes:404") == []
    results = near.search("營收", limit=9, order="oldest")
    assert far.search("營收", limit=9, order="oldest") == results
    assert far.search("營收", limit=9, order="oldest", after=results.next).hits != results.hits
    assert far.search.facets("營收") == near.search.facets("營收")
    assert list(far.changes(fields=["title"])) == list(near.changes(fields=["title"]))
    assert far.changes.cursor() == near.changes.cursor()
    assert far.runs.recent(5) == near.runs.recent(5)
    assert far.table("mentions").equals(near.table("mentions"))


def test_the_client_tells_what_is_wrong(served: Served) -> None:
    far = remote(served.url)
    with pytest.raises(WrongSelection, match="no field"):
        next(far.articles(["titel"]))
    with pytest.raises(DatabaseUnavailable, match="does not answer"):
        remote("http://127.0.0.1:9").search("x")


def test_answers_are_packed_as_the_client_can_unpack_them(served: Served) -> None:
    plain = served.get("/newest.ndjson")
    assert "content-encoding" not in plain.headers
    unpack: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.decompress,
        "zstd": zstandard.ZstdDecompressor().decompressobj().decompress,
    }
    for encoding, unpacked in unpack.items():
        answer = served.get("/newest.ndjson", accept_encoding=encoding)
        assert answer.headers["content-encoding"] == encoding
        assert unpacked(answer.body) == plain.body
        assert answer.headers["etag"] != plain.headers["etag"], "a strong tag is of the very bytes"


def test_health_and_figures(served: Served) -> None:
    assert served.get("/healthz").text == "ok\n"
    assert served.get("/readyz").text == "ready\n"
    assert f"cmoney_archive_articles {KEPT}.0" in served.get("/metrics").text


def test_tickers_coverage_and_runs(served: Served) -> None:
    known = served.get("/tickers/AMZN.json").json
    assert known["total"] == KEPT
    assert sum(entry["articles"] for entry in known["weeks"]) == KEPT - 1, "one has no date"
    assert "17%" in served.get("/tickers/AMZN").text
    assert served.get("/tickers/ZZZ").status == 404
    assert served.get("/coverage.json").json["articles"] == KEPT - 1
    for address in ("/tickers", "/coverage", "/runs", "/runs?lang=en"):
        assert served.get(address).status == 200


LISTS = (
    "newest", "search", "tickers/AMZN", "tickers", "sessions/2026-08-28", "corrections", "coverage", "runs", "health",
    f"articles/{key_of(1)}",
)  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_every_view_is_data_at_the_same_address(served: Served, path: str) -> None:
    query = "?q=營收" if path == "search" else ""
    assert served.get(f"/{path}.json{query}").json
    lines = [json.loads(line) for line in served.get(f"/{path}.ndjson{query}").text.splitlines()]
    rows = list(csv.reader(io.StringIO(served.get(f"/{path}.csv{query}").body.decode("utf-8-sig"))))
    table = pq.read_table(io.BytesIO(served.get(f"/{path}.parquet{query}").body))
    assert len(lines) == len(rows) - 1 == table.num_rows
    feed = ElementTree.fromstring(served.get(f"/{path}.atom{query}").body)  # noqa: S314 -- our own
    assert feed.tag.endswith("feed")
    assert served.get(f"/{path}.jsonfeed{query}").json["version"].endswith("1.1")
    shown = served.get(f"/{path}{query}").text
    for ending in ("json", "ndjson", "csv", "parquet", "atom"):
        assert f'href="/{path}.{ending}' in shown


def test_rows_that_are_no_articles_as_data(served: Served) -> None:
    [number] = served.get("/corrections.ndjson").text.splitlines()
    assert {"was": "17%", "now": "21%", "key": key_of(1)}.items() <= json.loads(number).items()
    assert "17% → 21%" in served.get("/corrections.atom").text
    symbols = served.get("/tickers.csv?fields=symbol,articles").body.decode("utf-8-sig")
    assert symbols.splitlines()[0] == "symbol,articles"
    assert served.get("/coverage.csv?fields=nights").status == 400


def test_a_list_gives_the_fields_that_are_asked_for(served: Served) -> None:
    for path in ("/api/v1/articles?", "/api/v1/search?q=營收&"):
        rows = served.get(f"{path}fields=title,text&limit=2").json["articles"]
        assert [set(row) for row in rows] == [{"key", "title", "text"}] * 2
        assert served.get(f"{path}fields=titel").status == 400


def test_an_article_has_its_raw_pages_and_its_links_both_ways(served: Served) -> None:
    answer = served.get(f"/api/v1/articles/{key_of(5)}").json
    assert [link["kept_as"] for link in answer["links"]] == [key_of(1), None]
    assert [other["_id"] for other in served.get(f"/api/v1/articles/{key_of(1)}").json["linked_from"]] == [key_of(5)]
    [page] = served.get(f"/api/v1/articles/{key_of(4)}").json["pages"]
    assert hashlib.sha256(served.get(f"/api/v1{page['raw']}").body).hexdigest() == page["sha256"]
    assert served.get(f"/articles/{key_of(1)}.atom").text.count("<entry>") == 2
