"""Whether a page is believed: whether it shows the requested article, and all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from selectolax.lexbor import LexborNode

from archive.model.article import Article
from archive.model.identity import site_of
from archive.model.suspicion import Suspicion
from archive.model.text import (
    ALIKE,
    LISTED_ALIKE,
    SURELY_ALIKE,
    collapsed,
    column_of,
    is_garbled,
    likeness,
    normal_text,
)
from crawler.addresses import ArticleAddress, read_address
from crawler.pages.fields.paywall import asks_to_log_in, is_login_page
from crawler.pages.fields.wholeness import stated_text
from crawler.pages.html.document import Document

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-1[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
"""A version-1 UUID: others are a template's own, not an article's."""

_NUMBERED: Final = re.compile(r"(?:data-)?(?:nid|note-?id|article-?no)", re.IGNORECASE)
_NID: Final = re.compile(r"[1-9]\d{0,11}", re.ASCII)
_NAMED_FIELDS: Final = re.compile(r"(?:nid|note_?id|article_?id|article_?uuid)", re.IGNORECASE)
_LINKED_DATA: Final = ("@id", "url", "mainEntityOfPage")
_HIGHEST: Final = 40
_MOST_FORMS: Final = 20

APART: Final = timedelta(days=2)
"""Difference of the dates of page and listing beyond which they are two articles, if the titles differ too."""

NEAR: Final = timedelta(minutes=5)
"""The same if nothing on the page states the requested key. Whole hours may be a missing zone."""

_HOUR: Final = timedelta(hours=1)

COLUMN: Final = "美股動態"
"""The column whose articles begin with a heading (docs/site.md §4)."""

SHAPES: Final = frozenset({"notice", "challenge", "loading", "login"})
"""Kinds of pages with the site's words in place of the article's."""

_FEWEST_CHARACTERS: Final = 120
_LONGEST_NOTICE: Final = 300
_LONGEST_SHELL: Final = 80
_LONGEST_WALL: Final = 1_500
_FIGURE: Final = re.compile(r"\d[\d,.]*\s*(?:%|元|億|萬|美元|點)|\([A-Z]{1,5}\)")
"""Words of news that notices do not have."""

_TICKER: Final = re.compile(r"\((?:[A-Z]{1,5}(?:[./-][A-Z])?|(?!19|20)\d{4,6})\)")
"""Marks of the column's articles, even of short ones, that notices never have."""

_NEWS: Final = re.compile(rf"{_TICKER.pattern}|\d\s*(?:%|億|萬|點)")
"""Symbols and figures of news, which offers do not have."""

_WORD: Final = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
_FEWEST_WORDS: Final = 6
_ABOUT: Final = 0.1
_LONGEST_OFFER: Final = 1_500

_NOTICE: Final = re.compile(
    r"(?:系統|網站|網頁|服務|例行|平台|伺服器|主機)\S{0,8}(?:維護|維修|保養|升級|忙碌|異常|中斷|過載|繁忙|更新中)|維護中"
    r"|(?:暫停|暫時(?:停止|無法))\S{0,6}(?:使用|服務|顯示|瀏覽|提供|開放)|稍[後候]再(?:試|來|回)|稍後回來"
    r"|(?:造成|帶來)\S{0,6}不便|敬請(?:見諒|期待)|連線人數|流量(?:過大|太大|較大)|排隊中"
    r"|(?:使用|開啟|下載|改用|前往|以|在|用)\s*\S{0,8}app|app\S{0,6}(?:閱讀|觀看|繼續|開啟|內)"
    r"|under maintenance|temporarily unavailable|service unavailable|too many requests|try again later",
    re.IGNORECASE,
)
_LOADING: Final = re.compile(r"(?:載入|讀取|加載)中?|請稍[候後等]|loading|please wait", re.IGNORECASE)
_CHALLENGE: Final = re.compile(
    r"(?:確認|檢查|驗證)\S{0,8}(?:瀏覽器|連線|您是(?:真)?人|人類)|人機驗證|機器人(?:驗證|檢查)|我不是機器人|安全(?:驗證|檢查)"
    r"|just a moment|checking (?:your|the) browser|javascript and cookies|verify (?:that )?you are (?:a )?human"
    r"|captcha|attention required|ddos protection|access denied|unusual traffic",
    re.IGNORECASE,
)
_CHALLENGE_PLACES: Final = '[id*="challenge" i], [class*="challenge" i], [action*="challenge" i], [class*="captcha" i]'
_SHELL_PLACES: Final = '[aria-busy="true"], [class*="skeleton" i], [class*="loading" i], [class*="spinner" i]'
_SENTENCES: Final = re.compile(r"[。！？!?\n;；]+")

_CLOSED: Final = re.compile(rb"</(?:html|body)[\s>]", re.IGNORECASE)
_OPENED: Final = re.compile(rb"<(?:html|body|!doctype)[\s>]", re.IGNORECASE)
_CONTAINER: Final = re.compile(rb"<(/?)(?:div|main|article|section|table|form|ul|ol|span)(?=[\s/>])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """The known data of an article before its page is read.

    Attributes:
        title: Its title; None if none is known.
        published_at: The moment of publication that a listing states; aware, UTC; None if none does.
        is_misdated: Whether a listing's order contradicts the moment in its address.
        is_titled: Whether a listing states the title, and not only a link in another article, which may be old.
    """

    title: str | None = None
    published_at: datetime | None = None
    is_titled: bool = False
    is_misdated: bool = False


def other_article(
    document: Document, body: LexborNode | None, address: ArticleAddress, article: Article, listed: ListedArticle
) -> str | None:
    """Return the proof that a page shows another article than the requested one, for a person; None without proof.

    An address of the other site is no contradiction: one article can have both. Nor is a title that differs from the
    listing's if the page states the requested key: the archive holds such a page until it was the same on several days.

    Args:
        document: The page.
        body: The element that holds the article's body; None if it is not known.
        address: The address asked for.
        article: What was read off the page.
        listed: What was known of it before.
    """
    stated = list(_stated(document, body))
    for place, key in stated:
        if key != address.key and site_of(key) == site_of(address.key):
            return f"{place} names {key}"
    is_own = any(key == address.key for _, key in stated)
    return _unlike(article, listed, is_own=is_own)


def _unlike(article: Article, listed: ListedArticle, *, is_own: bool) -> str | None:
    if listed.title is None or is_garbled(article.title) or is_garbled(listed.title):
        return None
    alike = likeness(listed.title, article.title)
    is_unlike = alike < (LISTED_ALIKE if listed.is_titled else ALIKE)
    if is_own and (is_unlike or not listed.is_titled):
        return None
    difference = f"its title is {article.title[:80]!r}, where {listed.title[:80]!r} is known"
    if is_unlike:
        return difference
    stated = article.published_at if article.published_from == "page" else None
    if stated and listed.published_at and _are_apart(stated - listed.published_at, alike, is_own=is_own):
        return f"{difference}, and its date {stated:%Y-%m-%d}, where a listing states {listed.published_at:%Y-%m-%d}"
    return None


def _are_apart(difference: timedelta, alike: float, *, is_own: bool) -> bool:
    """Return whether a page's date excludes its listing's article, given the likeness of the titles."""
    if alike < SURELY_ALIKE and abs(difference) > APART:
        return True
    past_hour = abs(difference) % _HOUR
    return not is_own and alike < 1 and NEAR < past_hour < _HOUR - NEAR


def _stated(document: Document, body: LexborNode | None) -> Iterator[tuple[str, str]]:
    """Yield the article keys that a page states as its own, with their places; the head first."""
    for place, url in _head_addresses(document):
        address = read_address(url, document.sites, document.url)
        if address is not None:
            yield place, address.key
    yield from _around(body)
    yield from _forms(document)


def _head_addresses(document: Document) -> Iterator[tuple[str, str]]:
    for node in document.tree.css('link[rel="canonical" i][href]'):
        yield "canonical", node.attributes.get("href") or ""
    for name in ("og:url", "twitter:url"):
        if name in document.metas:
            yield name, document.metas[name]
    for name in _LINKED_DATA:
        value = document.linked_data.get(name)
        value = value.get("@id") if isinstance(value, dict) else value
        if isinstance(value, str):
            yield f"JSON-LD {name}", value


def _around(body: LexborNode | None) -> Iterator[tuple[str, str]]:
    """Yield the keys in attributes of the body element and of those around it."""
    node = body
    for _ in range(_HIGHEST):
        if node is None or node.tag in {"html", "-undef"}:
            return
        for name, value in node.attributes.items():
            if key := _key_in(name, value or ""):
                yield f"{node.tag}[{name}]", key
        node = node.parent


def _key_in(name: str, value: str) -> str | None:
    ids = set(map(str.lower, _UUID.findall(value)))
    if len(ids) == 1:
        return f"cmnews:{ids.pop()}"
    return f"notes:{value}" if _NUMBERED.fullmatch(name) and _NID.fullmatch(value) else None


def _forms(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the target addresses and named fields of forms."""
    for form in islice(document.tree.css("form[action]"), _MOST_FORMS):
        address = read_address(form.attributes.get("action") or "", document.sites, document.url)
        if address is not None:
            yield "form[action]", address.key
    for field in islice(document.tree.css("input[name][value]"), _MOST_FORMS):
        name, value = field.attributes.get("name") or "", field.attributes.get("value") or ""
        if not _NAMED_FIELDS.fullmatch(name):
            continue
        if key := _key_in("nid" if name.lower() == "nid" else "note-id", value):
            yield f"input[{name}]", key


def suspicions_of(document: Document, article: Article) -> Iterator[Suspicion]:
    """Yield the doubts whether a page has its whole article, as far as the page alone shows.

    Args:
        document: The page.
        article: What was read off it.
    """
    if shape := _shape(article) or (stated_text(document, article) if "articleBody" in document.linked_data else None):
        yield shape
        if shape.kind in SHAPES:
            return
    if is_garbled(article.title):
        yield Suspicion("garbled", "the title's characters are damaged")
    if end := unclosed(document.html):
        yield Suspicion("cut short", end)


def shape_of(document: Document, body: LexborNode | None) -> Suspicion | None:
    """Return the kind of a page without an article; None if it is of no known kind.

    Args:
        document: The page.
        body: The template's body element; None without one.
    """
    if body is not None:
        return _empty(document, body)
    text = normal_text(collapsed(document.root.text())) if document.root is not None else ""
    if is_login_page(document, is_short=0 < len(text) <= _LONGEST_WALL):
        return Suspicion("login", text[:60].replace("\n", " "))
    if not text or len(text) > _LONGEST_WALL:
        return None
    named = f"{document.head_title} {text}"
    if _CHALLENGE.search(named) or document.tree.css_first(_CHALLENGE_PLACES):
        return Suspicion("challenge", text[:60])
    return _notice(text, named)


def _empty(document: Document, body: LexborNode) -> Suspicion | None:
    text = normal_text(collapsed(body.text()))
    if asks_to_log_in(document, body):
        return Suspicion("login", "nothing of the text is public")
    if len(text) <= _LONGEST_SHELL and (not text or _LOADING.search(text) or body.css_first(_SHELL_PLACES)):
        return Suspicion("loading", f"the element of the text holds {text[:40]!r}")
    return _notice(text, text)


def _shape(article: Article) -> Suspicion | None:
    text = article.text
    if article.access == "members":
        return None
    reads_as_news = len(text) >= _FEWEST_CHARACTERS and (article.lead is not None or article.related)
    if not reads_as_news and (notice := _notice(text, text)):
        return notice
    if len(text) <= _LONGEST_SHELL and _LOADING.search(text):
        return Suspicion("loading", text[:60])
    if len(text) <= _LONGEST_NOTICE and _CHALLENGE.search(f"{article.title} {text}") and not _FIGURE.search(text):
        return Suspicion("challenge", text[:60])
    if column_of(article.title) != COLUMN:
        return None
    return (_bare(article) if article.lead is None else None) or _off_subject(article)


def _bare(article: Article) -> Suspicion | None:
    """Return a doubt if a text without headings is too short for the column, or repeats itself; else nothing.

    A dated text that names a ticker in its sentences or tags is an article's, however short.
    """
    text, sentences = article.text, _sentences(article.text)
    repeated = len(sentences) - len(set(sentences))
    has_ticker = any(map(_TICKER.search, map(normal_text, [text, *article.tags])))
    is_article = article.published_at is not None and has_ticker and "。" in text
    if (len(text) >= _FEWEST_CHARACTERS or is_article) and repeated * 2 < len(sentences):
        return None
    return Suspicion("notice", f"no heading, {len(text)} characters, {repeated} sentences repeated: {text[:40]}")


def _off_subject(article: Article) -> Suspicion | None:
    """Return a doubt if a text has hardly a word of its title, no symbol and no figure of news; else nothing.

    A word is a Latin one, or two Chinese characters. What an article is about stands in its title and in its text; an
    offer or a notice under the article's title has none of these.
    """
    if len(article.text) > _LONGEST_OFFER:
        return None
    words, text = _words(article.title.rpartition("】")[2]), normal_text(article.text)
    if len(words) < _FEWEST_WORDS or _NEWS.search(text):
        return None
    common = len(words & _words(text))
    if common > len(words) * _ABOUT:
        return None
    return Suspicion("notice", f"{common} of the {len(words)} words of its title stand in the text: {text[:40]}")


def _words(text: str) -> set[str]:
    parts = _WORD.findall(normal_text(text).lower())
    pairs = {part[place : place + 2] for part in parts if part >= "\u3400" for place in range(len(part) - 1)}
    return pairs | {part for part in parts if part < "\u3400"}


def _notice(text: str, named: str) -> Suspicion | None:
    """Return a doubt if half or more of a short text's sentences are notices, and none has a figure; else nothing."""
    if len(text) > _LONGEST_NOTICE or _FIGURE.search(text):
        return None
    sentences = _sentences(text)
    known = sum(_NOTICE.search(sentence) is not None for sentence in sentences)
    if not _NOTICE.search(named) or known * 2 < len(sentences):
        return None
    return Suspicion("notice", text[:60].replace("\n", " "))


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in _SENTENCES.split(normal_text(text)) if sentence.strip()]


def unclosed(html: bytes) -> str | None:
    """Return how a page breaks off, for a person; None if it does not, or is a fragment without an end.

    A complete page may omit `</body>` and `</html>`, or leave an element open; cut pages do both.

    >>> unclosed(b"<html><body><div><p>half of a"), unclosed(b"<html><body><div><p>whole</div>")
    ('it ends with 1 elements open, and no </body>', None)
    >>> unclosed(b"<html><body><div><p>forgotten</body></html>"), unclosed(b"<div><p>a fragment")
    (None, None)
    """
    if _CLOSED.search(html) or not _OPENED.search(html):
        return None
    if html.rfind(b"<") > html.rfind(b">"):
        return "it ends within a tag, and has no </body>"
    balance = sum(-1 if closing else 1 for closing in _CONTAINER.findall(html))
    return f"it ends with {balance} elements open, and no </body>" if balance > 0 else None
