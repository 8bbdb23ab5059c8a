"""What each side has after `kill -9` in the middle, and what a second start costs the site."""

from __future__ import annotations

import time
from typing import Any

from pymongo import MongoClient

from tests.benchmarks import ground
from tests.benchmarks.peers import MOST_PAGES, SIDES
from tests.benchmarks.result import Result, Size

EVERY = 0.02
"""Seconds between two looks at how many articles are kept."""


def measure(size: Size) -> Result:
    """Return what each side keeps after it was killed when half was kept, and after a second start."""
    count = min(size.pages, MOST_PAGES)
    with ground.mongodb() as mongodb, ground.pages(count) as site:
        sides = {name: side.python(name) for name, side in SIDES.items()}
        installed = {name: python for name, python in sides.items() if python or not SIDES[name].packages}
        rows = tuple(_row(name, python, mongodb, site) for name, python in installed.items())
    return Result(
        "Killed in the middle",
        f"{count} pages; `kill -9` once half of them were kept, then the same command again.",
        ("what", "kept when killed", "kept after the second start", "pages asked again though kept"),
        rows,
        (),
    )


def _row(name: str, python: str | None, mongodb: ground.Ground, site: ground.Site) -> tuple[str, ...]:
    side, count = SIDES[name], len(site.paths)
    with mongodb.database() as database, MongoClient[dict[str, Any]](mongodb.uri) as client:
        kept = client[database][side.collection]
        with ground.begin(name, site, mongodb, database, python=python, module=side.module) as process:
            while process.poll() is None and kept.count_documents({}) < count // 2:
                time.sleep(EVERY)
            process.kill()
            process.communicate()
        killed = kept.count_documents({})
        again = ground.crawl(name, site, mongodb, database, python=python, module=side.module)
        repeated = again["kept"] - (count - killed)
        return side.label, str(killed), str(kept.count_documents({})), str(repeated)
