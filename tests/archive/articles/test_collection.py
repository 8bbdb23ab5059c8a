"""The articles that are kept."""

from __future__ import annotations

from archive.archive import Archive
from archive.model.article import Mention, Related
from tests.support.made_articles import NOW, article, key_of


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
    assert [it["_id"] for it in archive.articles.newest(2)] == [key_of(1), key_of(2)]
    assert [it["_id"] for it in archive.articles.newest(9, "美股動態")] == [key_of(1), key_of(3)]


def test_which_are_kept(archive: Archive) -> None:
    archive.writer().save([article(1), article(2)], NOW)
    assert archive.articles.kept_as([key_of(2), key_of(3)]) == {key_of(2): key_of(2)}
    assert archive.articles.kept_as([]) == {}
