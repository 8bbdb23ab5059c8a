"""Who may use the embedded server: this program freely, a reader by an account of its own, others not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from archive.errors import AccessDenied, DataDirUnusable, StillInUse
from archive.mongo.client import connect
from archive.mongo.database import Document
from archive.mongo.embedded import mongod, users
from archive.mongo.embedded.data_dir import DataDir, open_data_dir
from archive.mongo.embedded.server import status, stop
from tests.support.mongodb import MEMORY, wait_until

ROOT = Path(__file__).parents[4]
OTHER = 65534


@pytest.fixture
def home() -> Iterator[Path]:
    """Give a folder of a server, which is stopped afterwards."""
    with tempfile.TemporaryDirectory(prefix="access-", dir=MEMORY) as directory:
        yield Path(directory) / "mongo"
        stop(Path(directory) / "mongo", in_use=True)


def serve_as_before(data: DataDir) -> mongod.Server:
    """Start a server as earlier versions of this program did: without a password."""
    words = mongod.command(data, mongod.free_port())
    place = words.index("--keyFile")
    subprocess.run([*words[:place], *words[place + 2 :]], check=True, capture_output=True)
    server = mongod.running(data)
    assert server
    with MongoClient[Document](mongod.HOST, server.port, directConnection=True) as client:
        members = [{"_id": 0, "host": f"{mongod.HOST}:{server.port}"}]
        if "setName" not in client.admin.command("hello"):
            client.admin.command("replSetInitiate", {"_id": mongod.REPLICA_SET, "members": members})
        wait_until(lambda: client.admin.command("hello")["isWritablePrimary"])
        client["cmoney"]["articles"].insert_one({"_id": "kept"})
    return server


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
def test_another_user_of_the_machine_can_do_nothing(home: Path) -> None:
    with connect(None, home) as connection:
        connection.database("cmoney")["articles"].insert_one({"_id": "kept"})
        server = status(home).server
        assert server
        program = [sys.executable, "-m", "tests.support.stranger", str(OTHER), str(server.port), str(home / "key")]
        ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)
        assert json.loads(ended.stdout) == ["say hello"]
        assert [document["_id"] for document in connection.database("cmoney")["articles"].find()] == ["kept"]


def test_no_secret_stands_where_all_can_see_it(home: Path) -> None:
    with connect(None, home) as connection:
        server = status(home).server
        assert server
        password = connection.uri.partition("owner:")[2].partition("@")[0]
        key = (home / "key").read_text()
        seen = Path(f"/proc/{server.pid}/cmdline").read_text() + Path(f"/proc/{server.pid}/environ").read_text()
        seen += (home / "mongod.log").read_text() + (home / "keeper.log").read_text() + connection.shown
        assert len(password) == 64
        assert not [secret for secret in (password, key) if secret in seen]
        modes = {path.name: path.stat().st_mode & 0o077 for path in home.rglob("*")}
        assert not {name for name, mode in modes.items() if mode}


@pytest.mark.parametrize("running", [True, False], ids=["running", "stopped"])
def test_an_archive_made_before_is_taken_over(home: Path, running: bool) -> None:
    before = serve_as_before(open_data_dir(home))
    if not running:
        mongod.stop(before)
    with connect(None, home) as connection:
        assert connection.database("cmoney")["articles"].find_one() == {"_id": "kept"}
        server = status(home).server
        assert server
        assert server.is_guarded
        anyone = MongoClient[Document](mongod.HOST, server.port, directConnection=True)
        with anyone, pytest.raises(OperationFailure, match="requires authentication"):
            anyone["cmoney"]["articles"].find_one()


def test_one_that_others_still_use_without_a_password_is_left_to_them(home: Path) -> None:
    data = open_data_dir(home)
    before = serve_as_before(data)
    holder = [sys.executable, "-c", "import sys, tests.support.mark as m; m.hold(sys.argv[1])", str(data.users)]
    with subprocess.Popen(holder, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        with pytest.raises(StillInUse, match=rf"without a password, and is used by crawl \(process {other.pid}\)"):
            connect(None, home)
        assert mongod.running(data) == before
        other.communicate()
    with connect(None, home) as connection:
        assert connection.database("cmoney")["articles"].find_one() == {"_id": "kept"}
    assert users.living(data.users) == []


def test_the_reader_reads_and_changes_nothing(home: Path) -> None:
    with connect(None, home) as owner, connect(status(home).reader_uri, home) as reader:
        owner.database("cmoney")["articles"].insert_one({"_id": "kept"})
        articles = reader.database("cmoney")["articles"]
        assert articles.find_one() == {"_id": "kept"}
        for change in (
            lambda: articles.insert_one({}),
            lambda: articles.delete_many({}),
            articles.drop,
            lambda: reader.client.admin.command("updateUser", "owner", pwd="x"),
            lambda: reader.client.admin.command("shutdown"),
        ):
            with pytest.raises(OperationFailure, match="not authorized"):
                change()
        assert articles.count_documents({}) == 1
    stop(home)
    assert status(home).reader_uri is None


@pytest.mark.parametrize("mode", [0o640, None], ids=["open to others", "lost"])
def test_a_key_that_cannot_be_trusted_is_replaced_at_the_next_start(home: Path, mode: int | None) -> None:
    with connect(None, home) as connection:
        connection.database("cmoney")["articles"].insert_one({"_id": "kept"})
        before = connection.uri
        (home / "key").chmod(mode) if mode else (home / "key").unlink()
        with pytest.raises(DataDirUnusable, match="archive stop --in-use") as caught:
            connect(None, home)
        assert "\n" not in str(caught.value)
    stop(home, in_use=True)
    with connect(None, home) as connection:
        assert connection.database("cmoney")["articles"].find_one() == {"_id": "kept"}
        assert connection.uri.partition("@")[0] != before.partition("@")[0]
        assert (home / "key").stat().st_mode & 0o777 == 0o600
        with pytest.raises(AccessDenied, match="Authentication failed"):
            connect(before.partition("@")[0] + "@" + connection.uri.partition("@")[2], home)
