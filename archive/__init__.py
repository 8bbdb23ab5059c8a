"""The archive: keeps articles, every revision and every raw page in MongoDB, and gives them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.version import VERSION

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.remote_archive import remote

__all__ = ["Archive", "remote"]
__version__ = VERSION


def __getattr__(name: str) -> object:
    """Return the facade or the client when it is asked for: a page object imports no driver of a database.

    Raises:
        AttributeError: It is something else.
    """
    if name == "Archive":
        from archive.archive import Archive  # noqa: PLC0415 -- the import that is put off

        return Archive
    if name == "remote":
        from archive.remote_archive import remote  # noqa: PLC0415 -- likewise

        return remote
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
