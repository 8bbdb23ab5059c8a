"""The page `docs/schema.md` tells the schema as it is."""

from __future__ import annotations

from pathlib import Path

from archive.mongo.schema.collections import COLLECTIONS
from archive.mongo.schema.markdown import schema_page

PAGE = Path(__file__).parents[4] / "docs" / "schema.md"


def test_the_page_in_docs_is_fresh() -> None:
    stale = "stale: run `python -m archive.mongo.schema.markdown > docs/schema.md`"
    assert PAGE.read_text(encoding="utf-8") == schema_page(), stale


def test_the_page_tells_every_field_and_index() -> None:
    page = schema_page()
    for collection in COLLECTIONS:
        _, _, section = page.partition(f"\n## `{collection.name}`\n")
        section, _, _ = section.partition("\n## ")
        for named in (*collection.field_names, *(index.name for index in collection.indexes)):
            assert f"| `{named}` |" in section, (collection.name, named)


def test_rows_are_of_the_width_of_their_head() -> None:
    for line in schema_page().splitlines():
        if line.startswith("| `"):
            assert line.replace("\\|", "").count("|") in {4, 6}, line
