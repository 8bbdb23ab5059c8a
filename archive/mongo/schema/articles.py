"""The collections `articles`, `revisions`, `suspicions` and `changes`."""

from __future__ import annotations

from typing import get_args

from archive.model.article import EvidenceKind
from archive.model.crawl.frontier import PublishedFrom
from archive.model.crawl.outcome import Cause
from archive.model.suspicion import SuspicionKind
from archive.mongo.schema.fields import KEY, SHA256, Collection, Field, Index

_NO_DATE = "neither page, listing nor address has it"
_EXTRACTOR = (
    Field("name", "string", "the page object", "page"),
    Field("version", "string", "the version of its reading", "page"),
)
CAUSE = Field(
    "cause",
    "string",
    "`site`: the page changed; `extractor`: our reading did; `revert`: a person put an earlier version back",
    choices=get_args(Cause),
)
_SECTIONS = (
    Field("heading", "string|null", "the heading", "page", null="it stands before any heading"),
    Field("blocks", "array", "paragraphs, list items and rows below it", "page", items="string"),
)

ARTICLES = Collection(
    "articles",
    "One article of the column, as it was last read: a public contract.",
    (
        Field("_id", "string", "`cmnews:{uuid}`, `notes:{nid}` or `capture:{16 hex}`", "page", pattern=KEY),
        Field("aliases", "array", "other keys of the same article", items="string"),
        Field("source", "string", "`_id` or an alias: whose page title and text were read off", pattern=KEY),
        Field("url", "string|null", "the canonical address", "page", null="a text capture"),
        Field(
            "column",
            "string|null",
            "the column in the title's prefix, without brackets",
            "normalise",
            null="the title has no prefix",
        ),
        Field("title", "string", "the whole title in the normal form", "page, normalise"),
        Field("headline", "string", "the title without its prefix", "normalise"),
        Field(
            "author",
            "object",
            "who wrote it",
            "page",
            fields=(
                Field("id", "string|null", "the slug in a new-site address", "page", null="no address has it"),
                Field("name", "string|null", "the name on the page", "page", null="the page shows none"),
            ),
        ),
        Field("published_at", "date|null", "moment of publication", "page", null=_NO_DATE),
        Field(
            "published_from",
            "string|null",
            "where that was read: the page comes first, then a listing, then the address",
            "page",
            null=_NO_DATE,
            choices=get_args(PublishedFrom),
        ),
        Field(
            "updated_at",
            "date|null",
            "when it was last changed, by its page",
            "page",
            null="the page does not state it",
        ),
        Field("lead", "string|null", "the first heading", "page", null="the body has no heading"),
        Field("sections", "array", "the body, cut at its headings", "page, boilerplate", fields=_SECTIONS),
        Field(
            "text",
            "string",
            "headings and blocks of all sections in order, joined by one blank line",
            "page, boilerplate",
        ),
        Field("tickers", "array", "US symbols (`BRK.B`), sorted, unique", "tickers", items="string"),
        Field("tw_stocks", "array", "Taiwanese codes (`2317`), sorted, unique", "tickers", items="string"),
        Field(
            "mentions",
            "array",
            "the evidence for both, in order of first appearance",
            "tickers",
            fields=(
                Field("symbol", "string", "US symbol or Taiwanese code", "tickers"),
                Field("market", "string", "whose symbol it is", "tickers", choices=("US", "TW")),
                Field("evidence", "string", "what it was seen in", "tickers", choices=get_args(EvidenceKind)),
                Field(
                    "symbol_today",
                    "string|null",
                    "the symbol of today, where the one written was given up (`META` for `FB`)",
                    "tickers",
                    null="it is used still, or by nobody",
                ),
            ),
        ),
        Field("tags", "array", "the page's tags in its order", "page", items="string"),
        Field(
            "related",
            "array",
            "further reading (延伸閱讀) in its order",
            "page",
            fields=(
                Field("title", "string", "the title shown", "page"),
                Field("url", "string|null", "its absolute address", "page", null="a title without a link"),
                Field("key", "string|null", "its article key", "page", null="no article of CMoney's"),
            ),
        ),
        Field(
            "access",
            "string",
            "`members` if only the public beginning was served",
            "page",
            choices=("public", "members"),
        ),
        Field("content_hash", "string", "sha256 of title, a line feed and text in UTF-8", pattern=SHA256),
        Field(
            "identity_hash",
            "string|null",
            "the same without white space and punctuation: equal at both addresses of an article",
            null="too short to tell articles apart",
            pattern=SHA256,
        ),
        Field(
            "text_hash",
            "string|null",
            "the same of the text alone: equal where the site shows one text under two titles",
            null="too short for an article, or only a public beginning",
            pattern=SHA256,
        ),
        Field(
            "problems",
            "array",
            "what is absent or in doubt, and why",
            "page and every stage",
            fields=(
                Field("field", "string", "the field's name", "page and every stage"),
                Field("reason", "string", "one line for a person", "page and every stage"),
            ),
        ),
        Field(
            "left_out",
            "array",
            "prose that stands in or over the body and is not in the text; more than two sentences are a problem",
            "page",
            fields=(
                Field("reason", "string", "`hidden`, `named faq-list`, `under the label 最新文章`", "page"),
                Field("text", "string", "its first 2,000 characters, in the normal form", "page"),
            ),
        ),
        Field(
            "suspect",
            "array",
            "why the text is not believed to be the article's, whole; a page that is takes its place",
            "page and every stage",
            fields=(
                Field("kind", "string", "what its page looked like", choices=get_args(SuspicionKind)),
                Field("detail", "string", "one line for a person"),
            ),
        ),
        Field(
            "put_aside",
            "array",
            "content hashes of versions that a person has put aside (`revert`): no page that reads so is believed",
            items="string",
        ),
        Field("extractor", "object", "which reading this is", "page", fields=_EXTRACTOR),
        Field("first_seen_at", "date", "when it was first fetched"),
        Field("fetched_at", "date", "when the page it was read off was received", "page"),
        Field("revision", "int", "how often title or text have changed, from 1", least=1),
        Field("checked_at", "date", "when the site was last seen to have it so"),
        Field("last_changed_at", "date", "when the current revision was first seen"),
        Field("known_at", "date", "when the archive wrote the record as it is now: the moment of its last change"),
        Field(
            "status",
            "string",
            "`gone` while the site does not have it any more; the text stays",
            choices=("live", "gone"),
        ),
        Field(
            "gone_at",
            "date|null",
            "since when it is gone: the first of the looks by which that is sure",
            null="it is live",
        ),
    ),
    (
        Index("newest", (("published_at", -1), ("_id", 1)), "newest first"),
        Index("column_newest", (("column", 1), ("published_at", -1)), "a column, newest first"),
        Index("ticker_newest", (("tickers", 1), ("published_at", -1)), "a US symbol, newest first"),
        Index("tw_stock_newest", (("tw_stocks", 1), ("published_at", -1)), "a Taiwanese code, newest first"),
        Index("tag_newest", (("tags", 1), ("published_at", -1)), "a tag, newest first"),
        Index("content_hash", (("content_hash", 1),), "the same text under another key"),
        Index(
            "identity_hash",
            (("identity_hash", 1),),
            "the same article at another address",
            only={"identity_hash": {"$gt": ""}},
        ),
        Index("text_hash", (("text_hash", 1),), "the same text under another title", only={"text_hash": {"$gt": ""}}),
        Index(
            "aliases",
            (("aliases", 1),),
            "the article behind another of its keys",
            only={"aliases.0": {"$exists": True}},
        ),
        Index("related_key", (("related.key", 1),), "the articles whose further reading names one"),
        Index("problems", (("problems.field", 1),), "articles with problems", only={"problems.0": {"$exists": True}}),
    ),
)

SUSPICIONS = Collection(
    "suspicions",
    "Two articles of one day that read nearly alike. Told to a person, never acted upon: only equal ones are merged.",
    (
        Field("_id", "string", "both keys, in order, with a space between", "archive"),
        Field("keys", "array", "the keys of both", "archive", items="string"),
        Field("similarity", "double", "the share of their 4-character pieces that both have", "archive", least=0),
        Field("published_at", "date", "publication of the later one", "archive"),
        Field("found_at", "date", "when it was last found", "archive"),
    ),
    (
        Index("newest", (("published_at", -1),), "the suspicions of a window"),
        Index("keys", (("keys", 1),), "the suspicions about an article"),
    ),
)

REVISIONS = Collection(
    "revisions",
    "One version of an article's title and text; made only when their hash changes.",
    (
        Field("_id", "string", "`{key}#{revision}`"),
        Field("key", "string", "the article's key", pattern=KEY),
        Field("revision", "int", "its number, from 1", least=1),
        Field("title", "string", "as in `articles`", "page, normalise"),
        Field("text", "string", "as in `articles`", "page, boilerplate"),
        Field("sections", "array", "as in `articles`", "page, boilerplate", fields=_SECTIONS),
        Field("content_hash", "string", "as in `articles`", pattern=SHA256),
        Field("seen_at", "date", "when it came up: when its page was fetched, or read again"),
        CAUSE,
        Field("extractor", "object", "which reading it is", "page", fields=_EXTRACTOR),
        Field("page", "string|null", "`_id` of its page in `pages`", null="a text capture"),
        Field("doubt", "string|null", "why it was in doubt, until its page was the same on several days", null="none"),
        Field("who", "string|null", "who put it back (`revert`)", null="nobody did"),
        Field("why", "string|null", "why", null="nobody did"),
    ),
    (
        Index("key_revision", (("key", 1), ("revision", 1)), "an article's versions in order", unique=True),
        Index("changed", (("seen_at", -1),), "what was changed last", only={"revision": {"$gt": 1}}),
    ),
)

CHANGES = Collection(
    "changes",
    "The outbox: every change of `articles`, written in the same transaction. It never expires.",
    (
        Field("_id", "long", "its place in the order of commits: 1, 2, 3 … without holes", least=1),
        Field("op", "string", "what happened", choices=("upsert", "gone", "back", "merge")),
        Field("key", "string", "the article's key", pattern=KEY),
        Field("revision", "int", "its revision after the change", least=1),
        CAUSE,
        Field("at", "date", "when it was written"),
        Field("into", "string|null", "the key it was merged into", null="no merge", pattern=KEY),
        Field(
            "before",
            "object|null",
            "the former values of the record's fields that it changed, but for `text`, which `revisions` has; of a "
            "merge the whole record that ceased",
            null="the article is new, or the change was written before schema 2",
        ),
    ),
    (
        Index("key", (("key", 1), ("_id", 1)), "an article's changes in order"),
        Index("at", (("at", 1),), "what changed since a moment: the archive as it was known"),
        Index("merges", (("op", 1),), "articles that became part of another", only={"op": {"$eq": "merge"}}),
    ),
)
