"""The names of the tables and the formats of an export; they are known before anything is loaded that reads."""

from __future__ import annotations

from typing import Final, Literal, get_args

TableName = Literal["articles", "mentions", "links", "tags", "revisions"]
WHATS: Final[tuple[TableName, ...]] = get_args(TableName)

Format = Literal["jsonl", "csv", "parquet", "graphml"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
