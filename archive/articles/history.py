"""The versions of an article, and what changed from one to the next."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.model.article import BLOCK_JOINT


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


def versions_of(documents: Sequence[Mapping[str, Any]]) -> list[Version]:
    """Return the versions that the documents of `revisions` hold, oldest first."""
    names = ("revision", "seen_at", "cause", "title", "text")
    versions = [Version(**{name: document[name] for name in names}) for document in documents]
    return sorted(versions, key=lambda version: version.revision)


def differences(old: Version, new: Version) -> Iterator[str]:
    """Yield a unified diff, a line for each block that went (`-`), came (`+`) or stands beside one that did.

    Within a block that was changed, what differs is marked: `[-172.28-]{+172.29+}`.

    >>> from datetime import UTC
    >>> at = datetime(2026, 1, 1, tzinfo=UTC)
    >>> old, new = (Version(n, at, "site", "題", f"收於{price}美元。") for n, price in ((1, "172.28"), (2, "172.29")))
    >>> list(differences(old, new))
    ['~ 收於[-172.28-]{+172.29+}美元。']
    """
    before, after = [old.title, *old.text.split(BLOCK_JOINT)], [new.title, *new.text.split(BLOCK_JOINT)]
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for operation, start, end, other_start, other_end in matcher.get_opcodes():
        if operation == "equal":
            continue
        gone, came = before[start:end], after[other_start:other_end]
        if len(gone) == len(came):
            yield from (f"~ {_marked(one, other)}" for one, other in zip(gone, came, strict=True))
            continue
        yield from (f"- {block}" for block in gone)
        yield from (f"+ {block}" for block in came)


def _marked(old: str, new: str) -> str:
    before, after = _words(old), _words(new)
    parts = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for operation, start, end, other_start, other_end in matcher.get_opcodes():
        gone, came = "".join(before[start:end]), "".join(after[other_start:other_end])
        if operation == "equal":
            parts.append(gone)
        else:
            parts.append((f"[-{gone}-]" if gone else "") + (f"{{+{came}+}}" if came else ""))
    return "".join(parts)


def _words(text: str) -> list[str]:
    """Return Chinese by the character, numbers and Latin words whole."""
    words: list[str] = []
    for character in text:
        joins = character.isascii() and (character.isalnum() or character in ".,%")
        if joins and words and words[-1][-1].isascii() and (words[-1][-1].isalnum() or words[-1][-1] in ".,%"):
            words[-1] += character
        else:
            words.append(character)
    return words
