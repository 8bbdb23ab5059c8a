"""What the doctor looks at in the search index: is it there, whole, and up to date?"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Final

from archive.errors import ArchiveError
from crawler.doctor.finding import Finding, doubtful, well, wrong
from crawler.own_settings import Values, open_archive

LATE: Final = 1_000
"""Changes by which an index may be behind: a search follows so many within seconds."""

MIB: Final = 1024**2


def examine(settings: Values) -> Iterator[Finding]:
    """Return what is found of the search index; nothing where the extra or the archive is not there."""
    if find_spec("tantivy") is None:
        return
    try:
        with open_archive(settings) as archive:
            state = archive.search.state()
    except ArchiveError:
        return  # in the examination of the database, or there is nothing to search
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
