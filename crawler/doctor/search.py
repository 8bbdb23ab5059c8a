"""The doctor's examination of the search index: is it there, whole, and up to date?"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Final

from archive.archive import Archive
from crawler.doctor.finding import Finding, doubtful, well, wrong

LATE: Final = 1_000
"""Changes by which an index may be behind: the next search catches up with them within seconds."""

MIB: Final = 1024**2


def examine(archive: Archive) -> Iterator[Finding]:
    """Yield the finding on the search index; none where the extra is not installed."""
    if find_spec("tantivy") is None:
        return
    state = archive.search.state()
    if state.condition == "ready":
        says = f"{state.articles:,} articles, {state.size / MIB:.0f} MiB, behind by {state.behind} changes"
        late = (state.behind or 0) > LATE
        yield doubtful("search", says, "cmoney search WORDS follows") if late else well("search", says)
    elif state.condition == "newer":
        yield wrong("search", state.detail, "upgrade the program")
    elif state.condition == "damaged":
        yield wrong("search", state.detail, "cmoney search --rebuild")
    else:
        yield well("search", f"{state.condition}: {state.detail}; the next cmoney search builds the index")
