"""The report of damaged pages: kept pages that differ from the received ones."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from archive.errors import AccessDenied
from crawler.exit_status import ALL_WELL, INCOMPLETE
from crawler.printable import printable

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.pages.documents import Damage


def name_damaged(damages: Sequence[Damage], outcome: str) -> int:
    """Name damaged pages on standard error; return the exit status: 7 where there are any.

    Args:
        damages: The pages.
        outcome: The words after their number.
    """
    for damage in damages:
        sys.stderr.write(f"damaged: {damage.page}: {printable(damage.reason)}\n")
    if not damages:
        return ALL_WELL.status
    sys.stderr.write(f"{len(damages)} damaged pages {outcome}; their addresses are asked for again by the next crawl\n")
    return INCOMPLETE.status


def note_damaged(archive: Archive, damages: Sequence[Damage]) -> None:
    """Record damaged pages, and make their addresses due; print a note if the account may not write."""
    try:
        archive.note_damaged(damages)
    except AccessDenied:
        sys.stderr.write(
            "note: this account may not mark damaged pages; `cmoney pages --verify` with another one does\n"
        )
