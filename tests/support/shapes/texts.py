"""Texts: normal form, encodings, headings, lists, breaks, tails."""

from __future__ import annotations

from tests.support.sample_pages import MORE, NEWS_URL, PROSE, TITLE, news_page, notes_page
from tests.support.shapes.shape import (
    END,
    HEADING,
    OWN_TITLE,
    READ,
    READ_MORE,
    Shape,
    capture_of,
    page_of,
    text_of,
)

_HEADS = ("需求穩健帶動營收", "資本支出節奏放緩", "庫存水位如期下降", "估值仍有想像空間")
_TEXTS = (READ + READ_MORE, READ_MORE + READ, READ + READ, READ_MORE + READ_MORE)
_SECTIONS = [{"heading": f"{head}。", "blocks": [text]} for head, text in zip(_HEADS, _TEXTS, strict=True)]
_PLAIN_LINES = [line for pair in zip(_HEADS, _TEXTS, strict=True) for line in pair]
_TWICE = [
    line
    for head, text in zip(("結論先行", *_HEADS[1:]), _TEXTS, strict=True)
    for line in (f"{head}。", text, READ_MORE + READ + READ_MORE)
]
_ITEMS = ["• 甲:一成", "• 乙:兩成", "• 丙:三成"]
_HOUSE = "https://www.cmoney.tw/r/56/ab12"
_END = "<p>免責宣言</p><p>本文僅供參考，不構成投資建議，盈虧自負。</p>"


def _sectioned(form: str, joint: str = "\n") -> Shape:
    """Return four headed paragraphs, whose headings end in a full stop; `form` holds one of them."""
    pairs = list(zip(_HEADS, _TEXTS, strict=True))
    body = "".join(form.format(head, text) for head, text in pairs)
    lines = [
        line for head, text in pairs for line in ((f"{head}。{text}",) if "</strong>" in form else (f"{head}。", text))
    ]
    page = notes_page(body).replace(TITLE.encode(), OWN_TITLE.encode())
    return Shape(page, {"sections": _SECTIONS}, capture=joint.join((OWN_TITLE, *lines)))


def _lead(lead: str) -> Shape:
    page = notes_page(f"<p>{lead}</p><p>{PROSE}</p>{END}").replace(TITLE.encode(), OWN_TITLE.encode())
    capture, read = "\n\n".join((OWN_TITLE, lead, PROSE, MORE)), lead.replace("｜", "|")
    return Shape(page, {"lead": read, "text": "\n\n".join((read, READ, READ_MORE))}, capture=capture)


def _cut(tail: str, *lines: str) -> Shape:
    return Shape(
        page_of(f"<p>{PROSE}</p>{END}{tail}"),
        {"text": text_of(READ, READ_MORE)},
        capture=capture_of(PROSE, MORE, *lines),
    )


def _encoded(codec: str, meta: str, header: str | None) -> Shape:
    page = page_of(f"<p>{PROSE}</p>{END}").decode().replace('charset="utf-8"', f'charset="{meta}"')
    content_type = f"text/html; charset={header}" if header else "text/html"
    expected = {"title": OWN_TITLE, "text": text_of(READ, READ_MORE)}
    return Shape(page.encode(codec), expected, content_type=content_type)


_WRONG = [
    ("utf-8", "big5", None),
    ("utf-8", "utf-8", "big5"),
    ("utf-8", "iso-8859-1", "gb2312"),
    ("big5", "big5", None),
    ("big5", "utf-8", None),
    ("big5", "utf-8", "utf-8"),
    ("big5", "iso-8859-1", "iso-8859-1"),
    ("big5", "gb2312", None),
    ("big5", "gbk", "gb18030"),
    ("big5", "shift_jis", None),
    ("gb18030", "gb2312", None),
    ("gb18030", "big5", "big5"),
    ("gb18030", "utf-8", "iso-8859-1"),
    ("gb18030", "iso-8859-1", None),
    ("utf-16", "utf-8", None),
]

TEXTS = {
    "lines of plain text over a tail with mark-up": Shape(
        notes_page("<div>" + "\n\n".join(_PLAIN_LINES) + "</div>" + _END).replace(TITLE.encode(), OWN_TITLE.encode()),
        {"text": "\n\n".join(_PLAIN_LINES).replace("，", ","), "lead": _HEADS[0]},
    ),
    "headings with full stops under such a lead, each over two paragraphs": Shape(
        notes_page("".join(f"<p>{line}</p>" for line in _TWICE)).replace(TITLE.encode(), OWN_TITLE.encode()),
        {
            "sections": [
                {"heading": f"{head}。", "blocks": [text, READ_MORE + READ + READ_MORE]}
                for head, text in zip(("結論先行", *_HEADS[1:]), _TEXTS, strict=True)
            ]
        },
    ),
    "the normal form": Shape(
        page_of(f"<p>營收１０⁹美元，約２½倍︰①㎡™，{PROSE}</p>"),
        {"text": text_of(f"營收10⁹美元,約2½倍︰①㎡™,{READ}")},
        capture=capture_of(f"營收１０⁹美元，約２½倍︰①㎡™，{PROSE}"),
    ),
    "paragraphs by single breaks": Shape(
        page_of(f"<div>{PROSE}<br>{MORE}<br>庫存下降。</div>"),
        {"sections": [{"heading": HEADING, "blocks": [READ, READ_MORE, "庫存下降。"]}]},
        capture=capture_of(PROSE, MORE, "庫存下降。", joint="\n"),
    ),
    "two short sentences by a break": Shape(
        page_of(f"<p>庫存下降。<br>毛利率持平。</p>{END}"), {"text": text_of("庫存下降。", "毛利率持平。", READ_MORE)}
    ),
    "lines of a verse": Shape(
        page_of(f"<p>春風又綠江南岸，<br>明月何時照我還。</p>{END}"),
        {"text": text_of("春風又綠江南岸, 明月何時照我還。", READ_MORE)},
    ),
    "headings between breaks": Shape(
        page_of(f"<p><b>訂單成長</b><br>{PROSE}<br><b>後續觀察</b><br>{MORE}</p>"),
        {"lead": HEADING, "text": text_of("訂單成長", READ, "後續觀察", READ_MORE)},
        capture=f"# {OWN_TITLE}\n\n## {HEADING}\n\n**訂單成長**\n\n{PROSE}\n\n**後續觀察**\n\n{MORE}",
    ),
    "a table that places text": Shape(
        page_of(f"<table><tr><td><p>{PROSE}</p><p>庫存下降。</p></td><td><img src=x></td></tr></table>{END}"),
        {"text": text_of(READ, "庫存下降。", READ_MORE)},
    ),
    "items of a list": Shape(
        page_of(f"<p>{PROSE}</p><ul><li>甲:一成</li><li>乙:兩成</li></ul>"),
        {"text": text_of(READ, "甲:一成", "乙:兩成")},
    ),
    "items on one line": Shape(
        page_of(f"<p>{PROSE}</p><p>- 甲:一成 - 乙:兩成 - 丙:三成</p>"),
        {"text": text_of(READ, *_ITEMS)},
        capture=capture_of(PROSE, "- 甲:一成 - 乙:兩成 - 丙:三成"),
    ),
    "items on lines": Shape(
        page_of(f"<p>{PROSE}</p><p>• 甲:一成<br>• 乙:兩成<br>• 丙:三成</p>"),
        {"text": text_of(READ, *_ITEMS), "sections": [{"heading": HEADING, "blocks": [READ, *_ITEMS]}]},
        capture=capture_of(PROSE, "- 甲:一成", "- 乙:兩成", "- 丙:三成", joint="\n"),
    ),
    "headings that end in a full stop": _sectioned("<p>{}。</p><p>{}</p>"),
    "marked headings that end in a full stop": _sectioned("<h3>{}。</h3><p>{}</p>"),
    "headings that stand run-in": _sectioned("<p><strong>{}。</strong>{}</p>", "\n\n"),
    "a house's link after the line that leads to it": _cut(
        f'<p>大戶今天買了誰？</p><p><a href="{_HOUSE}">{_HOUSE}</a></p>', "大戶今天買了誰？", _HOUSE
    ),
    "an app's promotion": _cut(
        f"<p>點擊下方連結，下載美股K線APP</p><p>{_HOUSE}</p>{_END}", "點擊下方連結，下載美股K線APP", _HOUSE
    ),
    "a question widget": _cut(
        '<div><p>你可能想知道</p><p><a href="https://aigc.cmoney.tw/q?id=1">財報何時公布？</a></p></div>'
    ),
    "a credit at the end": _cut("<p>圖 / Shutterstock</p>", "圖 / Shutterstock"),
    "a credit at the beginning": Shape(
        notes_page(f"<p>圖 / Shutterstock</p><h2>{HEADING}</h2><p>{PROSE}</p>{END}").replace(
            TITLE.encode(), OWN_TITLE.encode()
        ),
        {"text": text_of(READ, READ_MORE)},
    ),
    "an address amid a paragraph": Shape(
        page_of(f"<p>財報見 {_HOUSE} 的說明，{PROSE}</p>{END}"),
        {"text": text_of(f"財報見 {_HOUSE} 的說明,{READ}", READ_MORE)},
        capture=capture_of(f"財報見 {_HOUSE} 的說明，{PROSE}", MORE),
    ),
    "a note on the new host": Shape(
        page_of(f"<p>{PROSE}</p>{END}"),
        {"text": text_of(READ, READ_MORE)},
        url="https://cmnews.com.tw/notes/note-detail.aspx?nid={}",
    ),
    "an article of the third host": Shape(
        news_page(f"<h2>{HEADING}</h2><p>{PROSE}</p>{END}").replace(TITLE.encode(), OWN_TITLE.encode()),
        {"text": text_of(READ, READ_MORE), "published_at": "2026-05-27T03:10"},
        url=NEWS_URL.replace("cmnews.com.tw", "www.forecastock.tw")[:-5] + "{:05x}",
    ),
}
TEXTS |= {
    f"the lead {lead}": _lead(lead)
    for lead in (
        "結論先行︰財報優於預期",
        "結論先行,財報優於預期",
        "結論先行:財報優於預期",
        "結論先行｜財報優於預期",
        "結論先行",
    )
}
TEXTS |= {f"{codec} that is called {meta}, {header}": _encoded(codec, meta, header) for codec, meta, header in _WRONG}
