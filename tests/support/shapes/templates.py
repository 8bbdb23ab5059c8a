"""Marks of templates: names, forms, hidden elements, quotes, titles, authors; known templates and unknown ones."""

from __future__ import annotations

from tests.support.sample_pages import MORE, PROSE, TITLE, changed_page, notes_page
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

_QUOTED = '【美股焦點】測試公司"雲端"布局擴大'
_BODY = f"<h2>{HEADING}</h2><p>{PROSE}</p><p>{MORE}</p>" * 6
_TEXT = "\n\n".join([text_of(READ, READ_MORE)] * 6)
_LEFT_OUT = f"<p>{PROSE}</p><p>{MORE}</p><p>庫存下降。</p>"
_KEPT = f"{READ}{READ_MORE}庫存下降。"
_RESULT = {"title": OWN_TITLE, "text": _TEXT}


def _known(page: bytes) -> bytes:
    return page.replace(TITLE.encode(), OWN_TITLE.encode())


def _around(around: str) -> Shape:
    """Return a page whose whole content stands in an element; its own template is known."""
    page = _known(notes_page(_BODY)).decode().replace('<div class="pt-bar">', f'{around}<div class="pt-bar">')
    return Shape(page.encode(), _RESULT)


def _unknown(around: str) -> Shape:
    """Return a page of no known template; `around` holds the body, and what stands beside it."""
    page = changed_page(_BODY, around=f"<div class='wrap'><h1>{TITLE}</h1>{around}</div>")
    return Shape(_known(page), _RESULT)


def _left_out(box: str, reason: str) -> Shape:
    """Return a page with a box of prose in its body that is no text; three sentences of it are a problem."""
    page = _known(notes_page(_BODY + box.format(_LEFT_OUT)))
    return Shape(page, _RESULT | {"left_out": [(reason, _KEPT)], "text_problems": 1})


_REMARKS = "".join(f"<div><b>讀者{number}</b><p>{MORE}{PROSE}</p></div>" for number in range(9))
_LINKS = "".join(f'<li><a href="/x/{number}">另一家公司的第{number}則消息</a></li>' for number in range(9))

TEMPLATES = {
    "a script in a comment": Shape(_known(notes_page(f"<!-- <script> a<b -->{_BODY}")), _RESULT),
    "a script in a script": Shape(_known(notes_page(f'<script>x="<script"+"<p a=1 b=2>"</script>{_BODY}')), _RESULT),
    "an odd quote in an address": Shape(_known(notes_page(f'<a href="/x/""></a>{_BODY}')), _RESULT),
    "a quote in a quote": Shape(_known(notes_page(f'<img alt="輝達"財報" src=x>{_BODY}')), _RESULT),
    "more attributes than any page has": Shape(
        _known(notes_page(f"{_BODY}<i {' '.join(f'a{number}' for number in range(30_000))}></i>")),
        _RESULT | {"text_problems": 1},
    ),
    "a form around the page": _around("<form id=aspnetForm method=post>"),
    "a page that is called a widget": _around("<div class='page-widget'>"),
    "a layout with a sidebar": _around("<div class='layout--with-sidebar main__with-ad'>"),
    "a page that is sent in pieces": _around("<div hidden id='S:0'>"),
    "prose in questions": _left_out("<div class='faq-list'>{}</div>", "named faq-list"),
    "prose in a share box": _left_out("<div class='share-content'>{}</div>", "named share-content"),
    "prose in a banner": _left_out("<div class='banner-text'>{}</div>", "named banner-text"),
    "prose in an aside": _left_out("<aside>{}</aside>", "named aside"),
    "prose that is hidden": _left_out("<div style='display:none'>{}</div>", "hidden"),
    "a heading that is called a widget's": Shape(
        page_of(f"<p>{PROSE}</p><h2 class='widget-title'>後續觀察</h2>{END}"),
        {"text": text_of(READ, "後續觀察", READ_MORE)},
    ),
    "prose between title and body": Shape(
        _known(notes_page(_BODY, above=f"<div class='summary'>{_LEFT_OUT}</div>")),
        _RESULT | {"left_out": [("between title and body", _KEPT)], "text_problems": 1},
    ),
    "an unknown template": _unknown("<div class='b'>{}</div>"),
    "an unknown one with a sidebar's name": _unknown("<div class='content-with-sidebar'><div>{}</div></div>"),
    "an unknown one in a form": _unknown("<form><div>{}</div></form>"),
    "links to other articles below": _unknown(f"<div>{{}}</div><div><h3>熱門文章</h3><ul>{_LINKS}</ul></div>"),
    "the next and the last article below": _unknown(
        "<div>{}<div><a href=/x/1>上一篇：甲公司擴產</a><a href=/x/2>下一篇：乙公司減產</a></div></div>"
    ),
    "remarks of readers below": _unknown(f"<div>{{}}</div><div class='comments-area'>{_REMARKS}</div>"),
    "labels for sharing around": _unknown("<div><p>分享到</p><p>Facebook</p><p>LINE</p></div><div>{}<p>分享</p></div>"),
    "a menu with prose": _unknown(f"<nav>{_REMARKS}</nav><div>{{}}</div>"),
    "a title that a quote cut off": Shape(
        page_of(END, f'<meta property="og:title" content="{_QUOTED}">').replace(OWN_TITLE.encode(), _QUOTED.encode()),
        {"title": _QUOTED, "column": "美股焦點"},
        capture=capture_of(MORE).replace(OWN_TITLE, _QUOTED),
    ),
    "a title for search engines": Shape(
        _known(changed_page(_BODY, around=f"<main><h1>{TITLE}</h1>{{}}</main>")).replace(
            b"<head>", "<head><meta property='og:title' content='CMoney 理財寶'>".encode()
        ),
        _RESULT,
    ),
}

_AUTHORS = {
    "an e-mail address": '<meta name="author" content="service@cmoney.tw">',
    "the house": '<meta name="author" content="CMoney 理財寶">',
    "an organisation": '<script type="application/ld+json">{"@type":"NewsArticle",'
    '"author":{"@type":"Organization","name":"甲"}}</script>',
}
TEMPLATES |= {
    f"an author that is {name}": Shape(page_of(END, head).replace("小編".encode(), b"12345"), {"author": None})
    for name, head in _AUTHORS.items()
}

_NEXT = (
    f'<div><h1 class="twoline-ellipsis">{TITLE}</h1><div class="articleBody__font">{_BODY}<ul><li>'
    '<a title="別的" href="/t">別的</a></li></ul></div></div></body>'
)
_LINES = (HEADING, f"{MORE}庫存。", "後續", PROSE, "免責宣言", "僅供參考。")
TEMPLATES |= {
    "raised, lowered, struck and inserted figures": Shape(
        page_of(f"<p>{PROSE}產量10<sup>9</sup>片，CO<sub>2</sub>減<del>3</del><ins>5</ins>噸<sup>註</sup>。</p>"),
        {"text": text_of(f"{READ}產量10⁹片,CO₂減5噸註。")},
    ),
    "an article that follows": Shape(
        page_of(f"<p>一則短訊。</p>{END}").replace(b"</body>", _NEXT.encode()),
        {"title": OWN_TITLE, "text": text_of("一則短訊。", READ_MORE), "tags": []},
    ),
    "a second body for telephones": Shape(
        page_of(f"<p>{PROSE * 2}</p>{END}").replace(
            b"</body>", f'<p itemprop="articleBody">{PROSE}</p></body>'.encode()
        ),
        {"text": text_of(READ * 2, READ_MORE)},
    ),
    "a title in two elements": Shape(
        page_of(END + "<p>庫存見底。</p>").replace(
            f">{OWN_TITLE}</h1>".encode(), f"><i>{OWN_TITLE[:6]}</i>\n{OWN_TITLE[6:]}</h1>".encode()
        ),
        {"title": OWN_TITLE},
    ),
    "lines without mark-up": Shape(
        page_of("").replace(f"<h2>{HEADING}</h2>".encode(), "\n\n".join(_LINES).encode()),
        {"text": text_of(f"{READ_MORE}庫存。", "後續", READ)},
        capture="\n\n".join((OWN_TITLE, *_LINES)),
    ),
    "titles behind arrows": Shape(
        page_of(
            f'{END}<p>訂單。</p><p>▶延伸閱讀</p><p>▶<a href="/notes/note-detail.aspx?nid=9">【美股焦點】甲</a></p>'
        ),
        {
            "text": text_of(READ_MORE, "訂單。"),
            "related": [
                {
                    "title": "【美股焦點】甲",
                    "url": "https://www.cmoney.tw/notes/note-detail.aspx?nid=9",
                    "key": "notes:9",
                }
            ],
        },
    ),
    "a notice in lines with stars": Shape(
        page_of(f"{END}<p>存貨。</p><p>＊本文章之版權屬筆者，嚴禁轉載</p><p>＊投資有風險，請審慎評估</p>"),
        {"text": text_of(READ_MORE, "存貨。")},
        capture=capture_of(MORE, "存貨。", "＊本文章之版權屬筆者，嚴禁轉載", "＊投資有風險，請審慎評估"),
    ),
}
