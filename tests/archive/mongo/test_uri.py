"""What is shown of an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.uri_parser import parse_uri

from archive.mongo.uri import has_no_tls, is_well_formed, option_names, redacted


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        ("mongodb://127.0.0.1:27017/?replicaSet=archive", "mongodb://127.0.0.1:27017"),
        ("mongodb+srv://u:secret@cluster.example.net/cmoney?w=1", "mongodb+srv://u:***@cluster.example.net/cmoney"),
        ("mongodb://u@[::1]:27017,db2/", "mongodb://u@[::1]:27017,db2"),
        ("mongodb://u:@db", "mongodb://u:***@db"),
        ("mongodb://u:secret@db1:port/", "mongodb://…"),
        ("secret", "mongodb://…"),
    ],
)
def test_redacted(uri: str, shown: str) -> None:
    assert redacted(uri) == shown


@given(st.text(min_size=1).map(lambda text: f"{text}~secret~{text}"))
def test_no_password_shows_however_it_is_written(password: str) -> None:
    for uri in (f"mongodb://user:{password}@db/cmoney", f"mongodb://db/?tlsCertificateKeyFilePassword={password}"):
        assert "secret" not in redacted(uri)


@pytest.mark.parametrize(
    "uri",
    ["mongodb://u:p%40ss@db1:1,db2:2/a?w=1&tls=true", "mongodb://[::1]", "mongodb://a_b.c-d/", "mongodb://db?w=1"],
)
def test_what_the_driver_takes_is_well_formed(uri: str) -> None:
    assert parse_uri(uri)
    assert is_well_formed(uri)


def test_option_names_of_an_address_without_options() -> None:
    assert option_names("mongodb://db") == frozenset()


@pytest.mark.parametrize(
    ("uri", "is_certain"),
    [
        (None, True),
        ("", True),
        ("mongodb://u:p@db1:1,db2:2/a?replicaSet=rs0&w=1", True),
        ("mongodb://tls:ssl@ssl/tls?appName=tls", True),
        ("mongodb://db/?TLS=true", False),
        ("mongodb://db/?w=1;ssl=false", False),
        ("mongodb://db/?tlsCAFile=ca.pem", False),
        ("mongodb+srv://cluster.example.net/?tls=false", False),
        ("secret", False),
    ],
)
def test_an_address_is_without_tls_only_where_that_is_certain(uri: str | None, is_certain: bool) -> None:
    assert has_no_tls(uri) is is_certain
