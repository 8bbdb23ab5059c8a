"""The further-reading graph as GraphML: articles are nodes, 延伸閱讀 entries are edges."""

from __future__ import annotations

import html
import sqlite3
from typing import Any, BinaryIO, Final, cast

from archive.articles.scan import decode
from archive.export.tables import LinkTable, Table, TableRow
from archive.json_text import moment
from archive.model.text import legal

_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="title" for="node" attr.name="title" attr.type="string"/>
<key id="published_at" for="node" attr.name="published_at" attr.type="string"/>
<key id="exported" for="node" attr.name="exported" attr.type="boolean"/>
<key id="position" for="edge" attr.name="position" attr.type="int"/>
<graph id="further_reading" edgedefault="directed">
"""
_FOOT: Final = "</graph>\n</graphml>\n"


class GraphML:
    """Writes links as GraphML.

    A node is an article of the export (`exported`), or the target of a link; its id is the key that it is kept under,
    or else the key in the link. A link that leads to no article of CMoney's makes no edge. Nodes and targets are stored
    in a temporary database on the disk, so that memory does not grow with the graph.
    """

    def __init__(self, table: Table, stream: BinaryIO) -> None:
        """Begin the file; the table must be that of links."""
        self._table = cast("LinkTable", table)
        self._stream = stream
        self._edges = 0
        self._ends = sqlite3.connect("")  # a temporary file of its own
        self._ends.execute("CREATE TABLE node (key TEXT PRIMARY KEY) WITHOUT ROWID")
        self._ends.execute("CREATE TABLE target (key TEXT PRIMARY KEY, title TEXT) WITHOUT ROWID")
        stream.write(_HEAD.encode())

    def write(self, batch: bytes) -> None:
        """Write the nodes and edges of a batch of articles."""
        articles = decode(batch)
        kept = self._table.kept_as(articles)
        self._ends.executemany("INSERT OR IGNORE INTO node VALUES (?)", [(article["_id"],) for article in articles])
        lines = [_node(article["_id"], article["title"], article["published_at"], "true") for article in articles]
        lines += [line for article in articles for line in self._lines(article, kept)]
        self._stream.write("".join(lines).encode())

    def _lines(self, article: TableRow, kept: dict[str, str]) -> list[str]:
        lines = []
        for position, related in enumerate(article["related"], 1):
            if related["key"] is None:
                continue
            target = kept.get(related["key"], related["key"])
            self._ends.execute("INSERT OR IGNORE INTO target VALUES (?, ?)", (target, related["title"]))
            self._edges += 1
            ends = f'source="{article["_id"]}" target="{_safe(target)}"'
            lines.append(f'<edge id="e{self._edges}" {ends}><data key="position">{position}</data></edge>\n')
        return lines

    def close(self) -> None:
        """Write the nodes that are only targets, and the file's end."""
        others = "SELECT key, title FROM target WHERE key NOT IN (SELECT key FROM node) ORDER BY key"
        for key, title in self._ends.execute(others):
            self._stream.write(_node(key, title, None, "false").encode())
        self._ends.close()
        self._stream.write(_FOOT.encode())


def _node(key: str, title: str, published_at: Any, exported: str) -> str:
    date = f'<data key="published_at">{moment(published_at)}</data>' if published_at else ""
    data = f'<data key="title">{_safe(title)}</data>{date}<data key="exported">{exported}</data>'
    return f'<node id="{_safe(key)}">{data}</node>\n'


def _safe(text: str) -> str:
    """Return a text for XML.

    >>> _safe("A&B")
    'A&amp;B'
    """
    return html.escape(legal(text))
