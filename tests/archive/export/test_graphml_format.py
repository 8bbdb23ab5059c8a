"""The further-reading graph, read by another library."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.archive import Archive
from archive.export.exporter import export
from archive.export.request import export_request
from archive.model.article import Related
from tests.support.made_articles import NOW, article, key_of, url_of

networkx = pytest.importorskip("networkx")


def test_nodes_and_edges(archive: Archive, tmp_path: Path) -> None:
    related = [
        Related("二 <&\"'>", url_of(2), key_of(2)),
        Related("未收\x01", url_of(77), key_of(77)),
        Related("站外", "https://example.com/", None),
        Related("別名", url_of(33), key_of(33)),
    ]
    archive.writer().save(
        [article(1, related=related), article(2, related=[]), article(3, aliases=[key_of(33)], related=related[:1])],
        NOW,
    )
    export(archive, export_request(tmp_path / "a.graphml", "links"))
    graph = networkx.read_graphml(tmp_path / "a.graphml")
    assert graph.is_directed()
    assert set(graph.nodes) == {key_of(number) for number in (1, 2, 3, 77)}
    assert set(graph.edges) == {
        (key_of(1), key_of(2)),
        (key_of(1), key_of(77)),
        (key_of(1), key_of(3)),
        (key_of(3), key_of(2)),
    }
    assert graph.nodes[key_of(2)]["title"] == "【美股動態】第2篇"
    assert graph.nodes[key_of(77)] == {"title": "未收\ufffd", "exported": False}
    assert graph.edges[key_of(1), key_of(3)]["position"] == 4


def test_an_empty_graph_can_be_read(archive: Archive, tmp_path: Path) -> None:
    export(archive, export_request(tmp_path / "a.graphml", "links"))
    assert networkx.read_graphml(tmp_path / "a.graphml").number_of_nodes() == 0
