"""A process that uses the embedded server, for tests that kill it: `python -m tests.archive.mongo.visitor DIR [write]`.

It prints its server's process id and port, then waits for the end of its input; with `write`, it first stores one
number after the other and prints each that was acknowledged, through every outage.
"""

from __future__ import annotations

import select
import sys
from pathlib import Path

from archive.errors import DatabaseUnavailable
from archive.mongo.client import Connection, connect
from archive.mongo.database import translating_errors
from archive.mongo.embedded.server import status


def write(connection: Connection) -> None:
    """Store and print numbers until the input ends."""
    numbers = connection.database("visitors")["numbers"]
    number = 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        try:
            with translating_errors(connection.uri):
                numbers.update_one({"_id": number}, {"$set": {"seen": True}}, upsert=True)
        except DatabaseUnavailable:
            connection.ensure_running()
            continue
        tell(number)
        number += 1


def tell(*numbers: int) -> None:
    """Print numbers on one line, at once."""
    sys.stdout.write(" ".join(map(str, numbers)) + "\n")
    sys.stdout.flush()


def main(directory: str, *modes: str) -> None:
    """Use the server of a directory."""
    with connect(None, Path(directory), app_name="visitor") as connection:
        server = status(Path(directory)).server
        if server:
            tell(server.pid, server.port)
        if "write" in modes:
            write(connection)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
