"""An article page of the new site."""

from __future__ import annotations

import html
from urllib.parse import quote

from tests.site.filler import blob, styles
from tests.site.sheet import Sheet
from tests.site.tail import furniture

SIDEBAR = (
    '<aside class="sidebar"><h2>今日最熱</h2><ul>'
    '<li><a href="/forum/stock/GME">遊戲驛站(GME)</a> <time datetime="2019-02-03T04:05:06+08:00">2019-02-03</time></li>'
    '<li><a href="/forum/stock/2603">長榮(2603)</a></li></ul><h2>最新文章</h2><p>更多文章</p></aside>'
)
HEADER = (
    '<header class="siteHeader"><a href="/" class="logo">CMoney</a><nav><a href="/usstock/usstock_news">美股</a>'
    '<a href="/usstock/usstock_column">專欄</a><a href="/twstock/twstock_news">台股</a></nav></header>'
)
FOOTER = '<footer class="siteFooter"><p>全站最新</p><p>服務條款</p><p>隱私權政策</p></footer>'


def render(sheet: Sheet, kilobytes: int) -> str:
    """Return the page as HTML, padded to about so many thousand characters."""
    title = html.escape(sheet.title, quote=False)
    body = "\n".join(sheet.body())
    inside = furniture() if sheet.traits.furniture_inside and not sheet.article.members else ""
    outside = "" if inside else furniture()
    return f"""<!DOCTYPE html>
<html lang="zh-Hant"><head><meta charset="utf-8"><title>{title} - CMoney 新聞</title>
{sheet.meta()}
{sheet.stated.head}
{styles(kilobytes // 6)}</head>
<body><div id="__nuxt"><div id="__layout">{HEADER}
<main class="article"><article class="articleContent"{mark(sheet)}>
<h1 class="articleContent__title">{title}</h1>
<div class="articleContent__info"><a class="articleContent__author" href="/user/{sheet.plan.author.id}">\
{sheet.plan.author.name}</a>{sheet.stated.visible}</div>
<div class="articleContent__textContent">
{body}
{inside}</div>
{tags(sheet)}
{outside}</article>
{SIDEBAR}</main>{FOOTER}</div></div>
{blob(kilobytes - kilobytes // 6)}
<script src="/_nuxt/entry.js" defer></script></body></html>
"""


def mark(sheet: Sheet) -> str:
    """Return the attribute that names an article; empty where none is named."""
    return f' data-article-id="{sheet.mark.partition(":")[2]}"' if sheet.mark else ""


def tags(sheet: Sheet) -> str:
    """Return the tags below the body; empty where there are none."""
    pairs = zip(sheet.article.tags, sheet.tags(), strict=True)
    links = "".join(
        f'<a class="tagLink__link" href="/tag/{quote(tag, safe="()")}">{html.escape(shown)}</a>' for tag, shown in pairs
    )
    return f'<div class="articleContent__tagWrapper"><span>文章相關標籤</span>{links}</div>' if links else ""
