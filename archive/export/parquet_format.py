"""Tables as Arrow and Parquet: moments with their zone, lists of texts, nested records."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, BinaryIO, Final

from archive.export.tables import ArticleTable, Table, TableColumn
from archive.extras import require

ROW_GROUP: Final = 1000
"""Rows in a group; a writer holds as many in memory, some 20 MB of articles."""

_LEVEL: Final = 1
"""Of zstd: higher levels save little on Chinese prose, and take twice the time."""


class Arrow:
    """Converts batches of articles to Arrow tables."""

    def __init__(self, table: Table) -> None:
        """Import the libraries.

        Raises:
            NotInstalled: pyarrow or pymongoarrow is missing.
        """
        self._table = table
        self._pa = require("pyarrow", "Arrow and Parquet")
        self.schema = self._pa.schema([(column.name, self._type(column)) for column in table.columns])

    def table(self, batch: bytes) -> Any:
        """Return the Arrow table of a batch of articles."""
        if isinstance(self._table, ArticleTable):
            context = self._context.PyMongoArrowContext(self._bson_schema)
            context.process_bson_stream(batch)
            return context.finish().cast(self.schema)
        return self._pa.Table.from_pylist(self._table.rows(batch), schema=self.schema)

    def whole(self, batches: Iterable[bytes]) -> Any:
        """Return the Arrow table of some batches."""
        tables = [self.table(batch) for batch in batches]
        return self._pa.concat_tables(tables) if tables else self.schema.empty_table()

    @cached_property
    def _context(self) -> Any:
        """The BSON reader of pymongoarrow; for articles it takes a quarter of the time of `from_pylist`."""
        return require("pymongoarrow.context", "Arrow and Parquet")

    @cached_property
    def _bson_schema(self) -> Any:
        stamps = {column.name: self._pa.timestamp("ms", "UTC") for column in self._table.columns}
        fields = {
            column.name: stamps[column.name] if column.kind == "moment" else self._type(column)
            for column in self._table.columns
        }
        return require("pymongoarrow.schema", "Arrow and Parquet").Schema(fields)

    def _type(self, column: TableColumn) -> Any:
        pa = self._pa
        if column.columns:
            inner = pa.struct([(inner_column.name, self._type(inner_column)) for inner_column in column.columns])
            return pa.list_(inner) if column.kind == "records" else inner
        plain = {
            "text": pa.string(),
            "moment": pa.timestamp("us", "UTC"),
            "day": pa.date32(),
            "number": pa.int32(),
            "texts": pa.list_(pa.string()),
        }
        return plain[column.kind]


class Parquet:
    """Writes a table as Parquet, in row groups of `ROW_GROUP`, compressed with zstd."""

    def __init__(self, table: Table, stream: BinaryIO) -> None:
        """Begin the file.

        Raises:
            NotInstalled: pyarrow or pymongoarrow is missing.
        """
        self._arrow = Arrow(table)
        self._pa = require("pyarrow", "Parquet")
        self._waiting = self._arrow.schema.empty_table()
        self._writer = require("pyarrow.parquet", "Parquet").ParquetWriter(
            stream,
            self._arrow.schema,
            compression="zstd",
            compression_level=_LEVEL,
            use_dictionary=[column.name for column in table.columns if column.name not in {"text", "sections"}],
        )

    def write(self, batch: bytes) -> None:
        """Write the rows of a batch of articles."""
        self._waiting = self._pa.concat_tables([self._waiting, self._arrow.table(batch)])
        while self._waiting.num_rows >= ROW_GROUP:
            self._writer.write_table(self._waiting.slice(0, ROW_GROUP), row_group_size=ROW_GROUP)
            self._waiting = self._waiting.slice(ROW_GROUP)

    def close(self) -> None:
        """Write the rest and the file's end."""
        if self._waiting.num_rows:
            self._writer.write_table(self._waiting, row_group_size=ROW_GROUP)
        self._writer.close()
