"""Stage `normalise`: every text of an article in the normal form, its title's prefix read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archive.article import Author, Block, Link, Related
from archive.markers import PREFIX, column_of
from archive.normal_form import normal_text
from pipelines.stage import Stage

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from archive.article import Article


def normalise(article: Article, counts: Counter[str]) -> Article:
    """Return the article with title, blocks, tags, related titles and author in the normal form.

    Sets `column` and `headline` from the title's prefix (FACTS §5). Blocks without text go, as do tags that are empty
    or said twice, and further reading with neither title nor address.

    Args:
        article: As a page object read it.
        counts: `empty_blocks`, `empty_tags` and `empty_related`: how many went.
    """
    title = normal_text(article.title)
    blocks = [block for block in map(_normal_block, article.blocks) if block.text.strip("| ")]
    tags = [tag for tag in dict.fromkeys(map(normal_text, article.tags)) if tag]
    related = [entry for entry in map(_normal_related, article.related) if entry.title or entry.url]
    _count_dropped(counts, "empty_blocks", article.blocks, blocks)
    _count_dropped(counts, "empty_tags", article.tags, tags)
    _count_dropped(counts, "empty_related", article.related, related)
    return replace(
        article,
        title=title,
        column=column_of(title),
        headline=PREFIX.sub("", title),
        blocks=blocks,
        tags=tags,
        related=related,
        author=Author(article.author.id, normal_text(article.author.name or "") or None),
    )


class Normalise(Stage):
    """Puts every text of an article into the normal form."""

    refine = staticmethod(normalise)


def _normal_block(block: Block) -> Block:
    return Block(block.kind, normal_text(block.text), tuple(map(_normal_link, block.links)))


def _normal_link(link: Link) -> Link:
    return Link(normal_text(link.title), link.url)


def _normal_related(entry: Related) -> Related:
    return Related(normal_text(entry.title), entry.url, entry.key)


def _count_dropped(counts: Counter[str], event: str, before: Sequence[object], after: Sequence[object]) -> None:
    if dropped := len(before) - len(after):
        counts[event] += dropped
