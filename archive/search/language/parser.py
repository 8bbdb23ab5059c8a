"""The query language: words, phrases, fields, `-`, `OR` and groups; see docs/search.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from archive.model.selection import WrongSelection, select
from archive.model.text import normal_text
from archive.search.language.folding import fold
from archive.search.language.query import (
    All,
    Clause,
    Either,
    Equals,
    Not,
    Published,
    SearchField,
    WordPart,
    Words,
    WrongQuery,
)
from archive.search.language.tokens import atoms, is_word

LONGEST: Final = 2_000
"""Characters in a query at most."""

DEEPEST: Final = 20
"""Groups within one another at most."""

FLAGS: Final[Mapping[str, tuple[str, ...]]] = {"has": ("revision", "problem"), "is": ("gone", "members")}
"""The values of these fields."""

_EQUAL: Final[Mapping[str, SearchField]] = {"ticker": "ticker", "tag": "tag", "column": "column", "author": "author"}

FIELDS: Final = (*_EQUAL, "title", "heading", "since", "until", *FLAGS)
"""The fields of the language."""

_AS_TYPED: Final = str.maketrans("“”＂（）：－\u3000", '"""():- ')
"""What an input method writes for the signs of the language; each one character for one."""

_PIECE: Final = re.compile(r'\s+|-(?=\S)|(?P<field>[A-Za-z]+):|"(?P<phrase>[^"]*)(?P<end>"?)|[()]')


class _Token(NamedTuple):
    """A token of a query.

    Attributes:
        kind: `word`, `phrase`, `field`, `-`, `(`, `)`, `OR` or `end`.
        text: Its words; of a field, its name.
        place: Where it begins in the query.
    """

    kind: str
    text: str
    place: int


def parse(query: str) -> Clause:
    """Return a query as a tree.

    Args:
        query: As typed; case, width and Chinese variants do not matter, but `OR` is in capitals.

    Raises:
        WrongQuery: It cannot be understood; with the place.

    >>> parse('輝達 -"AI PC"')
    All(clauses=(Words(terms=('辉', '达'), part='any', is_beginning=False), \
Not(clause=Words(terms=('ai', 'pc'), part='any', is_beginning=False))))
    """
    if len(query) > LONGEST:
        raise WrongQuery(f"{query[:40]}…", LONGEST, f"it is longer than {LONGEST:,} characters")
    return _Parser(query).parse()


class _Parser:
    """Reads one query from left to right."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._end = _Token("end", "", len(query))
        self._tokens = _tokens(query)
        self._next = next(self._tokens, self._end)
        self._depth = 0

    def parse(self) -> Clause:
        """Return the tree.

        Raises:
            WrongQuery: It cannot be understood.
        """
        clause = self._all()
        if self._next.kind == ")":
            raise self._wrong(self._next, "this bracket closes nothing: remove it, or write it in quotes")
        return clause

    def _step(self) -> _Token:
        """Return the token that is next, and go to the one behind it."""
        token = self._next
        self._next = next(self._tokens, self._end)
        return token

    def _all(self) -> Clause:
        """Return the clauses up to the end of the query or group, which must all hold.

        Raises:
            WrongQuery: There is none.
        """
        clauses: list[Clause] = []
        while self._next.kind not in {"end", ")"}:
            clauses.append(self._either())
        if not clauses:
            raise self._wrong(
                self._next, 'nothing is searched for: give words, a "phrase" or a field such as ticker:NVDA'
            )
        return clauses[0] if len(clauses) == 1 else All(tuple(clauses))

    def _either(self) -> Clause:
        """Return a unit, or several joined by OR."""
        units = [self._unit()]
        while self._next.kind == "OR":
            self._step()
            units.append(self._unit())
        return units[0] if len(units) == 1 else Either(tuple(units))

    def _unit(self) -> Clause:
        """Return one word, phrase, field or group, or the exclusion of one.

        Raises:
            WrongQuery: There is none.
        """
        token = self._step()
        if token.kind == "-":
            if self._next.kind == "-":
                raise self._wrong(self._next, "one `-` excludes; a second one means nothing")
            return Not(self._unit())
        if token.kind == "(":
            return self._group(token)
        if token.kind == "field":
            return self._field(token)
        if token.kind in {"word", "phrase"}:
            return self._words(token, "any")
        missing = "OR stands between two things to search for" if token.kind == "OR" else "something is missing here"
        raise self._wrong(token, f"{missing}; to search for the sign itself, write it in quotes")

    def _group(self, opening: _Token) -> Clause:
        """Return what stands in a group.

        Raises:
            WrongQuery: It is not closed, or too deep.
        """
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._wrong(opening, f"groups stand within one another more than {DEEPEST} deep")
        clause = self._all()
        if self._next.kind != ")":
            raise self._wrong(opening, "this bracket is not closed")
        self._step()
        self._depth -= 1
        return clause

    def _field(self, name: _Token) -> Clause:
        """Return what a field asks for.

        Raises:
            WrongQuery: There is no such field, or its value is missing.
        """
        field = name.text.lower()
        if field not in FIELDS:
            known = ", ".join(f"{known}:" for known in FIELDS)
            reason = f"there is no field {name.text!r}, but {known}; to search for a colon, write it in quotes"
            raise self._wrong(name, reason)
        if self._next.kind not in {"word", "phrase"} or self._next.place != name.place + len(name.text) + 1:
            raise self._wrong(name, f"{name.text}: has no value; write it right behind the colon")
        value = self._step()
        if field in {"title", "heading"}:
            return self._words(value, "title" if field == "title" else "heading")
        if field in {"since", "until"}:
            return self._published(field, value)
        return self._equals(field, value)

    def _words(self, token: _Token, part: WordPart) -> Words:
        """Return words to be searched for in a part of an article.

        Raises:
            WrongQuery: Nothing in them can be searched for, or a `*` stands behind what it cannot go on from.
        """
        starred = token.kind == "word" and len(token.text) > 1 and token.text[-1] in "*＊"
        terms = tuple(atom.term for atom in atoms(normal_text(token.text[:-1] if starred else token.text)))
        if not terms:
            raise self._wrong(token, f"there is nothing in {token.text!r} that can be searched for")
        if starred and not (len(terms) == 1 and is_word(terms[0])):
            place = token.place + len(token.text) - 1
            reason = "`*` goes on from one run of letters or digits (nvid*); Chinese is found within words as it is"
            raise WrongQuery(self._query, place, reason)
        return Words(terms, part, starred)

    def _equals(self, field: str, value: _Token) -> Equals:
        """Return the value that a field must have.

        Raises:
            WrongQuery: It is empty, or none of the field's.
        """
        text = value_of(value.text)
        if not text:
            raise self._wrong(value, f"{field}: has an empty value")
        if field not in FLAGS:
            return Equals(_EQUAL[field], text.strip("【】") if field == "column" else text)
        if text not in FLAGS[field]:
            raise self._wrong(value, f"{field}: knows {' and '.join(FLAGS[field])}, not {value.text!r}")
        return Equals("mark", text)

    def _published(self, field: str, value: _Token) -> Published:
        """Return the window that `since:` or `until:` opens.

        Raises:
            WrongQuery: The value is no day or moment.
        """
        try:
            if field == "since":
                return Published(since=select({"since": value.text}).since)
            return Published(until=select({"until": value.text}).until)
        except WrongSelection as error:
            raise self._wrong(value, str(error)) from error

    def _wrong(self, token: _Token, reason: str) -> WrongQuery:
        return WrongQuery(self._query, token.place, reason)


def value_of(text: str) -> str:
    """Return a field's value as it is indexed and asked for: in the normal form, folded."""
    return fold(normal_text(text))


def _tokens(query: str) -> Iterator[_Token]:
    """Yield the tokens of a query.

    Raises:
        WrongQuery: A quotation mark is not closed.
    """
    typed = query.translate(_AS_TYPED)
    place, value = 0, False  # value: a field's name stands right before, so that no field begins here
    while place < len(typed):
        match = _PIECE.match(typed, place)
        if match is None or (value and match["field"]):
            end = _end_of_word(typed, place)
            text = query[place:end]
            yield _Token("OR" if text == "OR" and not value else "word", text, place)
        elif match["phrase"] is not None:
            if not match["end"]:
                raise WrongQuery(query, place, "this quotation mark is not closed")
            end = match.end()
            yield _Token("phrase", query[place + 1 : end - 1], place)
        else:
            end = match.end()
            if not match[0].isspace():
                yield _Token("field" if match["field"] else match[0], match["field"] or match[0], place)
        value = bool(match and match["field"] and not value)
        place = end


def _end_of_word(typed: str, start: int) -> int:
    """Return where a word ends: at a space, a quotation mark, or a bracket that closes more than the word opens."""
    depth = 0
    for place in range(start, len(typed)):
        character = typed[place]
        if character.isspace() or character == '"':
            return place
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return place
    return len(typed)
