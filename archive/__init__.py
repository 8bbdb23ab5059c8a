"""The archive: keeps articles, every revision and every raw page in MongoDB, and gives them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archive.version import VERSION

if TYPE_CHECKING:
    from archive.archive import Archive

__all__ = ["Archive"]
__version__ = VERSION


def __getattr__(name: str) -> object:
    """Return the facade when it is asked for: the database's driver is not imported for a page object.

    Raises:
        AttributeError: It is something else.
    """
    if name == "Archive":
        from archive.archive import Archive  # noqa: PLC0415 -- the import that is put off

        return Archive
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
