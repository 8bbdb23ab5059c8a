"""The site in other shapes: what a page becomes in modes that stand for a fact that is not sure."""

from __future__ import annotations

import html
import re

HEAD_DATA = re.compile(
    r'<script type="application/ld\+json">.*?</script>|<meta (?:property|name|itemprop)=[^>]*>', re.DOTALL
)
MOBILE_CLASSES = {"articleContent": "mPost", "tagLink__link": "mTag__link", "articleBody__font": "mNote__text"}
CONSENT_COOKIE = "consent=yes"
CONSENT_PAGE = """<!DOCTYPE html>
<html lang="zh-Hant"><head><meta charset="utf-8"><title>Cookie 使用同意 - CMoney</title></head>
<body><main><h1>我們重視您的隱私</h1>
<p>本網站使用 Cookie 以提供服務及分析流量。繼續瀏覽前,請先同意我們的 Cookie 政策。</p>
<form action="/consent" method="post"><input type="hidden" name="back" value="{back}">
<button>全部同意</button><button>管理設定</button></form></main></body></html>
"""


def varied(page: str, modes: frozenset[str]) -> str:
    """Return an article's page in the shape of the modes that are on."""
    if "bare-head" in modes:
        page = HEAD_DATA.sub("", page)
    if "tags-renamed" in modes:
        page = page.replace("articleContent__tagWrapper", "labelRow").replace("tagLink__link", "labelRow__label")
    if "mobile-template" in modes:
        for known, mobile in MOBILE_CLASSES.items():
            page = page.replace(known, mobile)
        page = page.replace(' itemprop="articleBody"', "").replace("<head>", '<head><meta name="viewport" content="x">')
    return page


def consent(path: str) -> bytes:
    """Return the page that stands before every other one until the reader has agreed."""
    return CONSENT_PAGE.format(back=html.escape(path)).encode()
