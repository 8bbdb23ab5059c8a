"""Text captures of articles: what was copied off a page by others, without mark-up (docs/site.md §3, §4)."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from archive.model.article import Article, Author, Extractor, Related
from archive.model.text import PREFIX, normal_text
from crawler.errors import Unreadable
from crawler.pages.body.block_roles import RawBlock, role_of
from crawler.pages.body.structure import is_lead, is_listed, with_headings, with_lists
from crawler.pages.fields.dates import HEAD_LINES, Statement, date_article, stamps_of
from crawler.pages.fields.further_reading import titles_in
from crawler.pages.templates.markdown_marks import is_rule, marked_block, unpacked, without_heading_mark

VERSION = "7"

_BLANK = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_KEY_DIGITS = 16
_MOST_MENU = 8
_LONGEST_MENU = 8
_LONGEST_NAME = 20
_LONGEST_CELL = 60
_ADDRESS = re.compile(r"https?://\S+")
_SIGN = re.compile(r"[。,，、!！?？:：;；…︰#*|%％\d]")
_BETWEEN_CELLS = " | "
_RULE = re.compile(r"\|[\s:|-]+\|")
_WIDE = re.compile("[\u3000-\u9fff\uff00-\uff60]{2}")
_WIDEST = 100
_FULL = 0.8
_CLOSING = "」』”’\"')）】》〉"
_ALONE = ("【", "# ", "## ", "### ", "#### ", "**", "> ")
_STOPS = tuple("。.!！?？:：;；…︰")
"""What a line that was broken at a width does not end in; such widths are at most `_WIDEST` characters."""


def read_capture(content: bytes, name: str) -> Article:
    """Return the article in a text capture: its first line is the title, lines part its blocks.

    Where short lines of the page's menu stand first, or addresses, the title is the line with a column's prefix below
    them. A name over the stamp of the time is the author's. Lines
    with cells of a table are rows. In Markdown, marks count as mark-up does, and a front matter's title and date too.

    Args:
        content: The file's bytes, UTF-8.
        name: The file's name, for errors.

    Raises:
        Unreadable: It is empty, binary, not UTF-8, or has no title or no text below it.
    """
    text = _decoded(content, name)
    capture = unpacked(text.strip())
    title, rest = _headed(capture.text.strip())
    if capture.is_marked:
        title = without_heading_mark(title)
    if (stated := capture.members.get("title")) and normal_text(stated) != normal_text(title):
        title, rest = stated, capture.text.strip()
    if not normal_text(title):
        raise Unreadable(name, "the capture has no title")
    lines = [line for line in _lines(rest) if not (capture.is_marked and is_rule(line))]
    byline = lines.pop(0) if _is_byline(*lines[:2]) else None
    stamps = [stamp for line in lines[:HEAD_LINES] if (stamp := stamps_of(line))]
    lines = [line for index, line in enumerate(lines) if index >= HEAD_LINES or not stamps_of(line)]
    if not lines:
        raise Unreadable(name, "the capture has a title and no text")
    marked = [_block(line, is_marked=capture.is_marked) for line in lines]
    article = Article(
        key=capture_key(text),
        url=None,
        title=title.strip(),
        blocks=with_headings(with_lists(marked)),
        extractor=Extractor("capture", VERSION),
        author=Author(None, normal_text(byline) if byline else None),
        related=[Related(entry, None, None) for entry in titles_in(marked)],
    )
    if any(block.role == "login" for block in marked):
        article.access = "members"
    dates = [capture.members[member] for member in ("date", "published", "published_at") if member in capture.members]
    published = [Statement("front matter date", text) for text in dates]
    published += [Statement("the head", stamp["published"]) for stamp in stamps if "published" in stamp]
    updated = [Statement("the head", stamp["updated"]) for stamp in stamps if "updated" in stamp]
    date_article(article, published, updated)
    return article


def capture_key(text: str) -> str:
    r"""Return the key of a capture's whole text: `capture:` and 16 hex digits of the sha256 of its NFKC, on one line.

    A key outlives the normal form of the archive, which was NFKC once.

    >>> capture_key("美股（AMZN）\r\n\r\n財報") == capture_key("\ufeff美股(AMZN) 財報\n")
    True
    """
    composed = normal_text(unicodedata.normalize("NFKC", normal_text(text)))
    digest = hashlib.sha256(composed.encode()).hexdigest()
    return f"capture:{digest[:_KEY_DIGITS]}"


def _headed(text: str) -> tuple[str, str]:
    """Return a text's title, and what stands below it."""
    lines = text.split("\n", _MOST_MENU + 1)
    for place, line in enumerate(lines[: _MOST_MENU + 1]):
        if PREFIX.match(normal_text(line).lstrip("# ")):
            return line, "\n".join(lines[place + 1 :])
        if len(line.strip()) > _LONGEST_MENU and not _ADDRESS.fullmatch(line.strip()):
            break
    first = next(
        (place for place, line in enumerate(lines) if line.strip() and not _ADDRESS.fullmatch(line.strip())), 0
    )
    return lines[first], "\n".join(lines[first + 1 :])


def _is_byline(line: str = "", below: str = "") -> bool:
    """Return whether a line over a stamp of time is a name: short, no stamp itself, without signs of a sentence."""
    is_name = 0 < len(line) <= _LONGEST_NAME and not _SIGN.search(line) and not stamps_of(line) and not is_lead(line)
    return is_name and bool(stamps_of(below))


def _block(line: str, *, is_marked: bool) -> RawBlock:
    if cells := _cells(line):
        return RawBlock("row", _BETWEEN_CELLS.join(map(without_heading_mark, cells) if is_marked else cells))
    return marked_block(line) if is_marked else RawBlock("paragraph", line, role=role_of(line))


def _cells(line: str) -> list[str]:
    """Return the cells of a table's row: between tabs, or between bars that stand first and last too; else none."""
    line = line.strip()
    is_barred = len(line) > 1 and line[0] == line[-1] == "|"
    cells = [cell.strip() for cell in (line[1:-1].split("|") if is_barred else line.split("\t"))]
    return cells if len(cells) > 1 and max(map(len, cells)) <= _LONGEST_CELL else []


def _decoded(content: bytes, name: str) -> str:
    if not content.strip():
        raise Unreadable(name, "the capture is empty")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        form = "binary" if b"\x00" in content else "not UTF-8"
        raise Unreadable(name, f"the capture is {form} (byte {error.start}): save it as UTF-8 text") from error
    if _CONTROL.search(text):
        raise Unreadable(name, "the capture is binary: save it as UTF-8 text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _lines(text: str) -> list[str]:
    unwrapped: list[str] = []
    for chunk in _BLANK.split(text.strip("\n")):
        lines = [line.strip() for line in chunk.split("\n") if line.strip() and not _RULE.fullmatch(line.strip())]
        unwrapped += _unwrapped(lines)
    return unwrapped


def _unwrapped(lines: list[str]) -> list[str]:
    """Return lines without a blank one between them as blocks: each its own, unless a line was broken at a width.

    Such a line is about as long as the longest, ends in no sign, and neither it nor the next is a label, an item or
    another title.
    """
    width = max(map(len, lines), default=0)
    blocks: list[str] = []
    is_broken = False
    for line in lines:
        stands_alone = (
            role_of(line) is not None or stamps_of(line) or is_listed(line) or line.startswith(_ALONE) or _cells(line)
        )
        if is_broken and not stands_alone:
            blocks[-1] += ("" if _WIDE.fullmatch(blocks[-1][-1] + line[0]) else " ") + line
        else:
            blocks.append(line)
        is_long = width <= _WIDEST and len(line) >= width * _FULL
        is_broken = is_long and not stands_alone and not line.rstrip(_CLOSING).endswith(_STOPS)
    return blocks
