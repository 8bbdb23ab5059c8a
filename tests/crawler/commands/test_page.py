"""`cmoney page` and `cmoney fixture`: how each field came about, and a page recorded as a test."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from crawler.cli.program import main
from tests.support.made_articles import NOW, article, key_of, page, url_of
from tests.support.sample_pages import BODY, NEWS_URL, PROSE, TITLE, changed_page, news_page, notes_page

RECORDED = Path(__file__).parents[2] / "recorded"
NOTHING = ("-s", "MONGODB_URI=mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100")
Trace = Callable[..., dict[str, dict[str, Any]]]


@pytest.fixture
def traced(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Trace:
    """Give a function that returns the trace of a page by field; no archive is there."""

    def trace(content: bytes, url: str = NEWS_URL) -> dict[str, dict[str, Any]]:
        path = tmp_path / "page.html"
        path.write_bytes(content)
        assert main(["page", str(path), "--address", url, "--json", *NOTHING]) == 0
        return {line["field"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}

    return trace


def test_each_field_tells_where_it_was_read_and_what_lost(traced: Trace) -> None:
    head = (
        '<meta property="og:title" content="【美股動態】另一個題目 | CMoney"><meta name="author" content="站方">'
        '<meta property="article:published_time" content="2026-05-27T11:10:00+08:00">'
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-05-20T11:10:00+08:00",'
        '"dateModified":"2026-05-27T12:00:00+08:00","author":{"name":"小編"}}</script>'
    )
    fields = traced(news_page(f"{BODY}<p>2026-05-27 11:10</p>", head=head))
    assert fields["template"]["source"] == ".articleContent__textContent"
    assert fields["title"]["value"] == TITLE
    assert fields["title"]["source"] == ".articleContent__title"
    assert {"source": "meta og:title", "text": "【美股動態】另一個題目"} in fields["title"]["lost"]
    assert (fields["author"]["value"], fields["author"]["source"]) == ("小編", "JSON-LD author")
    assert fields["author"]["lost"] == [{"source": "meta author", "text": "站方"}]
    assert fields["published_at"]["source"] == "meta article:published_time"
    assert {"source": "JSON-LD datePublished", "text": "2026-05-20T11:10:00+08:00"} in fields["published_at"]["lost"]
    assert fields["updated_at"] | {"lost": []} == {
        "field": "updated_at",
        "value": "2026-05-27T04:00:00.000Z",
        "source": "JSON-LD dateModified",
        "lost": [],
    }
    assert PROSE in fields["blocks"]["value"]
    assert any("published_at" in problem["field"] for problem in fields["stages"]["value"]["problems"])


def test_a_date_of_the_address_and_a_page_of_no_template_are_named(traced: Trace) -> None:
    fields = traced(changed_page(BODY, around=f"<main><h1>{TITLE}</h1><div>{{}}</div></main>"))
    assert fields["template"]["value"] == "generic"
    assert [place["source"] for place in fields["template"]["lost"]] == ["cmnews", "notes"]
    assert (fields["published_at"]["source"], fields["published_at"]["value"][:10]) == ("address", "2026-05-27")
    assert fields["author"] == {"field": "author", "value": None, "source": "nowhere on the page", "lost": []}


@pytest.mark.parametrize("path", sorted(RECORDED.glob("*.html")), ids=lambda path: path.stem)
def test_every_field_of_a_recorded_page_has_a_place(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["page", str(path), "--json", *NOTHING]) == 0
    fields = {line["field"]: line for line in map(json.loads, capsys.readouterr().out.splitlines())}
    expected = json.loads(path.with_suffix(".json").read_bytes())
    for name in ("title", "author", "updated_at", "tags", "related", "blocks"):
        assert (fields[name]["source"] == "nowhere on the page") == (not expected[name]), name
    assert fields["published_at"]["source"] != "nowhere on the page" or expected["published_at"] is None


def test_a_kept_page_is_traced_for_a_person(archive: Archive, uri: str, capsys: pytest.CaptureFixture[str]) -> None:
    html = notes_page(above='<ul><li class="pt__li">2026-08-30 18:00</li></ul>').decode()
    archive.writer().save([article(1, page=page(1, html))], NOW)
    settings = ("-s", f"MONGODB_URI={uri}", "-s", f"MONGODB_DATABASE={archive.database.name}")
    assert main(["page", url_of(1), *settings]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{key_of(1)}  {key_of(1)}, received 2026-08-30 12:00 UTC\n")
    assert f"\ntitle  read at h1.twoline-ellipsis, .pt-bar-title h1\n  {TITLE}\n" in out
    assert "\n  not taken: <div>: 小編\n" in out
    assert main(["page", key_of(7), *settings]) == 2
    assert "was never found; keep its page in a file" in capsys.readouterr().err


def test_a_page_without_an_article_is_status_6(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(b"<h1>404 Not Found</h1>")
    assert main(["page", str(path), *NOTHING]) == 2
    assert "the page states no address of an article; add --address URL" in capsys.readouterr().err
    assert main(["page", str(path), "--address", NEWS_URL, *NOTHING]) == 6
    assert "\nno article: " in capsys.readouterr().out


def test_a_recorded_page_passes_the_test_of_recorded_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "cmnews-members"
    shutil.copy(RECORDED / f"{name}.html", tmp_path / "page.html")
    url = json.loads((RECORDED / f"{name}.json").read_bytes())["url"]
    words = ["fixture", str(tmp_path / "page.html"), "--address", url, "-o", str(tmp_path / "recorded"), *NOTHING]
    assert main(words) == 0
    (written,) = (tmp_path / "recorded").glob("*.json")
    assert json.loads(written.read_bytes()) == json.loads((RECORDED / f"{name}.json").read_bytes())
    assert written.with_suffix(".html").read_bytes() == (RECORDED / f"{name}.html").read_bytes()
    assert main(words) == 2
    assert "exists: give another --name, or --replace" in capsys.readouterr().err
    assert main([*words, "--replace"]) == 0
    assert main([*words, "--name", "../x"]) == 2
