"""`--as-of` of the commands that read: what the archive knew, and nothing that it learnt later."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from crawler.commands import articles, coverage, export
from tests.support.following import called
from tests.support.made_articles import NOW, article, key_of

BETWEEN = (NOW + timedelta(minutes=30)).isoformat()


@pytest.fixture
def grown(archive: Archive) -> Archive:
    """Give an archive of two articles, the second an hour later than the first."""
    for number in (1, 2):
        at = NOW + timedelta(hours=number - 1)
        archive.writer().save([article(number, at=at, published_at=NOW, page=None)], at)
    return archive


def test_each_command_tells_what_was_known(
    grown: Archive, uri: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(command: Any, *words: str) -> str:
        assert called(command.Command, [*words, "--as-of", BETWEEN], uri, grown.database.name) in {0, 7}
        return capsys.readouterr().out

    assert [json.loads(line)["key"] for line in run(articles, "--json").splitlines()] == [key_of(1)]
    assert "1 articles" in run(articles)
    assert json.loads(run(coverage, "--json"))["articles"] == 1
    run(export, "-o", str(tmp_path / "a.jsonl"), "--fields", "_id")
    assert (tmp_path / "a.jsonl").read_text("utf-8") == f'{{"_id":"{key_of(1)}"}}\n'
