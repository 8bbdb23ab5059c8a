"""The marks of Markdown in a text capture, read as mark-up and taken out of the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from archive.model.article import Link
from crawler.pages.body.block_roles import RawBlock, role_of

_HEADING = re.compile(r"#{1,6}[^\S\n]+(?P<text>\S.*?)(?:[^\S\n]+#+)?")
_STRONG = re.compile(r"(?<!\d)\*\*(?=[^\s*])(?P<text>[^\n]{0,300}?[^\s*])\*\*")
_LINK = re.compile(r"\[(?P<title>[^\[\]\n]+)\]\((?P<url>[^\s()]+)(?:\s+\"[^\"\n]*\")?\)")
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^\n)]*\)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_RULE = re.compile(r"(?:[-*_][^\S\n]*){3,}")
_QUOTE = re.compile(r"(?:>[^\S\n]+)+")
_ANY = re.compile(
    r"^#{1,6}[^\S\n]+\S|(?<!\d)\*\*(?=[^\s*])[^\n]{0,300}?[^\s*]\*\*|\[[^\[\]\n]+\]\((?:https?:/)?/[^\s()]+\)",
    re.MULTILINE,
)
_FRONT = re.compile(r"---\n(?P<members>(?:[^\n]*\n){1,40}?)---\n")
_MEMBER = re.compile(r"(?m)^(?P<name>\w+)[^\S\n]*:[^\S\n]*(?P<quote>[\"']?)(?P<value>.+?)(?P=quote)[^\S\n]*$")


class Capture(NamedTuple):
    """A text capture without what stands above it.

    Attributes:
        text: Its text.
        members: What its front matter states, by name in small letters; empty without one.
        is_marked: Whether it is written in Markdown.
    """

    text: str
    members: Mapping[str, str]
    is_marked: bool


def unpacked(text: str) -> Capture:
    """Return a capture's text without its front matter, and whether headings, emphasis or links are marked in it.

    >>> unpacked("2**10 = 1024").is_marked, unpacked("# 【美股動態】財報").is_marked, unpacked("#美股").is_marked
    (False, True, False)
    """
    front = _FRONT.match(text)
    members = {match["name"].lower(): match["value"] for match in _MEMBER.finditer(front["members"])} if front else {}
    rest = text[front.end() :] if front and members else text
    return Capture(rest, members, _ANY.search(rest) is not None)


def is_rule(line: str) -> bool:
    """Return whether a line is a rule, or an image and nothing else."""
    return _RULE.fullmatch(line) is not None or not _IMAGE.sub("", line).strip()


def without_heading_mark(line: str) -> str:
    """Return a heading's text, or the line that is none."""
    heading = _HEADING.fullmatch(line.strip())
    return _plain(heading["text"] if heading else line)


def marked_block(line: str) -> RawBlock:
    """Return a line of Markdown as a block: its kind, emphasis and links are those of its marks.

    >>> marked_block("**需求穩健。**測試公司[財報](https://example.com/1)。").text
    '需求穩健。測試公司財報。'
    """
    line = _IMAGE.sub("", _QUOTE.sub("", line, count=1) if _QUOTE.match(line) else line).strip()
    heading = _HEADING.fullmatch(line)
    line = heading["text"] if heading else line
    whole, beginning = _STRONG.fullmatch(line), _STRONG.match(line)
    is_strong = whole is not None and "**" not in whole["text"]
    opening = _plain(beginning["text"]) if beginning and not is_strong else ""
    links = tuple(Link(_plain(link["title"]), link["url"]) for link in _LINK.finditer(line))
    text = _plain(line)
    return RawBlock("heading" if heading else "paragraph", text, links, is_strong, role=role_of(text), opening=opening)


def _plain(line: str) -> str:
    line = _LINK.sub(lambda link: link["title"], line)
    return _ESCAPED.sub(r"\1", _STRONG.sub(lambda strong: strong["text"], line)).strip()
