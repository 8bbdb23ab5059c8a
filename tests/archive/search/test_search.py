"""The search as a library: what the language finds, and how the index follows the archive."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from archive.archive import Archive
from archive.model.article import Author, Block
from archive.model.selection import WrongSelection
from archive.search.errors import SearchUnavailable
from archive.search.language.query import WrongQuery
from archive.search.results import Order
from tests.archive.articles.test_addresses import TEXT, at_news, at_notes
from tests.support.looks import vanish
from tests.support.made_articles import NOW, PUBLISHED, article, key_of

LATER = NOW + timedelta(hours=1)


def numbers(archive: Archive, query: str = "", order: Order = "newest", **wanted: Any) -> list[int]:
    """Return the numbers of the articles that a query finds, in order."""
    results = archive.search(query, order=order, limit=100, **wanted)
    assert results.total == len(results.hits)
    return [int(hit.key.partition(":")[2]) for hit in results.hits]


@pytest.fixture
def library(archive: Archive) -> Archive:
    """Give an archive of four articles with its index; each is a minute older than the one before."""
    articles = [
        article(1, "輝達公布第三季營收1,234.5億美元，毛利率75%。", title="【美股動態】輝達財報", tickers=["NVDA"]),
        article(2, "英偉達與台積電擴大 AI 晶片合作。", tw_stocks=["2330"], tickers=[], author=Author("amy", "愛咪")),
        article(3, "HBM3E供不應求，S&P 500收高，Café開幕。", column="美股焦點", tags=["標普500"], problems=[]),
        article(4, "輝達的毛利率下滑。", access="members", published_at=None, published_from=None),
    ]
    archive.writer().save(articles, NOW)
    vanish(archive, key_of(3), at=LATER)
    archive.search.update()
    return archive


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("輝達 毛利率", [1, 4]),
        ("輝達毛利率", []),
        ("辉达", [1, 4]),
        ("英偉達 OR 財報", [1, 2]),
        ("輝達 -財報", [4]),
        ("-輝達", [2, 3]),
        ("(英偉達 OR 輝達) -(毛利率 財報)", [2, 4]),
        ('"公佈第三季營收1234.5億"', [1]),
        ("234", []),
        ("ＡＩ晶片", [2]),
        ("臺積電", [2]),
        ("hbm", [3]),
        ("HB*", [3]),
        ("s&p500", [3]),
        ("cafe", [3]),
        ("輝", [1, 4]),
        ("%", [1]),
        ("title:財報", [1]),
        ("heading:結論先行", [1, 2, 3, 4]),
        ("heading:輝達", []),
        ("ticker:nvda", [1]),
        ("ticker:2330 OR ticker:NVDA", [1, 2]),
        ("tag:標普500", [3]),
        ("tag:亞馬遜(AMZN) 晶片", [2]),
        ("column:【美股焦點】", [3]),
        ("author:amy", [2]),
        ("author:爱咪", [2]),
        ("is:gone", [3]),
        ("is:members", [4]),
        ("-has:problem", [3]),
        ("has:revision", []),
        ("since:2026-08-30", [1, 2, 3]),
        ("until:2026-08-29", []),
        ("-until:2026-08-30", [4]),
    ],
)
def test_the_language(library: Archive, query: str, wanted: list[int]) -> None:
    assert numbers(library, query) == wanted


def test_filters_of_other_commands(library: Archive) -> None:
    assert numbers(library, tickers=["nvda", "2330"]) == [1, 2]
    assert numbers(library, "輝達", tickers=["NVDA"]) == [1]
    assert numbers(library, columns=["美股焦點"]) == [3]
    assert numbers(library, tags=["標普500"]) == [3]
    at = PUBLISHED.replace(microsecond=123000)  # as it is kept
    for first, last in ((2, 1), (3, 1)):
        window: dict[str, Any] = {"since": at - timedelta(minutes=first), "until": at - timedelta(minutes=last)}
        assert numbers(library, **window) == list(range(last + 1, first + 1))
    with pytest.raises(WrongSelection):
        library.search("輝達", since="some day")


def test_the_order_and_the_limit(library: Archive) -> None:
    assert numbers(library, "heading:結論", "newest") == [1, 2, 3, 4]
    assert numbers(library, "heading:結論", "oldest")[:3] == [3, 2, 1]
    assert numbers(library, "財報 OR 毛利率", "relevance")[0] == 1
    results = library.search("heading:結論", limit=2)
    assert (len(results.hits), results.total) == (2, 4)


def test_nothing_asked_is_refused(library: Archive) -> None:
    with pytest.raises(WrongQuery, match="nothing is searched for"):
        library.search("  ")


def test_words_are_marked_and_the_text_is_as_it_is_kept(library: Archive) -> None:
    (hit,) = library.search("1234.5 財報").hits
    assert [piece.text for piece in hit.title if piece.is_marked] == ["財報"]
    assert [piece.text for piece in hit.snippet if piece.is_marked] == ["1,234.5"]
    assert "".join(piece.text for piece in hit.snippet) == "輝達公布第三季營收1,234.5億美元，毛利率75%。"
    assert hit.article["tickers"] == ["NVDA"]
    assert not {"text", "sections"} & hit.article.keys()


def test_the_index_follows_the_archive(archive: Archive) -> None:
    archive.writer().save([article(1, "舊文字。"), article(2, "別的。")], NOW)
    archive.search.update()
    archive.writer().save([article(1, "新文字。", at=LATER)], LATER)
    stale = archive.search("舊文字")
    assert (stale.total, stale.behind) == (1, 1)
    assert "".join(piece.text for piece in stale.hits[0].snippet if piece.is_marked) == "舊文字"
    assert numbers(archive, "新文字") == []
    archive.search.update()
    assert numbers(archive, "舊文字") == []
    assert numbers(archive, "新文字") == numbers(archive, "has:revision") == [1]
    assert archive.search("新文字").behind == 0
    vanish(archive, key_of(2), at=LATER)
    archive.search.update()
    assert numbers(archive, "is:gone") == [2]
    archive.writer().save([article(2, "別的。", at=LATER + timedelta(hours=1))], LATER)
    archive.search.update()
    assert numbers(archive, "is:gone") == []


def test_a_merged_article_is_there_once(archive: Archive) -> None:
    """Two articles prove to be one when one of them is revised."""
    archive.writer().save([at_notes("未改寫前，" + TEXT)], NOW)
    archive.writer().save([at_news(at=LATER)], LATER)
    archive.search.update()
    assert archive.search("目標價上調").total == 2
    archive.writer().save([at_notes(at=LATER)], LATER)
    assert archive.articles.count() == 1
    assert numbers_of_hits(archive, "目標價上調") == [1], "the index still has both, the archive has one"
    archive.search.update()
    assert numbers(archive, "目標價上調") == [1]
    assert numbers(archive, "未改寫前") == []


def numbers_of_hits(archive: Archive, query: str) -> list[int]:
    return [int(hit.key.partition(":")[2]) for hit in archive.search(query).hits]


def test_the_texts_that_there_were_at_a_moment(archive: Archive) -> None:
    for turn, text in enumerate(("第一版。", "第二版。", "第三版。")):
        archive.writer().save([article(1, text, at=NOW + timedelta(hours=turn))], NOW + timedelta(hours=turn))
    archive.search.update()
    first = NOW.replace(microsecond=123000)  # as it is kept
    for turn, text in enumerate(("第一版", "第二版", "第三版")):
        for at in (first + timedelta(hours=turn), first + timedelta(hours=turn, minutes=59)):
            (hit,) = archive.search("第一版 OR 第二版 OR 第三版", as_of=at).hits
            assert hit.revision == turn + 1
            assert [piece.text for piece in hit.snippet if piece.is_marked] == [text]
    assert archive.search("heading:結論", as_of=first - timedelta(milliseconds=1)).total == 0
    assert archive.search("第一版").total == 0


def test_a_rebuilt_index_finds_the_same(library: Archive) -> None:
    library.writer().save([article(1, "輝達改寫。", at=LATER)], LATER)
    library.search.update()
    queries = ["輝達", "毛利率", "has:revision", "is:gone", "heading:結論"]
    followed = [numbers(library, query) for query in queries]
    steps: list[tuple[int, int]] = []
    library.search.rebuild(lambda done, total: steps.append((done, total)))
    assert [numbers(library, query) for query in queries] == followed
    assert steps == [(4, 4)]


def test_without_an_index_it_says_what_to_do(archive: Archive) -> None:
    with pytest.raises(SearchUnavailable, match="cmoney search --rebuild"):
        archive.search("輝達")


def test_headings_and_blocks_do_not_run_into_one_another(archive: Archive) -> None:
    blocks = [Block("heading", "甲乙"), Block("paragraph", "丙丁"), Block("heading", "戊己"), Block("heading", "庚辛")]
    archive.writer().save([article(1, blocks=blocks)], NOW)
    archive.search.update()
    for query, entry in (("乙丙", []), ("heading:己庚", []), ("甲乙 丙丁", [1]), ("heading:庚辛", [1])):
        assert numbers(archive, query) == entry


def test_the_library_is_imported_when_it_is_used() -> None:
    code = "import sys, archive.archive, crawler.commands.search; sys.exit('tantivy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
