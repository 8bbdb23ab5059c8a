"""The articles that are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from archive.archive import Archive
from archive.articles.collection import Traits
from archive.articles.plan import Candidates
from archive.model.article import Mention, Related
from tests.support.made_articles import NOW, article, found, key_of


def test_an_article_comes_back_as_it_was_kept(archive: Archive) -> None:
    made = article(1)
    archive.writer().save([made, article(2, column=None)], NOW)
    again = archive.articles.get(key_of(1))
    assert again is not None
    assert (again["title"], again["text"]) == (made.title, made.text)
    assert [Related(**related) for related in again["related"]] == made.related
    assert [Mention(**mention) for mention in again["mentions"]] == made.mentions
    assert archive.articles.get(key_of(3)) is None
    assert archive.articles.count() == 2


def test_newest_first(archive: Archive) -> None:
    archive.writer().save([article(3), article(1), article(2, column="美股焦點")], NOW)
    assert [document["_id"] for document in archive.articles.listed(2)] == [key_of(1), key_of(2)]
    assert [document["_id"] for document in archive.articles.listed(9, columns=["美股動態"])] == [key_of(1), key_of(3)]


@pytest.mark.parametrize(
    ("traits", "numbers"),
    [
        (Traits(), [1, 2, 3, 4]),
        (Traits(words=("第2",)), [2]),
        (Traits(words=("第", "nvda")), [3]),
        (Traits(is_changed=True), [2]),
        (Traits(has_problems=True), [1, 2, 3]),
        (Traits(status="gone"), []),
    ],
)
@pytest.mark.parametrize("limit", [0, 1, 2])
def test_a_list_has_the_newest_with_some_traits_now_and_at_a_moment(
    archive: Archive, traits: Traits, numbers: list[int], limit: int
) -> None:
    made = [article(1), article(2), article(3, title="【美股動態】第3篇NVDA"), article(4, problems=[])]
    archive.writer().save(made, NOW)
    later = NOW + timedelta(days=1)
    archive.writer().save([article(2, "營收成長18%,毛利率上升。", at=later)], later)
    wanted = [key_of(number) for number in numbers][: limit or None]
    for as_of in (None, later + timedelta(days=1)):
        assert [document["_id"] for document in archive.articles.listed(limit, traits, as_of=as_of)] == wanted


def test_the_entry_of_a_kept_article_has_its_title_and_headers(archive: Archive) -> None:
    archive.frontier.discover([found(1, title=None)], NOW)
    archive.writer().save([article(1)], NOW)
    entry = archive.frontier.lookup([key_of(1)])[key_of(1)]
    assert (entry.title, entry.state) == (article(1).title, "kept")


def test_of_several_with_the_same_text_at_another_site_the_nearest_is_the_same() -> None:
    def document(key: str, days: float | None, text: str = "same") -> dict[str, Any]:
        published = None if days is None else NOW + timedelta(days=days)
        return {"_id": key, "aliases": [], "source": key, "identity_hash": text, "published_at": published}

    kept = [document("notes:1", 3), document("notes:2", -2), document("notes:3", None), document("cmnews:4", 0)]
    candidates = Candidates([*kept, document("notes:5", 0, "other")])
    assert candidates.same_as(document("cmnews:9", 0)) == kept[1]
    assert candidates.same_as(document("cmnews:9", 1)) == kept[0]
    assert candidates.same_as(document("cmnews:9", None)) == kept[0]
    assert candidates.same_as(document("cmnews:9", 0, "none")) is None
    assert candidates.same_as(document("notes:9", 0)) == kept[3]


def test_which_are_kept(archive: Archive) -> None:
    archive.writer().save([article(1), article(2)], NOW)
    assert archive.articles.kept_as([key_of(2), key_of(3)]) == {key_of(2): key_of(2)}
    assert archive.articles.kept_as([]) == {}


def test_versions_oldest_first(archive: Archive) -> None:
    for hour in range(11):
        archive.writer().save([article(1, f"第{hour}版", at=NOW + timedelta(hours=hour))], NOW)
    versions = archive.revisions.of(key_of(1))
    assert [version["revision"] for version in versions] == list(range(1, 12))
    assert archive.revisions.of(key_of(2)) == []
