"""The collections `pages`, `damaged_pages` and `dictionaries`."""

from __future__ import annotations

from archive.mongo.schema.fields import KEY, SHA256, Collection, Field, Index

PAGES = Collection(
    "pages",
    "One response to a request for an article. A body that was received before stands only in its first response's "
    "document: so a page costs one insert, and is read again without a second look-up.",
    (
        Field("_id", "string", "`{key}@{fetched_at}`"),
        Field("key", "string", "the article key that was asked for", "page", pattern=KEY),
        Field("url", "string", "the address that answered, after redirects", "page"),
        Field("status", "int", "the HTTP status", "page"),
        Field("headers", "object", "the headers that matter, by lower-case name", "page", values="string"),
        Field("content_type", "string|null", "Content-Type as received", "page", null="there was none"),
        Field("encoding", "string|null", "the content encoding as received", "page", null="it came plain"),
        Field("fetched_at", "date", "when it was received", "page"),
        Field("sha256", "string", "sha256 of the body as received", pattern=SHA256),
        Field("size", "int", "size of the body as received", unit="bytes", least=0),
        Field(
            "body",
            "binData|null",
            "the body, in the form of `stored`",
            null="another document with this `sha256` has it",
        ),
        Field(
            "stored",
            "string",
            "`received`: as it came, in `encoding`; `zstd`: unpacked, then zstd with `dictionary`",
            choices=("received", "zstd"),
        ),
        Field(
            "dictionary",
            "int|long|null",
            "`_id` of the dictionary",
            "archive",
            null="packed without one, or as received",
        ),
        Field(
            "plain_sha256",
            "string|null",
            "sha256 of the unpacked body",
            "archive",
            null="not recompressed",
            pattern=SHA256,
        ),
        Field("plain_size", "int|null", "size of the unpacked body", "archive", null="not recompressed", unit="bytes"),
    ),
    (
        Index("key_fetched", (("key", 1), ("fetched_at", 1)), "a key's responses in order"),
        Index("one_body", (("sha256", 1),), "one body once", unique=True, only={"body": {"$type": "binData"}}),
    ),
    packed=True,
)

DAMAGED_PAGES = Collection(
    "damaged_pages",
    "A kept page that was seen not to be what was received. It stays as evidence; whoever reads pages passes it over.",
    (
        Field("_id", "string", "the page's `_id`", "archive"),
        Field("key", "string", "the page's key, which is asked for again", "archive", pattern=KEY),
        Field("sha256", "string", "sha256 that its body had as received", "archive", pattern=SHA256),
        Field("reason", "string", "what is wrong with it", "archive"),
        Field(
            "is_lost", "bool", "whether only another fetch helps; not where a backup may have a dictionary", "archive"
        ),
        Field("found_at", "date", "when that was seen", "archive"),
    ),
    (Index("sha256", (("sha256", 1),), "whether a body that comes again was damaged"),),
)

DICTIONARIES = Collection(
    "dictionaries",
    "A zstd dictionary that kept pages are packed with. Never deleted: the pages cannot be read without it.",
    (
        Field("_id", "int|long", "its zstd dictionary id", "archive"),
        Field("data", "binData", "the dictionary", "archive"),
        Field("trained_at", "date", "when it was trained", "archive"),
        Field("samples", "int", "how many pages it was trained on", "archive", least=1),
    ),
)
