"""A program that another user of this machine might run against an embedded server: `python -m … UID PORT KEY`.

It becomes that user, tries what it should not be able to do, and prints one line with what it could, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure


def main(user: int, port: int, key: Path) -> None:
    """Print the names of what could be done."""
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    client: MongoClient[dict[str, Any]] = MongoClient("127.0.0.1", port, directConnection=True)
    tries: dict[str, Callable[[], Any]] = {
        "say hello": lambda: client.admin.command("hello"),
        "list": client.list_database_names,
        "read": client["cmoney"]["articles"].find_one,
        "write": lambda: client["cmoney"]["articles"].insert_one({"_id": "planted"}),
        "drop": lambda: client.drop_database("cmoney"),
        "read the oplog": client["local"]["oplog.rs"].find_one,
        "shut down": lambda: client.admin.command("shutdown"),
        "make an account": lambda: client.admin.command("createUser", "stranger", pwd="x", roles=["root"]),
        "guess the password": lambda: MongoClient(f"mongodb://owner:owner@127.0.0.1:{port}/").list_database_names(),
        "read the key": key.read_bytes,
        "look into the folder": lambda: list(key.parent.iterdir()),
    }
    sys.stdout.write(json.dumps([name for name, attempt in tries.items() if _could(attempt)]))
    client.close()


def _could(attempt: Callable[[], Any]) -> bool:
    try:
        attempt()
    except (OperationFailure, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
