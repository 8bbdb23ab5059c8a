"""Ending a run that is under way: the two signals, and what a request that is cut short raises."""

from __future__ import annotations

from typing import Final

from scrapy.exceptions import IgnoreRequest

STOPPING: Final = object()
"""Signal: the run is to end; what waits is given up, what is under way may finish."""

CUT_SHORT: Final = object()
"""Signal: what is still under way is given up too."""


class Interrupted(IgnoreRequest):
    """A request was given up because the run is ending; its address stays wanted."""
