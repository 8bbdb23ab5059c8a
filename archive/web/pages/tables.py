"""The tables of an export: mentions, links, tags and revisions of the selected articles."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from archive.articles.walk import Walk
from archive.export.names import TableName
from archive.model.selection import select
from archive.web.answers.exports import EXPORTS, export
from archive.web.answers.parameters import Parameters
from archive.web.answers.site import Site


def table(what: TableName, site: Site, request: Request, page: Parameters, rest: str) -> Response:
    """Answer a table of an export.

    Raises:
        HTTPException: The address has no format of an export.
    """
    del request
    if rest or page.format not in EXPORTS:
        raise HTTPException(404, f"The table {what} is /{what}.ndjson, .csv or .parquet.")
    walk = Walk(site.archive.database, select(page.filters), page.as_of)
    return export(site.archive, page, walk.documents(), what)
