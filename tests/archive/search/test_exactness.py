"""The promise of the search: a phrase is found if and only if title, headings or text hold it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from archive.model.article import Article, Block
from archive.model.text import normal_text
from archive.mongo.client import Connection
from archive.search.language.matching import marks
from archive.search.language.parser import parse
from archive.search.language.query import words_of
from archive.search.language.tokens import atoms, is_han, phrase, stream
from tests.support.made_articles import NOW, article
from tests.support.mongodb import fresh_database
from tests.support.search_by_scan import ALPHABET, HAN, holds, random_text

COUNT = 120
ALL = 1000

Texts = dict[str, tuple[str, list[str], str]]
"""Title, headings and text of each article, by key."""


@cache
def made(number: int) -> Article:
    chance = random.Random(number)
    texts = [normal_text(random_text(chance, chance.randrange(1, 60))) or "空" for _ in range(6)]
    blocks = [Block("heading" if place % 3 == 0 else "paragraph", text) for place, text in enumerate(texts[1:])]
    return article(number, title=texts[0], headline=texts[0], blocks=blocks, page=None)


@pytest.fixture(scope="module")
def indexed(
    connection: Connection, mongod: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Archive, Texts]]:
    """Give an archive of random texts with its index, and the texts."""
    folder: Path = tmp_path_factory.mktemp("search")
    with (
        fresh_database(connection) as database,
        Archive.open(connection.uri, database.name, search_dir=folder, create=True) as archive,
    ):
        articles = [made(number) for number in range(COUNT)]
        for start in range(0, COUNT, 40):
            archive.writer().save(articles[start : start + 40], NOW)
        archive.search.update()
        yield (
            archive,
            {
                document.key: (
                    document.title,
                    [block.text for block in document.blocks if block.is_heading],
                    document.text,
                )
                for document in articles
            },
        )


@st.composite
def phrases(draw: st.DrawFn) -> str:
    """Draw a phrase: made up, or cut out of one of the texts."""
    if draw(st.booleans()):
        return draw(st.text(st.sampled_from(ALPHABET.replace('"', "")), min_size=1, max_size=6))
    number = draw(st.integers(0, COUNT - 1))
    text = draw(st.sampled_from([made(number).title, *(block.text for block in made(number).blocks)]))
    start = draw(st.integers(0, len(text) - 1))
    return text[start : start + draw(st.integers(2, 8))]


@settings(max_examples=200, deadline=None)
@given(phrase=phrases())
def test_a_phrase_is_found_exactly_where_a_scan_finds_it(indexed: tuple[Archive, Texts], phrase: str) -> None:
    archive, texts = indexed
    phrase = normal_text(phrase)
    if not atoms(phrase):
        return
    results = archive.search(f'"{phrase}"', limit=ALL)
    wanted = {key for key, (title, _, text) in texts.items() if holds(title, phrase) or holds(text, phrase)}
    assert {hit.key for hit in results.hits} == wanted
    assert results.total == len(wanted)
    words = list(words_of(parse(f'"{phrase}"')))
    marked = {key for key, (title, _, text) in texts.items() if marks(title, words) or marks(text, words)}
    assert marked == wanted, "what is marked is what is found"
    assert all(any(piece.is_marked for piece in (*hit.title, *hit.snippet)) for hit in results.hits)


@settings(max_examples=100, deadline=None)
@given(phrase=phrases(), part=st.sampled_from(["title", "heading"]))
def test_a_part_is_searched_as_exactly(indexed: tuple[Archive, Texts], phrase: str, part: str) -> None:
    archive, texts = indexed
    phrase = normal_text(phrase)
    if not atoms(phrase):
        return
    wanted = {
        key
        for key, (title, headings, _) in texts.items()
        if any(holds(entry, phrase) for entry in ([title] if part == "title" else headings))
    }
    results = archive.search(f'{part}:"{phrase}"', limit=ALL)
    assert {hit.key for hit in results.hits} == wanted
    assert all(any(piece.is_marked for piece in (*hit.title, *hit.snippet)) for hit in results.hits)


@settings(max_examples=100, deadline=None)
@given(first=phrases(), second=phrases(), third=phrases())
def test_words_are_joined_as_sets_are(indexed: tuple[Archive, Texts], first: str, second: str, third: str) -> None:
    archive, texts = indexed
    first, second, third = map(normal_text, (first, second, third))
    if not (atoms(first) and atoms(second) and atoms(third)):
        return
    has = [
        {key for key, (title, _, text) in texts.items() if holds(title, entry) or holds(text, entry)}
        for entry in (first, second, third)
    ]
    query = f'"{first}" OR "{second}" -"{third}"'
    assert {hit.key for hit in archive.search(query, limit=ALL).hits} == (has[0] | has[1]) - has[2]


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.sampled_from(HAN), min_size=2, max_size=30), data=st.data())
def test_chinese_alone_is_found_as_any_substring_is(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 2, len(text)))
    assert marks(text, list(words_of(parse(f'"{text[start:end]}"'))))


@settings(max_examples=300, deadline=None)
@given(text=st.text(st.one_of(st.sampled_from(ALPHABET + "\n"), st.characters(exclude_categories=["Cs", "Cc"]))))
def test_the_stream_holds_what_the_atoms_tell(text: str) -> None:
    terms = [atom.term for atom in atoms(text)]
    wanted: list[str] = []
    for place, term in enumerate(terms):
        before = terms[place - 1] if place and is_han(terms[place - 1]) else ""
        wanted.append(before + term if is_han(term) else term)
        if is_han(term) and not (place + 1 < len(terms) and is_han(terms[place + 1])):
            wanted.append(term)
    assert stream(text).split() == wanted


def test_every_second_pair_is_enough() -> None:
    assert phrase(list("一二三四五")) == [(0, "一二"), (2, "三四"), (3, "四五")]
    assert phrase(["a", "一", "b"]) == [(0, "a"), (1, "一"), (3, "b")]
