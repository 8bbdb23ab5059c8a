"""An article page after a redesign: hashed classes, other nesting, other headings; the same words."""

from __future__ import annotations

import hashlib
import html
import re
from urllib.parse import quote

from tests.site.filler import blob
from tests.site.markup import Markup
from tests.site.moments import TAIPEI
from tests.site.noise import sprinkle
from tests.site.render_cmnews import mark
from tests.site.sheet import Sheet
from tests.site.tail import tail_of

CLASS = re.compile(r'class="([^"]+)"')


def name(part: str, version: int = 1) -> str:
    """Return the hashed class name of a part of the redesigned site."""
    return f"c-{hashlib.blake2b(f'{part}{version}'.encode(), digest_size=4).hexdigest()}"


def render(sheet: Sheet, kilobytes: int) -> str:
    """Return the redesigned page as HTML, padded to about so many thousand characters; utf-8 on both sites."""
    title = html.escape(sheet.title, quote=False)
    head = f"{sheet.meta()}{sheet.stated.head}" if sheet.traits.keeps_meta else ""
    shown = "" if head and sheet.stated.head else _shown_date(sheet)
    return f"""<!DOCTYPE html>
<html lang="zh-TW"><head><meta charset="utf-8"><title>{title} - CMoney</title>
{head}</head>
<body><div id="root"><header class="{name("top")}"><nav><a href="/">首頁</a>
<a href="/usstock/usstock_news">美股</a></nav></header>
<main class="{name("page")}"{mark(sheet)}><div class="{name("sheet")}"><div>
<h1 class="{name("title")}">{title}</h1>
<div class="{name("by")}"><span><a href="/user/{sheet.plan.author.id}">{sheet.plan.author.name}</a></span>
{shown}</div></div>
<div class="{name("text")}">
{_body(sheet)}
</div>
<div class="{name("labels")}">{_tags(sheet)}</div></div></main>
<aside class="{name("side")}"><h3>今日最熱</h3><ul><li><a href="/forum/stock/GME">遊戲驛站(GME)</a></li></ul></aside>
<footer class="{name("foot")}"><p>喜歡這篇文章嗎?</p><p>最新文章</p></footer></div>
{blob(kilobytes)}</body></html>
"""


def _body(sheet: Sheet) -> str:
    if sheet.blocks is not None:
        return CLASS.sub(_renamed, _joined(list(sheet.blocks)))
    chance = sheet.traits.chance("changed")
    markup = Markup(sheet.traits, chance.choice(("h4", "strong")))
    sections = [
        sprinkle(chance, markup.section(section), chance.choice((0, 0, 0, 1))) for section in sheet.article.sections
    ]
    parts = [f'<section class="{name("part")}"><div>{_joined(section)}</div></section>' for section in sections]
    tail = tail_of(sheet.article, sheet.traits)
    end = f'<div class="{name("end")}">{_joined(tail)}</div>' if tail else ""
    return CLASS.sub(_renamed, _joined(sprinkle(chance, parts, chance.randint(0, 3))) + end)


def _renamed(match: re.Match[str]) -> str:
    """Return a class attribute with the site's own name hashed; hashed ones and the advertiser's stay."""
    old = match[1]
    return match[0] if old.startswith(("c-", "adsby")) else f'class="{name(old)}"'


def _joined(parts: list[str]) -> str:
    return "\n".join(parts)


def _tags(sheet: Sheet) -> str:
    pairs = zip(sheet.article.tags, sheet.tags(), strict=True)
    links = ((quote(tag, safe="()"), html.escape(shown)) for tag, shown in pairs)
    return "".join(f'<a class="{name("label")}" href="/tag/{path}">{tag}</a>' for path, tag in links)


def _shown_date(sheet: Sheet) -> str:
    moment = sheet.stated.published
    if moment is None:
        return ""
    local = moment.astimezone(TAIPEI)
    return f'<time class="{name("time")}" datetime="{local.isoformat()}">{local:%Y-%m-%d %H:%M}</time>'
