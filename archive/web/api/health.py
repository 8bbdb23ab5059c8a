"""The server's own health: liveness, readiness, and figures for a monitor."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from archive.archive import Archive
from archive.errors import ArchiveError
from archive.web.answers.errors import problem
from archive.web.answers.site import bounded


class Health:
    """Answers supervisors and monitors."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def live(self, request: Request) -> Response:
        """Answer that the process lives, without the database."""
        del request
        return PlainTextResponse("ok\n")

    async def ready(self, request: Request) -> Response:
        """Answer whether the database answers."""
        del request
        try:
            await run_in_threadpool(self._latest)
        except ArchiveError as error:
            return problem(503, "Not ready", str(error))
        return PlainTextResponse("ready\n")

    async def metrics(self, request: Request) -> Response:
        """Answer the archive's figures as OpenMetrics."""
        del request
        try:
            body = await run_in_threadpool(self._figures)
        except ArchiveError as error:
            return problem(503, "The database does not answer", str(error))
        return Response(body, media_type=CONTENT_TYPE_LATEST)

    def _latest(self) -> int:
        with bounded(self._archive):
            return self._archive.changes.latest()

    def _figures(self) -> bytes:
        archive, registry = self._archive, CollectorRegistry()
        latest = self._latest()
        place = archive.search.place().rpartition("-")[2]
        Gauge("cmoney_archive_articles", "Articles that are kept", registry=registry).set(archive.articles.count())
        Gauge("cmoney_archive_changes", "Changes in the feed", registry=registry).set(latest)
        if place:
            behind = Gauge(
                "cmoney_archive_search_behind", "Changes that the search does not know yet", registry=registry
            )
            behind.set(latest - int(place))
        return bytes(generate_latest(registry))  # type: ignore[no-untyped-call]  # the library has no types here
