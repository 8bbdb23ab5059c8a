"""Whole crawls in a test: a real `scrapy` process, against the stand-in site, into a real MongoDB."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pymongo.database import Database

from tests.support.forked import Forked, can_fork, program

Documents = Database[dict[str, Any]]
ROOT = Path(__file__).resolve().parents[2]
SCRAPY = (sys.executable, "-m", "scrapy")
LIMIT = 120.0
"""Seconds that a scrapy process may take in a test."""

QUICK = {
    "DOWNLOAD_DELAY": "0",
    "RETRY_WAIT": "0.05",
    "RETRY_WAIT_MAX": "0.2",
    "STORE_WAIT": "0.05",
    "COOL_OFF_SECONDS": "0.2",
    "WALL_WAIT": "0",
    "LOG_LEVEL": "INFO",
}
"""Settings that spare a test the manners that the real site is owed."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A scrapy process that has ended.

    Attributes:
        status: Its exit status.
        out: What it printed.
        log: What it logged, and its errors.
    """

    status: int
    out: str
    log: str


def environment(base: str | tuple[str, str], uri: str, database: str, **settings: object) -> dict[str, str]:
    """Return the environment for a crawl of a site, or of a pair of new and old site, into a database."""
    news, notes = (base, base) if isinstance(base, str) else base
    own = {"CMONEY_NEWS_URL": news, "CMONEY_NOTES_URL": notes, "MONGODB_URI": uri, "MONGODB_DATABASE": database}
    own["SSL_CERT_FILE"] = os.devnull  # a crawl reads the machine's authorities twice, at a quarter of its cost
    return {**os.environ, **QUICK, **own, **{name: str(value) for name, value in settings.items()}}


def begin(arguments: tuple[str, ...], environ: Mapping[str, str], out: IO[Any] | None = None) -> subprocess.Popen[str]:
    """Return a running scrapy process, from the checkout's root; its output goes to pipes, or to the file given."""
    if can_fork(environ):
        return Forked(arguments, environ, out)
    pipe = subprocess.PIPE
    words = [sys.executable, "-m", program(environ), *arguments]
    return subprocess.Popen(words, cwd=ROOT, env=dict(environ), stdout=out or pipe, stderr=pipe, text=True)


def end(process: subprocess.Popen[str], seconds: float = LIMIT) -> Ran:
    """Return what became of a scrapy process; one that takes too long is killed, and fails the test."""
    try:
        out, log = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, log = process.communicate()
        raise AssertionError(f"scrapy did not end within {seconds} s:\n{log[-4000:]}") from None
    return Ran(process.returncode, out, log)


def scrapy(*arguments: str, environ: Mapping[str, str]) -> Ran:
    """Return what became of a scrapy command."""
    return end(begin(arguments, environ))


def crawl(spider: str, environ: Mapping[str, str], **arguments: object) -> Ran:
    """Return what became of a crawl with the given -a arguments."""
    given = [word for name, value in arguments.items() for word in ("-a", f"{name}={value}")]
    return scrapy("crawl", spider, *given, environ=environ)


def articles(database: Documents) -> list[dict[str, Any]]:
    """Return every article kept."""
    return list(database["articles"].find())
