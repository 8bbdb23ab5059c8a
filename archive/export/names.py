"""The names of the tables and the formats of an export, without the modules that read."""

from __future__ import annotations

from typing import Final, Literal, get_args

TableName = Literal["articles", "mentions", "links", "tags", "revisions"]
WHATS: Final[tuple[TableName, ...]] = get_args(TableName)

Format = Literal["jsonl", "csv", "parquet", "graphml"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
