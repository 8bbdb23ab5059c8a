"""The errors of the search; each message has what happened, to what, and what to do."""

from __future__ import annotations

from archive.errors import ArchiveError


class SearchUnavailable(ArchiveError):
    """There is no index that can be searched: none was built, or its folder cannot be used."""


class IndexDamaged(SearchUnavailable):
    """The index cannot be read; it is a copy, and is to be rebuilt."""


class IndexTooNew(SearchUnavailable):
    """A newer program wrote the index; it is left as it is."""


class IndexBusy(SearchUnavailable):
    """Another process writes the index; only one may."""
