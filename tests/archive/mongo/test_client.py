"""Connecting to a MongoDB, and what is said where that fails."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from archive.errors import (
    AccessDenied,
    ArchiveError,
    DatabaseUnavailable,
    DocumentRefused,
    NotReplicaSet,
    OperationRefused,
    WrongAddress,
)
from archive.mongo.client import Connection, connect
from archive.mongo.database import translating_errors
from tests.support.mongodb import PASSWORD, USER, Mongod, serving, wait_until

NOWHERE = Path("/nowhere")  # the embedded server's directory is not touched when there is an address
WRONG = "wrong-and-secret"


@pytest.fixture(scope="module")
def locked() -> Iterator[Mongod]:
    """Give a server that asks for a password."""
    with serving(auth=True) as server:
        yield server


def shown_by(error: BaseException) -> str:
    """Return all that a traceback of an error would show."""
    causes, text = error, ""
    while causes is not None:
        text += str(causes)
        causes = causes.__cause__ or (None if causes.__suppress_context__ else causes.__context__)  # type: ignore[assignment]
    return text


def refused(uri: str, patience: float = 10.0) -> ArchiveError:
    with pytest.raises(ArchiveError) as caught:
        connect(uri, NOWHERE, patience=patience)
    assert "\n" not in str(caught.value)
    assert WRONG not in shown_by(caught.value)
    assert PASSWORD not in shown_by(caught.value)
    return caught.value


def test_times_come_back_aware_in_utc(database: Database[dict[str, Any]]) -> None:
    moment = datetime(2026, 5, 27, 3, 10, 8, tzinfo=UTC)
    database["times"].insert_one({"at": moment})
    (document,) = database["times"].find()
    assert document["at"] == moment
    assert document["at"].tzinfo is not None
    assert document["at"].utcoffset() == moment.utcoffset()


def test_durability_is_not_the_addresss_to_choose(uri: str) -> None:
    with connect(f"{uri}&w=1&journal=false&retryWrites=false&serverSelectionTimeoutMS=1234", NOWHERE) as connection:
        concern = connection.client.write_concern.document
        assert concern == {"w": "majority", "j": True}
        assert connection.client.read_concern.level == "majority"
        assert connection.client.options.retry_writes
        assert connection.client.options.server_selection_timeout == 1.234


def test_transactions_work(connection: Connection, database: Database[dict[str, Any]]) -> None:
    database.create_collection("things")
    with connection.client.start_session() as session, session.start_transaction():
        database["things"].insert_one({"_id": 1}, session=session)
        session.abort_transaction()
    assert database["things"].count_documents({}) == 0


def test_right_password_is_let_in(locked: Mongod) -> None:
    with connect(locked.uri, NOWHERE) as connection:
        assert connection.shown == f"mongodb://{USER}:***@{locked.host}"
        assert not connection.is_embedded
        connection.ensure_running()


def test_wrong_password_is_refused(locked: Mongod) -> None:
    error = refused(locked.uri_for(USER, WRONG))
    assert isinstance(error, AccessDenied)
    assert f"mongodb://{USER}:***@{locked.host}" in str(error)


def test_missing_password_is_refused(locked: Mongod) -> None:
    assert isinstance(refused(f"mongodb://{locked.host}/"), AccessDenied)


def test_server_without_replication_is_refused() -> None:
    with serving(replica_set=None) as server:
        error = refused(server.uri)
    assert isinstance(error, NotReplicaSet)
    assert "rs.initiate()" in str(error)


def test_silent_address_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        error = refused(f"mongodb://u:{WRONG}@127.0.0.1:{port}/", patience=1.0)
    assert isinstance(error, DatabaseUnavailable)
    assert f"mongodb://u:***@127.0.0.1:{port} cannot be reached" in str(error)
    error = refused(f"mongodb://u:{WRONG}@127.0.0.1:{port}/", patience=1.0)
    assert "Connection refused" in str(error)
    assert "Topology" not in str(error)


def test_the_address_itself_has_how_long_a_server_is_waited_for() -> None:
    error = refused("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=20", patience=3600)
    assert "Connection refused" in str(error)


@pytest.mark.parametrize(
    "uri",
    [
        f"127.0.0.1:{WRONG}",
        f"http://u:{WRONG}@127.0.0.1/",
        f"mongodb://u:{WRONG}/@127.0.0.1/",
        f"mongodb://u:1?{WRONG}@127.0.0.1/",
        f"mongodb://u:@{WRONG}@127.0.0.1/",
        f"mongodb://u:1#{WRONG}@127.0.0.1",
        f"mongodb://u:%zz{WRONG}@127.0.0.1:99999/",
        f"mongodb://u:{WRONG}@127.0.0.1/?w=minus&tls=perhaps",
        f"mongodb://u:{WRONG}@127.0.0.1/?authMechanism=NONE",
    ],
)
def test_address_that_cannot_be_meant_is_refused_and_not_shown(uri: str) -> None:
    error = refused(uri)
    assert isinstance(error, WrongAddress)
    assert "MONGODB_URI" in str(error)


def test_outage_is_unavailability_and_ends_by_itself() -> None:
    with serving() as server, connect(f"{server.uri}?serverSelectionTimeoutMS=700", NOWHERE) as connection:
        things = connection.database("x")["things"]
        things.insert_one({"_id": 1})
        server.kill()
        with pytest.raises(DatabaseUnavailable, match=server.host), translating_errors(connection.uri):
            things.insert_one({"_id": 2})
        server.start()
        wait_until(lambda: things.count_documents({}) == 1)


def test_document_against_the_schema_is_refused_by_name(uri: str, bare_database: Database[dict[str, Any]]) -> None:
    schema = {"required": ["title"], "properties": {"_id": {"bsonType": "string"}}}
    bare_database.create_collection("articles", validator={"$jsonSchema": schema})
    with pytest.raises(DocumentRefused, match=r"document 7, _id, title is missing"), translating_errors(uri):
        bare_database["articles"].insert_one({"_id": 7})
    with pytest.raises(DocumentRefused, match="document 8"), translating_errors(uri):
        bare_database["articles"].insert_many([{"_id": "a", "title": ""}, {"_id": 8, "title": ""}])


def test_document_that_is_none_is_refused(uri: str, database: Database[dict[str, Any]]) -> None:
    with pytest.raises(DocumentRefused, match="cannot encode object"), translating_errors(uri):
        database["articles"].insert_one({"_id": object()})
    with pytest.raises(DocumentRefused, match="too large"), translating_errors(uri):
        database["articles"].insert_one({"_id": 1, "text": "x" * (17 << 20)})


def test_other_refusals_keep_their_code(uri: str, database: Database[dict[str, Any]]) -> None:
    with pytest.raises(OperationRefused, match=r"code 59.*no such command"), translating_errors(uri):
        database.command("noSuchCommand")
