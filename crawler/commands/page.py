"""`cmoney page`: the reading of one page, field by field: where each value was read, and the rejected ones."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import urlsplit

from crawler import own_settings
from crawler.addresses import Sites, read_address
from crawler.cli.command import PROGRAM, ArchiveCommand, Operands
from crawler.cli.named_article import key_named, why_absent
from crawler.cli.printer import print_json, print_line, print_paragraph, print_styled
from crawler.commands.reparse import recipe_of
from crawler.errors import WrongUsage
from crawler.exit_status import TEMPLATE_CHANGED

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.model.article import Article
    from archive.model.crawl.page import Page
    from crawler.addresses import ArticleAddress
    from crawler.pages.trace import Trace

_SHOWN: Final = 200
"""Characters of a value that is shown, where others follow."""

_LIST: Final = 12
"""Lines of a list that are shown; --json has all."""


@dataclass(frozen=True, slots=True)
class GivenPage:
    """A page to read.

    Attributes:
        address: Its article's address.
        content: Its body, unpacked.
        content_type: As its server stated it; None where it is not known.
        origin: The file or the page's id in the archive.
    """

    address: ArticleAddress
    content: bytes
    content_type: str | None
    origin: str


class Command(ArchiveCommand):
    """Reads a kept page, or one in a file, as a crawl does, and shows how each field came about; nothing is written.

    The page of a file needs an address: that of --address, of a .json beside it, or the one that the page states.
    """

    summary = "Show what the readers make of a page: each field, where it was read, and what lost against it"
    operands = Operands("ARTICLE|FILE")
    examples = (
        "page 1",
        "page notes:1211507 --json",
        "page page.html --address 'https://www.cmoney.tw/notes/note-detail.aspx?nid=1211507'",
    )
    statuses: ClassVar = {TEMPLATE_CHANGED.status: "no article could be read on the page"}

    def _options(self, parser: argparse.ArgumentParser) -> None:
        add_address(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object a field, values whole")

    def _work(self, opts: argparse.Namespace) -> int:
        from crawler.errors import PageError
        from crawler.pages.extract import read_article
        from crawler.pages.html.document import Document
        from crawler.pages.trace import trace

        given, sites = page_given(self, opts.operands[0], opts.address), own_settings.sites(self.values)
        try:
            document = Document.read(given.content, given.address.url(sites), sites, given.content_type)
            article = read_article(document, given.address)
        except PageError as error:
            _print_failure(error, given, as_json=opts.json)
            return TEMPLATE_CHANGED.status
        traces = trace(document, given.address, article)
        refined = self._refined(article, given)
        if opts.json:
            for field in traces:
                print_json(asdict(field))
            print_json(_after_stages(article, refined))
        else:
            _print(traces, article, refined, given)
        return 0

    def _refined(self, article: Article, given: GivenPage) -> Article | None:
        """Return an article after the stages; None where they drop it."""
        from archive.model.article import Article
        from archive.model.crawl.page import Page

        now = datetime.now(UTC)
        copy = article.but(problems=list(article.problems), suspect=list(article.suspect), fetched_at=now)
        copy.page = Page(copy.key, copy.url or "", 200, given.content, None, given.content_type or "", now, {})
        outcome = recipe_of(self.values).refine()(copy, Counter())
        return outcome if isinstance(outcome, Article) else None


def add_address(parser: argparse.ArgumentParser) -> None:
    """Add `--address`, of a page in a file."""
    parser.add_argument("--address", metavar="URL", help="the address of the article on a page in a file")


def page_given(command: ArchiveCommand, word: str, url: str | None) -> GivenPage:
    """Return the page that a word names: a file, or the newest kept page of an article.

    Raises:
        WrongUsage: There is none, or its address is not known.
        ArchiveError: The archive cannot be read.
    """
    if Path(word).is_file():
        return _of_file(Path(word), url, own_settings.sites(command.values))
    if url is not None:
        raise WrongUsage(f"--address is for the page of a file; there is no file {word!r}")
    with command.archive() as archive:
        page = _latest(archive, key_named(archive, command.values, word))
    address = read_address(page.url, own_settings.sites(command.values))
    if address is None:
        raise WrongUsage(
            f"{page.url} is no address of an article with these settings: set CMONEY_NEWS_URL and CMONEY_NOTES_URL as "
            "they were when it was crawled"
        )
    return GivenPage(
        address, page.body, page.content_type, f"{page.key}, received {page.fetched_at:%Y-%m-%d %H:%M} UTC"
    )


def _latest(archive: Archive, key: str) -> Page:
    """Return the newest kept page of an article.

    Raises:
        WrongUsage: There is none.
    """
    page = archive.pages.latest(key)
    if page is None and (article := archive.articles.get(key)):
        page = archive.pages.latest(article["source"])
    if page is None:
        hint = f"keep its page in a file: `{PROGRAM} page FILE --address URL`"
        raise WrongUsage(f"{why_absent(archive, key)}; {hint}" if article is None else f"{key} has no kept page")
    return page


def _of_file(path: Path, url: str | None, sites: Sites) -> GivenPage:
    """Return the page of a file.

    Raises:
        WrongUsage: The file cannot be read, or nothing states an article's address.
    """
    try:
        content = path.read_bytes()
        beside = path.with_suffix(".json")
        recorded = json.loads(beside.read_bytes()).get("url") if url is None and beside.is_file() else None
    except (OSError, ValueError, AttributeError) as error:
        raise WrongUsage(f"{path} cannot be read: {error}") from error
    stated = url or recorded or _stated_address(content, sites)
    address = read_address(stated, sites) if stated else None
    if address is None:
        why = f"{stated!r} is no address of an article" if stated else "the page states no address of an article"
        raise WrongUsage(f"{path}: {why}; add --address URL")
    return GivenPage(address, content, None, str(path))


def _stated_address(content: bytes, sites: Sites) -> str | None:
    """Return the address of an article that a page states as its own; None without one."""
    from crawler.errors import PageError
    from crawler.pages.html.document import Document

    try:
        document = Document.read(content, sites.news, sites)
    except PageError:
        return None
    canonical = document.tree.css_first('link[rel="canonical"]')
    stated = [canonical.attributes.get("href") if canonical else None, document.metas.get("og:url")]
    return next((url for url in stated if url and urlsplit(url).netloc), None)


def _print_failure(error: Exception, given: GivenPage, *, as_json: bool) -> None:
    if as_json:
        print_json({"field": "article", "value": None, "source": given.origin, "lost": [], "why": str(error)})
        return
    print_line(f"{given.address.key}  {given.origin}")
    print_line(f"no article: {error}")


def _after_stages(article: Article, refined: Article | None) -> dict[str, Any]:
    """Return the stages' result for a program."""
    if refined is None:
        return {"field": "stages", "value": None, "source": "the stages drop it", "lost": []}
    value = {
        "column": refined.column,
        "mentions": [mention._asdict() for mention in refined.mentions],
        "problems": [asdict(problem) for problem in refined.problems],
        "suspect": [suspicion._asdict() for suspicion in refined.suspect],
    }
    return {"field": "stages", "value": value, "source": "stages", "lost": _dropped(article, refined)}


def _dropped(article: Article, refined: Article) -> list[str]:
    """Return the blocks that the stages removed from a body."""
    from archive.model.text import normal_text

    kept = {block.text for block in refined.blocks}
    return [block.text for block in article.blocks if normal_text(block.text) not in kept]


def _print(traces: list[Trace], article: Article, refined: Article | None, given: GivenPage) -> None:
    print_line(f"{given.address.key}  {given.origin}")
    for entry in traces:
        print_styled((f"\n{entry.field}", "bold"), ("  read at " + entry.source, "dim"))
        _print_value(entry.value)
        agreeing = [place.source for place in entry.lost if place.text == entry.value]
        _print_lost("the same at", [", ".join(agreeing)] if agreeing else [])
        _print_lost(
            "not taken", [f"{place.source}: {_short(place.text)}" for place in entry.lost if place.text != entry.value]
        )
    print_styled(("\nafter the stages", "bold"))
    if refined is None:
        print_paragraph("  dropped")
        return
    print_paragraph(f"  column {refined.column or 'none'}, {len(refined.blocks)} blocks")
    _print_lost("cut off", list(map(_short, _dropped(article, refined))))
    _print_lost("symbols", [f"{mention.symbol} ({mention.market}, {mention.evidence})" for mention in refined.mentions])
    _print_lost("problems", [f"{problem.field}: {problem.reason}" for problem in refined.problems])
    _print_lost("in doubt", [f"{doubt.kind}: {doubt.detail}" for doubt in refined.suspect])


def _print_value(value: Any) -> None:
    if not isinstance(value, list):
        print_paragraph(f"  {'none' if value is None else value}")
        return
    for text in value[:_LIST]:
        print_paragraph(f"  {_short(text)}")
    if len(value) > _LIST:
        print_line(f"  and {len(value) - _LIST} more; --json has all")
    elif not value:
        print_line("  none")


def _print_lost(label: str, lines: list[str]) -> None:
    for line in lines[:_LIST]:
        print_paragraph(f"  {label}: {line}", "dim")
    if len(lines) > _LIST:
        print_line(f"  and {len(lines) - _LIST} more; --json has all")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} … ({len(text)} characters)"
