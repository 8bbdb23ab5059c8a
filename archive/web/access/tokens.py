"""Tokens of clients on other machines: a file of their hashes, written by `cmoney token`."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, get_args

from archive.atomic_file import atomic_write
from archive.errors import ArchiveError

TokenScope = Literal["read", "feed", "metrics"]
"""The scope of a token: everything, only the change feed, or only the figures for a monitor."""

SCOPES: Final[tuple[TokenScope, ...]] = get_args(TokenScope)
_BYTES: Final = 32
_PRIVATE: Final = 0o600


class TokensUnreadable(ArchiveError):
    """The file of tokens cannot be read, or is invalid; every request is refused."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token, without its secret.

    Attributes:
        name: Its owner.
        scope: Its scope.
        digest: sha256 of the secret, in hex; the secret has 256 random bits, so that no salt is needed.
        created_at: When it was made; ISO 8601, UTC.
    """

    name: str
    scope: TokenScope
    digest: str
    created_at: str


class Tokens:
    """The tokens of a file, read again whenever it has changed.

    Args:
        path: The file; without it there are no tokens.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._state: tuple[int, ...] | None = None
        self._tokens: tuple[Token, ...] = ()

    def all(self) -> Sequence[Token]:
        """Return the tokens in order of their creation.

        Raises:
            TokensUnreadable: The file cannot be read.
        """
        try:
            stat = self.path.stat()
            state = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if state != self._state:
                entries = json.loads(self.path.read_bytes())["tokens"]
                self._tokens, self._state = tuple(Token(**entry) for entry in entries), state
        except FileNotFoundError:
            self._tokens, self._state = (), None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TokensUnreadable(
                f"The tokens in {self.path} cannot be read ({error}): mend the file, or remove it and add tokens anew."
            ) from error
        return self._tokens

    def of(self, secret: str) -> Token | None:
        """Return the token with a secret; None if there is none. Errors as of `all`."""
        digest = _digest(secret)
        matches = [token for token in self.all() if hmac.compare_digest(token.digest, digest)]
        return matches[0] if matches else None

    def add(self, name: str, scope: TokenScope) -> str:
        """Make a token, and return its secret, which is not stored.

        Raises:
            ValueError: There is one of this name.
            TokensUnreadable: The file cannot be read.
            FileNotWritten: It cannot be written.
        """
        if any(token.name == name for token in self.all()):
            raise ValueError(f"there is a token {name!r}: remove it first, or take another name")
        secret = secrets.token_urlsafe(_BYTES)
        created_at = datetime.now(UTC).isoformat(timespec="seconds")
        self._write([*self.all(), Token(name, scope, _digest(secret), created_at)])
        return secret

    def remove(self, name: str) -> bool:
        """Remove a token, also for a running server; return whether there was one. Errors as of `add`."""
        left = [token for token in self.all() if token.name != name]
        if len(left) == len(self.all()):
            return False
        self._write(left)
        return True

    def _write(self, tokens: Sequence[Token]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps({"tokens": [asdict(token) for token in tokens]}, ensure_ascii=False, indent=1)
        with atomic_write(self.path, pack=False, folders=False) as file:
            os.fchmod(file.fileno(), _PRIVATE)
            file.write(content.encode())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
