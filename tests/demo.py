"""The demo: the stand-in site, crawled into a MongoDB of its own, and what was kept shown as a table."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from tests.site import Site

SCRAPY = str(Path(sys.executable).with_name("scrapy"))


def main() -> int:
    """Crawl the stand-in site, show what was kept, on a terminal also in a browser; return the crawl's exit status."""
    with tempfile.TemporaryDirectory(prefix="cmoney-demo-") as folder, Site() as site:
        environment = os.environ | {
            "CMONEY_NEWS_URL": site.url,
            "CMONEY_NOTES_URL": site.url,
            "ARCHIVE_DATA_DIR": folder,
            "DOWNLOAD_DELAY": "0",
            "LOG_LEVEL": "WARNING",
        }
        environment.pop("MONGODB_URI", None)
        crawl = subprocess.run([SCRAPY, "crawl", "column"], env=environment, check=False)
        shown = subprocess.run([SCRAPY, "articles", "--limit", "0"], env=environment, check=False)
        if sys.stdout.isatty():
            sys.stdout.write("\nin a browser, until Ctrl-C:\n")
            sys.stdout.flush()
            with suppress(KeyboardInterrupt):
                subprocess.run([sys.executable, "-m", "crawler", "serve", "--port", "0"], env=environment, check=False)
        subprocess.run([SCRAPY, "archive", "stop"], env=environment, check=False, stdout=subprocess.DEVNULL)
    return crawl.returncode or shown.returncode


if __name__ == "__main__":
    sys.exit(main())
