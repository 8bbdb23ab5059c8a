"""Running `cmoney feed` in a test."""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Mapping
from typing import IO, Any

from scrapy.settings import Settings

from crawler.cli.command import ArchiveCommand
from tests.support.crawling import begin, environment


def settings(uri: str, database: str) -> dict[str, str]:
    """Return the environment of a command on an archive; it asks no site."""
    return environment("http://127.0.0.1:9", uri, database)


def follower(*arguments: str, environ: Mapping[str, str], out: IO[Any] | None = None) -> subprocess.Popen[str]:
    """Return a running `cmoney feed --follow`."""
    return begin(("feed", "--follow", *arguments), environ, out)


def lines_of(text: str) -> list[dict[str, Any]]:
    """Return the lines of a feed, each of which must be whole."""
    return [json.loads(line) for line in text.splitlines()]


def called(command: type[ArchiveCommand], arguments: list[str], uri: str, database: str) -> int:
    """Return the exit status of a command that is called in this process, which spares its start."""
    called_now = command()
    called_now.settings = Settings({"MONGODB_URI": uri, "MONGODB_DATABASE": database})
    parser = argparse.ArgumentParser()
    called_now.add_options(parser)
    try:
        opts, args = parser.parse_known_args(arguments)
    except SystemExit as refused:
        return int(str(refused.code))
    called_now.run(args, opts)
    assert called_now.exitcode is not None
    return called_now.exitcode
