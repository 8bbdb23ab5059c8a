"""What the pages show, in which formats, and how lists are read to their end."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from importlib.resources import files
from urllib.parse import quote

import pyarrow.parquet as pq
import pytest
from starlette.responses import Response

from archive.web.answers.site import RecentAnswers
from archive.web.answers.words import english
from tests.archive.web.conftest import COUNT, HOSTILE, OTHER, Served
from tests.support.made_articles import NOW, key_of

KEPT = COUNT - 1


def read_to_the_end(served: Served, address: str) -> list[str]:
    keys: list[str] = []
    following: str | None = address
    while following:
        answer = served.get(following).json
        keys += [article["key"] for article in answer["articles"]]
        following = answer["next"]
    return keys


def test_newest_is_grouped_by_session_and_says_what_is_unusual(served: Served) -> None:
    text = served.get("/").text
    assert "美股交易日" in text
    assert re.search(r"17% → 21%", text)
    assert "原站已撤下，文字保留" in text
    assert "已修訂" in text


@pytest.mark.parametrize("address", ["/newest.json", "/newest.json?limit=7", "/search.json?q=營收&limit=9"])
def test_a_list_is_read_to_its_end_each_article_once(served: Served, address: str) -> None:
    keys = read_to_the_end(served, address)
    wanted = KEPT - ("search" in address)  # the hostile one does not say so
    assert len(keys) == len(set(keys)) == wanted
    newest = [article["_id"] for article in served.archive.articles.page(KEPT)]
    assert keys == [key for key in newest if key in keys]
    assert keys[-1] == key_of(6), "the one without a date comes last"


def test_an_export_is_exactly_what_the_address_finds(served: Served) -> None:
    query = "/search.{}?q=毛利率 -第7篇"
    wanted = read_to_the_end(served, query.format("json"))
    lines = served.get(query.format("ndjson")).text.splitlines()
    assert [json.loads(line)["_id"] for line in lines] == wanted
    rows = list(csv.DictReader(io.StringIO(served.get(query.format("csv")).body.decode("utf-8-sig"))))
    assert [row["_id"] for row in rows] == wanted
    table = pq.read_table(io.BytesIO(served.get(query.format("parquet")).body))
    assert table["_id"].to_pylist() == wanted
    assert "known_at" in table.column_names
    chosen = served.get("/newest.ndjson?fields=title,known_at").text.splitlines()
    assert set(json.loads(chosen[0])) == {"title", "known_at"}


def test_the_same_address_is_a_feed(served: Served) -> None:
    assert served.get("/search.atom?q=營收").text.count("<entry>") == 30
    assert len(served.get("/newest.jsonfeed?ticker=AMZN").json["items"]) == 30


def test_an_article_shows_its_versions_and_both_directions(served: Served) -> None:
    text = served.get(f"/articles/{key_of(1)}").text
    assert "<del>17%</del><ins>21%</ins>" in text
    assert f'/articles/{key_of(5)}"' in text, "what points at it"
    reading = served.get(f"/articles/{key_of(5)}").text
    assert f'/articles/{key_of(1)}"' in reading
    assert "未收（未收錄）" in reading
    former = served.get(f"/articles/{key_of(1)}@1").text
    assert "成長17%" in former
    assert "這是第 1 版" in former


def test_an_article_is_found_by_its_other_key(served: Served) -> None:
    answer = served.get(f"/articles/{OTHER}")
    assert (answer.status, answer.headers["location"]) == (301, f"/articles/{key_of(3)}")


def test_an_article_in_other_forms(served: Served) -> None:
    assert served.get(f"/articles/{key_of(1)}.json").json["article"]["revision"] == 2
    assert "21%" in served.get(f"/articles/{key_of(1)}.md").text
    assert served.get(f"/articles/{key_of(1)}@3").status == 404
    assert served.get("/articles/notes:404").status == 404


def test_as_known_then(served: Served) -> None:
    before, between = ((NOW + timedelta(minutes=entry)).isoformat() for entry in (-1, 1))
    assert served.get(f"/newest.json?as_of={quote(before)}").json["articles"] == []
    text = served.get(f"/articles/{key_of(1)}?as_of={quote(between)}").text
    assert "成長17%" in text
    assert "21%" not in text
    assert "當時所知" in text
    assert served.get(f"/articles/{key_of(1)}?as_of={quote(before)}").status == 404
    results = served.get(f"/search.json?q=成長21&as_of={quote(between)}").json
    assert results["total"] == 0
    gone = served.get(f"/search.json?q=is:gone&as_of={quote(between)}").json
    assert gone["total"] == 0
    assert served.get("/search.json?q=is:gone").json["total"] == 1


def test_facets_count_what_is_found(served: Served) -> None:
    text = served.get("/search?q=營收").text
    assert f'q=%E7%87%9F%E6%94%B6+ticker%3AAMZN">AMZN</a><span class="number">{KEPT - 1}' in text


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("/search?q=ticker:", "ticker: has no value"),
        ("/newest?limit=0", "limit"),
        ("/newest?until=x", "no date"),
        ("/newest?as_of=x", "no moment"),
        ("/newest?page=2", "no parameter"),
        ("/newest?after=x", "no place"),
        ("/newest?session=2026-08-30", "no session"),
    ],
)
def test_what_cannot_be_meant_is_said(served: Served, address: str, why: str) -> None:
    answer = served.get(address)
    assert answer.status == 400
    assert why in answer.text
    path, _, query = address.partition("?")
    response = served.get(f"{path}.json?{query}")
    assert (response.status, response.headers["content-type"]) == (400, "application/problem+json")
    assert why in response.json["detail"]


def test_the_same_is_answered_again_without_being_made_again(served: Served) -> None:
    first = served.get("/tickers/AMZN?limit=5&lang=en", host="localhost")
    again = served.get("/tickers/AMZN?limit=5&lang=en", host="localhost")
    assert (again.status, again.body, again.headers["etag"]) == (200, first.body, first.headers["etag"])
    assert "http://127.0.0.1" not in again.text
    assert "http://127.0.0.1" in served.get("/tickers/AMZN?limit=5&lang=en").text, "another name has answers of its own"


def test_recent_answers_make_room() -> None:
    recent = RecentAnswers(800)
    for number in range(20):
        recent.keep(str(number), Response(bytes(100)))
    assert [number for number in range(20) if recent.get(str(number))] == list(range(12, 20))
    recent.keep("large", Response(bytes(101)))
    assert recent.get("large") is None


def test_nothing_has_changed(served: Served) -> None:
    tag = served.get("/newest.json").headers["etag"]
    assert served.get("/newest.json", if_none_match=tag).status == 304
    assert served.get("/newest.json?limit=3", if_none_match=tag).status == 200
    assert served.get("/newest.csv", if_none_match=tag).status == 200


def test_every_page_has_its_english() -> None:
    templates = files("archive.web").joinpath("templates")
    sources = [path.read_text("utf-8") for path in templates.iterdir()]
    texts = {text for source in sources for text in re.findall(r"_\('([^']+)'", source)}
    assert len(texts) > 50
    assert texts - english().keys() == set()


@pytest.mark.parametrize("address", ["/", "/search", "/search?q=營收", f"/articles/{key_of(1)}"])
def test_the_language_is_kept_along_links(served: Served, address: str) -> None:
    text = served.get(address + ("&" if "?" in address else "?") + "lang=en").text
    assert '<html lang="en">' in text
    links = re.findall(r'href="(/(?!static|raw)[^"]*)"', text)
    assert [entry for entry in links if "lang=en" not in entry and "lang=" not in entry] in (
        [],
        [re.sub(r"&", "&amp;", quote(address, safe="/?=:"))],
    )


def test_hostile_words_are_text(served: Served) -> None:
    for address in ("/newest?limit=10", f"/articles/{key_of(4)}", "/search?q=window", f"/search?q={quote(HOSTILE)}"):
        text = served.get(address).text
        assert "<script>window" not in text
        assert "<img src=x" not in text


def test_as_known_by_the_clock_of_publication(served: Served) -> None:
    then = quote((NOW - timedelta(hours=10, minutes=30)).isoformat())
    rows = served.get(f"/newest.json?as_of={then}&known=published&limit=200").json["articles"]
    assert {row["key"] for row in rows} == {key_of(number) for number in range(11, COUNT)}
    assert {row["first_seen_at"] > row["published_at"] for row in rows} == {True}
    text = served.get(f"/newest?as_of={then}&known=published").text
    assert "推定：當時還沒收錄" in text
    assert "known=published" in text, "links keep the clock"
    results = served.get(f"/search.json?q=營收&as_of={then}&known=published").json
    assert results["total"] == COUNT - 11
    assert served.get(f"/search.json?q=營收&as_of={then}").json["total"] == 0
    assert "最早收到的文字" in served.get(f"/articles/{key_of(12)}?as_of={then}&known=published").text
    assert served.get("/newest?known=heard").status == 400


def test_an_article_answers_for_any_moment(served: Served) -> None:
    key = key_of(1)
    between = NOW + timedelta(minutes=1)
    gate = served.get(f"/articles/{key}", Accept_Datetime=format_datetime(between, usegmt=True))
    assert (gate.status, "accept-datetime" in gate.headers["vary"]) == (302, True)
    memento = served.get(gate.headers["location"])
    assert "成長17%" in memento.text
    assert parsedate_to_datetime(memento.headers["memento-datetime"]) == NOW.replace(microsecond=0)
    assert 'rel="original timegate"' in memento.headers["link"]
    versions = served.get(f"/articles/{key}.timemap")
    assert versions.headers["content-type"] == "application/link-format"
    assert [rel for rel in re.findall('rel="([^"]+)"', versions.text) if "memento" in rel] == [
        "first memento",
        "last memento",
    ]
    first, last = re.findall(r"<http://[^/]+([^>]*as_of[^>]*)>", versions.text)
    assert "成長17%" in served.get(first).text
    assert "成長21%" in served.get(last).text
    assert served.get(f"/articles/{key}", Accept_Datetime="yesterday").status == 400
    before = format_datetime(NOW - timedelta(days=1), usegmt=True)
    assert served.get(served.get(f"/articles/{key}", Accept_Datetime=before).headers["location"]).status == 404


CODED = (
    "/?", "/newest?ticker=AMZN&since=2026-08-28&", "/newest?session=2026-08-28&", "/sessions/2026-08-28?",
    "/tickers/AMZN?", "/search?q=營收 -第7篇&", f"/articles/{key_of(1)}?", "/coverage?", "/corrections?", "/runs?",
)  # fmt: skip


@pytest.mark.parametrize("address", CODED)
def test_a_page_as_code_is_code(served: Served, address: str) -> None:
    now = f"as_of={quote(NOW.isoformat())}"
    for clock in ("", now, f"{now}&known=published"):
        text = html.unescape(served.get(address + clock).text)
        [code] = re.findall(r"<code>(from archive import remote\n.*?)</code>", text, re.DOTALL)
        *lines, call = code.splitlines()
        names: dict[str, object] = {}
        exec("\n".join(lines), names)  # noqa: S102 -- the page's own
        answer = eval(call, names)  # noqa: S307 -- likewise
        shown = served.get(f"{address.replace('?', '.json?')}limit=200&{clock}").json
        if call.startswith("archive.articles("):
            assert {record["_id"] for record in answer} == {row["key"] for row in shown["articles"]}
        else:
            assert answer is not None
        if clock == now and (commands := re.findall(r"<code>(cmoney (?!runs)[^<]*)</code>", text)):
            assert "--as-of" in commands[0]
