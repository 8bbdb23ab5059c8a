"""Files that are there whole or not at all."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import zstandard

from archive.atomic_file import FileNotWritten, atomic_write, replace, sweep

SLOW_WRITER = """
import sys, time
from pathlib import Path
from archive.atomic_file import atomic_write
with atomic_write(Path(sys.argv[1])) as stream:
    stream.write(b"half")
    print("writing", flush=True)
    time.sleep(60)
"""


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def written(path: Path, content: bytes = "美股動態\n".encode() * 1000) -> bytes:
    with atomic_write(path) as stream:
        stream.write(content)
    return path.read_bytes()


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst"])
def test_the_same_content_gives_the_same_bytes_whatever_name_and_time(tmp_path: Path, name: str) -> None:
    first = written(tmp_path / name)
    time.sleep(1.1)  # gzip would keep the second
    assert written(tmp_path / f"other-{name}") == first


def test_the_ending_says_how_it_is_packed(tmp_path: Path) -> None:
    plain = written(tmp_path / "a")
    assert gzip.decompress(written(tmp_path / "a.gz")) == plain
    assert zstandard.ZstdDecompressor().stream_reader(written(tmp_path / "a.zst")).read() == plain


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    written(tmp_path / "a", b"before")
    with pytest.raises(TypeError), atomic_write(tmp_path / "a") as stream:
        stream.writelines([b"half", "no bytes"])  # type: ignore[list-item]
    assert (tmp_path / "a").read_bytes() == b"before"
    assert names(tmp_path) == {"a"}


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_writes_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a [1].csv"
    processes = [
        subprocess.Popen([sys.executable, "-c", SLOW_WRITER, str(path)], stdout=subprocess.PIPE) for _ in range(2)
    ]
    try:
        for process in processes:
            assert process.stdout
            assert process.stdout.readline() == b"writing\n"
        processes[0].kill()
        processes[0].wait()
        assert not path.exists()
        written(path)
        assert names(tmp_path) == {path.name, f".{path.name}.{processes[1].pid}.new"}
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_what_earlier_versions_and_killed_processes_left_beside_a_small_file_is_swept(tmp_path: Path) -> None:
    for name in (".cursor.1.new", ".cursor.4711.part", ".other.1.new"):
        (tmp_path / name).write_bytes(b"half")
    sweep(tmp_path / "cursor")
    assert names(tmp_path) == {".other.1.new"}


def test_a_small_file_is_replaced(tmp_path: Path) -> None:
    for content in (b"one\n", b"2\n"):
        replace(tmp_path / "cursor", content)
        assert (tmp_path / "cursor").read_bytes() == content
    assert names(tmp_path) == {"cursor"}


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "folder").mkdir()
    for path in (pipe, tmp_path / "folder"):
        with pytest.raises(FileNotWritten, match="no file"):
            written(path)
    assert pipe.is_fifo()
    assert names(tmp_path) == {"pipe", "folder"}
