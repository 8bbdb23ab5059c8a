"""Further reading: which articles an article points at, and how its author put the links."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.site.dice import die
from tests.site.moments import NEWEST
from tests.site.plans import COLUMN, ORPHAN_CYCLE, Plan, uuid1_at
from tests.site.source import Related

TRACKING = ("utm_source=line&utm_medium=social", "from=related", "fbclid=IwAR0made0up", "utm_campaign=daily")
REACH = 60
ELSEWHERE = (
    ("海外交易所公告全文", "https://www.example.com/notice/2026"),
    ("央行統計資料庫", "https://stats.example.org/series?id=42"),
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What further reading is picked from.

    Attributes:
        before: Returns up to so many plans that come right before a plan, nearest first.
        column: Returns the column's plan with this ordinal, or None.
        title: Returns a plan's title.
    """

    before: Callable[[Plan, int], list[Plan]]
    column: Callable[[int], Plan | None]
    title: Callable[[Plan], str]


def related_of(seed: int, plan: Plan, shelf: Shelf) -> tuple[Related, ...]:
    """Return an article's further reading: none to five entries, in their order."""
    if plan.index < 0:
        return ()
    chance = die(seed, "related", plan.index)
    must = _orphan_before(plan, shelf)
    entries = [entry_for(chance, must, shelf)] if must else []
    entries += [_entry(chance, plan, shelf) for _ in range(chance.randint(0, 5 - len(entries)))]
    chance.shuffle(entries)
    unique = list({(entry.key or entry.url or entry.title): entry for entry in entries}.values())
    if plan.ordinal % 17 == 5:
        unique += [entry_for(chance, plan, shelf), *unique[:1]]
    return tuple(unique)


def entry_for(chance: Random, target: Plan, shelf: Shelf) -> Related:
    """Return an entry that points at one of the target's addresses."""
    key = chance.choice(target.keys)
    return Related(shelf.title(target), dirty(chance, target.url(key)), target.url(key), key)


def dirty(chance: Random, url: str) -> str:
    """Return an article's address as authors paste it: tracking queries, http, a slash at the end, `NID`."""
    if chance.random() < 0.4:
        return url
    if "nid=" in url:
        url = url.replace("nid=", chance.choice(("nid=", "NID=", "Nid=", f"{chance.choice(TRACKING)}&nid=")))
    elif chance.random() < 0.4:
        url += "/"
    if chance.random() < 0.5:
        url += ("&" if "?" in url else "?") + chance.choice(TRACKING)
    return url.replace("https:", "http:") if chance.random() < 0.4 else url


def _orphan_before(plan: Plan, shelf: Shelf) -> Plan | None:
    """Return the unlisted article that this one must point at: each is reached from the next of the column only."""
    if plan.column != COLUMN:
        return None
    before = shelf.column(plan.ordinal - 1) if plan.ordinal % ORPHAN_CYCLE in {11, 12} else None
    return before if before and not before.listed else None


def _entry(chance: Random, plan: Plan, shelf: Shelf) -> Related:
    roll = chance.random()
    if roll < 0.06:
        return _dead(chance)
    if roll < 0.10:
        title, url = chance.choice(ELSEWHERE)
        return Related(title, url, url, None)
    if roll < 0.12:
        url = "https://cmnews.com.tw/forum/stock/AMZN"
        return Related("亞馬遜(AMZN)個股頁", url, url, None)
    target = _target(chance, plan, shelf, ours=roll < 0.85)
    if target is None:
        return _dead(chance)
    entry = entry_for(chance, target, shelf)
    return Related(entry.title, None, None, None) if chance.random() < 0.04 else entry


def _target(chance: Random, plan: Plan, shelf: Shelf, *, ours: bool) -> Plan | None:
    near = [other for other in shelf.before(plan, REACH) if other.listed and (other.column == COLUMN) is ours]
    return chance.choice(near) if near else None


def _dead(chance: Random) -> Related:
    number = chance.getrandbits(20)
    title = f"【美股動態】已經下架的第{number}號稿件"
    if chance.random() < 0.5:
        nid = 9_000_000 + number
        key, url = f"notes:{nid}", f"https://www.cmoney.tw/notes/note-detail.aspx?nid={nid}"
    else:
        uuid = uuid1_at(NEWEST, "dead", number)
        key, url = f"cmnews:{uuid}", f"https://cmnews.com.tw/article/cmoney-{uuid}"
    return Related(title, dirty(chance, url), url, key)
