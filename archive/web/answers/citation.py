"""An article as a citation that proves itself, and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from archive.web.answers.parameters import Parameters
from archive.web.answers.rows import headline
from archive.web.answers.words import stamp

HASH: Final = 12
"""Digits of the content's hash that a citation has."""


def citations(article: Mapping[str, Any], base: str) -> list[tuple[str, str]]:
    """Return a citation in each style: its name and its text, with moment, revision, hash and lasting address."""
    address = f"{base}/articles/{article['_id']}@{article['revision']}"
    author = article["author"]["name"] or article["author"]["id"] or "CMoney"
    column = f"【{article['column']}】" if article["column"] else ""
    at, digest = stamp(article["published_at"]), article["content_hash"][:HASH]
    title, number = headline(article), article["revision"]
    year = at[:4] if article["published_at"] else "n.d."
    plain = f"{author}，〈{column}{title}〉，{at}（臺北），第 {number} 版，內容 {digest}，{address}"
    apa = f"{author} ({year}). {column}{title} [Revision {number}, content {digest}]. CMoney. {address}"
    bibtex = (
        f"@misc{{{article['_id'].replace(':', '-')},\n  author = {{{author}}},\n  title = {{{column}{title}}},\n"
        f"  year = {{{year}}},\n  note = {{{at} (Taipei), revision {number}, content {digest}}},\n"
        f"  url = {{{address}}}\n}}"
    )
    return [("中文", plain), ("APA", apa), ("BibTeX", bibtex), ("Markdown", f"[{_escaped(title)}]({address})")]


def result_citation(page: Parameters, base: str, known: tuple[str, datetime], total: int | None) -> str:
    """Return a citation of a list: its address as of a moment, so that it gives the same list for ever.

    Args:
        page: The list.
        base: The address of the server.
        known: The cursor of the last change in it, and when that was written; aware.
        total: How many articles it has; None where that is not counted.
    """
    cursor, at = known
    count = "" if total is None else f"{total:,} 篇，"
    address = base + page.address(as_of=(page.as_of or at).isoformat(), lang=None)
    name = f"CMoney 美股動態檔案，〈{page.query or page.path}〉"
    return f"{name}，{count}{stamp(page.as_of or at)}（臺北）所知，{cursor}，{address}"


def markdown(article: Mapping[str, Any], base: str) -> str:
    """Return an article as Markdown, its citation at the end; nothing in it is taken for markup of its own."""
    lines = [f"# {_escaped(headline(article))}", ""]
    for section in article["sections"]:
        if section["heading"] is not None:
            lines += [f"## {_escaped(section['heading'])}", ""]
        for block in section["blocks"]:
            lines += [_escaped(block), ""]
    return "\n".join([*lines, "---", "", _escaped(citations(article, base)[0][1]), ""])


def _escaped(text: str) -> str:
    r"""Return a text that Markdown shows as it is.

    >>> _escaped("a*b <c>")
    'a\\*b \\<c\\>'
    """
    return "".join(
        f"\\{character}" if character in "\\`*_{}[]<>#+-|!" else character for character in text.replace("\n", " ")
    )
