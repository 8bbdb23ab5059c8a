"""The versions of an article, and their differences."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from archive.model.article import BLOCK_JOINT

_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?%?")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an article's content.

    Attributes:
        revision: 1, 2, …
        seen_at: When it was first seen; aware, UTC.
        cause: `site` or `extractor`.
        title: Its whole title.
        text: Its text.
    """

    revision: int
    seen_at: datetime
    cause: str
    title: str
    text: str


class BlockPart(NamedTuple):
    """A part of a changed block.

    Attributes:
        text: The part.
        change: `same`, `out` (taken out) or `in` (put in).
    """

    text: str
    change: Literal["same", "out", "in"]


class Correction(NamedTuple):
    """A number that replaced another one.

    Attributes:
        was: The number in the older version.
        now: The number in the newer one.
        sentence: The sentence of the newer version with the number.
    """

    was: str
    now: str
    sentence: str


def versions_of(documents: Sequence[Mapping[str, Any]]) -> list[Version]:
    """Return the versions that the documents of `revisions` hold, oldest first."""
    names = ("revision", "seen_at", "cause", "title", "text")
    versions = [Version(**{name: document[name] for name in names}) for document in documents]
    return sorted(versions, key=lambda version: version.revision)


def at_version(document: Mapping[str, Any], version: Mapping[str, Any]) -> dict[str, Any]:
    """Return an article's document with the content of one of its versions; other fields are those of the newest.

    Args:
        document: The article's, of `articles`.
        version: The version's, of `revisions`.
    """
    names = ("title", "text", "sections", "content_hash", "revision", "extractor")
    return dict(document) | {name: version[name] for name in names} | {"last_changed_at": version["seen_at"]}


def changed_blocks(old: Version, new: Version) -> Iterator[tuple[BlockPart, ...]]:
    """Yield each removed, added or changed block of title and text, as parts."""
    before, after = [old.title, *old.text.split(BLOCK_JOINT)], [new.title, *new.text.split(BLOCK_JOINT)]
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for operation, start, end, other_start, other_end in matcher.get_opcodes():
        if operation == "equal":
            continue
        gone, came = before[start:end], after[other_start:other_end]
        if len(gone) == len(came):
            yield from (tuple(_parts(block, other)) for block, other in zip(gone, came, strict=True))
            continue
        yield from ((BlockPart(block, "out"),) for block in gone)
        yield from ((BlockPart(block, "in"),) for block in came)


def corrections(old: Version, new: Version) -> list[Correction]:
    """Return the numbers that replaced another number within a block, in order.

    >>> from datetime import UTC
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> old, new = (Version(n, at, "site", "題", f"EPS {eps}美元。") for n, eps in ((1, "1.20"), (2, "1.30")))
    >>> corrections(old, new)
    [Correction(was='1.20', now='1.30', sentence='EPS 1.30美元')]
    """
    numbers = []
    for parts in changed_blocks(old, new):
        whole = "".join(part.text for part in parts if part.change != "out")
        place = 0
        for part, following in zip(parts, [*parts[1:], BlockPart("", "same")], strict=True):
            if part.change == "out" and following.change == "in":
                was, now = _NUMBER.findall(part.text), _NUMBER.findall(following.text)
                pairs = zip(was, now, strict=True) if len(was) == len(now) else ()
                numbers += [Correction(*pair, _sentence(whole, place)) for pair in pairs if pair[0] != pair[1]]
            place += len(part.text) if part.change != "out" else 0
    return numbers


def differences(old: Version, new: Version) -> Iterator[str]:
    """Yield a unified diff, a line for each removed (`-`) or added (`+`) block and its neighbours.

    Within a block that was changed, what differs is marked: `[-172.28-]{+172.29+}`.

    >>> from datetime import UTC
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> old, new = (Version(n, at, "site", "題", f"收於{price}美元。") for n, price in ((1, "172.28"), (2, "172.29")))
    >>> list(differences(old, new))
    ['~ 收於[-172.28-]{+172.29+}美元。']
    """
    signs = {"same": "{}", "out": "[-{}-]", "in": "{{+{}+}}"}
    whole = {"out": "- ", "in": "+ "}
    for parts in changed_blocks(old, new):
        if len(parts) == 1 and parts[0].change != "same":
            yield whole[parts[0].change] + parts[0].text
        else:
            yield "~ " + "".join(signs[part.change].format(part.text) for part in parts)


def _parts(old: str, new: str) -> Iterator[BlockPart]:
    before, after = _words(old), _words(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for operation, start, end, other_start, other_end in matcher.get_opcodes():
        gone, came = "".join(before[start:end]), "".join(after[other_start:other_end])
        if operation == "equal":
            yield BlockPart(gone, "same")
            continue
        if gone:
            yield BlockPart(gone, "out")
        if came:
            yield BlockPart(came, "in")


def _sentence(text: str, place: int) -> str:
    """Return the sentence at a position of a text, without its end."""
    start = max(text.rfind(end, 0, place) for end in "。！？；\n") + 1
    ends = [at for end in "。！？；\n" if (at := text.find(end, place)) >= 0]
    return text[start : min(ends, default=len(text))].strip()


def _words(text: str) -> list[str]:
    """Return a text's tokens: single Chinese characters, whole numbers and Latin words."""
    words: list[str] = []
    for character in text:
        joins = character.isascii() and (character.isalnum() or character in ".,%")
        if joins and words and words[-1][-1].isascii() and (words[-1][-1].isalnum() or words[-1][-1] in ".,%"):
            words[-1] += character
        else:
            words.append(character)
    return words
