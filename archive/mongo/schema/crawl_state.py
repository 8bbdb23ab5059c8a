"""The collections of the crawl's state: frontier, runs, counters, backfills, locks and turns."""

from __future__ import annotations

from typing import get_args

from archive.model.crawl.frontier import PublishedFrom
from archive.model.suspicion import SuspicionKind
from archive.mongo.schema.fields import EPOCH, KEY, SHA256, Collection, Field, Index

FRONTIER = Collection(
    "frontier",
    "One article address that was ever discovered, and what became of it.",
    (
        Field("_id", "string", "the article's key", "frontier", pattern=KEY),
        Field("url", "string", "its canonical address", "frontier"),
        Field("title", "string|null", "the title known so far", "frontier", null="none is known"),
        Field("published_at", "date|null", "moment of publication known so far", "frontier", null="unknown"),
        Field(
            "published_from",
            "string|null",
            "where that is from, the best of all places; `listing` without a date: a listing's order denies the "
            "moment in the address",
            "frontier",
            null="unknown",
            choices=get_args(PublishedFrom),
        ),
        Field(
            "state",
            "string",
            "`wanted`, `kept` (acknowledged by the database), `failed` (asked again later), `gone` or `skipped`",
            "frontier",
            choices=("wanted", "kept", "failed", "gone", "skipped"),
        ),
        Field(
            "reason",
            "string|null",
            "why, in words that can be counted; of a kept one, why a look failed",
            "frontier",
            null="nothing to explain",
        ),
        Field("detail", "string|null", "what differs from case to case", "frontier", null="nothing more is known"),
        Field("attempts", "int", "failures since the last success", "frontier", least=0),
        Field(
            "next_at",
            "date|null",
            "when it may be asked for; while leased, when the lease ends",
            "frontier",
            null="not to be asked for",
        ),
        Field("checked_at", "date|null", "when the site last answered for it", "frontier", null="never asked for"),
        Field(
            "found_by",
            "string",
            "the way it was first found; what names it comes before a backfill's guess",
            "frontier",
            choices=("listing", "related", "backfill", "argument"),
        ),
        Field("found_in", "string", "where: a listing's address, an article's key, or the argument", "frontier"),
        Field("found_at", "date", "when it was first found", "frontier"),
        Field("last_found_at", "date", "when it was last found", "frontier"),
        Field(
            "places",
            "array",
            "where it was found, in order of discovery, the first 8, and the backfills it was found for",
            "frontier",
            items="string",
        ),
        Field("depth", "int", "fewest steps of further reading from a listing", "frontier", least=0),
        Field("site_updated_at", "date|null", "newest change that a listing states", "frontier", null="none did"),
        Field("etag", "string|null", "ETag of the page kept", "store", null="there is none"),
        Field(
            "last_modified", "string|null", "Last-Modified of the page kept, as received", "store", null="there is none"
        ),
        Field("content_hash", "string|null", "that of the last reading of its page", null="none", pattern=SHA256),
        Field(
            "look",
            "object|null",
            "the last look that found no article, as long as it does not count",
            null="there is none that counts later",
            fields=(
                Field("verdict", "string", "what it found", choices=("gone",)),
                Field("at", "date", "when"),
                Field("run", "string|null", "the run that looked; it counts once that ends well", null="no run"),
                Field("reason", "string", "the site's answer"),
            ),
        ),
        Field("looks", "array", "looks that found no article and count: one a day in Taipei", items="date"),
        Field("gone_since", "date|null", "the first of the looks by which it is gone", null="it is not, for sure"),
        Field(
            "suspect",
            "object|null",
            "the last look whose page was not believed",
            "store",
            null="the last page that was read was believed",
            fields=(
                Field("kind", "string", "what it looked like", choices=get_args(SuspicionKind)),
                Field("at", "date", "when"),
                Field("run", "string|null", "the run that looked", null="no run"),
                Field("hash", "string|null", "its content hash", null="nothing of it was read", pattern=SHA256),
                Field("days", "array", "looks with that hash, the first of each day in Taipei", items="date"),
            ),
        ),
        Field("leased_by", "string|null", "the run that holds it", "frontier", null="nobody does"),
        Field("claim", "string|null", "the claim by which it does", "frontier", null="nobody holds it"),
    ),
    (
        Index(
            "due",
            (("published_at", -1), ("next_at", 1), ("state", 1), ("found_by", 1)),
            "what may be asked for, newest first; what is kept for good is not in it",
            only={"next_at": {"$gt": EPOCH}},
        ),
        Index("leases", (("leased_by", 1),), "what a run holds", only={"leased_by": {"$gt": ""}}),
        Index("looks", (("look.run", 1),), "what a run looked at in vain", only={"look.run": {"$gt": ""}}),
        Index(
            "state_reason", (("state", 1), ("reason", 1), ("published_at", -1)), "counts and lists by state and reason"
        ),
    ),
)

RUNS = Collection(
    "runs",
    "One run of a spider.",
    (
        Field("_id", "string", "moment of its start and a random part", "run"),
        Field("spider", "string", "the spider's name", "run"),
        Field("kind", "string", "what makes two runs of a spider comparable", "run"),
        Field("arguments", "object", "the spider's arguments as text", "run", values="string"),
        Field("versions", "object", "versions of programs and readers, by name", "run", values="string"),
        Field("host", "string", "name of the machine", "run"),
        Field("pid", "int", "process id", "run"),
        Field("process_started", "double", "when that process started", "run", unit="seconds since 1970, UTC"),
        Field("started_at", "date", "when the run began", "run"),
        Field("heartbeat_at", "date", "when it last showed itself", "run"),
        Field("ended_at", "date|null", "when it ended", "run", null="still running, or died unseen"),
        Field(
            "outcome",
            "string|null",
            "how it ended; `killed` is written by the run that finds it dead",
            "run",
            null="it has not ended",
        ),
        Field("complete", "bool", "whether it saw all it set out to see", "run"),
        Field("exit_status", "int|null", "exit status of the process", "run", null="it has not ended, or was killed"),
        Field("counts", "object", "its counts by name", "run", values="int|long|double"),
        Field("problems", "array", "what went wrong, one line each", "run", items="string"),
        Field("newest_published_at", "date|null", "newest publication that it kept or knew", "run", null="none"),
    ),
    (
        Index("newest", (("started_at", -1),), "the last runs"),
        Index("spider_newest", (("spider", 1), ("kind", 1), ("started_at", -1)), "the last runs of a kind"),
        Index("unended", (("ended_at", 1),), "runs that go on, or died unseen", only={"ended_at": {"$eq": None}}),
    ),
)

COUNTERS = Collection(
    "counters",
    "One counter. Its document is the lock that puts writers in a row, so that numbers are given in order of commit.",
    (
        Field("_id", "string", "what is counted: `changes`"),
        Field("value", "long", "the last number given", least=0),
        Field("turns", "long", "how many transactions took the lock", least=0),
    ),
)

META = Collection(
    "meta",
    "What the archive is: its identity and its schema.",
    (
        Field("_id", "string", "`schema`", "archive"),
        Field("version", "int", "the version of this schema that its documents follow", "archive"),
        Field("fingerprint", "string", "sha256 of validators and indexes in place", "archive", pattern=SHA256),
        Field("archive_id", "string", "random identity: a cursor of one archive is none of another", "archive"),
        Field("created_at", "date", "when the archive was made", "archive"),
    ),
)

BACKFILLS = Collection(
    "backfills",
    "A window of the past that is or was filled, with how far that is: where the same command goes on.",
    (
        Field("_id", "string", "its bounds, columns and ways", "backfill"),
        Field("since", "date", "its beginning, included", "backfill"),
        Field("until", "date", "its end, not included", "backfill"),
        Field("columns", "array", "the wanted columns; `*` for all", "backfill", items="string"),
        Field("via", "array", "the ways to look: `api`, `notes`, `related`", "backfill", items="string"),
        Field("api_cursor", "string|null", "cursor of the interface's next page", "backfill", null="at its beginning"),
        Field("api_done", "bool", "whether the interface was walked down to the beginning", "backfill"),
        Field("notes_first", "int|null", "first number of the old site in it", "backfill", null="not found yet"),
        Field("notes_last", "int|null", "last number of the old site in it", "backfill", null="not found yet"),
        Field("notes_next", "int|null", "the next number to be asked for", "backfill", null="not found yet"),
        Field("complete", "bool", "whether every way was walked to its end", "backfill"),
        Field("updated_at", "date", "when this was written", "backfill"),
    ),
)

REREADINGS = Collection(
    "rereadings",
    "One walk over the kept pages, re-extraction or verification, that was stopped: where the same command goes on.",
    (
        Field("_id", "string", "what is read again, and by which version of the readers; `verify`", "archive"),
        Field("began_at", "date", "when it was begun", "archive"),
        Field("marked_at", "date", "when this was written", "archive"),
        Field(
            "after",
            "string",
            "the last key that is done, with all before it",
            "archive",
            pattern=KEY,
        ),
        Field("done", "long", "how many keys are done; of a verification, pages", "archive", least=0),
    ),
)

LOCKS = Collection(
    "locks",
    "Locks: of a scheduled run, so that no other starts; of the worker that looks for more. Not part of a backup.",
    (
        Field(
            "_id",
            "string",
            "what is locked: a spider's name, that `on` a host, or `looking:` and a kind of run",
            "archive",
        ),
        Field("owner", "string", "random identity of who holds it", "archive"),
        Field("host", "string", "name of its machine", "archive"),
        Field("pid", "int", "its process id", "archive"),
        Field("process_started", "double", "when that process started", "archive", unit="seconds since 1970, UTC"),
        Field("started_at", "date", "when it took the lock", "archive"),
        Field("heartbeat_at", "date", "when it last showed itself", "archive"),
    ),
    tuple[Index, ...](),
)

TURNS = Collection(
    "turns",
    "Turns at asking a host, and its rests after walls, which all runs share. Not part of a backup.",
    (
        Field("_id", "string", "the host, with its port where it has one", "archive"),
        Field("taken_at", "date", "when the last turn was taken", "archive"),
        Field("at", "date", "when that turn is", "archive"),
        Field("next_at", "date", "the earliest moment of the next one", "archive"),
        Field("walls", "int", "runs in a row that met walls there", "archive", least=0),
        Field("walled_at", "date|null", "when the last of them ended", "archive", null="there is none"),
        Field("rests_until", "date|null", "until when it is not asked", "archive", null="it does not rest"),
    ),
    tuple[Index, ...](),
)
