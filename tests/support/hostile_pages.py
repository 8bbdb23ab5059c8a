"""Hostile pages: an article's page, broken in the ways that pages and their enemies break."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.support.sample_pages import NEWS_URL, NOTES_URL, news_page, notes_page

SURROGATES = (
    "&#xD800;",
    "&#55357;",
    "&#xDFFF;",
    "&#0;",
    "&#x110000;",
    "&#xFFFF;",
    "&#99999999999999999999;",
    "&notanentity;",
)
FORMATS = ("b", "i", "font", "a", "u", "em", "nobr")
NESTED = ("div", "span", "section", "ul><li", "table><tr><td", "blockquote", "svg", "article", "p")


@dataclass(frozen=True, slots=True)
class Hostile:
    """A page that no site means to send.

    Attributes:
        name: How it was made.
        url: The address that it answers.
        content: Its bytes.
        content_type: Its Content-Type header; None for none.
    """

    name: str
    url: str
    content: bytes
    content_type: str | None


Harm = Callable[[random.Random, bytes], bytes]


def hostile_pages(count: int, seed: int = 1) -> Iterator[Hostile]:
    """Yield so many hostile pages, the same for the same seed; each harm in turn, then two harms in one."""
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        old = chance.random() < 0.5
        page = (notes_page if old else news_page)()
        harms = [HARMS[number % len(HARMS)], *chance.sample(HARMS, k=number // len(HARMS) % 3)]
        for harm in harms:
            page = harm(chance, page)
        names = "+".join(harm.__name__ for harm in harms)
        header = chance.choice(
            (None, "text/html", "text/html; charset=big5", "text/html; charset=nonsense", "image/png")
        )
        yield Hostile(f"{number} {names}", NOTES_URL if old else NEWS_URL, page, header)


def cut(chance: random.Random, page: bytes) -> bytes:
    """Return the page broken off anywhere, in the middle of a character too."""
    return page[: chance.randrange(len(page) + 1)]


def cut_out(chance: random.Random, page: bytes) -> bytes:
    """Return the page without a stretch of it."""
    start = chance.randrange(len(page) + 1)
    return page[:start] + page[start + chance.randrange(400) :]


def scramble_tags(chance: random.Random, page: bytes) -> bytes:
    """Return the page with some of its signs replaced by others that mean something in mark-up."""
    signs = bytearray(page)
    for _ in range(chance.randrange(1, 60)):
        if signs:
            signs[chance.randrange(len(signs))] = chance.choice(b"<>\"'=/&!-\x00")
    return bytes(signs)


def drop_ends(chance: random.Random, page: bytes) -> bytes:
    """Return the page without many of its end tags."""
    parts = page.split(b"</")
    return parts[0] + b"".join((b"</" if chance.random() < 0.5 else b"<") + part for part in parts[1:])


def wrong_charset(chance: random.Random, page: bytes) -> bytes:
    """Return the page in another encoding than it declares."""
    name = chance.choice(("big5", "gb18030", "utf-16", "utf-16-le", "latin-1", "euc-jp"))
    declared = chance.choice((b"utf-8", b"big5", b"utf-16", b"base64", b"x" * 200, b"hz", b"idna"))
    page = page.replace(b'charset="utf-8"', b'charset="' + declared + b'"')
    return page.decode(errors="replace").encode(name, "replace")


def nest(chance: random.Random, page: bytes) -> bytes:
    """Return the page with its body nested deeply, closed or not."""
    tag = chance.choice(NESTED)
    depth = chance.choice((50, 600, 3000))
    opened = f"<{tag} class=ad id=x>".encode() * depth
    closed = b"" if chance.random() < 0.5 else f"</{tag.split('>')[0]}>".encode() * depth
    return _inside(page, opened + b"x" + closed)


def unclosed_formats(chance: random.Random, page: bytes) -> bytes:
    """Return the page with elements that a parser opens again in each paragraph."""
    tag = chance.choice(FORMATS)
    count = chance.choice((20, 150))
    return _inside(page, b"".join(f"<p><{tag} id={number}>x".encode() for number in range(count)))


def huge_attribute(chance: random.Random, page: bytes) -> bytes:
    """Return the page with an attribute of half a megabyte, or very many attributes."""
    if chance.random() < 0.5:
        return _inside(page, b"<p title='" + b"\xe7\xbe\x8e<p>" * 70_000 + b"'>x</p>")
    return _inside(
        page, b"<p " + b" ".join(b"a%d=1" % number for number in range(chance.choice((500, 60_000)))) + b">x</p>"
    )


def nuls(chance: random.Random, page: bytes) -> bytes:
    """Return the page with NULs and other control characters strewn in."""
    for _ in range(chance.randrange(1, 40)):
        at = chance.randrange(len(page) + 1)
        page = page[:at] + chance.choice((b"\x00", b"\x00" * 50, b"\x1b", b"\x0c", b"\xef\xbf\xbe")) + page[at:]
    return page


def surrogates(chance: random.Random, page: bytes) -> bytes:
    """Return the page with entities of characters that are none."""
    text = "".join(chance.choices(SURROGATES, k=30)).encode()
    return _inside(page, b"<p>" + text + b"</p>").replace(b"<title>", b"<title>" + text)


def broken_data(chance: random.Random, page: bytes) -> bytes:
    """Return the page with JSON-LD that is none, nested for ever, or of other types than expected."""
    data = chance.choice(
        (
            b'{"@type":"NewsArticle","datePublished":"2026-13-45T99:99:99+99:99",}',
            b"[" * 5000,
            b'{"@graph":' * 900 + b"1" + b"}" * 900,
            b'{"@type":"NewsArticle","headline":{"a":1},"datePublished":[3,4],"author":[[[]]]}',
            b'{"@type":["Article",7],"datePublished":1e999,"author":{"name":["x",null]}}',
            b"null",
            b'"\\ud800"',
            b"<!--//--><![CDATA[ {} ]]>",
        )
    )
    return page.replace(b"</head>", b'<script type="application/ld+json">' + data + b"</script></head>")


def odd_dates(chance: random.Random, page: bytes) -> bytes:
    """Return the page with dates that cannot be."""
    date = chance.choice(
        (b"0000-00-00", b"9999-12-31T23:59:59-23:59", b"2026-02-30", b"1e9", b"3 \xe5\xb0\x8f\xe6\x99\x82", b"9" * 300)
    )
    return page.replace(b"</head>", b'<meta property="article:published_time" content="' + date + b'"></head>')


def unclosed_script(chance: random.Random, page: bytes) -> bytes:
    """Return the page with a script, style, comment or text area that nothing closes."""
    piece = chance.choice(
        (b"<script>", b"<style>", b"<!--", b"<textarea>", b"<title>", b"<plaintext>", b"<svg><style>", b"<template>")
    )
    return _inside(page, piece)


def odd_links(chance: random.Random, page: bytes) -> bytes:
    """Return the page with links that are no addresses."""
    links = (
        b"http://[",
        b"//",
        b"javascript:1",
        b"\xff",
        b"http://a:99999999/",
        b"/article/" + b"a" * 9000,
        b"?",
        b"http://\x00/",
    )
    pieces = b"".join(
        b'<p>\xe5\xbb\xb6\xe4\xbc\xb8\xe9\x96\xb1\xe8\xae\x80</p><p><a href="' + link + b'">x</a></p>' for link in links
    )
    return _inside(page, pieces) if chance.random() < 0.7 else page.replace(b"<head>", b'<head><base href="http://[">')


def no_page(chance: random.Random, page: bytes) -> bytes:
    """Return something that is no page."""
    return chance.choice(
        (b"", b" \n", b"%PDF-1.7 \x00", b'{"error":1}', b"plain text", bytes(range(256)) * 40, b"<", page[::-1])
    )


def _inside(page: bytes, piece: bytes) -> bytes:
    """Return the page with a piece put into its body."""
    place = page.find(b"<p>")
    return page[: max(place, 0)] + piece + page[max(place, 0) :]


HARMS: tuple[Harm, ...] = (
    cut,
    cut_out,
    scramble_tags,
    drop_ends,
    wrong_charset,
    nest,
    unclosed_formats,
    huge_attribute,
    nuls,
    surrogates,
    broken_data,
    odd_dates,
    unclosed_script,
    odd_links,
    no_page,
)
