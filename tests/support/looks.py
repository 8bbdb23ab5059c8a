"""Looks at addresses that have no article, by a run that then ends."""

from __future__ import annotations

from datetime import datetime

from archive.archive import Archive
from archive.crawl_state.settlements import GoneRule
from archive.model.crawl.outcome import Miss

USUAL = GoneRule()
NOT_THERE = ["HTTP 404", "HTTP 410", "page says there is no article"]
"""The reasons of addresses where the site has no article."""

AT_ONCE = GoneRule(looks=1, days=0)
"""One look is enough."""


def look(archive: Archive, *keys: str, at: datetime, well: bool = True, rule: GoneRule = USUAL) -> list[str]:
    """Return what becomes of known addresses at which a run finds HTTP 404, once it has ended, well or not."""
    run = archive.runs.begin("column", {})
    archive.database["frontier"].update_many({"_id": {"$in": list(keys)}}, {"$set": {"leased_by": run.id}})
    archive.writer().save([Miss(key, f"https://x.tw/{key}", "gone", "HTTP 404", at) for key in keys], at)
    settled = archive.settle_looks(run.id, rule, well=well, at=at)
    archive.runs.end(run.id, "made up", complete=well, exit_status=0 if well else 7, counts={})
    return [saved.what for saved in settled]


def vanish(archive: Archive, *keys: str, at: datetime) -> None:
    """Let the articles of known addresses be gone, by one look that is enough."""
    assert look(archive, *keys, at=at, rule=AT_ONCE) == ["gone"] * len(keys)
