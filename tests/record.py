"""Takes the article pages of a recording into the corpus of recorded pages: `make record FILE=exchanges.warc.gz`.

Each page gets a file with what the readers made of it. Read it against the page before it is kept: the tests hold the
readers to it from then on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scrapy.utils.project import get_project_settings

from archive.model.article import Article
from archive.pages.content_encoding import unpack
from crawler import own_settings
from crawler.addresses import Sites, read_address
from crawler.download.exchange import Exchange, read_exchanges
from crawler.errors import PageError, WrongUsage
from crawler.survey.fixtures import read_as_public, write_fixture

RECORDED = Path(__file__).with_name("recorded")
LARGEST = 8 * 1024 * 1024
OK = 200


def pages(exchanges: Sequence[Exchange], sites: Sites) -> Iterator[tuple[bytes, Article, str | None]]:
    """Yield each recorded page that is an article, once: its bytes unpacked, what was read, its Content-Type."""
    seen = set()
    for exchange in exchanges:
        address = read_address(exchange.url, sites)
        if address is None or exchange.method != "GET" or exchange.status != OK or address.path in seen:
            continue
        encoding, content_type = exchange.headers.get("content-encoding"), exchange.headers.get("content-type")
        content = unpack(exchange.body, encoding, LARGEST) if encoding else exchange.body
        try:
            article = read_as_public(content, address, content_type)
        except PageError:
            continue
        seen.add(address.path)
        yield content, article, content_type


def record(file: Path, folder: Path, sites: Sites) -> list[str]:
    """Write each page of a recording that the folder has not yet; return the names of those that are new.

    Raises:
        WrongUsage: The recording cannot be read.
    """
    names = []
    for content, article, content_type in pages(read_exchanges(file), sites):
        name = f"{article.extractor.name}-{article.key.partition(':')[2]}"
        if not (folder / f"{name}.html").exists():
            write_fixture(folder, name, content, article, content_type)
            names.append(name)
    return names


def main(words: Sequence[str]) -> int:
    """Record the pages of the files that are named; return the exit status."""
    if not words:
        sys.stderr.write("error: name a recording: make record FILE=survey/exchanges.warc.gz\n")
        return 2
    try:
        sites = own_settings.sites(get_project_settings())
        names = [name for word in words for name in record(Path(word), RECORDED, sites)]
    except WrongUsage as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    lines = [f"tests/recorded/{name}.html and .json" for name in names] or ["no article page that is not there already"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
