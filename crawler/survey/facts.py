"""The facts about the site that the crawler rests on: one file, from which the page in docs/ is made."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal

Certainty = Literal["confirmed", "seen", "unknown"]

_HEAD: Final = """# The site, as far as it is known

These facts were read off public programs that crawl the site, off stored articles and off real addresses. Each has an
identifier, which code and messages use; the code cites whole sections by their numbers. Each has a certainty:

- **confirmed**: by two sources, or by a stored article;
- **seen**: in one program that crawls the site;
- **unknown**: the crawler works either way.

`cmoney survey` compares them with the site: held, not held (and what was seen instead), or not seen. This page is made
by `python -m crawler.survey.facts`.
"""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact about the site.

    Attributes:
        id: Its identifier, as code, survey and docs use it.
        certainty: How sure it is before any survey.
        text: One or two sentences.
    """

    id: str
    certainty: Certainty
    text: str


@dataclass(frozen=True, slots=True)
class FactSection:
    """Facts of one subject, with a sentence at their head."""

    title: str
    intro: str
    facts: tuple[Fact, ...]


@cache
def sections() -> tuple[FactSection, ...]:
    """Return the facts by subject, in the order of the file."""
    document = tomllib.loads((files("crawler.survey") / "facts.toml").read_text(encoding="utf-8"))
    return tuple(
        FactSection(section["title"], section["intro"], tuple(Fact(**fact) for fact in section["fact"]))
        for section in document["section"]
    )


@cache
def facts() -> dict[str, Fact]:
    """Return every fact by its identifier, in order."""
    return {fact.id: fact for section in sections() for fact in section.facts}


def markdown() -> str:
    """Return the page for docs/."""
    lines = [_HEAD]
    for number, section in enumerate(sections(), 1):
        lines += [f"## {number}. {section.title}\n", f"{section.intro}\n", "| fact | certainty | |", "|---|---|---|"]
        lines += [
            f"| `{fact.id}` | {fact.certainty} | {fact.text.replace('|', chr(92) + '|')} |" for fact in section.facts
        ]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(markdown(), end="")
