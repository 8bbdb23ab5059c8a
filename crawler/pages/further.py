"""The further reading (延伸閱讀) of an article, in whichever form its page has it (FACTS §5)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive.article import Related
from crawler.addresses import read_address
from crawler.pages.card_words import is_card_words
from crawler.pages.cards import bare_title
from crawler.pages.normal import normal_of
from crawler.pages.roles import TAIL_ROLES, after_further_label, role_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archive.article import Link
    from crawler.addresses import Sites
    from crawler.pages.headings import Marked

_LONGEST_TITLE = 80
_LABEL = re.compile(r"^[\W_]{0,3}延伸閱讀\s*[:：】》>|｜]?\s*")
_BULLET = re.compile(r"^(?:[•·‧▪●○◆■★☆▶►➤→>*\-–—]+|\(?\d{1,2}[.、)）])\s*")
_LETTER = re.compile(r"[^\W_]")


def reading_in(blocks: Sequence[Marked], sites: Sites, key: str) -> list[Related]:
    """Return the further reading that stands in a body, in its order, each once, the article itself left out.

    A label of its own and the links under it, or a label and links in one block, wherever they stand; titles without a
    link only in the tail, where no prose follows up to the next marker.
    """
    found: list[Related] = []
    for index, block in enumerate(blocks):
        if block.role == "further":
            found += _under(blocks[index + 1 :], sites)
        elif "延伸閱讀" in block.text and (rest := _beside_label(block)) is not None:
            found += _beside(block, rest, sites)
            if is_further_label_line(block, rest):
                found += _linked(blocks[index + 1 :], sites)
    return once(found, key)


def is_further_label_line(block: Marked, rest: str) -> bool:
    """Return whether a block with the label holds nothing but links: more may stand in the blocks under it."""
    return _is_links(rest, block.links)


def is_reading(link: Link) -> bool:
    """Return whether a link under the label can be an article: it has a title that promotes nothing, and an address."""
    return bool(link.title) and "javascript:" not in link.url and role_of(link.title) != "line"


def related_of(link: Link, sites: Sites) -> Related:
    """Return a link as further reading: canonical address and key where it is an article of CMoney's."""
    address = read_address(link.url, sites)
    title = bare_title(_LABEL.sub("", link.title))
    return Related(title, address.url(sites) if address else link.url, address.key if address else None)


def once(entries: Iterable[Related], key: str) -> list[Related]:
    """Return entries in order, each address once with the first title that it has, without the article itself."""
    found: dict[str, Related] = {}
    for entry in entries:
        identity = entry.key or entry.url or normal_of(entry.title)
        known = found.get(identity)
        if entry.key != key and (known is None or not known.title):
            found[identity] = entry
    return list(found.values())


def titles_in(blocks: Sequence[Marked]) -> list[str]:
    """Return the titles under (or beside) the labels of a text capture, in order, each once."""
    found: dict[str, None] = {}
    for index, block in enumerate(blocks):
        if block.role == "further":
            titles = _titles(_until_marker(blocks[index + 1 :]))
        else:
            rest = after_further_label(block.text)
            titles = [rest] if rest and _is_title(rest) else []
        found.update(dict.fromkeys(titles))
    return list(found)


def _under(blocks: Sequence[Marked], sites: Sites) -> list[Related]:
    region = _until_marker(blocks)
    if not all(_is_entry(block) for block in region):
        return _linked(region, sites)
    found: list[Related] = []
    for block in region:
        links = _readings(block, sites)
        found += links or [Related(title, None, None) for title in _titles([block])]
    return found


def _linked(blocks: Sequence[Marked], sites: Sites) -> list[Related]:
    found: list[Related] = []
    for block in blocks:
        if block.role == "line" or is_card_words(block.text):
            continue
        if not _is_links(normal_of(block.text), block.links) or block.role in TAIL_ROLES:
            break
        found += _readings(block, sites)
    return found


def _beside_label(block: Marked) -> str | None:
    """Return what stands in the same block after the label; with nothing between them, only if it is all links."""
    rest = after_further_label(block.text)
    if rest is None and block.links:
        glued = _LABEL.sub("", normal_of(block.text), count=1)
        rest = glued if glued != normal_of(block.text) and _is_links(glued, block.links) else None
    return rest


def _beside(block: Marked, rest: str, sites: Sites) -> list[Related]:
    return _readings(block, sites) if _is_links(rest, block.links) else []


def _readings(block: Marked, sites: Sites) -> list[Related]:
    """Return the links of a block; none of a line that promotes something or names a source."""
    return [related_of(link, sites) for link in block.links if block.role != "line" and is_reading(link)]


def _until_marker(blocks: Sequence[Marked]) -> Sequence[Marked]:
    end = next((index for index, block in enumerate(blocks) if block.role in TAIL_ROLES), len(blocks))
    return blocks[:end]


def _titles(blocks: Iterable[Marked]) -> list[str]:
    texts = (_BULLET.sub("", block.text.strip()) for block in blocks)
    return [text for text in texts if _is_title(text)]


def _is_entry(block: Marked) -> bool:
    text = normal_of(block.text)
    return _is_normal_title(text) or role_of(text) == "line" or is_card_words(text) or _is_links(text, block.links)


def _is_title(text: str) -> bool:
    return _is_normal_title(normal_of(text))


def _is_normal_title(text: str) -> bool:
    return (
        0 < len(text) <= _LONGEST_TITLE
        and role_of(text) != "line"
        and not text.endswith("。")
        and not is_card_words(text)
    )


def _is_links(text: str, links: Sequence[Link]) -> bool:
    """Return whether a text in the normal form is nothing but links and what divides them."""
    for link in links:
        title = normal_of(link.title)
        text = text.replace(title, "", 1) if title else text
        text = text.replace(normal_of(_LABEL.sub("", link.title)), "", 1)
    return any(link.title for link in links) and not _LETTER.search(re.sub(r"\d{1,2}[.、)]", "", text))
