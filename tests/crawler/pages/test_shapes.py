"""Shapes that writers and templates use, each with its right value: off the page, at a re-check, and by a reparse."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from scrapy.settings import Settings

import crawler.settings
from archive.archive import Archive
from archive.model.article import Article
from archive.model.crawl.page import Page
from archive.reparse.job import Callbacks, Reparse, ReparseRequest
from crawler.addresses import read_address
from crawler.commands.reparse import recipe_of
from crawler.pages.extract import extract
from pipelines.stage import refiner
from tests.support.made_articles import NOW
from tests.support.sample_pages import BODY, MORE, PROSE, SITES, TITLE, notes_page

READ = PROSE.replace("，", ",")
READ_MORE = MORE.replace("，", ",")
END = f"<p>{MORE}</p>"
QUOTED = '【美股焦點】測試公司"雲端"布局擴大'
HEADING = "需求穩健"
OWN_TITLE = TITLE.replace("動態", "焦點")


def shape(body: str, head: str = "") -> bytes:
    """Return a page of a column whose articles may be short."""
    return notes_page(f"<h2>{HEADING}</h2>{body}", head=head).replace(TITLE.encode(), OWN_TITLE.encode())


SHAPES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "paragraphs by single breaks": (
        shape(f"<div>{PROSE}<br>{MORE}<br>庫存下降。</div>"),
        {"sections": [{"heading": HEADING, "blocks": [READ, READ_MORE, "庫存下降。"]}]},
    ),
    "headings between breaks": (
        shape(f"<p><b>訂單成長</b><br>{PROSE}<br><b>後續觀察</b><br>{MORE}</p>"),
        {"lead": HEADING, "text": f"{HEADING}\n\n訂單成長\n\n{READ}\n\n後續觀察\n\n{READ_MORE}"},
    ),
    "a table that places text": (
        shape(f"<table><tr><td><p>{PROSE}</p><p>庫存下降。</p></td><td><img src=x></td></tr></table>{END}"),
        {"text": f"{HEADING}\n\n{READ}\n\n庫存下降。\n\n{READ_MORE}"},
    ),
    "a title that a quote cut off": (
        shape(END, f'<meta property="og:title" content="{QUOTED}">').replace(OWN_TITLE.encode(), QUOTED.encode()),
        {"title": QUOTED, "column": "美股焦點"},
    ),
    "the house as author": (
        shape(BODY, '<meta name="author" content="service@cmoney.tw">').replace("小編".encode(), b"12345"),
        {"author": {"id": None, "name": None}},
    ),
    "the normal form": (
        shape(f"<p>營收１０⁹美元，約２½倍︰①㎡™，{PROSE}</p>"),
        {"text": f"{HEADING}\n\n營收10⁹美元,約2½倍︰①㎡™,{READ}"},
    ),
    "raised, lowered, struck and inserted figures": (
        shape(f"<p>{PROSE}產量10<sup>9</sup>片，CO<sub>2</sub>減<del>3</del><ins>5</ins>噸<sup>註</sup>。</p>"),
        {"text": f"{HEADING}\n\n{READ}產量10⁹片,CO₂減5噸註。"},
    ),
    "an article that follows": (
        shape(f"<p>一則短訊。</p>{END}").replace(
            b"</body>",
            f'<div><h1 class="twoline-ellipsis">{TITLE}</h1><div class="articleBody__font">{BODY * 3}<ul><li>'
            '<a title="別的" href="/t">別的</a></li></ul></div></div></body>'.encode(),
        ),
        {"title": OWN_TITLE, "text": f"{HEADING}\n\n一則短訊。\n\n{READ_MORE}", "tags": []},
    ),
    "a second body for telephones": (
        shape(f"<p>{PROSE * 2}</p>{END}").replace(b"</body>", f'<p itemprop="articleBody">{PROSE}</p></body>'.encode()),
        {"text": f"{HEADING}\n\n{READ * 2}\n\n{READ_MORE}"},
    ),
    "a title in two elements": (
        shape(END + "<p>庫存見底。</p>").replace(
            f">{OWN_TITLE}</h1>".encode(), f"><i>{OWN_TITLE[:6]}</i>\n{OWN_TITLE[6:]}</h1>".encode()
        ),
        {"title": OWN_TITLE},
    ),
    "lines without mark-up": (
        shape("").replace(
            f"<h2>{HEADING}</h2>".encode(),
            "\n\n".join((HEADING, f"{MORE}庫存。", "後續", PROSE, "免責宣言", "僅供參考。")).encode(),
        ),
        {"text": f"{HEADING}\n\n{READ_MORE}庫存。\n\n後續\n\n{READ}"},
    ),
    "titles behind arrows": (
        shape(f'{END}<p>訂單。</p><p>▶延伸閱讀</p><p>▶<a href="/notes/note-detail.aspx?nid=9">【美股焦點】甲</a></p>'),
        {
            "text": f"{HEADING}\n\n{READ_MORE}\n\n訂單。",
            "related": [
                {
                    "title": "【美股焦點】甲",
                    "url": "https://www.cmoney.tw/notes/note-detail.aspx?nid=9",
                    "key": "notes:9",
                }
            ],
        },
    ),
    "a notice in lines with stars": (
        shape(f"{END}<p>存貨。</p><p>＊本文章之版權屬筆者，嚴禁轉載</p><p>＊投資有風險，請審慎評估</p>"),
        {"text": f"{HEADING}\n\n{READ_MORE}\n\n存貨。"},
    ),
    "a symbol that a bracket names": (
        shape(f"<p>NVDA(輝達)與2330(台積電)走高，AI(人工智慧)需求強。</p>{END}"),
        {"tickers": ["NVDA"], "tw_stocks": ["2330"]},
    ),
    "a column of symbols": (
        shape("<table><tr><th>公司</th><th>代號</th></tr><tr><td>蘋果</td><td>AAPL</td></tr></table>" + END),
        {"tickers": ["AAPL"]},
    ),
    "items on one line": (
        shape(f"<p>{PROSE}</p><p>- 甲:一成 - 乙:兩成 - 丙:三成</p>"),
        {"text": f"{HEADING}\n\n{READ}\n\n• 甲:一成\n\n• 乙:兩成\n\n• 丙:三成"},
    ),
    "prose in a box": (
        notes_page(
            f"<p>{PROSE}</p>{END}"
            "<p>管理層在法說會上重申全年資本支出的計畫，並表示新產能會在第四季陸續開出，客戶的預付款項也比上一季增加。</p>"
            "<p>下一季的展望維持不變，存貨週轉天數降低，現金流量轉為正數。</p>"
            f"<aside><p>{PROSE}</p><p>{MORE}</p><p>庫存下降。</p></aside>"
        ),
        {"left_out": [{"reason": "named aside", "text": f"{READ}{READ_MORE}庫存下降。"}]},
    ),
}


def read(number: int, body: bytes, days: int) -> Article:
    """Return the article on a page, after all stages; a miss fails the test."""
    address = read_address(f"https://www.cmoney.tw/notes/note-detail.aspx?nid={number}", SITES)
    assert address is not None
    at = NOW + timedelta(days=days)
    page = Page(address.key, address.url(SITES), 200, body, None, "text/html; charset=utf-8", at, {})
    article = extract(page, body, address, SITES)
    assert isinstance(article, Article), article
    ranks: dict[str, int] = crawler.settings.ITEM_PIPELINES
    stages = [stage for stage in sorted(ranks, key=lambda stage: ranks[stage]) if not stage.endswith("Store")]
    refined = refiner(stages)(article, Counter())
    assert isinstance(refined, Article), refined
    return refined


@pytest.fixture
def kept(archive: Archive) -> Archive:
    """Keep every shape, each under a number of its own."""
    articles = [read(number, body, 0) for number, (body, _) in enumerate(SHAPES.values(), 1)]
    saved = archive.writer().save(articles, NOW)
    assert {entry.what for entry in saved} == {"new"}
    return archive


def unlike(archive: Archive) -> dict[str, Any]:
    """Return what is kept otherwise than it should be, by shape."""
    wrong = {}
    for number, (name, (_, expected)) in enumerate(SHAPES.items(), 1):
        document: dict[str, Any] = dict(archive.articles.get(f"notes:{number}") or {})
        if differing := {field: document.get(field) for field in expected if document.get(field) != expected[field]}:
            wrong[name] = differing
    return wrong


def test_each_shape_is_read_off_its_page(kept: Archive) -> None:
    assert unlike(kept) == {}


def test_each_shape_is_the_same_at_a_re_check(kept: Archive) -> None:
    later = NOW + timedelta(days=1)
    articles = [read(number, body, 1) for number, (body, _) in enumerate(SHAPES.values(), 1)]
    assert {entry.what for entry in kept.writer().save(articles, later)} == {"same"}
    assert unlike(kept) == {}
    assert kept.database["revisions"].count_documents({}) == len(SHAPES)


def test_each_shape_is_mended_by_a_reparse(kept: Archive) -> None:
    junk: dict[str, Any] = {
        "text": "舊",
        "title": "舊",
        "sections": [],
        "tickers": [],
        "tw_stocks": [],
        "left_out": [],
        "lead": None,
    }
    older = {"content_hash": "0" * 64, "extractor.version": "1", "author": {"id": None, "name": "舊"}}
    kept.database["articles"].update_many({}, {"$set": junk | older})
    kept.database["frontier"].update_many({}, {"$set": {"content_hash": "0" * 64}})
    settings = Settings()
    settings.setmodule(crawler.settings)
    tally = Reparse(kept, recipe_of(settings), ReparseRequest(processes=1)).run(Callbacks())
    assert tally.counts == {"revised": len(SHAPES)}
    assert unlike(kept) == {}
    last = kept.database["revisions"].find({"revision": 2})
    assert {revision["cause"] for revision in last} == {"extractor"}
