"""Tokens, limits and slow clients, as a client of a real server meets them."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest
from starlette.responses import Response

from archive import remote
from archive.errors import ArchiveError
from archive.mongo.database import translating_errors
from archive.web.access.budget import BURST, MOST_CLIENTS, Budget
from archive.web.access.connection import ClientConnection
from archive.web.access.guard import AccessControl
from archive.web.access.tokens import Tokens, TokensUnreadable
from archive.web.answers import site as every_page
from archive.web.answers.site import Site
from archive.web.app import PAGES, Handler
from tests.archive.web.conftest import Served, serving
from tests.support.made_articles import key_of
from tests.support.mongodb import wait_until


@pytest.fixture(scope="module")
def guarded(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Tokens]]:
    """Give a server that asks for tokens, and its tokens."""
    tokens = Tokens(tmp_path_factory.mktemp("access") / "deep" / "tokens.json")
    with serving(served.archive, access=AccessControl(("archive.test",), tokens)) as running:
        yield running, tokens


def bearer(secret: str) -> str:
    return f"Bearer {secret}"


def test_without_a_token_nothing_is_told(guarded: tuple[Served, Tokens]) -> None:
    server, _ = guarded
    for address in ("/", "/search?q=x", "/api/v1/feed", "/metrics", "/raw/x", "/nowhere"):
        answer = server.get(address)
        assert (answer.status, answer.headers["content-type"]) == (401, "application/problem+json")
        assert answer.headers["www-authenticate"].startswith("Basic")
    assert server.get("/", authorization=bearer("x" * 43)).status == 401
    assert server.get("/healthz", host="10.1.2.3").status == 200, "a supervisor asks by address"
    assert server.get("/static/style.css").status == 200
    assert server.get("/healthz", method="POST").status == 405


def test_a_token_lets_in_until_it_is_removed(guarded: tuple[Served, Tokens]) -> None:
    server, tokens = guarded
    secret = tokens.add("analyst", "read")
    assert secret not in tokens.path.read_text("utf-8")
    assert tokens.path.stat().st_mode & 0o077 == 0
    basic = "Basic " + base64.b64encode(f"whoever:{secret}".encode()).decode()
    for authorization in (bearer(secret), basic):
        assert server.get("/", authorization=authorization, host="archive.test").status == 200
        assert server.get("/metrics", authorization=authorization).status == 200
    assert remote(server.url, secret).articles.get(key_of(1)) is not None
    with pytest.raises(ArchiveError, match="asks for a token"):
        remote(server.url).articles.get(key_of(1))
    with pytest.raises(ValueError, match="remove it first"):
        tokens.add("analyst", "read")
    assert tokens.remove("analyst")
    assert not tokens.remove("analyst")
    assert server.get("/", authorization=bearer(secret)).status == 401


def test_a_narrow_token_is_for_one_thing(guarded: tuple[Served, Tokens]) -> None:
    server, tokens = guarded
    mirror, monitor = tokens.add("mirror", "feed"), tokens.add("monitor", "metrics")
    assert server.get("/api/v1/feed", authorization=bearer(mirror)).status == 200
    assert server.get("/metrics", authorization=bearer(monitor)).status == 200
    for address, secret in (("/", mirror), ("/metrics", mirror), ("/api/v1/feed", monitor)):
        assert server.get(address, authorization=bearer(secret)).status == 403


def test_a_file_of_tokens_that_is_none_lets_nobody_in(served: Served, tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "tokens.json")
    tokens.path.write_text("{", "utf-8")
    with pytest.raises(TokensUnreadable, match="mend the file"):
        tokens.all()
    with serving(served.archive, access=AccessControl((), tokens)) as running:
        assert running.get("/", authorization=bearer("x")).status == 503


def test_too_many_requests_are_told_when_to_come_again(served: Served) -> None:
    with serving(served.archive, access=AccessControl(rate=0.2)) as running:
        assert running.get("/healthz").status == 200
        answer = running.get("/healthz")
        assert (answer.status, answer.headers["retry-after"]) == (429, "5")


def test_what_would_take_too_long_is_ended(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(site: Site, *_: object) -> Response:
        with translating_errors(""):
            list(site.archive.database["articles"].find({"$where": "sleep(100) || true"}))
        return Response()

    monkeypatch.setitem(cast("dict[str, Handler]", PAGES), "slow", slow)
    monkeypatch.setattr(every_page, "LONGEST", 0.5)
    answer = served.get("/slow.json")
    assert (answer.status, answer.headers["retry-after"]) == (503, "60")
    assert "takes too long" in answer.json["detail"]


def test_a_budget_fills_again_and_is_each_clients_own() -> None:
    now = [0.0]
    budget = Budget(2, lambda: now[0])
    assert [budget.wait("a") for _ in range(int(2 * BURST) + 1)] == [0.0] * int(2 * BURST) + [0.5]
    assert budget.wait("b") == 0
    now[0] += 0.5
    assert (budget.wait("a"), budget.wait("a")) == (0, 0.5)
    for number in range(MOST_CLIENTS + 5):
        budget.wait(f"c{number}")
    assert len(budget._buckets) <= MOST_CLIENTS


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x"])
def test_one_that_does_not_ask_is_cut_off(served: Served, sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClientConnection, "to_ask", 0.2)
    with socket.create_connection(("127.0.0.1", served.port), 30) as connection, suppress(ConnectionResetError):
        connection.sendall(sent)
        assert connection.recv(1) == b""


def test_one_that_does_not_take_its_answer_is_cut_off(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClientConnection, "to_take", 0.2)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", served.port))
        wait_until(lambda: served.connections() == 1)
        connection.sendall(b"GET /newest.ndjson HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100)
        wait_until(lambda: served.connections() == 0)
