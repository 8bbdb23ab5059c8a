"""The place of a reader in the feed, kept in a file."""

from __future__ import annotations

from pathlib import Path

from archive.cursor import WrongCursor
from archive.delivery import replace


class PlaceUnusable(Exception):
    """The file of a place cannot be read or written; the message names it and says why."""


class Place:
    """A file that holds a cursor and nothing else.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> str | None:
        """Return the cursor that is kept, or None if there is no such file yet.

        Raises:
            WrongCursor: The file is empty or holds no text: nobody knows where its reader was.
            PlaceUnusable: It cannot be read.
        """
        try:
            kept = self.path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            kept = ""
        except OSError as error:
            raise PlaceUnusable(f"{self.path} cannot be read: {error.strerror}") from error
        if not kept:
            raise WrongCursor(f"{self.path} holds no cursor: put one in, or remove it to begin anew")
        return kept

    def keep(self, cursor: str) -> None:
        """Keep a cursor; a process killed meanwhile leaves the old one or this one.

        Raises:
            PlaceUnusable: It cannot be written.
        """
        try:
            replace(self.path, f"{cursor}\n".encode("ascii"))
        except OSError as error:
            raise PlaceUnusable(f"{self.path} cannot be written: {error.strerror}") from error
