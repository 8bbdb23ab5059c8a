"""Lies that show the site's template, or something else entirely, where an article should be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.site.dates import Stated
from tests.site.sheet import Sheet
from tests.site.tail import INVITATION, LOGIN

MAINTENANCE = (
    "<p>系統維護中</p>",
    "<p>為了提供更好的服務，網站正在進行例行維護，期間部分頁面暫停使用。</p>",
    "<p>造成不便敬請見諒，請於稍後再回來。</p>",
)
BUSY = ("<p>系統忙碌中，請稍後再試</p>", "<p>目前連線人數較多，文章內容暫時無法顯示。</p>")
APP_ONLY = ("<p>這篇內容請使用APP閱讀</p>", '<p><a href="https://www.cmoney.tw/app/">開啟APP繼續看</a></p>')
LOADING = (
    '<div class="skeleton" aria-busy="true"><div class="skeleton__line"></div><div class="skeleton__line"></div></div>',
    '<p class="loadingText">載入中...</p>',
)
CHALLENGE = """<!DOCTYPE html>
<html lang="zh-Hant"><head><meta charset="utf-8"><title>請稍候...</title>
<meta name="robots" content="noindex,nofollow"><meta http-equiv="refresh" content="300"></head>
<body><div class="main-wrapper"><h1>cmnews.com.tw</h1><h2>正在確認您的瀏覽器是否安全</h2>
<p>這個網站要先確認連線不是由程式發出，通常只要幾秒鐘。</p>
<noscript><p>Enable JavaScript and cookies to go on.</p></noscript>
<form id="challenge-form" action="/cdn-cgi/challenge/verify" method="POST"></form>
<div class="ray">Ray ID: 7f00ba11c0ffee00</div></div></body></html>
"""
CHALLENGES = {"challenge": 200, "challenge-403": 403}
"""The status of each challenge."""

CHALLENGE_HEADERS = {"Server": "cloudflare", "CF-Mitigated": "challenge", "Cache-Control": "no-store"}


def maintenance(sheet: Sheet) -> Sheet:
    """Return the template with a notice, and nothing of the article."""
    empty = replace(sheet.article, tags=(), stock_tags=(), related=())
    nothing = Stated("", "", None, None)
    return replace(sheet, title="系統維護中", article=empty, stated=nothing, url=None, blocks=MAINTENANCE)


def login_teaser(sheet: Sheet) -> Sheet:
    """Return the page with its first section and the login prompt."""
    sections = sheet.article.sections[:1]
    return replace(sheet, article=replace(sheet.article, sections=sections, related=(), members=True))


def cut_tail(sheet: Sheet) -> Sheet:
    """Return the page with the first half of its text and no tail."""
    blocks = sheet.text_blocks()
    return replace(
        sheet, blocks=tuple(blocks[: max(1, len(blocks) // 2)]), traits=replace(sheet.traits, furniture_inside=False)
    )


def _bodied(*blocks: str) -> Callable[[Sheet], Sheet]:
    return lambda sheet: replace(sheet, blocks=blocks, traits=replace(sheet.traits, furniture_inside=False))


SHELLS: dict[str, Callable[[Sheet], Sheet]] = {
    "maintenance": maintenance,
    "maintenance-titled": _bodied(*MAINTENANCE),
    "busy": _bodied(*BUSY),
    "app-only": _bodied(*APP_ONLY),
    "loading": _bodied(*LOADING),
    "login-wall": _bodied(LOGIN, INVITATION),
    "login-teaser": login_teaser,
    "cut-tail": cut_tail,
}
"""What each lie makes of a page."""
