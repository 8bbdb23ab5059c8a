"""What is settled of an article before a word of it is written: its moment, its column, its addresses, its fate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from tests.site.dice import deal, share
from tests.site.moments import NEWEST

COLUMN = "美股動態"
SISTERS = ("即時新聞", "美股巨頭", "美股焦點", "美股新聞", None)
Generation = Literal["cmnews", "notes"]
How = Literal[404, 410, "soft"]

NEWS_HOST = "https://cmnews.com.tw"
NOTES_HOST = "https://www.cmoney.tw"
FORECAST_HOST = "https://www.forecastock.tw"

UUID_EPOCH = datetime(1582, 10, 15, tzinfo=UTC)
NID_DAWN = datetime(2012, 1, 1, tzinfo=UTC)
NID_KNOWN = (datetime(2024, 1, 1, tzinfo=UTC), 759_000)
NIDS_A_DAY = 496
LONG_CORPUS = 200
ORPHAN_CYCLE = 24
GONE_CYCLE = 30


@dataclass(frozen=True, slots=True)
class Author:
    """A slug of letters and digits, and the name that pages show."""

    id: str
    name: str


AUTHORS = (
    Author("cmoneyaicurator", "美股智能策展"),
    Author("cmoneyairesearcher", "智能研究員"),
    Author("newsyoudeservetoknow", "值得你知道的事"),
    Author("forumnews", "同學會快訊"),
    Author("cmoney", "編輯台"),
    Author("emily", "艾蜜"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is settled of an article before it is written.

    Attributes:
        index: Its number in the corpus, by publication; negative for an old note from before the corpus.
        ordinal: Its number within its column (or among the sisters).
        column: The column without brackets; None if the title has no prefix.
        moment: When it was published; aware, UTC.
        changed: When it was last changed; the moment itself if never.
        author: Who wrote it.
        uuid: Its v1 UUID on the new site, or None if it is not there.
        nid: Its number on the old site, or None if it is not there.
        listed: Whether listings show it; one that is not listed is reached by further reading only.
        gone: How it is missing from the start, though listed; None if it is there.
        minted: When an import gave it its UUID (aware, UTC), years after its publication; None if none did.
        members: Whether all but its beginning is for members, whatever its ordinal.
    """

    index: int
    ordinal: int
    column: str | None
    moment: datetime
    changed: datetime
    author: Author
    uuid: str | None
    nid: int | None
    listed: bool = True
    gone: How | None = None
    minted: datetime | None = None
    members: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The article's keys, the new site's first."""
        news = (f"cmnews:{self.uuid}",) if self.uuid else ()
        notes = (f"notes:{self.nid}",) if self.nid else ()
        return news + notes

    @property
    def key(self) -> str:
        """The first of the article's keys."""
        return self.keys[0]

    def path(self, key: str) -> str:
        """Return the canonical path and query of one of the article's keys."""
        if key.startswith("cmnews:"):
            return f"/article/{self.author.id}-{self.uuid}"
        return f"/notes/note-detail.aspx?nid={self.nid}"

    def url(self, key: str) -> str:
        """Return the canonical public address of one of the article's keys."""
        return (NEWS_HOST if key.startswith("cmnews:") else NOTES_HOST) + self.path(key)


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a corpus is and where in time it lies.

    Attributes:
        seed: What all chance depends on.
        articles: How many articles the column has; there are as many of sister columns.
        newest: When the newest article was published; aware.
        days: How many days the corpus spans; None for 40, or one day to eight articles in a large corpus.
        orphans: Whether some column articles are listed nowhere, and reached by further reading only.
        losses: Whether some listed articles are gone from the start.
        imported: How many articles the column has besides, years older, with UUIDs that imports of 2025 gave them.
        members: One in so many articles of the column is for members, besides one in twenty; 0 for no more than these.
    """

    seed: int = 1
    articles: int = 60
    newest: datetime = NEWEST
    days: int | None = None
    orphans: bool = True
    losses: bool = True
    imported: int = 0
    members: int = 0

    @property
    def span(self) -> int:
        """How many days the corpus spans."""
        return self.days or (40 if self.articles <= LONG_CORPUS else max(40, self.articles // 8))


def uuid1_at(moment: datetime, *place: object) -> str:
    """Return a version-1 UUID whose timestamp is the moment, its other bits given by the place.

    >>> UUID(uuid1_at(NEWEST, 1)).version
    1
    """
    ticks = (moment - UUID_EPOCH) // timedelta(microseconds=1) * 10
    chance = int(share("uuid", *place) * 2**62)
    clock, node = chance >> 48, chance & 0xFFFFFFFFFFFF | 1 << 40
    fields = (ticks & 0xFFFFFFFF, ticks >> 32 & 0xFFFF, ticks >> 48 & 0x0FFF | 0x1000)
    return str(UUID(fields=(*fields, clock >> 8 | 0x80, clock & 0xFF, node)))


def nid_at(moment: datetime) -> int:
    """Return the number that the old site had reached at a moment: 759,000 at the start of 2024, then 496 a day."""
    known, number = NID_KNOWN
    rate = NIDS_A_DAY if moment >= known else number / ((known - NID_DAWN) / timedelta(days=1))
    return max(1, round(number + (moment - known) / timedelta(days=1) * rate))


def plan_one(scale: Scale, index: int, ordinal: int, moment: datetime, nid: int, *, sister: bool) -> Plan:
    """Return the plan of one article; `nid` is the number it has if it is on the old site."""
    seed = scale.seed
    where: str = deal(("new", "both", "old"), ordinal, seed, "where", sister)
    cycle = ordinal % ORPHAN_CYCLE
    orphan = scale.orphans and not sister and cycle in {10, 11} and ordinal - cycle + 12 < scale.articles
    return Plan(
        index=index,
        ordinal=ordinal,
        column=deal(SISTERS, ordinal, seed, "sister") if sister else COLUMN,
        moment=moment,
        changed=_changed(seed, index, moment, scale.newest),
        author=deal(AUTHORS, ordinal, seed, "author"),
        uuid=uuid1_at(moment, seed, index) if where != "old" else None,
        nid=nid if where != "new" else None,
        listed=not orphan,
        gone=_fate(scale, ordinal) if not sister and not orphan else None,
        members=not sister and scale.members > 0 and ordinal % scale.members == 0,
    )


def plan_ancient(seed: int, nid: int, base: int, start: datetime) -> Plan | None:
    """Return the plan of an old note from before the corpus, or None where the number was never used.

    Numbers grow evenly from 1 at the start of 2012 to `base` at `start`; some seven in ten are used.
    """
    if share(seed, "ancient", nid) >= 0.7:
        return None
    moment = NID_DAWN + (start - NID_DAWN) * (nid / base)
    author = AUTHORS[nid % len(AUTHORS)]
    column = SISTERS[nid % len(SISTERS)]
    return Plan(-nid, nid, column, moment, moment, author, None, nid, listed=False)


def gap(seed: int, index: int) -> int:
    """Return how far an article's number on the old site is from the one before: 1 to 4, rarely up to 120."""
    chance = share(seed, "gap", index)
    if chance > 0.99:
        return 40 + int((chance - 0.99) * 8000)
    return 1 + int(chance * 4)


def _changed(seed: int, index: int, moment: datetime, newest: datetime) -> datetime:
    if index % 5 != 3:
        return moment
    return min(newest, moment + timedelta(minutes=5 + 2000 * share(seed, "changed", index)))


def _fate(scale: Scale, ordinal: int) -> How | None:
    if not scale.losses or ordinal % GONE_CYCLE != 17:
        return None
    fates: tuple[How, ...] = ("soft", 404, 410)
    return fates[ordinal // GONE_CYCLE % len(fates)]
