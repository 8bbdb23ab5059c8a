"""A database account that may only read suffices for every page."""

from __future__ import annotations

from pathlib import Path

from pymongo import MongoClient

from archive.archive import Archive
from tests.archive.web.conftest import serving
from tests.support import mongodb
from tests.support.made_articles import NOW, article, key_of

ADDRESSES = (
    "/",
    "/search?q=營收",
    f"/articles/{key_of(1)}",
    "/tickers/AMZN",
    "/sessions/2026-08-28",
    "/corrections",
    "/coverage",
    "/runs",
    "/newest.csv",
    "/api/v1/feed",
    "/readyz",
    "/metrics",
)


def test_an_account_that_may_only_read_suffices(tmp_path: Path) -> None:
    with mongodb.serving(auth=True) as mongod:
        with Archive.open(mongod.uri, "kept", create=True) as archive:
            archive.writer().save([article(1)], NOW)
        client: MongoClient[dict[str, object]] = MongoClient(mongod.uri)
        client["kept"].command("createUser", "reader", pwd="secret", roles=["read"])
        client.close()
        uri = f"{mongod.uri_for('reader', 'secret')}?authSource=kept"
        with (
            Archive.open(uri, "kept", search_dir=tmp_path) as archive,
            serving(archive) as served,
        ):
            mongodb.wait_until(lambda: served.get("/search.json?q=營收").json.get("total") == 1)
            assert {address: served.get(address).status for address in ADDRESSES} == dict.fromkeys(ADDRESSES, 200)
