"""What became of an outcome that was handed to the archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

What = Literal["new", "revised", "updated", "same", "failed", "gone", "skipped", "unchanged", "refused"]
Cause = Literal["site", "extractor"]


@dataclass(frozen=True, slots=True)
class Saved:
    """The archive's answer to one article, miss or 304, once it is durable.

    Attributes:
        key: The article key.
        what: `new`; `revised` (title or text differ); `updated` (only other fields differ, it came back, or was found
            at another address); `same`; `unchanged` (304); `gone`; `failed`; `skipped`; `refused` (the schema forbids
            the document).
        reason: Why, where it is no article; empty otherwise.
        revision: The article's current revision; None where no article is kept.
    """

    key: str
    what: What
    reason: str = ""
    revision: int | None = None
