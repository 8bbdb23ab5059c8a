"""The end of a body: further reading, notices, and the furniture of the page."""

from __future__ import annotations

import html

from tests.site.dice import share
from tests.site.dress import Dresser
from tests.site.plans import NEWS_HOST, NOTES_HOST
from tests.site.source import Article, Related
from tests.site.traits import Traits

MARKER_FORMS = {"p": "<p>{}</p>", "strong": "<p><strong>{}</strong></p>", "h3": "<h3>{}</h3>", "div": "<div>{}</div>"}
READING_MARKERS = ("延伸閱讀:", "延伸閱讀：", "延伸閱讀")
COPYRIGHT = (
    "本篇內容的著作權由作者與平台共同持有,轉載前請先來信取得同意。",
    "文章著作權屬於撰稿人及全曜財經,任何形式的重製都需要書面授權。",
)
DISCLAIMER = (
    "文中數據只作為討論之用,不構成買賣建議,盈虧請自行負責。",
    "以上為個人整理,市場有風險,請依自身狀況判斷。",
)
EXTRAS = ("＊本文章之版權屬筆者與平台所有", "文章出處：編輯部專欄", "更多文章", "全站最新")
LINES = (
    '<p>文章出處：<a href="https://www.example.com/source">市場研究室</a></p>',
    '<p>文章出處：<a href="https://www.cmoney.tw/notes/note-detail.aspx?nid=12">編輯室原稿</a></p>',
    '<p><a href="https://www.cmoney.tw/app/">點我下載</a></p>',
)
INVITATION = "<p>加入會員，解鎖全文</p>"
LINES_SHARE = 0.2
LOGIN = '<div class="loginWall"><p>閱讀VIP文章請先登入</p><button type="button">登入</button></div>'
RELATIVE_SHARE = 0.35
TITLE_SHARE = 0.4
OWN_HOST = {"cmnews": NEWS_HOST, "notes": NOTES_HOST}


def tail_of(article: Article, traits: Traits) -> list[str]:
    """Return what follows the body's last block; for a members-only article the login prompt alone."""
    if article.members:
        return [LOGIN, INVITATION] if traits.chance("login").random() < 0.5 else [LOGIN]
    dresser, chance = Dresser(traits, "tail"), traits.chance("tail")
    parts = _reading(article, traits, dresser) if article.related else []
    line = traits.chance("line")
    parts += [line.choice(LINES)] if line.random() < LINES_SHARE else []
    if traits.copyright:
        parts += [_marker("版權聲明", traits), f"<p>{dresser.html(chance.choice(COPYRIGHT))}</p>"]
    if traits.disclaimer:
        parts += [_marker("免責宣言", traits), f"<p>{dresser.html(chance.choice(DISCLAIMER))}</p>"]
    if chance.random() < 0.2:
        parts.append(f"<p>{chance.choice(EXTRAS)}</p>")
    return parts


def furniture(title: str = "喜歡這篇文章嗎?") -> str:
    """Return the page furniture below a body."""
    return (
        f'<div class="share"><p>{title}</p><p>歡迎分享,讓更多人可以看到!</p>'
        "<ul><li>facebook</li><li>line</li></ul></div>"
        '<div class="authorArticles"><h3>作者文章</h3><p>最新文章</p><p>收藏內容 讓好文不錯過</p></div>'
    )


def _marker(text: str, traits: Traits) -> str:
    return MARKER_FORMS[traits.marker].format(text)


def _reading(article: Article, traits: Traits, dresser: Dresser) -> list[str]:
    marker = traits.chance("marker").choice(READING_MARKERS)
    links = [_link(entry, traits, dresser) for entry in article.related]
    form = traits.related_form
    if form == "paragraphs":
        return [_marker(marker, traits), *(f"<p>{link}</p>" for link in links)]
    if form == "list":
        return [_marker(marker, traits), "<ul>" + "".join(f"<li>{link}</li>" for link in links) + "</ul>"]
    if form == "breaks":
        return [_marker(marker, traits), "<p>" + "<br>\n".join(links) + "</p>"]
    if form == "breaks-inline":
        return [f"<p>{marker}<br>" + "<br>".join(links) + "</p>"]
    if form == "divs":
        return ['<div class="readMore">' + _marker(marker, traits), *(f"<div>{link}</div>" for link in links), "</div>"]
    return ["<h2>延伸閱讀</h2>", *(f"<p><span>{link}</span></p>" for link in links)]


def _link(entry: Related, traits: Traits, dresser: Dresser) -> str:
    title = dresser.html(entry.title)
    if entry.href is None:
        return title
    href = entry.href
    own = OWN_HOST[traits.generation]
    if href.startswith(own) and share(*traits.place, href) < RELATIVE_SHARE:
        href = href.removeprefix(own)
    named = f' title="{html.escape(entry.title)}"' if share(*traits.place, "title", entry.title) < TITLE_SHARE else ""
    return f'<a href="{html.escape(href)}"{named} target="_blank">{title}</a>'
