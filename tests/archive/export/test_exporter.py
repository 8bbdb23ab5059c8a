"""Exports: what comes out in each format is what the archive has, whoever reads it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard

from archive.archive import Archive
from archive.export.exporter import export
from archive.export.request import ExportRequest, export_request
from archive.export.text_formats import unguard
from archive.model.record import Record
from archive.model.selection import Selection
from archive.mongo.client import Connection
from tests.support.made_articles import NOW, article
from tests.support.mongodb import fresh_database
from tests.support.shelf import fill

duckdb = pytest.importorskip("duckdb")
pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
pyarrow_parquet = pytest.importorskip("pyarrow.parquet")

Facts = list[tuple[str, datetime | None, str]]
"""Key, date of publication and text, as they were read back, in order."""

FORMATS = ("jsonl", "csv", "parquet")
COUNT = 1203
DUCK = {"jsonl": "read_json('{}', maximum_object_size=67108864)", "csv": "read_csv('{}')", "parquet": "'{}'"}


def by_duckdb(path: Path, kind: str) -> Facts:
    rows = asked(f"SELECT _id, epoch_ms(published_at), text FROM {DUCK[kind].format(path)}")  # noqa: S608
    return [(key, utc(at), text) for key, at, text in rows]


def asked(question: str) -> list[Any]:
    """Return DuckDB's answer."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone='UTC'")
        answer: list[Any] = connection.execute(question).fetchall()
    return answer


def by_pandas(path: Path, kind: str) -> Facts:
    if kind == "parquet":
        frame = pandas.read_parquet(path)
    elif kind == "csv":
        frame = pandas.read_csv(path, dtype=str, keep_default_na=False)
    else:
        frame = pandas.read_json(path, lines=True, dtype=False)
    rows = frame[["_id", "published_at", "text"]].itertuples(index=False)
    return [(key, utc(at), text) for key, at, text in rows]


def by_polars(path: Path, kind: str) -> Facts:
    read = {"parquet": polars.read_parquet, "csv": polars.read_csv, "jsonl": polars.read_ndjson}[kind]
    options = {} if kind == "parquet" else {"infer_schema_length": None}
    return [(key, utc(at), text) for key, at, text in read(path, **options)["_id", "published_at", "text"].rows()]


def utc(at: Any) -> datetime | None:
    if isinstance(at, str):
        return datetime.fromisoformat(at) if at else None
    if isinstance(at, int):
        return datetime.fromtimestamp(at // 1000, UTC).replace(microsecond=at % 1000 * 1000)
    if pandas.isna(at):
        return None
    moment: datetime = at.astimezone(UTC) if isinstance(at, datetime) else at.to_pydatetime()
    return moment


READERS: dict[str, Callable[[Path, str], Facts]] = {"duckdb": by_duckdb, "pandas": by_pandas, "polars": by_polars}


def facts(archive: Archive) -> Facts:
    return [(document["_id"], document["published_at"], document["text"]) for document in archive.articles()]


@pytest.fixture(scope="module")
def shelf(connection: Connection) -> Iterator[Archive]:
    """Give an archive of some articles, more than a row group, some undated; not to be written."""
    with fresh_database(connection) as database, Archive.open(connection.uri, database.name, create=True) as archive:
        fill(archive, COUNT)
        yield archive


def test_every_format_comes_back_the_same_by_every_reader(shelf: Archive, tmp_path: Path) -> None:
    expected = facts(shelf)
    assert len(expected) == COUNT
    for kind in FORMATS:
        done = export(shelf, export_request(tmp_path / f"a.{kind}"))
        assert done.articles == COUNT
        for name, read in READERS.items():
            assert read(tmp_path / f"a.{kind}", kind) == expected, (kind, name)


def awkward(archive: Archive) -> list[Record]:
    """Keep articles whose values are hard to write, and return their records."""
    texts = ["=1+1", "-0", "'quoted'", 'a "b",c', "第一行\n第二行", "\u2028分行", "𠮷野家", ""]
    archive.writer().save(
        [
            article(place, title=text, headline=text, tags=[text, "a|b"] if text else [], page=None)
            for place, text in enumerate(texts)
        ],
        NOW,
    )
    archive.writer().save([article(99, related=[], mentions=[], tickers=[], problems=[], published_at=None)], NOW)
    return list(archive.articles())


def test_awkward_values_survive_in_json(archive: Archive, tmp_path: Path) -> None:
    records = awkward(archive)
    export(archive, export_request(tmp_path / "a.jsonl"))
    with (tmp_path / "a.jsonl").open("rb") as file:
        lines = [json.loads(line) for line in file]
    assert [list(line) for line in lines] == [list(record) for record in records]
    for line, record in zip(lines, records, strict=True):
        for name, value in record.items():
            read = datetime.fromisoformat(line[name]) if isinstance(value, datetime) else line[name]
            assert read == value


@pytest.mark.parametrize("quote_texts", [False, True])
@pytest.mark.parametrize("neutralise", [False, True])
def test_awkward_values_survive_in_csv(
    archive: Archive, tmp_path: Path, *, quote_texts: bool, neutralise: bool
) -> None:
    records = awkward(archive)
    request = replace(export_request(tmp_path / "a.csv"), quote_texts=quote_texts, neutralise=neutralise)
    export(archive, request)
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(b'\xef\xbb\xbf"_id",' if quote_texts else b"\xef\xbb\xbf_id,")
    if quote_texts:
        assert b',"",' in content, "an empty text"
        assert b",1," in content, "a number"
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert any(row["title"].startswith(("=", "-")) for row in rows) is not neutralise
    for row, record in zip(rows, records, strict=True):
        assert (unguard(row["title"]) if neutralise else row["title"]) == record["title"]
        assert json.loads(row["tags"]) == record["tags"]
        assert json.loads(row["sections"]) == record["sections"]
        assert row["author.name"] == record["author"]["name"]
        assert row["revision"] == "1"


def test_awkward_values_survive_in_parquet(archive: Archive, tmp_path: Path) -> None:
    records = awkward(archive)
    export(archive, export_request(tmp_path / "a.parquet"))
    assert pyarrow_parquet.read_table(tmp_path / "a.parquet").to_pylist() == records
    assert archive.table().to_pylist() == records


def test_parquet_has_a_real_schema(shelf: Archive, tmp_path: Path) -> None:
    export(shelf, export_request(tmp_path / "a.parquet"))
    file = pyarrow_parquet.ParquetFile(tmp_path / "a.parquet")
    types = {field.name: str(field.type) for field in file.schema_arrow}
    assert types["published_at"] == types["gone_at"] == "timestamp[us, tz=UTC]"
    assert types["tickers"] == "list<element: string>"
    assert types["sections"] == "list<element: struct<heading: string, blocks: list<element: string>>>"
    assert types["revision"] == "int32"
    assert [file.metadata.row_group(place).num_rows for place in range(file.num_row_groups)] == [1000, 203]


def test_duckdb_reads_lists_and_records(shelf: Archive, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    export(shelf, export_request(path))
    ((count,),) = asked(f"SELECT count(*) FROM '{path}' WHERE list_contains(tickers, 'AMZN')")  # noqa: S608
    assert count == sum("AMZN" in record["tickers"] for record in shelf.articles())
    ((heads,),) = asked(f"SELECT count(*) FROM (SELECT unnest(sections).heading FROM '{path}')")  # noqa: S608
    assert heads == sum(len(record["sections"]) for record in shelf.articles())


@pytest.mark.parametrize("ending", ["jsonl", "csv.gz", "jsonl.zst", "parquet"])
def test_the_same_archive_gives_the_same_bytes(shelf: Archive, tmp_path: Path, ending: str) -> None:
    contents = []
    for turn in range(2):
        export(shelf, export_request(tmp_path / f"{turn}.{ending}"))
        contents.append((tmp_path / f"{turn}.{ending}").read_bytes())
    assert contents[0] == contents[1]


def test_a_selection_narrows(shelf: Archive, tmp_path: Path) -> None:
    wanted = export_request(
        tmp_path / "a.jsonl", since="2024-03-01", until="2024-03-31", tickers=["2330"], fields=["_id"]
    )
    done = export(shelf, wanted)
    expected = [
        document["_id"] for document in shelf.articles(since="2024-03-01", until="2024-03-31", tickers=["2330"])
    ]
    lines = (tmp_path / "a.jsonl").read_text().splitlines()
    assert 0 < done.articles == len(lines) < COUNT / 10
    assert lines == [json.dumps({"_id": key}, separators=(",", ":")) for key in expected]


def test_an_export_of_nothing_is_a_file_without_rows(archive: Archive, tmp_path: Path) -> None:
    for kind in FORMATS:
        assert export(archive, export_request(tmp_path / f"a.{kind}")).articles == 0
    assert (tmp_path / "a.jsonl").read_bytes() == b""
    assert len((tmp_path / "a.csv").read_bytes().splitlines()) == 1
    assert polars.read_parquet(tmp_path / "a.parquet").shape == (0, len(archive.table().schema))


def test_the_cursor_is_that_of_before_the_export(archive: Archive, tmp_path: Path) -> None:
    archive.writer().save([article(1)], NOW)
    assert export(archive, export_request(tmp_path / "a.jsonl")).cursor == archive.changes.cursor()


WITHOUT = """
import sys
for name in sys.argv[3].split(","):
    sys.modules[name] = None
from pathlib import Path
from archive import Archive
from archive.mongo.client import Connection
from archive.export.exporter import export
from archive.extras import NotInstalled
from archive.export.request import export_request
with Archive.open(sys.argv[1], sys.argv[2], create=True) as archive:
    for name in ("plain.jsonl", "plain.csv"):
        export(archive, export_request(Path(sys.argv[4]) / name))
    try:
        export(archive, export_request(Path(sys.argv[4]) / "a.parquet"))
    except NotInstalled as error:
        print(error)
"""


def test_without_the_extra_json_and_csv_are_the_same_and_parquet_says_what_to_install(
    archive: Archive, uri: str, tmp_path: Path
) -> None:
    awkward(archive)
    for kind in ("jsonl", "csv"):
        export(archive, export_request(tmp_path / f"a.{kind}"))
    arguments = [uri, archive.database.name, "pyarrow,pymongoarrow,feedgen,holidays,pandas"]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *arguments, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.count("\n") == 1
    assert "pip install 'cmoney-archive[export]'" in done.stdout
    for kind in ("jsonl", "csv"):
        assert (tmp_path / f"plain.{kind}").read_bytes() == (tmp_path / f"a.{kind}").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "a.jsonl", "plain.csv", "plain.jsonl"]


BY_MONTH = 300


def test_a_month_is_a_file_and_together_they_are_all(archive: Archive, tmp_path: Path) -> None:
    fill(archive, BY_MONTH)
    folder = tmp_path / "shelf.parquet"
    done = export(archive, ExportRequest(folder, "parquet", by_month=True))
    months = sorted(path.name for path in folder.iterdir())
    assert months[0] == "month=2024-01"
    assert months[-1] == "month=undated"
    assert sorted(done.files) == sorted(folder.rglob("*.parquet"))
    with duckdb.connect() as reader:
        table = f"'{folder}/*/*.parquet'"
        counts = dict(reader.execute(f"SELECT month, count(*) FROM {table} GROUP BY month").fetchall())  # noqa: S608
    assert sum(counts.values()) == BY_MONTH
    march = list(archive.articles(since="2024-03-01", until="2024-03-31"))
    assert counts["2024-03"] == len(march)


def test_packed_months(archive: Archive, tmp_path: Path) -> None:
    fill(archive, BY_MONTH)
    wanted = ExportRequest(
        tmp_path / "x.jsonl.zst", "jsonl", selection=Selection(tickers=frozenset({"AMZN"})), by_month=True
    )
    lines = 0
    for path in export(archive, wanted).files:
        assert path.name == "articles.jsonl.zst"
        lines += zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read().count(b"\n")
    assert lines == sum("AMZN" in record["tickers"] for record in archive.articles())
