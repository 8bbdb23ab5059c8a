"""The server that tests ask: a real one, on loopback, of an archive with a few articles."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from archive.archive import Archive
from archive.model.article import Block, Related
from archive.mongo.client import Connection
from archive.web.access.guard import AccessControl
from archive.web.answers.follower import Follower
from archive.web.answers.site import Examine
from archive.web.server import Binding, WebServer
from tests.support.looks import vanish
from tests.support.made_articles import NOW, article, key_of, page, url_of
from tests.support.mongodb import fresh_database

HOSTILE = "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'>"
COUNT = 70
TEXT = "資料中心營收成長17%，毛利率指引上修。"
OTHER = "cmnews:00000000-0000-4000-8000-000000000003"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Served:
    """A server, and the archive that it serves."""

    archive: Archive
    port: int
    server: WebServer

    def get(self, address: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, quote(address, safe="/?&=%:@+#"), headers=given)
        response = connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        connection.close()
        return answer

    def connections(self) -> int:
        """Return how many connections are open."""
        return len(self.server.server_state.connections)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def fill(archive: Archive) -> None:
    """Keep 70 articles: the first revised, the second gone, the third at two addresses, the fourth hostile."""
    hour = timedelta(hours=1)
    made = [
        article(number, f"{TEXT}第{number}篇", page=None, published_at=NOW - hour * number)
        for number in range(1, COUNT)
    ]
    made[3].title, made[3].headline = f"【美股動態】{HOSTILE}", HOSTILE
    made[3].blocks = [Block("heading", HOSTILE), Block("paragraph", HOSTILE)]
    made[3].tags, made[3].page = [HOSTILE], page(4, RAW)
    made[4].related = [Related("【美股動態】第1篇", url_of(1), key_of(1)), Related("未收", url_of(999), key_of(999))]
    made[5].published_at = None
    archive.writer().save(made, NOW)
    later = NOW + hour
    archive.writer().save(
        [article(1, "資料中心營收成長21%，毛利率指引上修。第1篇", at=later, published_at=NOW - hour)], later
    )
    vanish(archive, key_of(2), at=later)
    twin = article(3, f"{TEXT}第3篇", page=None, published_at=NOW - hour * 3, at=later)
    twin.aliases = [OTHER]
    archive.writer().save([twin], later)


RAW = """<html><head><base href=http://outside.test/><meta http-equiv=refresh content='0;url=http://outside.test/m'>
<link rel=preconnect href=http://outside.test><link rel=stylesheet href=http://outside.test/s.css>
<script>parent.ran = 1; fetch('http://outside.test/f')</script><style>@import 'http://outside.test/i.css';</style></head>
<body onload='parent.ran=1'><form id=cookie action=javascript:1><input name=body></form>
<a href='javascript:parent.ran=1'>x</a><img src=http://outside.test/p.png srcset='http://outside.test/q.png 2x'>
<svg onload='parent.ran=1'><script>parent.ran=1</script><use href='http://outside.test/u#a'/></svg>
<math><mtext><img src=x onerror='parent.ran=1'></mtext></math><iframe src=http://outside.test/></iframe>
<p style='background:url(http://outside.test/b.png)'>原文仍在</p></body></html>"""


@contextmanager
def serving(
    archive: Archive, *, access: AccessControl | None = None, examine: Examine | None = None, with_streams: bool = False
) -> Iterator[Served]:
    """Serve an archive from a thread; `with_streams` ends those that are open at the end."""
    follower = Follower(archive)
    follower.start()
    server = WebServer(archive, Binding(port=0, access=access or AccessControl(), examine=examine), follower)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        threading.Event().wait(0.01)
    yield Served(archive, server.servers[0].sockets[0].getsockname()[1], server)
    server.should_exit, server.force_exit = True, with_streams
    thread.join(10)
    follower.stop()


@pytest.fixture(scope="session")
def served(connection: Connection, mongod: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give a server that is only read."""
    folder: Path = tmp_path_factory.mktemp("search")
    with (
        fresh_database(connection) as database,
        Archive.open(connection.uri, database.name, search_dir=folder, create=True) as archive,
    ):
        fill(archive)
        archive.search.update()
        with serving(archive) as running:
            yield running


@pytest.fixture
def written(connection: Connection, mongod: object, tmp_path: Path) -> Iterator[Served]:
    """Give a server whose archive is written meanwhile."""
    with (
        fresh_database(connection) as database,
        Archive.open(connection.uri, database.name, search_dir=tmp_path, create=True) as archive,
    ):
        archive.writer().save([article(1)], NOW)
        with serving(archive, with_streams=True) as running:
            yield running
