"""The time zone that the newsroom writes in."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

TAIPEI: Final = ZoneInfo("Asia/Taipei")
