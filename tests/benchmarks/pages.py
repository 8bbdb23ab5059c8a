"""The pages that are crawled: articles of the new site in all their variety, as heavy as the real ones."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tests.site.corpus import Corpus
from tests.site.dice import die
from tests.site.filler import WORDS
from tests.site.plans import COLUMN, Plan, Scale, uuid1_at
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
        path: Its path.
        title: Its article's title.
        moment: Its article's publication; aware, UTC.
        uuid: Its article's UUID.
        author: Its author's slug.
        body: The page, gzip-encoded.
    """

    path: str
    title: str
    moment: datetime
    uuid: str
    author: str
    body: bytes


DISTINCT = 1_000
"""Pages that differ; a longer crawl meets each body at several addresses."""


def make_pages(count: int, seed: int = 7) -> Iterator[BenchPage]:
    """Yield so many article pages of the column; the first thousand are distinct."""
    distinct = min(count, DISTINCT)
    corpus, plans = _newest(distinct, seed)
    first = [_page(corpus, plan) for plan in plans]
    for number in range(count):
        again, place = divmod(number, distinct)
        yield _elsewhere(first[place], again) if again else first[place]


def make_truths(count: int, seed: int = 7) -> dict[str, Truth]:
    """Return what should be kept of the first thousand pages, or of so many, by UUID."""
    corpus, plans = _newest(min(count, DISTINCT), seed)
    return {plan.uuid or "": truth_of(corpus, plan) for plan in plans}


def _newest(count: int, seed: int) -> tuple[Corpus, list[Plan]]:
    corpus = Corpus(Scale(seed=seed, articles=count * 2 + 20, losses=False, orphans=False))
    plans = [plan for plan in corpus.plans if plan.column == COLUMN and plan.uuid]
    plans.sort(key=lambda plan: plan.moment, reverse=True)
    return corpus, plans[:count]


def _elsewhere(page: BenchPage, again: int) -> BenchPage:
    moment = page.moment - timedelta(seconds=again)
    uuid = uuid1_at(moment, page.uuid)
    return replace(page, uuid=uuid, moment=moment, path=f"/article/{page.author}-{uuid}")


def _page(corpus: Corpus, plan: Plan) -> BenchPage:
    html = render(sheet_of(corpus, plan, "cmnews"), NOISY)
    body = html.encode()
    html = html.replace("</body>", f"<script>{_padding(PLAIN - len(body))}</script></body>", 1)
    return BenchPage(
        path=plan.path(plan.key),
        title=corpus.title(plan),
        moment=plan.moment,
        uuid=plan.uuid or "",
        author=plan.author.id,
        body=gzip.compress(html.encode(), 6, mtime=0),
    )


def _padding(size: int) -> str:
    chance, parts, filled = die("padding", size), ["var layout=["], 0
    while filled < size:
        parts.append(f'{{"slot":"{chance.choice(WORDS)}","on":true,"items":[{chance.randint(0, 9)}]}},')
        filled += len(parts[-1])
    return "".join(parts) + "0];"
