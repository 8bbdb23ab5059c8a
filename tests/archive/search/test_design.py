"""The mapping for a search server in docs/search.md: its fields are those of the index."""

from __future__ import annotations

import json
import re

from archive.articles.documents import to_document
from archive.search.fields import cursor_document, document_of
from archive.search.source import IndexedVersion
from tests.support.crawling import ROOT
from tests.support.made_articles import NOW, article


def test_the_mapping_has_the_fields_of_the_index() -> None:
    made = to_document(article(1, column="美股動態", tags=["輝達(NVDA)"]), NOW)
    version = IndexedVersion(made, 2, "題", "文", ["標"], NOW, None, is_first=True)
    written = document_of(version).to_dict().keys() | cursor_document("x").to_dict().keys()
    match = re.search(r"```json\n(.*?)```", (ROOT / "docs" / "search.md").read_text("utf-8"), re.DOTALL)
    assert match is not None
    properties = json.loads(match[1])["mappings"]["properties"]
    assert properties.keys() == written
    positions = {name for name, field in properties.items() if field.get("index_options") == "positions"}
    assert positions == {"title", "heading", "text"}
