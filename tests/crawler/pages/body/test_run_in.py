"""Headings that end in a full stop or stand run-in, and the lead in each of its shapes."""

from __future__ import annotations

import pytest

from crawler.pages.templates.text_capture import read_capture
from tests.support.sample_pages import BODY, MORE, OTHER_URL, PROSE, TITLE, read_news, read_notes

HEADS = ["需求穩健帶動營收", "資本支出節奏放緩", "庫存水位如期下降", "估值仍有想像空間"]
TEXTS = [PROSE + MORE, MORE + PROSE, PROSE + PROSE, MORE + MORE]
STOPPED = [f"{head}。" for head in HEADS]


def sections(article: object) -> list[tuple[str | None, tuple[str, ...]]]:
    return [(section.heading, section.blocks) for section in article.sections]  # type: ignore[attr-defined]


def expected(heads: list[str]) -> list[tuple[str | None, tuple[str, ...]]]:
    return [(head, (text,)) for head, text in zip(heads, TEXTS, strict=True)]


@pytest.mark.parametrize("read", [read_news, read_notes])
@pytest.mark.parametrize("form", ["<h2>{}</h2><p>{}</p>", "<p><strong>{}</strong></p><p>{}</p>", "<p>{}</p><p>{}</p>"])
def test_headings_that_end_in_a_full_stop_are_headings(read: object, form: str) -> None:
    body = "".join(form.format(head, text) for head, text in zip(STOPPED, TEXTS, strict=True))
    assert sections(read(body)) == expected(STOPPED)  # type: ignore[operator]


@pytest.mark.parametrize("joint", ["\n", "\n\n"])
@pytest.mark.parametrize("heads", [HEADS, STOPPED])
def test_captures_with_single_newlines_and_full_stops_have_headings(heads: list[str], joint: str) -> None:
    lines = [line for pair in zip(heads, TEXTS, strict=True) for line in pair]
    article = read_capture(joint.join((TITLE, *lines)).encode(), "a")
    assert sections(article) == expected(heads)


@pytest.mark.parametrize(
    ("form", "heads"),
    [
        ("<p><strong>{}</strong>{}</p>", HEADS),
        ("<p><strong>{}</strong> {}</p>", HEADS),
        ("<p><b>{}</b><span> {}</span></p>", HEADS),
        ("<p><strong>{}。</strong>{}</p>", STOPPED),
        ("<p><strong>{}</strong>。{}</p>", STOPPED),
        ("<p>\u3000<strong><span>{}：</span></strong>{}</p>", [f"{head}：" for head in HEADS]),
        ("<p>{}。{}</p>", STOPPED),
        ("<p>{} {}</p>", HEADS),
        ("<p>{}｜{}</p>", [f"{head}｜" for head in HEADS]),
    ],
)
def test_run_in_headings_are_parted_from_their_text(form: str, heads: list[str]) -> None:
    body = "".join(form.format(head, text) for head, text in zip(HEADS, TEXTS, strict=True))
    assert sections(read_news(body)) == expected(heads)


@pytest.mark.parametrize(
    "below",
    [
        f'<p>延伸閱讀：<a href="{OTHER_URL}">【美股動態】甲公司財報</a></p><p>免責宣言</p>',
        '<p>盤後清單都在這裡 👉</p><p><a href="https://www.cmoney.tw/r/2/ab12">領取清單</a></p>',
    ],
)
@pytest.mark.parametrize("form", ["<p><strong>{}</strong>{}</p>", "<p><strong>{}</strong></p><p>{}</p>"])
def test_lines_of_the_tail_are_no_headings_that_deny_others(form: str, below: str) -> None:
    heads = ["結論先行。", "需求穩健。", *STOPPED[2:]]
    body = "".join(form.format(head, text) for head, text in zip(heads, TEXTS, strict=True))
    assert [heading for heading, _ in sections(read_news(body + below))] == heads


@pytest.mark.parametrize(
    "lead", ["結論先行︰財報優於預期。", "結論先行,財報優於預期。", "結論先行｜財報優於預期。", "結論先行。"]
)
@pytest.mark.parametrize("others", [[MORE], [MORE, PROSE], ["需求穩健", MORE, "後續觀察", PROSE]])
def test_a_plain_lead_is_parted_from_its_text_however_few_paragraphs_there_are(lead: str, others: list[str]) -> None:
    lines = [f"{lead}{PROSE}", *others]
    html = "".join(f"<h2>{line}</h2>" if len(line) < 5 else f"<p>{line}</p>" for line in lines)
    for article in (read_news(html), read_capture("\n\n".join((TITLE, *lines)).encode(), "a")):
        assert [block.text for block in article.blocks] == [lead, PROSE, *others]
        assert (article.blocks[0].kind, article.lead) == ("heading", lead)


@pytest.mark.parametrize("form", ["<p><strong>{}</strong>{}</p>", "<p>{}</p><p>{}</p>"])
def test_a_marked_heading_that_opens_the_body_denies_no_others(form: str) -> None:
    body = "".join(form.format(head, text) for head, text in zip(STOPPED, TEXTS, strict=True))
    article = read_news(f"<h2>財報優於預期</h2><p>{PROSE}</p>{body}")
    assert [heading for heading, _ in sections(article)] == ["財報優於預期", *STOPPED]


def test_run_in_headings_of_captures_are_parted_from_their_text() -> None:
    lines = [f"{head}。{text}" for head, text in zip(HEADS, TEXTS, strict=True)]
    article = read_capture("\n\n".join((TITLE, *lines)).encode(), "a")
    assert sections(article) == expected(STOPPED)


@pytest.mark.parametrize(
    "body",
    [
        f"<p><strong>測試公司</strong>在第二季{PROSE}</p><p>{MORE}</p><p>{PROSE}</p>",
        f"<p>{PROSE}</p><p><strong>這一點值得留意。</strong></p><p>{MORE}</p><p>{PROSE}{MORE}</p><p>{MORE}{PROSE}</p>",
        f"<p>短句在前。{PROSE}</p><p>{MORE}</p><p>{PROSE}</p><p>{MORE}</p>",
    ],
)
def test_emphasis_and_short_sentences_alone_are_no_headings(body: str) -> None:
    assert [block.text for block in read_news(body).blocks if block.is_heading] == []


def test_where_there_are_headings_emphasis_is_none() -> None:
    article = read_news(f"{BODY}<p><strong>重點一：</strong>{PROSE}</p><p><strong>重點二：</strong>{MORE}</p>")
    assert [block.text for block in article.blocks if block.is_heading] == ["需求穩健", "後續觀察"]


LEADS = [
    "結論先行，財報優於預期",
    "結論先行：財報優於預期。",
    "結論先行︰財報優於預期",
    "結論先行｜財報優於預期",
    "結論先行",
]


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("form", ["<h2>{}</h2>", "<p><strong>{}</strong></p>", "<p>{}</p>", "<p><span>{}</span></p>"])
@pytest.mark.parametrize("heads", [HEADS, STOPPED])
def test_the_lead_is_the_first_heading_in_each_shape(lead: str, form: str, heads: list[str]) -> None:
    mark = form if "span" not in form else "<p>{}</p>"
    body = "".join(f"{mark.format(head)}<p>{text}</p>" for head, text in zip(heads, TEXTS, strict=True))
    article = read_news(f"{form.format(lead)}<p>{PROSE}</p>{body}")
    assert article.lead == lead
    assert sections(article) == [(lead, (PROSE,)), *expected(heads)]
    capture = "\n\n".join((TITLE, lead, PROSE, *(line for pair in zip(heads, TEXTS, strict=True) for line in pair)))
    assert sections(read_capture(capture.encode(), "a")) == [(lead, (PROSE,)), *expected(heads)]


@pytest.mark.parametrize("lead", LEADS[1:3])
def test_a_lead_may_stand_run_in_before_its_text(lead: str) -> None:
    article = read_news(f"<p><strong>{lead}</strong> {PROSE}</p>{BODY}")
    assert sections(article)[0] == (lead, (PROSE,))


def test_lines_of_a_capture_that_were_broken_at_a_width_are_joined() -> None:
    lines = [PROSE[start : start + 20] for start in range(0, len(PROSE), 20)]
    article = read_capture("\n".join((TITLE, "", "需求穩健", "", *lines)).encode(), "a")
    assert [block.text for block in article.blocks] == ["需求穩健", PROSE]
