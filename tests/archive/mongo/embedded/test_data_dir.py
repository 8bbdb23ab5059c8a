"""The embedded server's directory is its owner's alone, and what others planted in it is refused."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from archive.errors import DataDirUnusable
from archive.mongo.embedded.data_dir import open_data_dir

OTHER = 65534


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_it_is_ours_alone_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        data = open_data_dir(tmp_path / "mongo")
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in (data.root, data.database, data.users)} == {0o700}


def test_one_that_was_open_is_closed(tmp_path: Path) -> None:
    (tmp_path / "mongo").mkdir()
    (tmp_path / "mongo").chmod(0o777)
    assert open_data_dir(tmp_path / "mongo").root.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["db", "users", "door.lock", "mongod.log", "server.json"])
def test_a_link_that_was_planted_is_refused_and_not_followed(tmp_path: Path, name: str) -> None:
    (tmp_path / "mongo").mkdir()
    (tmp_path / "mongo").chmod(0o777)
    (tmp_path / "victim").mkdir()
    (tmp_path / "mongo" / name).symlink_to(tmp_path / "victim")
    with pytest.raises(DataDirUnusable, match=name):
        open_data_dir(tmp_path / "mongo")
    assert list((tmp_path / "victim").iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a directory away")
def test_one_of_another_user_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mongo").mkdir()
    os.chown(tmp_path / "mongo", OTHER, OTHER)
    with pytest.raises(DataDirUnusable, match="belongs to another user"):
        open_data_dir(tmp_path / "mongo")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
def test_another_user_cannot_look_into_it(tmp_path: Path) -> None:
    own = (folder for folder in tmp_path.parents if folder.name.startswith(("pytest-", "popen-")))
    for folder in (tmp_path, *own):
        folder.chmod(0o755)
    (tmp_path / "open").mkdir()
    open_data_dir(tmp_path / "mongo")
    other = ["setpriv", f"--reuid={OTHER}", f"--regid={OTHER}", "--clear-groups", "ls"]
    assert subprocess.run([*other, str(tmp_path / "open")], capture_output=True, check=False).returncode == 0
    assert subprocess.run([*other, str(tmp_path / "mongo")], capture_output=True, check=False).returncode != 0
