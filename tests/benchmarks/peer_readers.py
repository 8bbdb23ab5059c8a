"""Other readers of main content, run by an interpreter that has them: paths come in, a line of JSON a page goes out."""

from __future__ import annotations

import importlib
import importlib.util
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path


def _decoded(html: bytes) -> str:
    try:
        return html.decode()
    except UnicodeDecodeError:
        return html.decode("gb18030", "replace")


def trafilatura(html: bytes) -> str:
    """Return the text that trafilatura reads."""
    reader = importlib.import_module("trafilatura")
    return reader.extract(html, include_comments=False) or ""


def newspaper4k(html: bytes) -> str:
    """Return the text that newspaper4k reads."""
    reader = importlib.import_module("newspaper")
    article = reader.Article("https://localhost/article", fetch_images=False)
    article.download(input_html=_decoded(html))
    article.parse()
    return str(article.text)


def readability(html: bytes) -> str:
    """Return the text that readability-lxml reads."""
    reader = importlib.import_module("readability")
    tree = importlib.import_module("lxml.html").fromstring(reader.Document(_decoded(html)).summary() or "<p></p>")
    return str(tree.text_content())


MODULES: dict[str, Callable[[bytes], str]] = {
    "trafilatura": trafilatura,
    "newspaper": newspaper4k,
    "readability": readability,
}


def main() -> None:
    """Read each page whose path stands on a line of standard input."""
    logging.disable(logging.CRITICAL)
    readers = [(name, read) for name, read in MODULES.items() if importlib.util.find_spec(name)]
    for path in sys.stdin.read().splitlines():
        html = Path(path).read_bytes()
        readings = {}
        for name, read in readers:
            try:
                readings[name] = read(html)
            except Exception:  # noqa: BLE001 -- whatever another reader raises, it has read nothing
                readings[name] = ""
        sys.stdout.write(json.dumps(readings) + "\n")


if __name__ == "__main__":
    main()
