"""The folder of an index: its current generation, and the lock of its one writer."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from archive.atomic_file import private_folder, replace, sweep
from archive.extras import NotInstalled
from archive.search.errors import IndexBusy, IndexTooNew, SearchUnavailable

VERSION: Final = 3
"""The version of folding, tokens and fields; an index of another version is rebuilt."""

INSTALL: Final = "pip install 'cmoney-archive[search]'"


@dataclass(frozen=True, slots=True)
class Generation:
    """One complete index; a rebuild replaces it by another.

    Attributes:
        path: Where its files are.
        version: The `VERSION` that it was built by.
    """

    path: Path
    version: int


class IndexFolder:
    """The folder of one archive's index.

    Files: `current.json` names the current generation, `writer.lock` is locked by the writer, and each generation has a
    folder. Other generations are left over from rebuilds or dead writers.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._current = path / "current.json"

    def current(self) -> Generation | None:
        """Return the current generation; None if there is none.

        Raises:
            IndexTooNew: A newer program wrote it.
            SearchUnavailable: The folder cannot be read.
        """
        try:
            document: Any = json.loads(self._current.read_bytes())
            generation = Generation(self.path / str(document["folder"]), int(document["version"]))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError):
            return None  # half a file after a power cut: the index is built anew
        except OSError as error:
            raise self._unusable(error) from error
        if generation.version > VERSION:
            raise IndexTooNew(
                f"The search index in {str(self.path)!r} is of version {generation.version}, and this program writes "
                f"version {VERSION}: upgrade the program, or set SEARCH_INDEX_DIR to another folder."
            )
        return generation

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the writer's lock, which the system frees when the process ends.

        Raises:
            IndexBusy: Another process holds it.
            NotInstalled: filelock is not there.
            SearchUnavailable: The folder cannot be written.
        """
        try:
            import filelock  # noqa: PLC0415 -- of the extra `search`
        except ImportError as error:
            raise NotInstalled(f"search needs filelock, which is not installed ({error}): {INSTALL}") from error
        try:
            private_folder(self.path)
            lock = filelock.FileLock(self.path / "writer.lock", timeout=0)
            lock.acquire()
            sweep(self._current)
        except filelock.Timeout as error:
            raise IndexBusy(
                f"Another process writes the search index in {str(self.path)!r}. Wait for it, or end it."
            ) from error
        except OSError as error:
            raise self._unusable(error) from error
        try:
            yield
        finally:
            lock.release()

    def begin(self) -> Path:
        """Return a new, empty folder for a generation; remove leftovers of other writers. Needs the lock."""
        self.tidy()
        path = self.path / f"generation-{secrets.token_hex(4)}"
        try:
            path.mkdir(mode=0o700)
        except OSError as error:
            raise self._unusable(error) from error
        return path

    def put(self, path: Path) -> None:
        """Make a generation the current one, atomically, and remove the one before it. Needs the lock."""
        document = {"folder": path.name, "version": VERSION}
        try:
            replace(self._current, json.dumps(document).encode())
        except OSError as error:
            raise self._unusable(error) from error
        self.tidy()

    def tidy(self) -> None:
        """Remove all generations but the current one; readers keep their open files. Needs the lock."""
        current = self.current()
        for path in self.path.glob("generation-*"):
            if current is None or path != current.path:
                shutil.rmtree(path, ignore_errors=True)

    def size(self) -> int:
        """Return the bytes of the current generation; 0 if there is none."""
        current = self.current()
        size = 0
        for path in current.path.glob("*") if current else ():
            with suppress(FileNotFoundError):  # a writer has merged it into another meanwhile
                size += path.stat().st_size
        return size

    def _unusable(self, error: OSError) -> SearchUnavailable:
        return SearchUnavailable(
            f"The folder of the search index, {str(self.path)!r}, cannot be used: {error.strerror or error}. "
            "Make it writable for this user, or set SEARCH_INDEX_DIR to another one."
        )
