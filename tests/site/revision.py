"""What a newsroom does to an article afterwards: a new title, a corrected passage, a sentence more."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from tests.site.source import Article, Block, Bullets, Paragraph, Run, Section, Table

DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Edit:
    """A change to an article, text in the normal form. With nothing set, the body's last digit changes.

    Attributes:
        at: When it was made; aware.
        title: The new title with its prefix, or None.
        old: A passage that stands within one run of the body or in one heading, or None.
        new: What takes its place.
        append: A sentence that is put as a paragraph of its own at the end, or None.
    """

    at: datetime
    title: str | None = None
    old: str | None = None
    new: str = ""
    append: str | None = None

    @property
    def bare(self) -> bool:
        """Whether nothing is set."""
        return self.title is None and self.old is None and self.append is None


def revise(article: Article, edit: Edit) -> Article:
    """Return the article after an edit.

    Raises:
        ValueError: The passage to be replaced does not stand in the body.
    """
    sections = article.sections
    if edit.old is not None:
        sections = _substitute(sections, edit.old, edit.new)
    if edit.append is not None:
        last = sections[-1]
        sections = (*sections[:-1], replace(last, blocks=(*last.blocks, Paragraph((Run(edit.append),)))))
    if edit.bare:
        sections = _turn_digit(sections)
    return replace(article, title=edit.title or article.title, sections=sections, number=article.number + 1)


def _substitute(sections: tuple[Section, ...], old: str, new: str) -> tuple[Section, ...]:
    changed = tuple(_in_section(section, old, new) for section in sections)
    if changed == sections:
        raise ValueError(f"the body has no run with {old!r} in it")
    return changed


def _in_section(section: Section, old: str, new: str) -> Section:
    heading = section.heading.replace(old, new) if section.heading else None
    return Section(heading, tuple(_in_block(block, old, new) for block in section.blocks))


def _in_block(block: Block, old: str, new: str) -> Block:
    if isinstance(block, Table):
        return Table(tuple(tuple(cell.replace(old, new) for cell in row) for row in block.rows))
    if isinstance(block, Bullets):
        return replace(block, items=tuple(_in_paragraph(item, old, new) for item in block.items))
    return _in_paragraph(block, old, new)


def _in_paragraph(paragraph: Paragraph, old: str, new: str) -> Paragraph:
    return Paragraph(tuple(replace(run, text=run.text.replace(old, new)) for run in paragraph.runs))


def _turn_digit(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Change one digit of the first long run that has one, or put a sentence at the end where there is none."""
    for section in sections:
        for block in section.blocks:
            run = next((run for run in getattr(block, "runs", ()) if not run.stock and DIGIT.search(run.text)), None)
            if run:
                return _substitute(sections, run.text, DIGIT.sub(_next_digit, run.text, count=1))
    last = sections[-1]
    extra = Paragraph((Run("更新:數字已依公司說明修正。"),))
    return (*sections[:-1], replace(last, blocks=(*last.blocks, extra)))


def _next_digit(match: re.Match[str]) -> str:
    return str(int(match[0]) % 9 + 1)
