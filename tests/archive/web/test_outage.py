"""MongoDB is killed under the server: pages say so, and come back by themselves."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.web.answers import site as every_page
from tests.archive.web.conftest import serving
from tests.support import mongodb
from tests.support.made_articles import NOW, article, key_of


def test_a_page_says_that_the_database_is_away_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(every_page, "LONGEST_AWAY", 0.2)
    with mongodb.serving() as mongod, Archive.open(mongod.uri, "kept", search_dir=tmp_path, create=True) as archive:
        archive.writer().save([article(1)], NOW)
        with serving(archive) as served:
            assert served.get("/").status == 200
            mongod.kill()
            mongodb.wait_until(lambda: not archive.connection.is_up)
            for address in ("/", f"/articles/{key_of(1)}", "/search?q=營收", "/coverage", "/runs"):
                answer = served.get(address)
                assert (answer.status, answer.headers["retry-after"]) == (503, "5"), address
                assert "這一頁會自己再試一次" in answer.text
                assert '<meta http-equiv="refresh" content="5">' in answer.text
            for address in ("/newest.json", "/api/v1/feed", "/readyz", "/metrics"):
                answer = served.get(address)
                assert (answer.status, answer.headers["content-type"]) == (503, "application/problem+json"), address
            assert served.get("/healthz").status == 200
            mongod.start()
            mongodb.wait_until(lambda: served.get("/").status == 200)
            archive.writer().save([article(2, "矽光子交換器", at=NOW + timedelta(hours=1))], NOW + timedelta(hours=1))
            mongodb.wait_until(lambda: served.get("/search.json?q=矽光子").json.get("total") == 1)
