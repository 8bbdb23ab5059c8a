"""Decisions on the outcomes of a crawl: what each of them changes in the archive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.articles.documents import (
    best_dated,
    counts_first,
    denies,
    differs,
    has_changed,
    joined,
    listed_date,
    read_again,
)
from archive.articles.plan import NOTHING_KEPT, OLDER, Outcome, Plan
from archive.articles.scrutiny import REVERTED, UNCONDITIONAL, Scrutiny
from archive.articles.trust import BELIEVED, is_kept_at_first, replaces_in_doubt
from archive.crawl_state import doubts, settlements
from archive.model.article import Article
from archive.model.change import Op
from archive.model.crawl.outcome import CountedLook, Effect, Miss, Saved, Unchanged
from archive.model.identity import keys_of
from archive.model.suspicion import Suspicion, kind_in, reason_of
from archive.mongo.database import Document, moment


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decides outcomes in order, so that a second outcome of an article sees the result of the first.

    Attributes:
        plan: Where the writes are collected.
    """

    plan: Plan

    def decide(self, outcome: Outcome, read: Document | None) -> Saved:
        """Decide an outcome, plan its writes, and return the result.

        Args:
            outcome: An article, a miss, a 304, or a look that counts.
            read: The article's document; None for other outcomes.

        Raises:
            TypeError: The outcome is of no known type, or an article without its document.
        """
        if isinstance(outcome, Article) and read is not None:
            return self._article(outcome, read)
        if isinstance(outcome, Unchanged):
            return self._unchanged(outcome)
        if isinstance(outcome, CountedLook):
            return self._counted(outcome.key)
        if isinstance(outcome, Miss):
            return self._reread_miss(outcome) if self.plan.rereads else self._miss(outcome)
        raise TypeError(f"{type(outcome).__name__} is no outcome that is decided")

    @property
    def _scrutiny(self) -> Scrutiny:
        return Scrutiny(self.plan)

    # ---- Articles ---------------------------------------------------------------------------------------------------

    def _article(self, article: Article, read: Document) -> Saved:
        content_hash = read["content_hash"]
        read |= listed_date(self.plan.entries.get(article.key), read)
        kept = self.plan.articles.of(article.key) or self.plan.articles.same_as(read)
        if self.plan.policy.cause == "revert" and kept is not None:
            return self._revert(article, kept, read)
        suspicions, doubt = self._scrutiny.judged(article, kept, read)
        if suspicions and not _is_kept_in_doubt(kept, read, suspicions):
            return self._scrutiny.hold(article, kept, read, suspicions)
        if kept is None:
            kept, effect = read, self._first(article, read, doubt)
        elif counts_first(article.key, kept):
            effect = self._again(article, kept, read, doubt)
        else:
            effect = self._elsewhere(article, kept, read, doubt)
        kept = self._merged(kept)
        if article.url is not None:
            self._settle_article(article, kept, effect, content_hash)
            if suspicions:
                self._scrutiny.look_again(article, read, suspicions)
                self.plan.settle(article.key, None, UNCONDITIONAL)
        reason = OLDER if effect == "skipped" else reason_of(suspicions[0].kind) if suspicions else ""
        return Saved(article.key, effect, reason, kept["revision"])

    def _revert(self, article: Article, kept: Document, read: Document) -> Saved:
        """Decide a revert: an earlier version replaces the current one, which is never believed again."""
        put_aside = [
            content_hash
            for content_hash in (*kept["put_aside"], kept["content_hash"])
            if content_hash != read["content_hash"]
        ]
        stays = {name: kept[name] for name in ("status", "gone_at", "checked_at")}
        read = read_again(kept, read) | self._carried_over(kept, read) | stays
        if read["content_hash"] == kept["content_hash"]:
            return Saved(article.key, "same", "", kept["revision"])
        effect = self._revised(article, kept, read | {"suspect": [], "put_aside": list(dict.fromkeys(put_aside))})
        self.plan.settle(article.key, None, REVERTED | {"next_at": self.plan.now})
        return Saved(article.key, effect, "", kept["revision"])

    def _first(self, article: Article, read: Document, doubt: str | None = None) -> Effect:
        entry = self.plan.entries.get(article.key)
        if self.plan.rereads and entry is not None and entry["state"] == "gone":
            read |= {"status": "gone", "gone_at": entry["gone_since"] or read["fetched_at"]}
        self.plan.insert(read)
        self.plan.revise(article, read, read["fetched_at"], doubt)
        self.plan.change("upsert", read)
        return "new"

    def _again(self, article: Article, kept: Document, read: Document, doubt: str | None) -> Effect:
        """Decide a reading of the page that the kept text was read off."""
        if self._scrutiny.is_older(article, kept, read):
            return "skipped"
        if not denies(self.plan.entries.get(article.key)):
            read |= best_dated(kept, read, is_fetched=not self.plan.rereads)
        read = read_again(kept, read) | self._carried_over(kept, read)
        if read["content_hash"] != kept["content_hash"]:
            return self._revised(article, kept, read, doubt)
        stays = [
            problem
            for problem in kept["problems"]
            if problem["reason"].endswith(BELIEVED) and problem not in read["problems"]
        ]
        read["problems"] = [*read["problems"], *stays]
        if not differs(kept, read) and kept["status"] == read["status"]:
            names = ("checked_at", "fetched_at", "extractor", "source")
            self.plan.update(kept, {name: read[name] for name in names})
            return "same"
        self._replace(kept, read)
        return "updated"

    def _elsewhere(self, article: Article, kept: Document, read: Document, doubt: str | None) -> Effect:
        """Decide a reading of an article's page at another address than that of its `source`."""
        known = article.key in keys_of(kept)
        newer = read["fetched_at"] >= kept["fetched_at"] or kept["fetched_at"] > self.plan.now
        if known and newer and not self.plan.rereads and has_changed(kept, read, self.plan.entries.get(article.key)):
            return self._revised(article, kept, read_again(kept, read) | self._carried_over(kept, read), doubt)
        fields = joined(kept, read, live=not self.plan.rereads)
        if not fields:
            return "same"
        op = _op(kept, fields)
        self.plan.update(kept, fields)
        if fields.keys() <= {"checked_at"}:
            return "same"
        self.plan.change(op, kept)
        return "updated"

    def _revised(self, article: Article, kept: Document, read: Document, doubt: str | None = None) -> Effect:
        seen_at = read["fetched_at"] if self.plan.policy.cause == "site" else self.plan.now
        read |= {"revision": kept["revision"] + 1, "last_changed_at": seen_at}
        self.plan.revise(article, read, seen_at, doubt)
        self._replace(kept, read)
        return "revised"

    def _replace(self, kept: Document, read: Document) -> None:
        op = _op(kept, read)
        self.plan.update(kept, {name: value for name, value in read.items() if name != "_id"})
        self.plan.change(op, kept)

    def _carried_over(self, kept: Document, read: Document) -> Document:
        carried = {
            name: kept[name] for name in ("first_seen_at", "revision", "last_changed_at", "known_at", "put_aside")
        }
        carried["checked_at"] = self._checked_at(kept, read["fetched_at"])
        if self.plan.rereads:
            return carried | {"status": kept["status"], "gone_at": kept["gone_at"]}
        return carried | {"status": "live", "gone_at": None}

    def _checked_at(self, kept: Document, at: datetime) -> datetime:
        """Return the later of two checks; a date in the future, from a wrong clock, does not count."""
        known: datetime = kept["checked_at"]
        return at if known > self.plan.now else max(known, at)

    def _merged(self, document: Document) -> Document:
        """Merge the documents that prove to be the same article; return the one that remains."""
        while other := self.plan.articles.same_as(document):
            stays, goes = sorted(
                (document, other), key=lambda candidate: (candidate["first_seen_at"], candidate["_id"])
            )
            self.plan.merge(goes, stays)
            fields = joined(stays, goes, live=goes["status"] == "live")
            op = _op(stays, fields)
            self.plan.update(stays, fields)
            self.plan.change(op, stays)
            document = stays
        return document

    def _settle_article(self, article: Article, kept: Document, effect: Effect, content_hash: str) -> None:
        key, days = article.key, self.plan.policy.recheck_days
        if article.in_place_of is not None and effect == "revised":  # the site's page is to be seen anew
            self.plan.settle(key, None, UNCONDITIONAL | {"content_hash": content_hash, "next_at": self.plan.now})
        elif self.plan.rereads and (effect == "skipped" or self._is_settled(key)):
            if effect != "skipped" and self.plan.entries[key]["content_hash"] != content_hash:
                self.plan.settle(key, None, {"content_hash": content_hash})
        elif effect == "skipped":
            self.plan.settle(key, article.url, settlements.unchanged(kept, days))
        else:
            fields = settlements.kept(kept, article.page, days)
            self.plan.settle(key, article.url, fields | {"content_hash": content_hash})

    def _is_settled(self, key: str) -> bool:
        """Return whether re-extraction of a kept page cannot change anything."""
        entry = self.plan.entries.get(key)
        if entry is None:
            return False
        return entry["state"] == "gone" or (
            entry["state"] == "kept" and (entry["reason"] is None or entry["suspect"] is not None)
        )

    # ---- What is no article -----------------------------------------------------------------------------------------

    def _unchanged(self, outcome: Unchanged) -> Saved:
        kept = self.plan.articles.of(outcome.key)
        if kept is None:
            return self._unfounded(outcome)
        back = kept["status"] == "gone"
        fields: Document = {"checked_at": self._checked_at(kept, moment(outcome.at))}
        self.plan.update(kept, fields | ({"status": "live", "gone_at": None} if back else {}))
        if back:
            self.plan.change("back", kept)
        url = kept["url"] if outcome.key == kept["_id"] else None
        self.plan.settle(outcome.key, url, settlements.unchanged(kept, self.plan.policy.recheck_days))
        return Saved(outcome.key, "updated" if back else "unchanged", "", kept["revision"])

    def _unfounded(self, outcome: Unchanged) -> Saved:
        entry = self.plan.entries.get(outcome.key)
        if entry is not None:
            miss = Miss(outcome.key, "", "failed", NOTHING_KEPT, outcome.at)
            fields = settlements.failed(entry, miss) | {"etag": None, "last_modified": None}
            self.plan.settle(outcome.key, None, fields)
        return Saved(outcome.key, "failed", NOTHING_KEPT)

    def _miss(self, miss: Miss) -> Saved:
        kept = self.plan.articles.of(miss.key)
        entry = self.plan.entries.get(miss.key) or settlements.new_entry(miss.key, miss.url, self.plan.now)
        if miss.state == "skipped" and (detail := doubts.contradiction(entry, miss)):
            self.plan.settle(miss.key, miss.url, doubts.noted(entry, "other column", detail, miss.at))
            return Saved(miss.key, "suspect", reason_of("other column"), kept["revision"] if kept else None)
        if kind := kind_in(miss.reason):
            self.plan.settle(miss.key, miss.url, doubts.noted(entry, kind, miss.detail, miss.at))
        elif miss.state == "failed":
            self.plan.settle(miss.key, miss.url or None, settlements.failed(entry, miss))
        elif miss.state == "skipped":
            self.plan.settle(miss.key, miss.url, settlements.skipped(entry, miss))
        else:
            self.plan.settle(miss.key, miss.url, settlements.not_there(entry, miss))
        return Saved(miss.key, miss.state, miss.reason, kept["revision"] if kept else None)

    def _counted(self, key: str) -> Saved:
        """Decide a look that counts now; with the last of the required looks the article is gone."""
        kept, entry = self.plan.articles.of(key), self.plan.entries.get(key)
        revision = kept["revision"] if kept else None
        if entry is None or entry["look"] is None:
            return Saved(key, "same", "", revision)
        was = entry["state"]
        self.plan.settle(key, None, settlements.counted(entry, self.plan.policy.gone, kept=kept is not None))
        if entry["state"] != "gone":
            return Saved(key, "failed", entry["reason"] or "", revision)
        if kept is not None and was != "gone":
            self._remove(kept)
        return Saved(key, "gone", entry["reason"] or "", revision)

    def _reread_miss(self, miss: Miss) -> Saved:
        """Plan the result of a kept page that still gives no article: nothing if an article is kept."""
        kept, entry = self.plan.articles.of(miss.key), self.plan.entries.get(miss.key)
        is_open = kept is None and entry is not None and entry["state"] in {"wanted", "failed"}
        if is_open and entry is not None and not doubts.contradiction(entry, miss):
            self.plan.settle(miss.key, miss.url, settlements.reason_fields(miss))
        return Saved(miss.key, miss.state, miss.reason, kept["revision"] if kept else None)

    def _remove(self, kept: Document) -> None:
        """Plan that an article is gone, unless the site has it at another of its addresses as far as is known."""
        every = [entry for key in keys_of(kept) if (entry := self.plan.entries.get(key)) is not None]
        if kept["status"] == "gone" or any(entry["state"] != "gone" for entry in every):
            return
        self.plan.update(kept, {"status": "gone", "gone_at": max(entry["gone_since"] for entry in every)})
        self.plan.change("gone", kept)


def _is_kept_in_doubt(kept: Document | None, read: Document, suspicions: list[Suspicion]) -> bool:
    """Return whether a page in doubt is kept with its problem: if the archive has nothing or less of its article."""
    return is_kept_at_first(suspicions) if kept is None else replaces_in_doubt(kept, read, suspicions)


def _op(kept: Mapping[str, Any], fields: Mapping[str, Any]) -> Op:
    """Return the feed's `op` for a change of a kept article: `back` if it was gone and is no longer."""
    return "back" if kept["status"] == "gone" and fields.get("status") == "live" else "upsert"
