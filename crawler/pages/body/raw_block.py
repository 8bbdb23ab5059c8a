"""A block of a body as its page marks it up, before anybody judges what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from archive.model.article import BlockKind, Link
    from crawler.pages.body.block_roles import Role


class RawBlock(NamedTuple):
    """A block of a body as its page marks it up.

    Attributes:
        kind: Which element it stands in.
        text: Its text.
        links: The links in it.
        strong: Whether all of its text is emphasised: in `strong` or `b`, or in what is styled as a heading.
        spanned: Whether all of its text stands in spans.
        role: Which part it plays by its words alone.
        opening: The emphasised text that it begins with; empty if it begins with none.
    """

    kind: BlockKind
    text: str
    links: tuple[Link, ...] = ()
    strong: bool = False
    spanned: bool = False
    role: Role | None = None
    opening: str = ""

    @property
    def is_link(self) -> bool:
        """Whether the block is one link and nothing else: it leads elsewhere and heads nothing."""
        return len(self.links) == 1 and self.links[0].title == self.text
