"""Sitting out a database that is away: try again until it is back, or the limit is reached.

tenacity does not replace it: on a trial its limit counted from the start of the first try, which may itself have waited
for a server as long as the limit is, and gave up without a second one.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TypeVar

from archive.errors import DatabaseUnavailable

Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)

FIRST_WAIT = 0.5
LONGEST_WAIT = 5.0


async def sit_out(call: Callable[[], Answer], limit: float, revive: Callable[[], None] | None = None) -> Answer:
    """Return what a blocking call returns, made in a thread, again and again while the database is away.

    The caller waits meanwhile: that is the back-pressure which pauses a crawl.

    Args:
        call: Must be safe to repeat.
        limit: Seconds that the database may stay away.
        revive: Called before each new try: starts an embedded server that has died; None where there is none yet.

    Raises:
        DatabaseUnavailable: It stayed away for longer.
    """
    began: float | None = None
    wait = FIRST_WAIT
    while True:
        try:
            answer = await asyncio.to_thread(call)
        except DatabaseUnavailable as error:
            now = time.monotonic()
            began = began if began is not None else now
            away = now - began
            if away + wait > limit:
                raise DatabaseUnavailable(f"{error}; given up after {away:.0f} s (MONGODB_OUTAGE_LIMIT)") from error
            logger.warning("database away, asking again in %.1f s: %s", wait, error)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)
            await _revive(revive)
        else:
            if began is not None:
                logger.info("database back after %.1f s", time.monotonic() - began)
            return answer


async def _revive(revive: Callable[[], None] | None) -> None:
    if revive is None:
        return
    try:
        await asyncio.to_thread(revive)
    except DatabaseUnavailable as error:
        logger.warning("the embedded database does not start again yet: %s", error)
