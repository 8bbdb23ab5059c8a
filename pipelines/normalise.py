"""Stage `normalise`: every text of an article in the normal form, its title's prefix read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice

from archive.model.article import Article, Author, Block, Link, Related
from archive.model.text import PREFIX, normal_texts
from pipelines.stage import Stage


def normalise(article: Article, counts: Counter[str]) -> Article:
    """Return the article with title, blocks, tags, related titles and author in the normal form.

    Sets `column` and `headline` from the title's prefix (docs/site.md §4). Blocks without text go, as do tags that
    are empty or stand twice, and further reading with neither title nor address.

    Args:
        article: As a page object read it.
        counts: `empty_blocks`, `empty_tags` and `empty_related`: how many went.
    """
    texts = iter(normal_texts(_texts(article)))  # all at once, which costs less by far
    title, author = next(texts), next(texts)
    tags = [tag for tag in dict.fromkeys(islice(texts, len(article.tags))) if tag]
    related = [Related(next(texts), entry.url, entry.key) for entry in article.related]
    related = [entry for entry in related if entry.title or entry.url]
    blocks = [
        Block(kind, text, tuple([Link(next(texts), link.url) for link in links]) if links else ())
        for (kind, _, links), text in zip(article.blocks, texts, strict=True)  # between two texts, the links' titles
    ]
    blocks = [block for block in blocks if block.text.strip("| ")]
    _count_dropped(counts, "empty_blocks", article.blocks, blocks)
    _count_dropped(counts, "empty_tags", article.tags, tags)
    _count_dropped(counts, "empty_related", article.related, related)
    prefix = PREFIX.match(title)
    return article.but(
        title=title,
        column=prefix["column"] if prefix else None,
        headline=title[prefix.end() :] if prefix else title,
        blocks=blocks,
        tags=tags,
        related=related,
        author=Author(article.author.id, author or None),
    )


class Normalise(Stage):
    """Puts every text of an article into the normal form."""

    refine = staticmethod(normalise)


def _texts(article: Article) -> list[str]:
    """Return every text of an article: title, author, tags, related titles, then each block and its links' titles."""
    texts = [article.title, article.author.name or "", *article.tags, *(entry.title for entry in article.related)]
    for block in article.blocks:
        texts.append(block.text)
        if block.links:
            texts += [link.title for link in block.links]
    return texts


def _count_dropped(counts: Counter[str], event: str, before: Sequence[object], after: Sequence[object]) -> None:
    if dropped := len(before) - len(after):
        counts[event] += dropped
