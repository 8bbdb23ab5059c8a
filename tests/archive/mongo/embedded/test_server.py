"""The embedded server with real processes, which are killed."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pymongo
import pytest

from archive.errors import (
    DatabaseUnavailable,
    DataDirUnusable,
    DiskFull,
    NoEmbeddedServer,
    ServerNotStarted,
    StillInUse,
)
from archive.mongo.client import Connection, connect
from archive.mongo.database import translating_errors
from archive.mongo.embedded import mongod
from archive.mongo.embedded.data_dir import DataDir
from archive.mongo.embedded.processes import end, is_alive
from archive.mongo.embedded.server import start, status, stop
from tests.support.mongodb import Mongod, wait_until
from tests.support.small_disk import small_disk

ROOT = Path(__file__).parents[4]
SECRET = "secret-of-the-environment"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Give a directory whose name needs care; whatever works in it is killed afterwards."""
    directory = tmp_path / "資料 夾" / "mongo"
    yield directory
    left = [*keepers(directory), *servers(directory)]
    for process in left:
        process.kill()
    wait_until(lambda: not any(is_alive(process.pid) for process in left))
    shutil.rmtree(tmp_path)


def servers(directory: Path) -> list[psutil.Process]:
    """Return the server processes of a directory, seen from the system and not from its files."""
    return _processes("--dbpath", str(directory / "db"))


def keepers(directory: Path) -> list[psutil.Process]:
    return _processes("archive.mongo.embedded.keeper", str(directory))


def _processes(word: str, directory: str) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if word in (words := process.info["cmdline"] or []) and directory in words
    ]


def visitor(directory: Path, *modes: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.visitor", str(directory), *modes],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"CMONEY_TOKEN": SECRET},
    )


def told(process: subprocess.Popen[str]) -> str:
    """Return the next line that a visitor prints."""
    assert process.stdout
    line = process.stdout.readline().strip()
    assert line, "the visitor ended"
    return line


def leave(process: subprocess.Popen[str]) -> str:
    """Return what a visitor still prints when it is sent home."""
    rest, _ = process.communicate("", timeout=60)
    assert process.returncode == 0
    return rest


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=60)


def open_here(directory: Path) -> Connection:
    return connect(None, directory, app_name="test")


def server_of(directory: Path) -> mongod.Server:
    server = status(directory).server
    assert server
    return server


def assert_gone(directory: Path) -> None:
    wait_until(lambda: not servers(directory) and not keepers(directory))
    assert DataDir(directory).pid_file.read_text() == "", "the end was not clean"


def test_server_listens_on_loopback_only_and_compresses_with_zstd(home: Path) -> None:
    with open_here(home) as connection:
        report = status(home)
        assert report.server
        assert [(user.pid, user.program) for user in report.users] == [(os.getpid(), "test")]
        assert report.is_kept
        sockets = psutil.Process(report.server.pid).net_connections("all")
        listening = {(entry.laddr.ip, entry.laddr.port) for entry in sockets if entry.status == "LISTEN"}
        assert listening == {("127.0.0.1", report.server.port)}
        assert not [entry for entry in sockets if entry.family == socket.AF_UNIX and entry.laddr]
        connection.database("x")["y"].insert_one({})
        stats = connection.database("x").command("collStats", "y")
        assert "block_compressor=zstd" in stats["wiredTiger"]["creationString"]
        options = connection.client.admin.command("getCmdLineOpts")["parsed"]["storage"]["wiredTiger"]
        assert options["engineConfig"]["zstdCompressionLevel"] == 3


def test_eight_that_start_at_once_share_one_server_which_stops_after_the_last(home: Path) -> None:
    visitors = [visitor(home) for _ in range(8)]
    assert len({told(entry) for entry in visitors}) == 1
    assert len(servers(home)) == 1
    assert len(status(home).users) == 8
    for process in [*keepers(home), *servers(home)]:
        assert SECRET not in " ".join(process.cmdline())
        assert SECRET not in process.environ().values()
    for entry in visitors[:4]:
        kill(entry)
    for entry in visitors[4:]:
        leave(entry)
    assert_gone(home)


def test_killed_owner_takes_nothing_down_and_is_not_waited_for(home: Path) -> None:
    owner = visitor(home)
    first = told(owner)
    with open_here(home) as connection:
        kill(owner)
        assert str(server_of(home).pid) in first
        connection.database("x")["y"].insert_one({})
        assert [user.pid for user in status(home).users] == [os.getpid()]
    assert_gone(home)


def test_killed_server_comes_back_at_its_port_with_all_that_was_acknowledged(home: Path) -> None:
    writer = visitor(home, "write")
    pid, port = told(writer).split()
    acknowledged = [told(writer) for _ in range(50)]
    for _ in range(2):
        psutil.Process(server_of(home).pid).kill()
        acknowledged += [told(writer) for _ in range(200)]
    acknowledged += leave(writer).split()
    with open_here(home) as connection:
        assert server_of(home).port == int(port)
        assert server_of(home).pid != int(pid)
        kept = {str(document["_id"]) for document in connection.database("visitors")["numbers"].find()}
    assert set(acknowledged) <= kept
    assert acknowledged == [str(number) for number in range(len(acknowledged))]


def test_client_brings_server_and_keeper_back_when_both_were_killed(home: Path) -> None:
    with open_here(home) as connection:
        before = server_of(home)
        connection.database("x")["y"].insert_one({"_id": 1})
        for process in [*keepers(home), *servers(home)]:
            process.kill()
        connection.ensure_running()
        assert connection.database("x")["y"].count_documents({}) == 1
        assert server_of(home).port == before.port
        assert server_of(home).pid != before.pid
        assert status(home).is_kept


def test_orphaned_server_is_taken_over_and_stopped(home: Path) -> None:
    owner = visitor(home)
    told(owner)
    for process in keepers(home):
        process.kill()
    kill(owner)
    orphan = server_of(home)
    assert not status(home).is_kept
    with open_here(home):
        assert server_of(home) == orphan
        assert status(home).is_kept
    assert_gone(home)


def test_starter_killed_at_any_moment_leaves_neither_orphan_nor_ruin(home: Path) -> None:
    for seconds in (0.5, 0.7, 0.9, 1.1):
        starter = visitor(home)
        time.sleep(seconds)  # its imports take about half of that, the server's start as long again
        kill(starter)
    wait_until(lambda: not servers(home) and not keepers(home))
    with open_here(home) as connection:
        connection.database("x")["y"].insert_one({})
        assert [user.pid for user in status(home).users] == [os.getpid()]


def test_start_after_everything_was_killed_finds_the_data(home: Path) -> None:
    owner = visitor(home, "write")
    told(owner)
    last = [told(owner) for _ in range(20)][-1]
    for process in [*keepers(home), psutil.Process(owner.pid), *servers(home)]:
        process.kill()
    kill(owner)
    with open_here(home) as connection:
        assert connection.database("visitors")["numbers"].find_one({"_id": int(last)})


class BusyPort(socketserver.TCPServer):
    """A program at a port that was the server's a moment ago."""

    allow_reuse_address = True


def fill(connection: Connection, acknowledged: list[int]) -> None:
    """Store what cannot be compressed until it fails."""
    with translating_errors(connection.uri):
        for number in range(1000):
            with pymongo.timeout(5):
                connection.database("x")["y"].insert_one({"_id": number, "body": os.urandom(2 << 20)})
            acknowledged.append(number)


def test_full_disk_is_told_and_what_was_acknowledged_is_kept(home: Path) -> None:
    with small_disk(home, "400m"):
        try:
            with open_here(home) as connection:
                acknowledged: list[int] = []
                with pytest.raises((DatabaseUnavailable, DiskFull)):
                    fill(connection, acknowledged)
                with pytest.raises(DiskFull, match="MiB left"):
                    connection.ensure_running()
                subprocess.run(["mount", "-o", "remount,size=800m", str(home)], check=True)
                connection.ensure_running()
                assert connection.database("x")["y"].count_documents({}) >= len(acknowledged) > 0
        finally:
            stop(home, in_use=True)


@contextmanager
def taken(port: int) -> Iterator[None]:
    """Hold a port by a program that hangs up on everybody."""
    with BusyPort(("127.0.0.1", port), socketserver.BaseRequestHandler) as other:
        thread = threading.Thread(target=other.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield
        finally:
            other.shutdown()
            thread.join()


def test_server_moves_when_its_port_was_taken_meanwhile(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    with open_here(home) as connection:
        connection.database("x")["y"].insert_one({"_id": 1})
        port = server_of(home).port
        stop(home, in_use=True)
        with taken(port):
            with pytest.raises(ServerNotStarted, match=f"took port {port}"):
                connection.ensure_running()
            assert f"Port {port} of 127.0.0.1 is taken" in caplog.text
            with open_here(home) as moved:
                assert server_of(home).port != port
                moved.database("x")["y"].insert_one({"_id": 2})
                assert moved.database("x")["y"].count_documents({}) == 2


@pytest.mark.parametrize("state", ["", '{"port": ', '{"port": "x"}', '{"port": 80}', "[1]", None])
def test_port_of_a_damaged_state_file_is_not_believed(tmp_path: Path, state: str | None) -> None:
    data = DataDir(tmp_path)
    if state is not None:
        data.state.write_text(state)
    assert data.read_port() is None


def test_marks_of_the_dead_mislead_nobody(home: Path) -> None:
    data = DataDir(home)
    for directory in (data.database, data.users):
        directory.mkdir(parents=True)
    data.pid_file.write_text(f"{os.getpid()}\n")  # its id went to another process
    data.state.write_text("damaged")
    data.door.write_text("1")
    data.keeper_lock.write_text(str(os.getpid()))
    (data.users / "1-dead").write_text("not JSON")
    with open_here(home):
        assert server_of(home).pid != os.getpid()
        assert [user.pid for user in status(home).users] == [os.getpid()]
        data.state.write_text("damaged under a running server")
        with open_here(home) as second:
            assert f":{server_of(home).port}/" in second.uri
    assert_gone(home)


def test_server_is_not_stopped_under_others_unless_that_is_meant(home: Path) -> None:
    with open_here(home) as connection:
        with pytest.raises(StillInUse, match=f"test \\(process {os.getpid()}\\)"):
            stop(home)
        assert stop(home, in_use=True)
        assert_gone(home)
        assert not stop(home, in_use=True)
        connection.ensure_running()
        assert connection.database("x")["y"].count_documents({}) == 0


def test_keeper_leaves_alone_what_an_operator_stopped(home: Path) -> None:
    with open_here(home):
        assert end(server_of(home).pid, 30)
        (keeper,) = keepers(home)
        time.sleep(1.5)  # three of the keeper's ticks
        assert is_alive(keeper.pid)
        assert not servers(home)
    wait_until(lambda: not keepers(home))


def remove(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)  # the server still makes files while others go


def move(directory: Path) -> None:
    directory.rename(directory.with_name("moved"))


@pytest.mark.parametrize("take_away", [remove, move])
def test_server_ends_when_its_directory_is_taken_away(home: Path, take_away: Callable[[Path], None]) -> None:
    with open_here(home):
        (server,), (keeper,) = servers(home), keepers(home)
        take_away(home)
        wait_until(lambda: not is_alive(server.pid) and not is_alive(keeper.pid))


def test_forked_child_does_not_give_up_its_parents_lease(home: Path) -> None:
    with open_here(home) as connection:
        child = multiprocessing.get_context("fork").Process(target=connection._lease.release)  # type: ignore[union-attr]
        child.start()
        child.join(30)
        assert child.exitcode == 0
        assert [user.pid for user in status(home).users] == [os.getpid()]


def test_server_that_cannot_start_is_quoted(home: Path) -> None:
    with open_here(home):
        pass
    stop(home)
    (home / "db" / "WiredTiger.turtle").write_bytes(b"not a turtle")
    with pytest.raises(ServerNotStarted, match=r"(?s)did not start in .*Its log ends:\n  [EF] .*WiredTiger"):
        open_here(home)
    assert status(home).users == ()


def test_directory_of_a_server_that_is_not_ours_is_refused(home: Path, tmp_path: Path) -> None:
    (home / "db").mkdir(parents=True)
    elsewhere = tmp_path / "link"
    elsewhere.symlink_to(home / "db")
    other = Mongod(elsewhere)
    other.start()
    try:
        with pytest.raises(ServerNotStarted, match="another machine or container uses this directory"):
            open_here(home)
    finally:
        other.kill()


@pytest.mark.parametrize("name", ["file/mongo", "x" * 300, "nul\0", "loop/mongo"])
def test_unusable_directory_is_one_clear_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(DataDirUnusable, match="ARCHIVE_DATA_DIR") as caught:
        start(tmp_path / name, "test")
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may write anywhere")
def test_unwritable_directory_is_one_clear_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    script = "import sys, pathlib, archive.mongo.embedded.data_dir as d; d.open_data_dir(pathlib.Path(sys.argv[1]))"
    drop = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    program = [*drop, sys.executable, "-c", script, str(tmp_path)]
    ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    tmp_path.chmod(0o700)
    assert "DataDirUnusable" in ended.stderr.splitlines()[-1]
    assert "Permission denied" in ended.stderr


def test_platform_without_a_server_is_told_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongod, "_PACKAGES", ("no-such-package-of-mongod",))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoEmbeddedServer, match="Set MONGODB_URI") as caught:
        start(tmp_path / "data", "test")
    lines = [line.strip() for line in str(caught.value).splitlines()]
    assert [line.split()[0] for line in lines[1:3]] == ["docker", "brew"]
    assert all("--replSet rs0" in line for line in lines[1:3])
    assert lines[-1] == "export MONGODB_URI='mongodb://127.0.0.1:27017/?replicaSet=rs0'"
    assert not (tmp_path / "data").exists()
    (tmp_path / "mongod").touch(mode=0o755)
    assert mongod.find_program() == tmp_path / "mongod"


def test_status_of_an_absent_directory_makes_none(tmp_path: Path) -> None:
    report = status(tmp_path / "absent")
    assert (report.server, report.users, report.is_kept) == (None, (), False)
    assert not stop(tmp_path / "absent")
    assert not (tmp_path / "absent").exists()


def test_long_log_is_set_aside(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongod, "_LOG_LIMIT", 10)
    home.mkdir(parents=True)
    (home / "mongod.log").write_text("an old line, longer than that")
    with open_here(home):
        assert (home / "mongod.log.old").read_text() == "an old line, longer than that"
        assert "an old line" not in (home / "mongod.log").read_text()


def test_interrupt_of_the_terminal_does_not_reach_the_server(home: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-m", "tests.support.visitor", str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        process_group=0,
    )
    told(owner)
    with open_here(home):
        os.killpg(owner.pid, signal.SIGINT)
        owner.communicate(timeout=30)
        assert servers(home)
        assert keepers(home)
