"""Scrutiny of a reading: whether it is believed, whether it is kept, and when its address is asked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from archive.articles.documents import counts_first, has_changed, suspect_in
from archive.articles.plan import Plan
from archive.articles.trust import (
    BELIEVED,
    MIXED,
    is_believed_later,
    losses,
    retitled,
)
from archive.crawl_state import doubts, settlements
from archive.crawl_state.doubts import DAYS
from archive.model.article import Article
from archive.model.crawl.outcome import Miss, Saved
from archive.model.identity import keys_of, site_of
from archive.model.suspicion import Suspicion, SuspicionKind, description_of, kind_in, reason_of
from archive.model.text import ALIKE, column_of, is_garbled, is_listed_otherwise, likeness
from archive.mongo.database import Document, moment

UNCONDITIONAL: Final[Document] = {"etag": None, "last_modified": None}
"""The fields of an entry without validators: after a 304 its page would stay in doubt."""

_OTHER_TEXTS: Final[frozenset[SuspicionKind]] = frozenset(
    {"text of another article", MIXED, "another text", "shrunk", "headings lost", "tickers lost"}
)
"""Doubts about pages with another text than the kept one."""

REVERTED: Final[Document] = UNCONDITIONAL | {"reason": None, "detail": None, "suspect": None, "attempts": 0}
"""The fields of an entry after a revert."""


@dataclass(frozen=True, slots=True)
class Scrutiny:
    """Scrutinises readings for the decisions of a plan.

    Attributes:
        plan: The kept documents, and the planned writes.
    """

    plan: Plan

    def judged(self, article: Article, kept: Document | None, read: Document) -> tuple[list[Suspicion], str | None]:
        """Return why a page is not believed; and, if it was the same on enough days, why it was in doubt until now."""
        suspicions = self._suspicions(article, kept, read)
        is_unwanted = kept is None and _is_of_another_column(suspicions)
        if not suspicions or is_unwanted or not self._comes_to_be_believed(article, read, suspicions):
            return suspicions, None
        doubt = f"{description_of(suspicions)}{BELIEVED}"
        read |= {"suspect": [], "problems": [*read["problems"], {"field": "text", "reason": doubt}]}
        return [], doubt

    def _suspicions(self, article: Article, kept: Document | None, read: Document) -> list[Suspicion]:
        """Return the reasons to doubt that a page shows its whole article; empty if there are none."""
        entry = self.plan.entries.get(article.key)
        if kept is None:
            return self._at_first(article, read, entry)
        if article.key not in keys_of(kept):  # a second address of what is kept, unless a listing names another article
            return self._unlisted(read, entry)
        if self.is_older(article, kept, read):
            return []  # it counts for nothing
        return self._later(article, kept, read, entry)

    def _at_first(self, article: Article, read: Document, entry: Mapping[str, Any] | None) -> list[Suspicion]:
        if doubt := self._unlisted(read, entry):
            return [*article.suspect, *doubt]
        title = entry["title"] if entry else None
        repeated = _repeats(same_elsewhere(read, self.plan.articles, title))
        repeated = repeated or _repeats(same_under_other_title(read, self.plan.articles), MIXED)
        for kind, other in repeated:
            self._question(other, Suspicion(kind, article.key))
        return [*article.suspect, *(repeated or titled_otherwise(read, title))]

    def _later(
        self, article: Article, kept: Document, read: Document, entry: Mapping[str, Any] | None
    ) -> list[Suspicion]:
        """Return the reasons to doubt a newer page of a kept article; empty if there are none."""
        own = article.suspect
        if self._is_believed_already(article, kept, read) or read["content_hash"] in kept["put_aside"]:
            read["suspect"] = own = []
        if not self._is_new_look(article, kept, read, entry):
            return [] if self.plan.rereads else own
        if entry and not self.plan.rereads and is_listed_otherwise(entry["title"], kept["title"]):
            doubt = unlisted(read, entry["title"])
            self._doubt(kept, doubt)
            return [*own, *doubt]
        if read["content_hash"] == kept["content_hash"] and (mixed := self._mixed_still(kept)):
            return [*own, *mixed]
        others = [document for document in self.plan.articles if document is not kept]
        other = same_elsewhere(read, others, kept["title"])
        if other is None and read["text_hash"] != kept["text_hash"]:
            other = same_under_other_title(read, others)
        self._ask_too(other, read["fetched_at"])
        lost = _repeats(other, MIXED if self._is_contested(other) else "text of another article")
        lost = lost or losses(kept, read) or ([] if self.plan.rereads else retitled(kept, read))
        return list({suspicion.kind: suspicion for suspicion in reversed([*own, *lost])}.values())[::-1]

    def _unlisted(self, read: Document, entry: Mapping[str, Any] | None) -> list[Suspicion]:
        """Return a doubt if a listing names another article at the page's address; else nothing."""
        if entry is None or entry["depth"] or self.plan.rereads:
            return []
        return unlisted(read, entry["title"])

    def _is_contested(self, kept: Mapping[str, Any] | None) -> bool:
        """Return whether the kept text may be another article's: its page was last seen with another text.

        If the site had mixed up its articles, each text is kept under another's key, and none could be corrected first.
        """
        entry = self.plan.entries.get(kept["source"]) if kept else None
        suspect = entry["suspect"] if entry else None
        if kept is None or suspect is None or suspect["kind"] not in _OTHER_TEXTS:
            return False
        return suspect["hash"] not in {None, kept["content_hash"]}

    def _mixed_still(self, kept: Document) -> list[Suspicion]:
        """Return the doubt about a kept text that other addresses show too, until theirs is settled."""
        entries_of_others = {key: self.plan.entries.get(key) for key in keys_doubted_with(kept)}
        return [
            Suspicion(MIXED, key)
            for key, entry in entries_of_others.items()
            if entry and entry["state"] == "failed" and kind_in(entry["reason"]) == MIXED
        ]

    def is_older(self, article: Article, kept: Document, read: Document) -> bool:
        """Return whether a newer reading of the same page is kept already."""
        heals = article.in_place_of is not None and moment(article.in_place_of) == kept["fetched_at"]
        newer = (
            read["fetched_at"] < kept["fetched_at"] <= self.plan.now
        )  # one from the future is no newer: a wrong clock
        return bool(newer) and article.key == kept["source"] and not heals

    def _is_believed_already(self, article: Article, kept: Document, read: Document) -> bool:
        """Return whether a page seems doubtful, but its text is the kept one, which was believed earlier."""
        is_new_doubt = bool(article.suspect) and not self.plan.rereads and not kept["suspect"]
        return (
            is_new_doubt and read["content_hash"] == kept["content_hash"] and is_believed_later(article.suspect, DAYS)
        )

    def _question(self, key: str, doubt: Suspicion) -> None:
        """Plan another check of a kept article whose text a second address of its site shows: one of them is wrong."""
        kept = self.plan.articles.of(key)
        if self.plan.rereads or kept is None:
            return
        self._doubt(kept, [doubt])
        self._ask_now(kept["source"])

    def _ask_too(self, other: Mapping[str, Any] | None, at: datetime) -> None:
        """Plan a look at the kept article whose text another one's page shows: it may be that one's after all."""
        entry = self.plan.entries.get(other["source"]) if other else None
        if self.plan.rereads or entry is None or (entry["next_at"] and entry["next_at"] <= self.plan.now):
            return
        if entry["checked_at"] is None or at - entry["checked_at"] >= doubts.LONGEST_WAIT:
            self._ask_now(entry["_id"])

    def _ask_now(self, key: str) -> None:
        """Plan that a kept article's address is due at once, for its whole page."""
        self.plan.settle(key, None, {"next_at": self.plan.now} | UNCONDITIONAL)

    def _doubt(self, kept: Document, suspicions: list[Suspicion]) -> None:
        """Plan to mark a kept article as in doubt, unless it already is, or there is no doubt."""
        suspect = suspect_in(suspicions)
        if suspect and kept["suspect"] != suspect:
            self.plan.update(kept, {"suspect": suspect})
            self.plan.change("upsert", kept)

    def _is_new_look(self, article: Article, kept: Document, read: Document, entry: Mapping[str, Any] | None) -> bool:
        """Return whether a reading has to be compared with the kept article: if its page is new."""
        if site_of(kept["source"]) == "capture":
            return False
        if self.plan.rereads:
            return bool(read["fetched_at"] > kept["fetched_at"])
        return counts_first(article.key, kept) or has_changed(kept, read, entry)

    def _comes_to_be_believed(self, article: Article, read: Document, suspicions: list[Suspicion]) -> bool:
        """Return whether a page in doubt was the same on enough days."""
        days = doubts.days_of(self.plan.entries.get(article.key), read["content_hash"], read["fetched_at"])
        return not self.plan.rereads and is_believed_later(suspicions, len(days))

    def hold(self, article: Article, kept: Document | None, read: Document, suspicions: list[Suspicion]) -> Saved:
        """Hold a reading: the kept article stays, the page is kept raw, and its address is asked again within hours."""
        if kept is not None and suspicions[0].kind == "put aside":  # known, and no doubt
            self.plan.settle(article.key, article.url, settlements.unchanged(kept, self.plan.policy.recheck_days))
            return Saved(article.key, "same", "", kept["revision"])
        if kept is None and _is_of_another_column(suspicions) and self._comes_to_be_believed(article, read, suspicions):
            return self._pass_over(article, read, suspicions)
        if not self.plan.rereads and article.url is not None:
            self.look_again(article, read, suspicions)
        return Saved(article.key, "suspect", reason_of(suspicions[0].kind), kept["revision"] if kept else None)

    def _pass_over(self, article: Article, read: Document, suspicions: list[Suspicion]) -> Saved:
        """Plan to skip an article whose page stated another column on enough days, uncontradicted by listings.

        The days stay in its entry, so that a link alone does not make it wanted again.
        """
        self.look_again(article, read, suspicions)
        entry, kind = self.plan.entries[article.key], "other column"
        title, published_at, published_from = (read[name] for name in ("title", "published_at", "published_from"))
        at, page = read["fetched_at"], article.page
        miss = Miss(article.key, article.url or "", "skipped", kind, at, page, suspicions[0].detail, title)
        miss = replace(miss, published_at=published_at, published_from=published_from)
        self.plan.settle(article.key, None, settlements.skipped(entry, miss))
        return Saved(article.key, "skipped", kind)

    def look_again(self, article: Article, read: Document, suspicions: list[Suspicion]) -> None:
        """Plan that an address is asked again within hours, with the reason."""
        url = article.url or ""
        entry = self.plan.entries.get(article.key) or settlements.new_entry(article.key, url, self.plan.now)
        at, content_hash = read["fetched_at"], read["content_hash"]
        fields = doubts.noted(entry, suspicions[0].kind, description_of(suspicions), at, content_hash)
        self.plan.settle(article.key, url or None, fields)


def _is_of_another_column(suspicions: list[Suspicion]) -> bool:
    return any(suspicion.kind == "other column" for suspicion in suspicions)


def _repeats(other: Mapping[str, Any] | None, kind: SuspicionKind = "text of another article") -> list[Suspicion]:
    return [] if other is None else [Suspicion(kind, other["_id"])]


def same_elsewhere(
    read: Mapping[str, Any], others: Iterable[Mapping[str, Any]], title: str | None
) -> Mapping[str, Any] | None:
    """Return the kept article whose text a reading under another key repeats; None if that raises no doubt.

    Args:
        read: The reading's document.
        others: Articles that have the same text, or may have.
        title: The known title of the reading's own key; if the page shows it, two addresses of the site share one text.
    """
    if title and likeness(title, read["title"]) >= 1:
        return None
    own = keys_of(read)
    return next(
        (
            other
            for other in others
            if read["identity_hash"]
            and other["identity_hash"] == read["identity_hash"]
            and not set(own) & set(keys_of(other))
        ),
        None,
    )


def same_under_other_title(read: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the kept article whose text a reading has under a different title; None if there is none.

    Captures do not count, since their titles are parsed from text.

    Args:
        read: The reading's document.
        others: Articles that have the same text, or may have.
    """
    if not read["text_hash"] or site_of(read["_id"]) == "capture":
        return None
    own = set(keys_of(read))
    return next(
        (
            other
            for other in others
            if other["text_hash"] == read["text_hash"]
            and site_of(other["source"]) != "capture"
            and own.isdisjoint(keys_of(other))
            and likeness(read["title"], other["title"]) < ALIKE
        ),
        None,
    )


def keys_doubted_with(kept: Mapping[str, Any]) -> list[str]:
    """Return the keys whose pages showed a kept article's text under other titles."""
    return [suspicion["detail"] for suspicion in kept["suspect"] if suspicion["kind"] == MIXED]


def titled_otherwise(read: Mapping[str, Any], title: str | None) -> list[Suspicion]:
    """Return a doubt if a reading's title differs from that of the listing or link; else nothing.

    Args:
        read: The reading's document.
        title: The known title; None without one. A link's text without a column may be no title.
    """
    is_titled = title is not None and column_of(title) is not None and not is_garbled(title + read["title"])
    if title is None or not is_titled or likeness(title, read["title"]) >= ALIKE:
        return []
    return [Suspicion("another title", f"its title is {read['title'][:80]!r}, where {title[:80]!r} is named")]


def unlisted(read: Mapping[str, Any], title: str | None) -> list[Suspicion]:
    """Return a doubt if a reading's title differs from the listing's, which outranks a link's; else nothing."""
    if title is None or not is_listed_otherwise(title, read["title"]):
        return []
    detail = f"its title is {read['title'][:80]!r}, where a listing names {title[:80]!r}"
    return [Suspicion("another article", detail)]
