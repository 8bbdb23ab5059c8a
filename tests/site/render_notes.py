"""An article page of the old site."""

from __future__ import annotations

import html

from tests.site.dice import share
from tests.site.filler import blob
from tests.site.sheet import Sheet
from tests.site.tail import furniture

LISTED_AUTHOR_SHARE = 0.3
SIDE = (
    '<div class="side"><h3>作者文章</h3><ul><li><a href="/notes/note-detail.aspx?nid=12">舊文一則</a>'
    "<span>2016-05-04 09:10</span></li></ul><h3>今日最熱</h3><p>點我下載</p></div>"
)


def render(sheet: Sheet, kilobytes: int) -> str:
    """Return the page as HTML without a declared charset but for `%%CHARSET%%`, padded to about so many thousand."""
    title = html.escape(sheet.title, quote=False)
    tags = _tags(sheet)
    inside = sheet.traits.tags_inside
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>%%CHARSET%%<title>{title} | 投資網誌 - CMoney</title>
{sheet.meta()}
{sheet.stated.head}</head>
<body><form id="form1" action="{_action(sheet)}" method="get">\
<input type="hidden" name="__VIEWSTATE" value="/wEPDwUK" /></form>
<div class="pt-bar"><div class="pt-bar-title"><h1 class="twoline-ellipsis">{title}</h1></div>
{sheet.stated.visible}</div>
<div class="articleBody__font" itemprop="articleBody">
<div class="status-msg-wrap">{_author(sheet)}</div>
{chr(10).join(sheet.body())}
{"" if inside else tags}
<div id="info-useful">{tags if inside else ""}{furniture()}<p>歡迎訂閱</p></div>
</div>
{SIDE}
{blob(kilobytes)}
</body></html>
"""


def _action(sheet: Sheet) -> str:
    return f"/notes/note-detail.aspx?nid={sheet.mark.partition(':')[2]}" if sheet.mark else "/notes/"


def _author(sheet: Sheet) -> str:
    """Return the link to the author; in a list like the tags' on some pages."""
    name, address = sheet.plan.author.name, f"/notes/?bloggerId={len(sheet.plan.author.id)}"
    if share(*sheet.traits.place, "author") < LISTED_AUTHOR_SHARE:
        return f'<ul><li><a href="{address}" title="{name}">{name}</a></li></ul>'
    return f'<a href="{address}">{name}</a>'


def _tags(sheet: Sheet) -> str:
    items = "".join(
        f'<li><a href="/notes/?tag={1000 + number}" title="{html.escape(tag)}">{html.escape(tag)}</a></li>'
        for number, tag in enumerate(sheet.tags())
    )
    return f'<div class="tagBar"><p>文章相關標籤</p><ul>{items}</ul></div>' if items else ""
