"""An article as it was written: structure and normal-form text, before any page is made of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in the normal form.

    Attributes:
        text: The text; one space for a line break.
        stock: The symbol whose stock page it links to, or None.
        kind: `text`, `bold` (marked up as strong) or `break` (a `<br>`).
    """

    text: str
    stock: str | None = None
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs that stand in one block."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The block's text."""
        return "".join(run.text for run in self.runs)

    @property
    def texts(self) -> list[str]:
        """The block's text as a list of one."""
        return [self.text]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, each item a block of its own."""

    items: tuple[Paragraph, ...]
    ordered: bool = False

    @property
    def texts(self) -> list[str]:
        """The items' texts."""
        return [item.text for item in self.items]


@dataclass(frozen=True, slots=True)
class Table:
    """A table, each row a block of its own; its first row may be marked up as the head."""

    rows: tuple[tuple[str, ...], ...]

    @property
    def texts(self) -> list[str]:
        """The rows, cells joined by ` | `."""
        return [" | ".join(row) for row in self.rows]


Block = Paragraph | Bullets | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, or None for text before any heading, and what stands below it."""

    heading: str | None
    blocks: tuple[Block, ...]

    @property
    def texts(self) -> list[str]:
        """The texts of the blocks, without the heading."""
        return [text for block in self.blocks for text in block.texts]


@dataclass(frozen=True, slots=True)
class Related:
    """A further-reading entry as it was written.

    Attributes:
        title: Its title in the normal form.
        href: The link as the author put it; None for a title without a link.
        url: The canonical public address, or `href` where it is no article; None without a link.
        key: The key of the article that the address names, which may not exist; None if it names none.
    """

    title: str
    href: str | None
    url: str | None
    key: str | None


@dataclass(frozen=True, slots=True)
class Article:
    """An article as it was written.

    Attributes:
        title: The whole title with its prefix, in the normal form.
        sections: The body without its tail; what is public of it, for a members-only article.
        related: Further reading, in its order.
        tags: Topic tags and then stock tags, in the normal form.
        stock_tags: The stock tags among them.
        members: Whether the rest is for members.
        doubtful: The fields of the document on which honest readings differ.
        number: The revision, from 1.
    """

    title: str
    sections: tuple[Section, ...]
    related: tuple[Related, ...]
    tags: tuple[str, ...]
    stock_tags: tuple[str, ...]
    members: bool = False
    doubtful: frozenset[str] = frozenset()
    number: int = 1

    @property
    def text(self) -> str:
        """Headings and blocks in order, joined by a blank line."""
        parts = [part for section in self.sections for part in (section.heading, *section.texts)]
        return "\n\n".join(part for part in parts if part)
