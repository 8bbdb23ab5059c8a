"""The pages that are crawled: articles of the new site in all their variety, as heavy as the real ones."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tests.site.corpus import Corpus
from tests.site.dice import die
from tests.site.filler import WORDS
from tests.site.plans import COLUMN, Plan, Scale
from tests.site.render_cmnews import render
from tests.site.sheet import sheet_of
from tests.site.truth import Truth, truth_of

PLAIN = 159_000
"""Bytes of a page (PERFORMANCE); 48 KB of them are left by gzip."""

NOISY = 92
"""Thousands of characters that hardly pack, state blobs; the rest packs well."""


@dataclass(frozen=True, slots=True)
class BenchPage:
    """A page to be served.

    Attributes:
        corpus: The articles that it is one of.
        plan: Its article.
    """

    corpus: Corpus
    plan: Plan

    @property
    def path(self) -> str:
        """Return its path."""
        return self.plan.path(self.plan.key)

    @property
    def title(self) -> str:
        """Return its article's title."""
        return self.corpus.title(self.plan)

    @property
    def moment(self) -> datetime:
        """Return its article's publication; aware, UTC."""
        return self.plan.moment

    @property
    def uuid(self) -> str:
        """Return its article's UUID."""
        return self.plan.uuid or ""

    @property
    def author(self) -> str:
        """Return its author's slug."""
        return self.plan.author.id

    def body(self) -> bytes:
        """Return the page, gzip-encoded; it is made each time, in some 6 ms."""
        html = render(sheet_of(self.corpus, self.plan, "cmnews"), NOISY)
        padding = _padding(PLAIN - len(html.encode()))
        html = html.replace("</body>", f"<script>{padding}</script></body>", 1)
        return gzip.compress(html.encode(), 6, mtime=0)


CORPUS = 1_000
"""Articles of one corpus; a longer crawl has several, each of another seed."""


def make_pages(count: int, seed: int = 7) -> Iterator[BenchPage]:
    """Yield so many article pages of the column, all distinct."""
    for start in range(0, count, CORPUS):
        corpus, plans = _newest(min(count - start, CORPUS), seed + start // CORPUS)
        yield from (BenchPage(corpus, plan) for plan in plans)


def make_truths(count: int, seed: int = 7) -> dict[str, Truth]:
    """Return what should be kept of the first thousand pages, or of so many, by UUID."""
    corpus, plans = _newest(min(count, CORPUS), seed)
    return {plan.uuid or "": truth_of(corpus, plan) for plan in plans}


def _newest(count: int, seed: int) -> tuple[Corpus, list[Plan]]:
    corpus = Corpus(Scale(seed=seed, articles=count * 2 + 20, losses=False, orphans=False))
    plans = [plan for plan in corpus.plans if plan.column == COLUMN and plan.uuid]
    plans.sort(key=lambda plan: plan.moment, reverse=True)
    return corpus, plans[:count]


def _padding(size: int) -> str:
    chance, parts, filled = die("padding", size), ["var layout=["], 0
    while filled < size:
        parts.append(f'{{"slot":"{chance.choice(WORDS)}","on":true,"items":[{chance.randint(0, 9)}]}},')
        filled += len(parts[-1])
    return "".join(parts) + "0];"
