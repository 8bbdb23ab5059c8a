"""Articles that were imported from the old site: years older than the moment in their UUID."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.site.dice import deal, share
from tests.site.moments import TAIPEI
from tests.site.plans import AUTHORS, COLUMN, NID_DAWN, Plan, uuid1_at

BATCHES = (
    (datetime(2025, 1, 22, 21, 56, tzinfo=TAIPEI), timedelta(minutes=19)),
    (datetime(2025, 1, 23, 15, 32, tzinfo=TAIPEI), timedelta(minutes=1)),
)
"""When the two imports began, and how long they took."""

SECOND_BATCH_SHARE = 0.25
MONTH = (datetime(2021, 5, 1, tzinfo=TAIPEI), timedelta(days=31))
"""The month in which every second imported article was published."""

YEARS = (datetime(2013, 10, 1, tzinfo=TAIPEI), timedelta(days=4000))
"""When the others were: from October 2013 to September 2024."""

DERIVED_CYCLE = 6
"""One in so many has a UUID that was made of its own date, in whole milliseconds."""


def plan_imports(seed: int, count: int, base: int, start: datetime) -> list[Plan]:
    """Return the plans of so many imported articles of the column, oldest first; their indices begin at 0.

    Args:
        seed: What their moments and UUIDs depend on.
        count: How many.
        base: The number that the old site had reached at `start`.
        start: When the corpus begins: all are older, and those that are on the old site have the numbers of their time.
    """
    moments = sorted(_own_moment(seed, number) for number in range(count))
    return [_plan(seed, number, moment, base, start) for number, moment in enumerate(moments)]


def _plan(seed: int, number: int, moment: datetime, base: int, start: datetime) -> Plan:
    derived = number % DERIVED_CYCLE == DERIVED_CYCLE - 1
    minted = None if derived else _minted(seed, number)
    moment = _whole_milliseconds(moment) if derived else moment
    nid = max(1, round(base * ((moment - NID_DAWN) / (start - NID_DAWN))))
    uuid = uuid1_at(minted or moment, seed, "import", number)
    return Plan(
        index=number,
        ordinal=number,
        column=COLUMN,
        moment=moment,
        changed=moment,
        author=deal(AUTHORS, number, seed, "import author"),
        uuid=uuid if derived else _finer(uuid, seed, number),
        nid=nid if deal((True, False), number, seed, "import where") else None,
        minted=minted,
    )


def _own_moment(seed: int, number: int) -> datetime:
    """Return when an article was published: in May 2021, or at any time from 2013 to 2024, by turns."""
    start, length = MONTH if number % 2 == 0 else YEARS
    seconds = int(share(seed, "import moment", number) * length.total_seconds())
    return (start + timedelta(seconds=seconds)).astimezone(UTC)


def _minted(seed: int, number: int) -> datetime:
    """Return the moment of the import at which an article got its UUID; the order says nothing of its age."""
    begin, length = BATCHES[share(seed, "batch", number) < SECOND_BATCH_SHARE]
    return (begin + length * share(seed, "minted", number)).astimezone(UTC)


def _finer(uuid: str, seed: int, number: int) -> str:
    """Return a UUID that is up to 0.9 microseconds later: imports minted them to 100 nanoseconds."""
    whole = UUID(uuid)
    later = whole.time_low + int(share(seed, "ticks", number) * 10)
    return str(UUID(fields=(later & 0xFFFFFFFF, *whole.fields[1:]))) if later <= 0xFFFFFFFF else uuid


def _whole_milliseconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=580_000)
