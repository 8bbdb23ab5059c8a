"""Stage `validate`: what is not sure is taken out of the article, and named among its problems."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import get_args

from archive.model.article import Access, Article, Block, Related
from archive.model.crawl.outcome import Miss
from archive.model.suspicion import Suspicion
from pipelines.boilerplate_lines import LABEL_LENGTH, label_of
from pipelines.stage import Stage, failed

COLUMN = "美股動態"
"""The column whose shape is known (docs/site.md §4): a lead heading, then 8 to 12 headed paragraphs."""

_EARLIEST = datetime(2005, 1, 1, tzinfo=UTC)
_SKEW = timedelta(days=1)  # a server's clock, and addresses made ahead of the publication
_PRECISION = timedelta(minutes=1)  # a page states minutes, an address fractions of a second
_FEWEST_CHARACTERS = 120
_FEWEST_HEADINGS = 8
_MOST_BARE = 3
_MOST_TAGS = 40
_LONGEST_TAG = 40
_MOST_RELATED = 30
_LONGEST_TITLE = 200
_ENDS = tuple("。!?」』)")
_BROKEN = "\ufffd"
_ACCESSES = get_args(Access)


def validate(article: Article, counts: Counter[str]) -> Article | Miss:
    """Return the article with all that is not sure absent and named in `problems`; a `Miss` if nothing is left.

    Args:
        article: As the other stages left it.
        counts: For each problem found here, its field.
    """
    if not article.title and not article.blocks:
        return failed(article, "no title and no text")
    known = len(article.problems)
    checked = article.but(
        problems=list(article.problems),
        suspect=list(article.suspect),
        tags=list(article.tags),
        related=list(article.related),
    )
    for check in (_title, _text, _shape, _end, _published_at, _published_from, _updated_at, _access, _tags, _related):
        check(checked)
    counts.update(problem.field for problem in checked.problems[known:])
    return checked


class Validate(Stage):
    """Names what is absent or in doubt."""

    refine = staticmethod(validate)


def _title(article: Article) -> None:
    if not article.title:
        article.doubt("title", "The page has no title")
    elif not article.headline:
        article.doubt("headline", f"The title is nothing but its prefix: {article.title}")
    if _BROKEN in article.title:
        article.doubt("title", f"It has {article.title.count(_BROKEN)} replacement characters: its encoding is damaged")


def _text(article: Article) -> None:
    if not article.blocks:
        article.doubt("text", "The page has a title, but no text")
    if broken := article.text.count(_BROKEN):
        article.doubt("text", f"It has {broken} replacement characters: its encoding is damaged")
    labels = [
        place for place, block in enumerate(article.blocks) if len(block.text) <= LABEL_LENGTH and label_of(block)
    ]
    for place in labels:
        block, below = article.blocks[place], article.blocks[place + 1 : place + 2]
        is_over_prose = any(_is_prose(under) for under in below)
        if not (block.is_heading and is_over_prose):
            detail = "is no heading of what follows" if is_over_prose else "heads no prose"
            article.doubt("text", f"The label of a tail stands amid the body, and {detail}: {block.text}")


def _is_prose(block: Block) -> bool:
    return block.kind in {"item", "row"} or (not block.is_heading and block.text.endswith(_ENDS))


def _shape(article: Article) -> None:
    if article.column != COLUMN or article.access != "public" or not article.blocks:
        return
    if article.lead is None:
        article.doubt("lead", f"No block of the body is a heading; articles of {COLUMN} begin with one")
    length = sum(len(block.text) for block in article.blocks)
    if length < _FEWEST_CHARACTERS:
        article.doubt("text", f"It has {length} characters; a public article of {COLUMN} has far more")


def _end(article: Article) -> None:
    """Suspect an article of the column without text under its headings, or with neither its usual headings nor a tail.

    A capture may leave the tail out.
    """
    is_of_shape = article.column == COLUMN and article.access == "public" and article.url is not None
    if not is_of_shape or any(doubt.kind != "garbled" for doubt in article.suspect):
        return
    headings = sum(block.is_heading for block in article.blocks)
    bare = sum(block.is_heading and below.is_heading for block, below in pairwise(article.blocks))
    if headings > _MOST_BARE and bare * 2 > headings:
        article.suspect.append(Suspicion("cut short", f"{bare} of its {headings} headings have no text"))
    elif not article.is_ended and not article.related and 1 <= headings < _FEWEST_HEADINGS:
        detail = f"it has no tail, and {headings} of the column's {_FEWEST_HEADINGS} headings or more"
        article.suspect.append(Suspicion("cut short", detail))


def _published_at(article: Article) -> None:
    if article.published_at is None:
        if not any(problem.field == "published_at" for problem in article.problems):
            article.doubt("published_at", "Neither the page nor the address has it")
        return
    article.published_at = _believed(article, "published_at", article.published_at)


def _published_from(article: Article) -> None:
    if article.published_at is None:
        article.published_from = None
    elif article.published_from is None:
        article.doubt("published_from", "It is not known where published_at was read")


def _updated_at(article: Article) -> None:
    if article.updated_at is None:
        return
    article.updated_at = _believed(article, "updated_at", article.updated_at)
    if article.updated_at and article.published_at and article.updated_at < article.published_at - _PRECISION:
        article.doubt(
            "updated_at",
            f"{article.updated_at.isoformat()} is before published_at, {article.published_at.isoformat()}",
        )
        article.updated_at = None


def _believed(article: Article, field: str, moment: datetime) -> datetime | None:
    """Return a moment in UTC, or None, with the doubt recorded, if it cannot be."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        article.doubt(field, f"{moment.isoformat()} has no time zone")
        return None
    moment = moment.astimezone(UTC)
    if moment < _EARLIEST:
        article.doubt(field, f"{moment.isoformat()} is before {_EARLIEST.year}")
        return None
    if moment > (article.fetched_at or datetime.now(UTC)) + _SKEW:
        article.doubt(field, f"{moment.isoformat()} lies in the future")
        return None
    return moment


def _access(article: Article) -> None:
    if article.access not in _ACCESSES:
        article.doubt("access", f"It is neither public nor members: {article.access}")
        article.access = "public"


def _tags(article: Article) -> None:
    article.tags = [tag for tag in article.tags if _is_tag(article, tag)]
    if len(article.tags) > _MOST_TAGS:
        article.doubt("tags", f"{len(article.tags)} are more than an article has")


def _is_tag(article: Article, tag: str) -> bool:
    if len(tag) <= _LONGEST_TAG and "。" not in tag:
        return True
    article.doubt("tags", f"This is a sentence, and left out: {tag[:_LONGEST_TAG]}")
    return False


def _related(article: Article) -> None:
    article.related = [entry for entry in article.related if _is_related(article, entry)]
    if len(article.related) > _MOST_RELATED:
        article.doubt("related", f"{len(article.related)} are more than an article has")


def _is_related(article: Article, entry: Related) -> bool:
    if len(entry.title) <= _LONGEST_TITLE and "。" not in entry.title:
        return True
    article.doubt("related", f"This is no title: {entry.title[:_LONGEST_TAG]}")
    return entry.url is not None  # an address is kept whatever it is called: what it points at must not be lost
