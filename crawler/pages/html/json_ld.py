"""What a page states about its article in JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report)$")
_HOLDERS = ("@graph", "mainEntity", "mainEntityOfPage")
_TRAILING_COMMA = re.compile(r",(\s*[\]}])")
_OPENINGS = ("<!--", "//<![CDATA[", "// <![CDATA[", "/*<![CDATA[*/", "<![CDATA[")
_ENDINGS = ("-->", "//]]>", "// ]]>", "/*]]>*/", "]]>", ";")
_MEMBER = re.compile(r'"(headline|datePublished|dateModified)"\s*:\s*"((?:[^"\\]|\\.){0,400})"')
_MOST_NODES = 2_000

Node = dict[str, object]


def article_node(scripts: list[str]) -> Node:
    """Return the one node of a page's JSON-LD that describes its article; empty if there is none.

    Looked for at the top, in lists, in `@graph` and `mainEntity`, not in lists of other articles. Of a script that is
    no valid JSON, headline and dates are read where each stands there once.
    """
    broken: Node = {}
    for script in scripts:
        data = _parsed(script)
        if data is None:
            broken = broken or _members(script)
            continue
        for node in _nodes(data):
            if _is_article(node):
                return node
    return broken


def text_of(node: Node, name: str) -> str | None:
    """Return a member of a node if it is a text, or None."""
    value = node.get(name)
    if isinstance(value, list) and value:
        value = value[0]
    return value.strip() or None if isinstance(value, str) else None


def date_of(node: Node, name: str) -> str | None:
    """Return a member of a node that is to be a date, as text whatever it is; None if it is empty or not there.

    >>> date_of({"datePublished": 1755157800}, "datePublished")
    '1755157800'
    """
    value = node.get(name)
    value = value[0] if isinstance(value, list) and value else value
    return str(value).strip() or None if value is not None else None


def author_of(node: Node) -> str | None:
    """Return the name of a node's author; None if it has none, several, or an organization in its place."""
    value = node.get("author")
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None
    if isinstance(value, dict):
        kinds = value.get("@type")
        is_house = any(str(kind).endswith("Organization") for kind in (kinds if isinstance(kinds, list) else [kinds]))
        return None if is_house else text_of(value, "name")
    return value.strip() or None if isinstance(value, str) else None


def _parsed(script: str) -> object:
    text = _unwrapped(script)
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _unwrapped(script: str) -> str:
    text = script.strip()
    for opening in _OPENINGS:
        text = text.removeprefix(opening)
    for ending in _ENDINGS:
        text = text.strip().removesuffix(ending)
    return text


def _members(script: str) -> Node:
    members: dict[str, set[str]] = {}
    for name, value in _MEMBER.findall(script):
        members.setdefault(name, set()).add(value)
    return {name: values.pop() for name, values in members.items() if len(values) == 1}


def _nodes(data: object) -> Iterator[Node]:
    waiting = [data]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting[:0] = value[:_MOST_NODES]
        elif isinstance(value, dict):
            yield value
            waiting.extend(value[name] for name in _HOLDERS if name in value)


def _is_article(node: Node) -> bool:
    kinds = node.get("@type")
    return any(
        isinstance(kind, str) and _ARTICLE_TYPES.search(kind)
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )
