"""Tests of `crawler.pages.templates.text_capture`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import Unreadable
from crawler.pages.templates.text_capture import _cells, capture_key, read_capture
from tests.support.sample_pages import MORE, PROSE, TITLE, kinds, texts
from tests.support.stage_articles import seed_lines

SEED = Path(__file__).parents[5] / "shared" / "seed"
BODY = ("需求回溫", PROSE, "後續觀察", MORE)
TAIL = ("延伸閱讀:", "【美股動態】甲", "【美股動態】乙", "版權聲明", "請勿轉載。")
CAPTURE = "\n\n".join((TITLE, *BODY, *TAIL)) + "\n"


def test_title_headings_paragraphs_and_further_reading_are_read() -> None:
    article = read_capture(CAPTURE.encode(), "a.txt")
    assert (article.title, article.url, article.author.name) == (TITLE, None, None)
    assert texts(article)[:4] == ["需求回溫", PROSE, "後續觀察", MORE]
    assert kinds(article)[:4] == list("hphp")
    assert [(entry.title, entry.url, entry.key) for entry in article.related] == [
        ("【美股動態】甲", None, None),
        ("【美股動態】乙", None, None),
    ]
    assert texts(article)[-2:] == ["版權聲明", "請勿轉載。"]


@pytest.mark.parametrize(
    "table",
    [
        "公司\t代號\t漲跌\n蘋果\tAAPL\t+1.2%",
        "| 公司 | 代號 | 漲跌 |\n|---|:--:|---|\n| 蘋果 | AAPL | +1.2% |",
    ],
)
@pytest.mark.parametrize("joint", ["\n", "\n\n"])
def test_a_pasted_table_gives_rows(table: str, joint: str) -> None:
    lines = [TITLE, *BODY[:2], table, *BODY[2:], *TAIL]
    article = read_capture(joint.join(lines).encode(), "a.txt")
    rows = ["公司 | 代號 | 漲跌", "蘋果 | AAPL | +1.2%"]
    assert texts(article)[:6] == [*BODY[:2], *rows, *BODY[2:]]
    assert kinds(article)[:6] == list("hprrhp")


MARKDOWN = {
    "headings": "# {title}\n\n## {0}\n\n{1}\n\n### {2} ###\n\n{3}\n",
    "emphasis": "**{title}**\n\n**{0}**\n\n{1}\n\n**{2}**\n\n{3}\n",
    "single newlines": "# {title}\n## {0}\n{1}\n## {2}\n> {3}\n---\n![圖](/a.png)\n",
    "front matter": '---\ntitle: "{title}"\ndate: 2025-08-14 15:50\n---\n# {title}\n\n## {0}\n\n{1}\n\n## {2}\n\n{3}\n',
    "front matter alone": "---\ntitle: {title}\n---\n## {0}\n\n{1}\n\n## {2}\n\n{3}\n",
}


@pytest.mark.parametrize("form", MARKDOWN)
def test_the_marks_of_markdown_are_mark_up(form: str) -> None:
    article = read_capture(MARKDOWN[form].format(*BODY, title=TITLE).encode(), "a.md")
    assert (article.title, texts(article), kinds(article)) == (TITLE, list(BODY), list("hphp"))
    stated = article.published_at.isoformat() if article.published_at else None
    assert stated == ("2025-08-14T07:50:00+00:00" if "date" in MARKDOWN[form] else None)


def test_emphasis_links_and_items_in_markdown_lines_keep_their_words() -> None:
    lines = [
        "## 需求",
        f"**訂單成長。**{PROSE}",
        "- 甲:一",
        "- **乙**:二",
        r"[財報](https://example.com/1)佳\-平",
        "2\\*\\*3",
    ]
    article = read_capture("\n\n".join([f"# {TITLE}", *lines]).encode(), "a.md")
    expected = ["需求", f"訂單成長。{PROSE}", "• 甲:一", "• 乙:二", "財報佳-平", "2**3"]
    assert texts(article) == expected
    assert [(link.title, link.url) for link in article.blocks[4].links] == [("財報", "https://example.com/1")]


@pytest.mark.parametrize(
    "line", ["#美股 #台積電", "2**10等於1024,3**2等於9。", "-5%以下為負。", "[註](見下)是括號。", ">5%才算。"]
)
def test_signs_in_a_text_that_is_not_markdown_stay(line: str) -> None:
    assert line in texts(read_capture("\n\n".join([TITLE, *BODY, line, PROSE]).encode(), "a.txt"))


def test_addresses_over_the_title_and_the_name_over_the_stamp_are_no_text() -> None:
    above, stamp = "https://cmnews.com.tw/article/emily-dbdb7e63-e736-11f1-9bdb-b3ac09c763d8", "2025-08-14 15:50 13,086"
    article = read_capture("\n\n".join((above, TITLE, "CMoney AI 研究員", stamp, *BODY)).encode(), "a.txt")
    assert (article.title, article.author.name, texts(article)) == (TITLE, "CMoney AI 研究員", list(BODY))
    assert article.published_at == datetime(2025, 8, 14, 7, 50, tzinfo=UTC)
    assert texts(read_capture("\n\n".join((TITLE, "結論先行", stamp, *BODY)).encode(), "a.txt"))[0] == "結論先行"


def test_the_menu_over_the_title_is_no_title() -> None:
    article = read_capture(f"首頁\n美股\n\n{CAPTURE}".encode(), "a.txt")
    assert (article.title, texts(article)[:4]) == (TITLE, list(BODY))
    assert read_capture(f"甲公司財報前瞻\n\n{PROSE}\n\n{TITLE}".encode(), "b.txt").title == "甲公司財報前瞻"


def test_a_capture_that_ends_in_the_prompt_to_log_in_is_for_members() -> None:
    lines = [TITLE, *BODY, "閱讀VIP文章請先登入"]
    assert read_capture("\n\n".join(lines).encode(), "a.txt").access == "members"
    assert read_capture(CAPTURE.encode(), "b.txt").access == "public"


@pytest.mark.skipif(not SEED.is_dir(), reason="the seed is not beside this checkout")
def test_the_seed_reads_as_its_issue_says() -> None:
    (path,) = SEED.glob("*.txt")
    article = read_capture(path.read_bytes(), path.name)
    headings = [block.text for block in article.blocks if block.is_heading]
    body = [block for block in article.blocks if not block.is_heading][:11]
    assert article.title.startswith("【美股動態】")
    assert (len(headings), article.lead) == (11, seed_lines()[1])
    assert all(len(block.text) > 80 for block in body)
    assert len(article.related) == 3


@pytest.mark.parametrize("change", ["\ufeff{}", "{}\n\n", "\n\n{}"])
def test_marks_and_blank_lines_around_it_change_nothing(change: str) -> None:
    assert read_capture(change.format(CAPTURE).encode(), "a").key == read_capture(CAPTURE.encode(), "b").key
    assert read_capture(CAPTURE.replace("\n", "\r\n").encode(), "c") == read_capture(CAPTURE.encode(), "d")


def test_the_head_s_dates_are_read_and_are_no_text() -> None:
    text = f"{TITLE}\n2025-08-14 15:50 13,086\n(更新：2025-08-14 15:55)\n\n{PROSE}\n\n{MORE}"
    article = read_capture(text.encode(), "a")
    assert (article.published_at, article.published_from) == (datetime(2025, 8, 14, 7, 50, tzinfo=UTC), "page")
    assert article.updated_at == datetime(2025, 8, 14, 7, 55, tzinfo=UTC)
    assert texts(article) == [PROSE, MORE]


def test_furniture_on_lines_of_its_own_is_parted() -> None:
    text = f"{TITLE}\n\n{PROSE}\n\n\n文章相關標籤\n喜歡這篇文章嗎?\n  • facebook\n作者文章"
    assert texts(read_capture(text.encode(), "a"))[1:] == ["文章相關標籤", "喜歡這篇文章嗎?", "• facebook", "作者文章"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n \xe3\x80\x80", "no title"),
        ("標題\n\n內文".encode("big5"), "not UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff", "binary"),
        ("標題\n\n內\x00文".encode(), "binary"),
        ("\u200b\n\n內文".encode(), "no title"),
        ("標題".encode(), "no text"),
        ("標題\n\n".encode(), "no text"),
    ],
)
def test_what_is_no_capture_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as caught:
        read_capture(content, "x.txt")
    assert "x.txt" in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(min_size=1))
def test_the_key_does_not_depend_on_white_space(text: str) -> None:
    assert capture_key(text) == capture_key(f" \n{text}\t") == capture_key(text.replace(" ", "\n\n"))


@given(st.binary(max_size=200))
def test_no_bytes_end_in_another_error(content: bytes) -> None:
    try:
        assert read_capture(content, "x").title
    except Unreadable as error:
        assert error.reason  # noqa: PT017


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("| 甲 | 乙 |", ["甲", "乙"]),
        ("甲\t乙", ["甲", "乙"]),
        ("| 甲\t乙", ["| 甲", "乙"]),
        ("甲\t乙 |", ["甲", "乙 |"]),
        ("| 甲 |", []),
        ("甲 | 乙", []),
    ],
)
def test_a_row_stands_between_tabs_or_within_bars(line: str, cells: list[str]) -> None:
    assert _cells(line) == cells
