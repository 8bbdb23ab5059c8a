"""Files that are there as a whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from archive.atomic_file import FileNotWritten, atomic_text

KILLED = """
import os, signal, sys
from pathlib import Path
from archive.atomic_file import atomic_text
with atomic_text(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_it_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"before")
    with atomic_text(path) as file:
        file.write(b"after")
        assert path.read_bytes() == b"before"
    assert path.read_bytes() == b"after"
    assert list(tmp_path.iterdir()) == [path]


def test_a_killed_writer_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_bytes(b"before")
    subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=Path(__file__).parents[2], check=False)
    assert path.read_bytes() == b"before"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotWritten, match=r"directory"), atomic_text(tmp_path) as file:
        file.write(b"x")
