"""Lies that show the site's template, or something else entirely, where an article should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

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
OFFER = (f"<p>{'新會員註冊即享三十天免費試用，立即掌握盤勢與個股動能！' * 6}</p>",)
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
LOGIN_PATH = "/identity/account/login"
_TERMS = "<p>登入即表示您同意會員服務條款，包含個人資料之蒐集、處理與利用，以及各項付費內容的使用規範。</p>"
_LOGIN_PAGE = """<!DOCTYPE html>
<html lang="zh-Hant"><head><meta charset="utf-8"><title>會員登入 | CMoney 理財寶會員中心</title>
<meta property="og:type" content="article"></head>
<body><main class="account"><h1>會員登入</h1><form action="/identity/account/login" method="post">
<label>帳號<input name="Account" type="text"></label><label>密碼<input name="Password" type="password"></label>
<button type="submit">登入</button></form><p>還不是會員？<a href="/identity/account/register">免費註冊</a></p>
<p>登入後即可閱讀全文，並同步您的自選股與收藏。</p>{}</main></body></html>
"""
LOGIN_PAGE = _LOGIN_PAGE.format("")
_CHALLENGE_HEADERS = {"Server": "cloudflare", "CF-Mitigated": "challenge", "Cache-Control": "no-store"}


class Answer(NamedTuple):
    """An answer that has nothing of an article's template: its page, status and further headers."""

    page: str
    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})


FOREIGN = {
    "login-page": Answer(LOGIN_PAGE),
    "login-long": Answer(_LOGIN_PAGE.format(_TERMS * 60)),
    "login-redirect": Answer("", 302, {"Location": f"{LOGIN_PATH}?returnUrl=%2F"}),
    "login-elsewhere": Answer("", 302, {"Location": f"https://member.invalid{LOGIN_PATH}?returnUrl=%2F"}),
    "challenge": Answer(CHALLENGE, 200, _CHALLENGE_HEADERS),
    "challenge-403": Answer(CHALLENGE, 403, _CHALLENGE_HEADERS),
}
"""The answer of each lie."""


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
    "offer": _bodied(*OFFER),
    "loading": _bodied(*LOADING),
    "login-wall": _bodied(LOGIN, INVITATION),
    "login-teaser": login_teaser,
    "cut-tail": cut_tail,
}
"""What each lie makes of a page."""
