"""Waiting for a database that is away: retries until it is back, or the limit is reached.

tenacity cannot replace it: in a trial its limit counted from the start of the first try. That try may have waited for a
server as long as the limit, so that there was no second one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Final, TypeVar

from archive.errors import DatabaseUnavailable

Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)

FIRST_WAIT = 0.5
LONGEST_WAIT = 5.0
LAST_ANSWER: Final = 5.0
"""Seconds that a reachable database may take to answer once waiting is to end."""

STOPPING: Final = object()
"""Signal that a crawl is to end: an unreachable database is not waited for any more."""


async def sit_out(
    call: Callable[[], Answer],
    limit: float,
    revive: Callable[[], None] | None = None,
    ending: asyncio.Event | None = None,
) -> Answer:
    """Make a blocking call in a thread, retry it while the database is away, and return its result.

    The caller waits meanwhile: this back-pressure pauses a crawl.

    Args:
        call: Must be safe to repeat.
        limit: Seconds that the database may stay away.
        revive: Called before each retry: starts an embedded server that has died; None without one.
        ending: Set when waiting is to end: an unreachable database is then given up at once; None for never.

    Raises:
        DatabaseUnavailable: It stayed away for longer, or until waiting was to end.
    """
    ending = ending or asyncio.Event()
    began: float | None = None
    wait = FIRST_WAIT
    while True:
        try:
            answer = await _answer(call, ending, LAST_ANSWER if began is None else 0)
        except DatabaseUnavailable as error:
            now = time.monotonic()
            began = began if began is not None else now
            away = now - began
            if away + wait > limit:
                raise DatabaseUnavailable(f"{error}; given up after {away:.0f} s (MONGODB_OUTAGE_LIMIT)") from error
            if ending.is_set():
                raise DatabaseUnavailable(f"{error}; given up, since the run is ending") from error
            logger.warning("database away, asking again in %.1f s: %s", wait, error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ending.wait(), wait)
            wait = min(wait * 2, LONGEST_WAIT)
            await _revive(revive)
        else:
            if began is not None:
                logger.info("database back after %.1f s", time.monotonic() - began)
            return answer


async def _answer(call: Callable[[], Answer], ending: asyncio.Event, seconds: float) -> Answer:
    """Return the result of a call in a thread; once waiting is to end, the thread is abandoned after some seconds.

    Raises:
        DatabaseUnavailable: It has not answered by then.
    """
    answering = asyncio.ensure_future(asyncio.to_thread(call))
    answering.add_done_callback(lambda task: task.cancelled() or task.exception())  # perhaps without a waiter
    over = asyncio.ensure_future(ending.wait())
    try:
        await asyncio.wait({answering, over}, return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            await asyncio.wait({answering}, timeout=seconds)
    finally:
        over.cancel()
    if answering.done():
        return answering.result()
    raise DatabaseUnavailable("it has not answered")


async def _revive(revive: Callable[[], None] | None) -> None:
    if revive is None:
        return
    try:
        await asyncio.to_thread(revive)
    except DatabaseUnavailable as error:
        logger.warning("the embedded database does not start again yet: %s", error)
