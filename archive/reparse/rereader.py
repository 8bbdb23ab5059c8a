"""Re-extraction of some pages: the results of the current readers and stages, compared with the kept articles."""

from __future__ import annotations

import logging
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal

from archive.archive import Archive
from archive.articles.documents import BOOKKEEPING, to_document
from archive.articles.plan import Candidates
from archive.articles.trust import losses
from archive.errors import DatabaseUnavailable
from archive.model.article import Article
from archive.model.crawl.outcome import Effect, Miss, unexpected
from archive.model.crawl.page import Page
from archive.model.suspicion import kind_in
from archive.mongo.database import Document, moment
from archive.pages.collection import READABLE
from archive.pages.documents import Damage, page_id
from archive.reparse.store import Rehearsed, Rereadings

logger = logging.getLogger(__name__)

Read = Callable[[Page, bool], Article | Miss | None]
Refine = Callable[[Article, Counter[str]], Article | Miss]
RereadEffect = Effect | Literal["foreign", "pageless", "damaged"]

_UNSHOWN: Final = frozenset({"_id", "content_hash", "identity_hash", "text_hash", "fetched_at", *BOOKKEEPING})


@dataclass(frozen=True, slots=True)
class Recipe:
    """The readers and stages, by dotted names: they are sent to other processes, and this package imports no reader.

    Attributes:
        reader: A function that returns the reader: from an unpacked page and whether its article is kept, to an
            article, a miss, or None for a page that it cannot judge.
        arguments: The arguments of that function.
        refiner: A function that returns, for the stages' names, the stages: from an article and a counter of events to
            an article or a miss.
        stages: The stages' names, in order.
        standing: Reasons of skipping that no reading changes: a run's window.
        programs: A function of the reader's arguments that returns the versions of programs and readers, by name.
        versions: Those versions at the beginning; with others a re-extraction starts anew.
    """

    reader: str
    arguments: tuple[Any, ...]
    refiner: str
    stages: tuple[str, ...]
    standing: frozenset[str]
    programs: str
    versions: tuple[tuple[str, str], ...]

    def programs_here(self) -> tuple[tuple[str, str], ...]:
        """Return the versions of programs and readers in this process."""
        versions: tuple[tuple[str, str], ...] = pkgutil.resolve_name(self.programs)(*self.arguments)
        return versions

    def read(self) -> Read:
        """Return the reader."""
        read: Read = pkgutil.resolve_name(self.reader)(*self.arguments)
        return read

    def refine(self) -> Refine:
        """Return the stages as one function."""
        refine: Refine = pkgutil.resolve_name(self.refiner)(self.stages)
        return refine


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field in which a reading differs from the kept article, with both values as in the archive."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Reread:
    """The result of re-reading a key's page.

    Attributes:
        key: The article's key.
        what: The writer's result; `foreign` if the reader cannot judge the page; `pageless` if no response with status
            200 is kept; `damaged` if the newest one is damaged: no older one is read instead.
        reason: The reason if it is no article.
        outcome: The outcome to be written, its page without body; None if nothing is to be written.
        changes: The fields that differ from the kept article, in the document's order.
        damaged: Damaged pages of the key, which were skipped.
    """

    key: str
    what: RereadEffect
    reason: str = ""
    outcome: Article | Miss | None = None
    changes: tuple[FieldChange, ...] = ()
    damaged: tuple[Damage, ...] = ()


class Rereader:
    """Reads kept pages again; one in every process.

    Args:
        archive: The archive; nothing is written.
        recipe: The readers and stages.
    """

    def __init__(self, archive: Archive, recipe: Recipe) -> None:
        self._pages = archive.pages
        self._rereadings = Rereadings(archive.database)
        self._standing = recipe.standing
        self._read = recipe.read()
        self._refine = recipe.refine()

    def reread(self, keys: Sequence[str], events: Counter[str]) -> list[Reread]:
        """Return the result of each of some keys, in order; a key that raises an unforeseen exception has failed.

        Args:
            keys: Article keys, each once.
            events: The counter of the stages.

        Raises:
            DatabaseUnavailable: It stayed away.
        """
        counted: Counter[str] = Counter()
        try:
            became = self._reread(keys, counted)
        except DatabaseUnavailable:
            raise
        except Exception as error:
            if len(keys) > 1:
                return [reread for key in keys for reread in self.reread([key], events)]
            logger.info("%s cannot be read again", keys[0], exc_info=True)
            return [Reread(keys[0], "failed", unexpected(error))]
        events.update(counted)
        return became

    def _reread(self, keys: Sequence[str], events: Counter[str]) -> list[Reread]:
        kept = self._rereadings.kept(keys)
        damaged: dict[str, Damage] = {}
        pages = self._pages.read(keys, lambda damage: damaged.setdefault(damage.key, damage))
        outcomes = {page.key: self._outcome(page, kept.of(page.key), events) for page in pages}
        doubtful = [key for key, outcome in outcomes.items() if outcome and _is_doubtful(outcome, kept.of(key))]
        self._look_back(doubtful, outcomes, kept, events)
        done = {
            outcome.key: outcome
            for outcome in self._rehearsed([outcome for outcome in outcomes.values() if outcome is not None], kept)
        }
        done |= {key: Reread(key, "damaged", damage.reason, damaged=(damage,)) for key, damage in damaged.items()}
        nothing: dict[bool, RereadEffect] = {True: "foreign", False: "pageless"}
        return [done.get(key) or Reread(key, nothing[key in outcomes]) for key in keys]

    def _outcome(self, page: Page, kept: Document | None, events: Counter[str]) -> Article | Miss | None:
        is_kept = kept is not None and (page.key != kept["source"] or page.fetched_at <= kept["fetched_at"])
        outcome = self._read(page, is_kept)
        refined = self._refine(outcome, events) if isinstance(outcome, Article) else outcome
        bare = replace(page, body=b"")
        return refined.but(page=bare) if isinstance(refined, Article) else refined and replace(refined, page=bare)

    def _look_back(
        self, missed: Sequence[str], outcomes: dict[str, Article | Miss | None], kept: Candidates, events: Counter[str]
    ) -> None:
        """Replace outcomes that are no whole article by the article of an earlier page of their key, if there is one.

        It also replaces a kept text that an older program read from the page in doubt. A kept article whose last check
        failed is left alone, since its entry has to keep that failure.
        """
        for key, (state, reason) in self._rereadings.entries(missed).items() if missed else ():
            document, latest = kept.of(key), outcomes[key]
            if (state == "kept" and reason is not None and not kind_in(reason)) or latest is None:
                continue
            if earlier := next(self._earlier(key, document, events), None):
                is_junk = document is not None and _is_read_off(document, latest)
                outcomes[key] = earlier.but(in_place_of=document["fetched_at"]) if document and is_junk else earlier

    def _earlier(self, key: str, kept: Document | None, events: Counter[str]) -> Iterator[Article]:
        pages = self._pages.every(keys=[key], report=lambda _: None)  # `pages --verify` names those
        readable = [page_id(page) for page in pages if page.status == READABLE]
        for identity in reversed(readable[:-1]):
            page = self._pages.get(identity)
            outcome = self._outcome(page, kept, events) if page else None
            if isinstance(outcome, Article) and not outcome.suspect:
                yield outcome

    def _rehearsed(self, outcomes: list[Article | Miss], kept: Candidates) -> Iterator[Reread]:
        rehearsed = self._rereadings.rehearse(outcomes, kept, datetime.now(UTC)) if outcomes else []
        new = [result.saved.key for result in rehearsed if result.saved.what == "new"]
        entries = self._rereadings.entries(new) if new else {}
        for outcome, result in zip(outcomes, rehearsed, strict=True):
            state, reason = entries.get(outcome.key, ("", None))
            if state == "skipped" and reason in self._standing:
                yield Reread(outcome.key, "skipped", reason or "")
            else:
                yield _told(outcome, result)


def _is_doubtful(outcome: Article | Miss, kept: Document | None) -> bool:
    """Return whether a page gave no article, or one in doubt, by itself or compared with the kept one."""
    if isinstance(outcome, Miss) or outcome.suspect:
        return True
    if kept is None or outcome.fetched_at is None or outcome.key != kept["source"]:
        return False
    received_at = moment(outcome.fetched_at)
    return received_at > kept["fetched_at"] and bool(losses(kept, to_document(outcome, received_at)))


def _is_read_off(kept: Document, outcome: Article | Miss) -> bool:
    """Return whether a kept text was read from a page that is known not to show it; an unreadable page may show it."""
    is_known = isinstance(outcome, Article) or kind_in(outcome.reason) is not None
    return is_known and outcome.page is not None and moment(outcome.page.fetched_at) == kept["fetched_at"]


def differences(before: Document, after: Document) -> tuple[FieldChange, ...]:
    """Return the fields in which a document would change, without the archive's bookkeeping.

    >>> differences({"lead": None, "revision": 3, "tags": []}, {"lead": "開頭", "revision": 4, "tags": []})
    (FieldChange(field='lead', before=None, after='開頭'),)
    """
    names = (name for name in after if name not in _UNSHOWN and before.get(name) != after[name])
    return tuple(FieldChange(name, before.get(name), after[name]) for name in names)


def _told(outcome: Article | Miss, rehearsed: Rehearsed) -> Reread:
    """Return the result of an outcome; one that changes nothing need not be written."""
    saved, before, after = rehearsed.saved, rehearsed.before, rehearsed.after
    if before == after and (before is not None or not rehearsed.settles):
        return Reread(saved.key, saved.what, saved.reason or getattr(outcome, "reason", ""))
    changes = differences(before, after) if before and after else ()
    return Reread(saved.key, saved.what, saved.reason or getattr(outcome, "reason", ""), outcome, changes)
