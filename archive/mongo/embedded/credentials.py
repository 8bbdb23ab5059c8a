"""Credentials of an embedded server: a secret in its directory, and the accounts whose passwords are derived from it.

The secret is mongod's key file: its reader may do everything (as MongoDB's own `__system`). It only serves to initiate
the server and to make its accounts; programs use one of those.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from typing import Any, Final

from archive.atomic_file import replace_secret
from archive.errors import DataDirUnusable
from archive.mongo.embedded.data_dir import DataDir

OWNER: Final = "owner"
"""The account of this program; it may do everything."""

READER: Final = "reader"
"""The account for others; it reads every database and writes none."""

MECHANISM: Final = "SCRAM-SHA-256"


def ensure_key(data: DataDir) -> None:
    """Make a directory's secret unless it has one that only its owner could read; to be called while no server runs.

    A secret that others could read is replaced, and the accounts' passwords with it.

    Raises:
        OSError: It cannot be written.
    """
    if not _is_private(data):
        replace_secret(data.key, secrets.token_urlsafe(48).replace("-", "+").replace("_", "/").encode())


def password(data: DataDir, account: str) -> str:
    """Return the password of an account; no other can be derived from it.

    Raises:
        DataDirUnusable: The secret is missing, or others can read it.
    """
    return hmac.digest(_key(data).encode(), account.encode(), hashlib.sha256).hex()


def as_system(data: DataDir) -> dict[str, Any]:
    """Return the driver's options for the user `__system`, which a server has before any account.

    Raises:
        DataDirUnusable: See `password`.
    """
    return {"username": "__system", "password": _key(data), "authSource": "local", "authMechanism": MECHANISM}


def fingerprint(data: DataDir) -> str:
    """Return a fingerprint of the current secret, from which it cannot be derived.

    Raises:
        DataDirUnusable: See `password`.
    """
    return hashlib.sha256(_key(data).encode()).hexdigest()


def _key(data: DataDir) -> str:
    if not _is_private(data):
        raise DataDirUnusable(
            f"The secret of the embedded MongoDB, {str(data.key)!r}, is missing or was open to others while the server "
            "ran. Run `cmoney archive stop --in-use`: the next start makes a new one."
        )
    return data.key.read_text(encoding="ascii")


def _is_private(data: DataDir) -> bool:
    """Return whether the secret is a file of this user that nobody else may read or write."""
    try:
        state = data.key.lstat()
    except FileNotFoundError:
        return False
    closed = not state.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return stat.S_ISREG(state.st_mode) and state.st_uid == os.geteuid() and closed and state.st_size > 0
