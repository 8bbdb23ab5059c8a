"""Readers for tests of re-extraction, named by dotted name: each makes of a kept page what it has learnt to read."""

from __future__ import annotations

import os
import re
import signal
from collections import Counter
from collections.abc import Callable, Sequence

from archive.model.article import Article
from archive.model.crawl.outcome import Miss
from archive.model.crawl.page import Page
from archive.reparse.rereader import Recipe
from tests.support.made_articles import article

Outcome = Article | Miss | None
DEADLY = "讀取程序在此死去"
UNKNOWN = "別站的頁面"
SOFT_404 = "文章不存在"


def reader(element: str, version: str) -> Callable[[Page, bool], Outcome]:
    """Return a reader of the texts of an element, as a version of it."""
    return lambda page, _kept: read(page, element, version)


def read(page: Page, element: str, version: str) -> Outcome:
    """Return what a page is, to a reader of an element."""
    html = page.body.decode()
    if DEADLY in html:
        os.kill(os.getpid(), signal.SIGKILL)
    if UNKNOWN in html:
        return None
    texts = re.findall(f"<{element}>(.*?)</{element}>", html)
    if SOFT_404 in html or not texts:
        state, reason = ("gone", "soft 404") if SOFT_404 in html else ("failed", "unreadable")
        return Miss(page.key, page.url, state, reason, page.fetched_at, page)  # type: ignore[arg-type]
    made = article(int(page.key.partition(":")[2]), "".join(texts), page=page, fetched_at=page.fetched_at)
    made.extractor = type(made.extractor)("test", version)
    return made


def refiner(stages: Sequence[str]) -> Callable[[Article, Counter[str]], Article | Miss]:
    """Return a refiner that counts each stage's article, and changes nothing."""

    def refine(refined: Article, events: Counter[str]) -> Article | Miss:
        events.update(f"{stage}/seen" for stage in stages)
        return refined

    return refine


def recipe(element: str = "p", version: str = "1") -> Recipe:
    """Return the recipe of a reader of an element."""
    return Recipe(
        reader="tests.support.kept_readers.reader",
        arguments=(element, version),
        refiner="tests.support.kept_readers.refiner",
        stages=("stage",),
        standing=frozenset({"outside the window"}),
        programs="tests.support.kept_readers.programs",
        versions=programs(element, version),
    )


def programs(_element: str, version: str) -> tuple[tuple[str, str], ...]:
    """Return the version of a reader."""
    return (("test", version),)
