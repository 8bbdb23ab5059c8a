"""Tags of an article that stand where no template knows them."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from archive.model.labels import LISTS, is_only_titles
from archive.model.text import collapsed, normal_of
from crawler.pages.body.other_articles import LINKS, TAG_LINKS
from crawler.pages.body.surroundings import stands_in, stands_in_one_of
from crawler.pages.html.document import Document

_SITE = frozenset({"aside", "nav", "footer", "header"})
"""Elements that belong to the site, not to the article."""

_LABELLED = re.compile(rf"[\W_]*{LISTS}")
_HIGHEST = 3
_HIGHEST_ARTICLE = 12


def tags_beside(document: Document, body: LexborNode) -> list[LexborNode]:
    """Return the links to tags that are the article's by their place: outside its body, and in no card.

    They are marked `rel="tag"`, stand under the label 文章相關標籤, or are alone in a part of the body's `article`.

    Args:
        document: The page.
        body: The element that holds the body.
    """
    article, own = _article_around(body), {body.mem_id}
    around = {article.mem_id} if article is not None else set[int]()
    return [
        link
        for link in document.tree.css(TAG_LINKS)
        if not stands_in(link, _SITE)
        and not stands_in_one_of(link, own)
        and (_is_marked(link) or (stands_in_one_of(link, around) and _stands_among_links(link)))
        and not _is_in_card(link)
    ]


def _article_around(body: LexborNode) -> LexborNode | None:
    node: LexborNode | None = body
    for _ in range(_HIGHEST_ARTICLE):
        if node is None or node.tag == "article":
            return node
        node = node.parent
    return None


def _is_marked(link: LexborNode) -> bool:
    if "tag" in (link.attributes.get("rel") or "").lower().split():
        return True
    places = list(_above(link))
    return any(_LABELLED.match(normal_of(collapsed(place.text())[:200])) for place in places)


def _stands_among_links(link: LexborNode) -> bool:
    """Return whether what stands around a link holds only links, and no label such as 熱門話題."""
    place = next(reversed(_above(link)), link)
    return place is link or is_only_titles(place.text(), [other.text() for other in place.css("a")])


def _is_in_card(link: LexborNode) -> bool:
    return any(place.css_first(LINKS) is not None for place in _above(link) if place.tag != "article")


def _above(link: LexborNode) -> list[LexborNode]:
    """Return the elements around a link, within few steps, below `main`."""
    places: list[LexborNode] = []
    node = link.parent
    while node is not None and len(places) < _HIGHEST and node.tag not in {"article", "main", "body", "html"}:
        places.append(node)
        node = node.parent
    return places
