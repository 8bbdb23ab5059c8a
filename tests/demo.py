"""The demo: the stand-in site, crawled into an archive of its own that stays, and five commands to look at it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from archive.mongo.embedded.mongod import free_port
from tests.site import Site

ROOT = Path(__file__).resolve().parents[1]
CMONEY = Path(sys.executable).with_name("cmoney")
NEXT = ("articles --limit 5", "show 1", "changed", "runs", "archive status")


def main(folder: Path = ROOT / ".data" / "demo") -> int:
    """Crawl the stand-in site, show what was kept, and return the crawl's exit status.

    Args:
        folder: Where the archive stays, unless MONGODB_URI names a MongoDB for it, and the stand-in's port.
    """
    place = {"MONGODB_DATABASE": "cmoney_demo"}
    if not os.environ.get("MONGODB_URI"):
        place["ARCHIVE_DATA_DIR"] = str(folder / "mongo")
    site = _serve(folder)
    try:
        own = {"CMONEY_NEWS_URL": site.url, "CMONEY_NOTES_URL": site.url, "DOWNLOAD_DELAY": "0"}
        status = _run("crawl column", place | own)
    finally:
        site.stop()
    status = status or _run("articles --limit 10", place)
    if status == 0:
        where = place.get("ARCHIVE_DATA_DIR", "the MongoDB of MONGODB_URI")
        sys.stdout.write(f"\nThe archive stays in {where}, database cmoney_demo. Type next:\n\n")
        for words in NEXT:
            sys.stdout.write(f"  {_line(words, place)}\n")
        sys.stdout.write(f"\nIn a browser, at http://127.0.0.1:8642/, until Ctrl-C:\n\n    {_line('serve', place)}\n")
    return status


def _serve(folder: Path) -> Site:
    """Return the stand-in, at the port of the last demo if that is free: an article's address then stays the same."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "port"
    try:
        return Site().start(int(kept.read_text(encoding="ascii")))
    except (OSError, ValueError):
        port = free_port()
    kept.write_text(str(port), encoding="ascii")
    return Site().start(port)


def _run(words: str, settings: Mapping[str, str]) -> int:
    sys.stdout.flush()
    return subprocess.run([CMONEY, *words.split()], env=os.environ | settings, check=False).returncode


def _line(words: str, settings: Mapping[str, str]) -> str:
    """Return a command as it is typed in the folder where one stands."""
    set_first = " ".join(f"{name}={shlex.quote(_near(value))}" for name, value in settings.items())
    return f"{set_first} {shlex.quote(_near(str(CMONEY)))} {words}"


def _near(path: str) -> str:
    return os.path.relpath(path) if Path(path).is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
