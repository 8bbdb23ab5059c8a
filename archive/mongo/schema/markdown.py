"""The page `docs/schema.md`, made from the schema: `python -m archive.mongo.schema.markdown`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from archive.mongo.schema.collections import COLLECTIONS, VERSION
from archive.mongo.schema.fields import Collection, Field, Index

_HEAD = f"""# The archive's schema, version {VERSION}

Made by `python -m archive.mongo.schema.markdown > docs/schema.md` from the definition of MongoDB's validators; a test
fails when it is stale. Every field is always there. What is not known is null, where null is allowed. No field is there
that is not listed. All dates are UTC, kept to the millisecond. `articles` and `changes` are the public
contract; the others serve them, and may change with the schema's version.
"""


def schema_page() -> str:
    """Return the page in Markdown."""
    return "\n".join([_HEAD, *(_section(collection) for collection in COLLECTIONS)])


def _section(collection: Collection) -> str:
    packed = " Packed already: where the server has the option, it does not pack them again."
    lines = [f"## `{collection.name}`", "", collection.meaning + (packed if collection.packed else ""), ""]
    lines += ["| field | type | meaning | set by | null means |", "|---|---|---|---|---|"]
    lines += [_row(path, field) for path, field in _walk(collection.fields)]
    if collection.indexes:
        lines += ["", "| index | keys | serves |", "|---|---|---|"]
        lines += [_index_row(index) for index in collection.indexes]
    return "\n".join(lines) + "\n"


def _walk(fields: tuple[Field, ...], prefix: str = "") -> Iterator[tuple[str, Field]]:
    for field in fields:
        yield f"{prefix}{field.name}", field
        joint = "[]." if "array" in field.types else "."
        yield from _walk(field.fields, f"{prefix}{field.name}{joint}")


def _row(path: str, field: Field) -> str:
    meaning = field.meaning + (f"; {field.unit}" if field.unit else "")
    return f"| `{path}` | {_type(field)} | {_cell(meaning)} | {field.set_by} | {_cell(field.null)} |"


def _type(field: Field) -> str:
    named = field.types.replace("|", " or ")
    if field.items:
        named = f"{named} of {field.items}"
    if field.values:
        named = f"{named} of {field.values.replace('|', ' or ')}"
    if field.fields and "array" in field.types:
        named = f"{named} of object"
    return named + (f": {', '.join(f'`{choice}`' for choice in field.choices)}" if field.choices else "")


def _index_row(index: Index) -> str:
    keys = ", ".join(f"`{name}`{' descending' if direction < 0 else ''}" for name, direction in index.keys)
    notes = ("; unique" if index.unique else "") + ("; partial" if index.only else "")
    return f"| `{index.name}` | {keys} | {_cell(index.serves)}{notes} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(schema_page())
