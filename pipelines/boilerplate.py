"""Stage `boilerplate`: an article without its tail and without the page's own lines between its blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from urllib.parse import urlsplit

from archive.model.article import Article, Block
from pipelines.boilerplate_ends import ends_of
from pipelines.boilerplate_lines import (
    LineKind,
    inline_reading,
    is_column_title,
    is_link,
    is_list_label,
    is_of_page,
    is_question,
    is_questions_label,
    label_of,
    line_of,
    suspects,
)
from pipelines.boilerplate_tail import is_entry, opened_by, tail_of
from pipelines.stage import Stage


def boilerplate(article: Article, counts: Counter[str]) -> Article:
    """Return the article without its tail, furniture, promotion and question widgets (docs/site.md §3, §4).

    A marker counts only as a block of its own; one amid the body, with prose under it, stays. What has no marker goes
    by its shape (see `boilerplate_ends`). Where a tail goes, the end was seen; the page's furniture proves none, nor
    does a prompt to join: they stand in a body that was cut.
    Applied twice it does nothing more.

    Args:
        article: In the normal form.
        counts: How many blocks of each kind went: `further_reading`, `copyright`, `disclaimer`, `furniture`,
            `promotion`, `questions`, `login`.
    """
    blocks = article.blocks
    titles = {entry.title for entry in article.related}
    own_host = urlsplit(article.url).hostname if article.url else None
    is_ended = article.is_ended
    went_on = True
    while went_on:  # a label can come to stand over its entries when a line between them is gone
        places = suspects(blocks)
        tail = tail_of(blocks, titles.union(article.tags), places) if places else []
        body = blocks[: len(blocks) - len(tail)]
        strays = dict(_strays(body, titles, places)) or ends_of(body, own_host)
        ends = [kind for kind, block in zip(tail, blocks[len(body) :], strict=True) if not is_of_page(block)]
        ends += [strays[len(body) - 1]] if len(body) - 1 in strays else []
        is_ended = is_ended or any(kind != "login" for kind in ends)
        counts.update(tail)
        counts.update(strays.values())
        blocks = [block for place, block in enumerate(body) if place not in strays] if strays else body
        went_on = bool(strays)
    if len(blocks) == len(article.blocks):
        return article
    return article.but(blocks=blocks, is_ended=is_ended)


class Boilerplate(Stage):
    """Takes the page's tail and lines out of the body."""

    refine = staticmethod(boilerplate)


def _strays(blocks: Sequence[Block], titles: Collection[str], places: Sequence[int]) -> Iterator[tuple[int, LineKind]]:
    """Yield the place and kind of each block amid a body that is no part of it."""
    after = 0
    for place in places:
        if after <= place < len(blocks):
            kind, after = _stray(blocks, place, titles)
            if kind is not None:
                yield from ((gone, kind) for gone in range(place, after))


def _stray(blocks: Sequence[Block], place: int, titles: Collection[str]) -> tuple[LineKind | None, int]:
    """Return what begins at a place and is no part of a body, and the place after it; (None, place) if nothing does."""
    block = blocks[place]
    if is_questions_label(block):
        return "questions", _after_questions(blocks, place + 1)
    if is_list_label(block):
        return "furniture", _after_entries(blocks, place + 1, titles)
    if kind := line_of(block):
        return kind, place + 1
    reading = inline_reading(block)
    if reading and (is_link(block, reading) or is_column_title(reading) or reading in titles):
        return "further_reading", place + 1
    return _labelled(blocks, place, titles)


def _labelled(blocks: Sequence[Block], place: int, titles: Collection[str]) -> tuple[LineKind | None, int]:
    label = label_of(blocks[place])
    if label == "further_reading":
        end = _after_entries(blocks, place + 1, titles)
        is_list = any(line_of(block) is None for block in blocks[place + 1 : end])  # a promotion alone makes no list
        return (label, end) if is_list else (None, place)
    if label and place + 1 < len(blocks) and line_of(blocks[place + 1]) == label:
        return label, place + 2
    return None, place


def _after_entries(blocks: Sequence[Block], place: int, titles: Collection[str]) -> int:
    while place < len(blocks) and is_entry(blocks[place], titles):
        place += 1
    return place


def _after_questions(blocks: Sequence[Block], place: int) -> int:
    while place < len(blocks) and is_question(blocks[place]) and not _heads_prose(blocks, place):
        place += 1
    return place


def _heads_prose(blocks: Sequence[Block], place: int) -> bool:
    if not blocks[place].is_heading or place + 1 == len(blocks):
        return False
    below = blocks[place + 1]
    return not is_question(below) and opened_by(below) is None
