"""What becomes of a kept article when its page was read again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archive.articles.documents import differs
from archive.articles.joining import counts_first, has_changed, joined, read_again
from archive.articles.plan import NOTHING_KEPT, OLDER, Outcome, Plan
from archive.articles.scrutiny import UNCONDITIONAL, Scrutiny
from archive.articles.trust import BELIEVED, is_kept_at_first
from archive.crawl_state import doubts, entries
from archive.model.article import Article
from archive.model.crawl.outcome import Miss, Saved, Unchanged, What
from archive.model.identity import keys_of
from archive.model.suspicion import kind_in, reason_of, told
from archive.mongo.values import Document, moment


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decides outcomes in order, so the second of an article meets what the first left.

    Attributes:
        plan: Where the writes are collected.
    """

    plan: Plan

    def decide(self, outcome: Outcome, read: Document | None) -> Saved:
        """Return what becomes of an outcome, and plan it.

        Args:
            outcome: An article, a miss or a 304.
            read: The article's document; None for what is no article.

        Raises:
            TypeError: It is no outcome, or an article without its document.
        """
        if isinstance(outcome, Article) and read is not None:
            return self._article(outcome, read)
        if isinstance(outcome, Unchanged):
            return self._unchanged(outcome)
        if isinstance(outcome, Miss):
            return self._reread_miss(outcome) if self.plan.rereads else self._miss(outcome)
        raise TypeError(f"{type(outcome).__name__} is no outcome that is decided")

    @property
    def _scrutiny(self) -> Scrutiny:
        return Scrutiny(self.plan)

    # ---- Articles ---------------------------------------------------------------------------------------------------

    def _article(self, article: Article, read: Document) -> Saved:
        content_hash = read["content_hash"]
        kept = self.plan.articles.of(article.key) or self.plan.articles.same_as(read)
        suspicions, doubt = self._scrutiny.suspicions(article, kept, read), None
        if suspicions and self._scrutiny.comes_to_be_believed(article, read, suspicions):
            suspicions, doubt = [], f"{told(suspicions)}{BELIEVED}"
            read |= {"suspect": [], "problems": [*read["problems"], {"field": "text", "reason": doubt}]}
        if suspicions and (kept is not None or not is_kept_at_first(suspicions)):
            return self._scrutiny.hold(article, kept, read, suspicions)
        if kept is None:
            kept, what = read, self._first(article, read, doubt)
        elif counts_first(article.key, kept):
            what = self._again(article, kept, read, doubt)
        else:
            what = self._elsewhere(article, kept, read, doubt)
        kept = self._merged(kept)
        if article.url is not None:
            self._settle_article(article, kept, what, content_hash)
            if suspicions:
                self._scrutiny.look_again(article, read, suspicions)
                self.plan.settle(article.key, None, UNCONDITIONAL)
        reason = OLDER if what == "skipped" else reason_of(suspicions[0].kind) if suspicions else ""
        return Saved(article.key, what, reason, kept["revision"])

    def _first(self, article: Article, read: Document, doubt: str | None = None) -> What:
        entry = self.plan.entries.get(article.key)
        if self.plan.rereads and entry is not None and entry["state"] == "gone":
            read |= {"status": "gone", "gone_at": entry["checked_at"] or read["fetched_at"]}
        self.plan.insert(read)
        self.plan.revise(article, read, read["fetched_at"], doubt)
        self.plan.change("upsert", read)
        return "new"

    def _again(self, article: Article, kept: Document, read: Document, doubt: str | None) -> What:
        """Decide a reading of the page that the kept text was read off."""
        if self._scrutiny.is_older(article, kept, read):
            return "skipped"
        read = read_again(kept, read) | self._carried_over(kept, read)
        if read["content_hash"] != kept["content_hash"]:
            return self._revised(article, kept, read, doubt)
        stays = [it for it in kept["problems"] if it["reason"].endswith(BELIEVED) and it not in read["problems"]]
        read["problems"] = [*read["problems"], *stays]
        if not differs(kept, read) and kept["status"] == read["status"]:
            names = ("checked_at", "fetched_at", "extractor", "source")
            self.plan.update(kept, {name: read[name] for name in names})
            return "same"
        self._replace(kept, read)
        return "updated"

    def _elsewhere(self, article: Article, kept: Document, read: Document, doubt: str | None) -> What:
        """Decide a reading of the page at another address of an article than the one its text was read off."""
        known, newer = article.key in keys_of(kept), read["fetched_at"] >= kept["fetched_at"]
        if known and newer and not self.plan.rereads and has_changed(kept, read, self.plan.entries.get(article.key)):
            return self._revised(article, kept, read_again(kept, read) | self._carried_over(kept, read), doubt)
        fields = joined(kept, read, live=not self.plan.rereads)
        if not fields:
            return "same"
        self.plan.update(kept, fields)
        if fields.keys() <= {"checked_at"}:
            return "same"
        self.plan.change("upsert", kept)
        return "updated"

    def _revised(self, article: Article, kept: Document, read: Document, doubt: str | None) -> What:
        seen_at = self.plan.now if self.plan.rereads else read["fetched_at"]
        read |= {"revision": kept["revision"] + 1, "last_changed_at": seen_at}
        self.plan.revise(article, read, seen_at, doubt)
        self._replace(kept, read)
        return "revised"

    def _replace(self, kept: Document, read: Document) -> None:
        self.plan.update(kept, {name: value for name, value in read.items() if name != "_id"})
        self.plan.change("upsert", kept)

    def _carried_over(self, kept: Document, read: Document) -> Document:
        carried = {name: kept[name] for name in ("first_seen_at", "revision", "last_changed_at", "put_aside")}
        carried["checked_at"] = max(kept["checked_at"], read["fetched_at"])
        if self.plan.rereads:
            return carried | {"status": kept["status"], "gone_at": kept["gone_at"]}
        return carried | {"status": "live", "gone_at": None}

    def _merged(self, document: Document) -> Document:
        """Return what a document is part of, once those that prove to be the same article are one with it."""
        while other := self.plan.articles.same_as(document):
            stays, goes = sorted((document, other), key=lambda it: (it["first_seen_at"], it["_id"]))
            self.plan.merge(goes, stays)
            self.plan.update(stays, joined(stays, goes, live=goes["status"] == "live"))
            self.plan.change("upsert", stays)
            document = stays
        return document

    def _settle_article(self, article: Article, kept: Document, what: What, content_hash: str) -> None:
        key, days = article.key, self.plan.policy.recheck_days
        if self.plan.rereads and (what == "skipped" or self._is_settled(key)):
            if what != "skipped" and self.plan.entries[key]["content_hash"] != content_hash:
                self.plan.settle(key, None, {"content_hash": content_hash})
        elif what == "skipped":
            self.plan.settle(key, article.url, entries.unchanged(kept, days))
        else:
            said = entries.kept(kept, article.page, days)
            self.plan.settle(key, article.url, said | {"content_hash": content_hash})

    def _is_settled(self, key: str) -> bool:
        """Return whether reading a kept page again can tell nothing new of an address."""
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
        fields: Document = {"checked_at": max(kept["checked_at"], moment(outcome.at))}
        self.plan.update(kept, fields | ({"status": "live", "gone_at": None} if back else {}))
        if back:
            self.plan.change("upsert", kept)
        url = kept["url"] if outcome.key == kept["_id"] else None
        self.plan.settle(outcome.key, url, entries.unchanged(kept, self.plan.policy.recheck_days))
        return Saved(outcome.key, "updated" if back else "unchanged", "", kept["revision"])

    def _unfounded(self, outcome: Unchanged) -> Saved:
        entry = self.plan.entries.get(outcome.key)
        if entry is not None:
            miss = Miss(outcome.key, "", "failed", NOTHING_KEPT, outcome.at)
            said = entries.failed(entry, miss) | {"etag": None, "last_modified": None}
            self.plan.settle(outcome.key, None, said)
        return Saved(outcome.key, "failed", NOTHING_KEPT)

    def _miss(self, miss: Miss) -> Saved:
        kept = self.plan.articles.of(miss.key)
        entry = self.plan.entries.get(miss.key) or entries.new_entry(miss.key, miss.url, self.plan.now)
        if kind := kind_in(miss.reason):
            self.plan.settle(miss.key, miss.url, doubts.noted(entry, kind, miss.detail, miss.at))
        elif miss.state == "failed":
            self.plan.settle(miss.key, miss.url, entries.failed(entry, miss))
        elif miss.state == "skipped":
            self.plan.settle(miss.key, miss.url, entries.skipped(entry, miss))
        else:
            self.plan.settle(miss.key, miss.url, entries.gone(miss))
            if kept is not None and not self._is_elsewhere(kept, miss.key):
                self._remove(kept, moment(miss.at))
        return Saved(miss.key, miss.state, miss.reason, kept["revision"] if kept else None)

    def _is_elsewhere(self, kept: Document, key: str) -> bool:
        """Return whether the site has an article at another of its addresses, as far as is known."""
        others = (self.plan.entries.get(other) for other in keys_of(kept) if other != key)
        return any(entry is not None and entry["state"] != "gone" for entry in others)

    def _reread_miss(self, miss: Miss) -> Saved:
        """Plan what a kept page that still gives no article means: nothing, where an article is kept."""
        kept, entry = self.plan.articles.of(miss.key), self.plan.entries.get(miss.key)
        if kept is None and entry is not None and entry["state"] in {"wanted", "failed"}:
            said = entries.gone(miss) if miss.state == "gone" else entries.told(miss)
            self.plan.settle(miss.key, miss.url, said)
        return Saved(miss.key, miss.state, miss.reason, kept["revision"] if kept else None)

    def _remove(self, kept: Document, at: datetime) -> None:
        fields: Document = {"checked_at": max(kept["checked_at"], at)}
        if kept["status"] == "gone":
            self.plan.update(kept, fields)
            return
        self.plan.update(kept, fields | {"status": "gone", "gone_at": at})
        self.plan.change("gone", kept)
