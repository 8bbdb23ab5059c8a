"""Citations of articles and lists, articles as Markdown, and pages as calls in Python and shell."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from archive.articles.past.clock import ByPublication
from archive.model.selection import Filters
from archive.web.answers.parameters import Parameters
from archive.web.answers.rows import headline
from archive.web.answers.words import stamp

HASH: Final = 12
"""Digits of the content's hash in a citation."""


def citations(article: Mapping[str, Any], base: str) -> list[tuple[str, str]]:
    """Return name and text of a citation in each style, with moment, revision, hash and permanent address."""
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
    """Return a citation of a list, with its address as of a moment, which always gives the same list.

    Args:
        page: The list.
        base: The address of the server.
        known: The cursor of the last change, and its time; aware.
        total: The number of articles; None if it is not counted.
    """
    cursor, at = known
    count = "" if total is None else f"{total:,} 篇，"
    address = base + page.address(as_of=(page.as_of or at).isoformat(), lang=None)
    name = f"CMoney 美股動態檔案，〈{page.query or page.path}〉"
    return f"{name}，{count}{stamp(page.as_of or at)}（臺北）所知，{cursor}，{address}"


def markdown(article: Mapping[str, Any], base: str) -> str:
    """Return an article as Markdown, with its citation at the end; its own text is escaped."""
    lines = [f"# {_escaped(headline(article))}", ""]
    for section in article["sections"]:
        if section["heading"] is not None:
            lines += [f"## {_escaped(section['heading'])}", ""]
        for block in section["blocks"]:
            lines += [_escaped(block), ""]
    return "\n".join([*lines, "---", "", _escaped(citations(article, base)[0][1]), ""])


def as_python(page: Parameters, method: str, *arguments: object, wanted: Filters | None = None) -> str:
    """Return the call of a remote archive's method with the data of a page, and its imports.

    Args:
        page: The page.
        method: The method, such as `articles`; it takes `as_of`.
        *arguments: Its first arguments.
        wanted: Its filters; None for none.
    """
    values = [*map(repr, arguments), *(f"{name}={value!r}" for name, value in _plain(wanted or Filters()).items())]
    imports = ""
    if page.as_of:
        imports = "from datetime import datetime\n"
        at = f'datetime.fromisoformat("{page.as_of.isoformat()}")'
        if isinstance(page.as_of, ByPublication):
            imports += "from archive.articles.past.clock import ByPublication\n"
            at = f"ByPublication.at({at})"
        values.append(f"as_of={at}")
    return f"{imports}archive.{method}({', '.join(values)})"


def as_shell(page: Parameters, command: str, *arguments: str, wanted: Filters | None = None) -> str:
    """Return the command with the data of a page; empty by the clock of publication, which no command has."""
    if isinstance(page.as_of, ByPublication):
        return ""
    words = ["cmoney", command, *arguments]
    for name, value in _plain(wanted or Filters()).items():
        words += [f"--{name}", value if isinstance(value, str) else ",".join(value)]
    return shlex.join([*words, *(["--as-of", page.as_of.isoformat()] if page.as_of else [])])


def _plain(wanted: Filters) -> dict[str, str | list[str]]:
    """Return the filters that narrow, as text or lists of texts."""
    texts: dict[str, str | list[str]] = {}
    for name, value in wanted.items():
        if isinstance(value, datetime):
            texts[name] = value.isoformat()
        elif value:
            texts[name] = str(value) if name in {"since", "until"} else [str(part) for part in value]  # type: ignore[attr-defined]
    return texts


def _escaped(text: str) -> str:
    r"""Return a text, escaped for Markdown.

    >>> _escaped("a*b <c>")
    'a\\*b \\<c\\>'
    """
    return "".join(
        f"\\{character}" if character in "\\`*_{}[]<>#+-|!" else character for character in text.replace("\n", " ")
    )
