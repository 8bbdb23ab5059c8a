"""Lets days pass for an archive: what it did is moved into the past, and the clock stays as it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.support.crawling import Documents

KEPT = frozenset({"published_at", "updated_at", "site_updated_at", "newest_published_at"})
"""What the site states; that does not move."""


def age(database: Documents, **span: float) -> None:
    """Move all that an archive did back by a span (`days=1`), as if it had rested since; no run may be going on."""
    back = timedelta(**span)
    for name in ("frontier", "articles", "revisions", "runs", "changes", "backfills", "turns"):
        writes = [(document["_id"], _moved(document, back)) for document in database[name].find()]
        for identity, fields in writes:
            if fields:
                database[name].update_one({"_id": identity}, {"$set": fields})


def _moved(document: dict[str, Any], back: timedelta) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in document.items():
        if name in KEPT:
            continue
        if isinstance(value, datetime):
            fields[name] = value - back
        elif name == "looks":
            fields[name] = [at - back for at in value]
        elif name == "look" and value:
            fields[name] = value | {"at": value["at"] - back}
        elif name == "suspect" and isinstance(value, dict):
            fields[name] = value | {"at": value["at"] - back, "days": [at - back for at in value["days"]]}
    return fields
