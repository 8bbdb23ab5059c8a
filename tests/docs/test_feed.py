"""The five lines that docs/feed.md gives to start with do what it says."""

from __future__ import annotations

import re
from contextlib import nullcontext
from datetime import timedelta
from textwrap import dedent

from archive.archive import Archive
from tests.support.crawling import ROOT
from tests.support.kept_readers_copy import as_told, original
from tests.support.made_articles import NOW, article


def test_a_snapshot_then_follow(archive: Archive) -> None:
    page = (ROOT / "docs" / "feed.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    head, *body = dedent(code).splitlines()
    assert "Archive.open(uri)" in head
    assert len(body) == 5
    snapshot, follow = "\n".join(body[:2]), "\n".join(body[2:]).replace("follow=True", "follow=False")
    archive.writer().save([article(number) for number in range(4)], NOW)
    known = {"archive": archive}
    with nullcontext(archive):
        exec(dedent(snapshot), known)  # noqa: S102 -- the page's own lines
        later = NOW + timedelta(hours=1)
        archive.writer().save([article(2, "改。", at=later), article(7)], later)
        exec(dedent(follow), known)  # noqa: S102
    assert as_told(known["copy"]) == original(archive)  # type: ignore[arg-type]
