"""Proof in a page's JSON-LD that what it shows is not the whole article."""

from __future__ import annotations

import html
import re
from typing import Final

from selectolax.lexbor import LexborNode

from archive.model.article import Article
from archive.model.suspicion import Suspicion
from archive.model.text import normal_text
from crawler.pages.html.document import Document
from crawler.pages.html.json_ld import text_of

_SENTENCES: Final = re.compile(r"[。!?;\n]+")
_TAG: Final = re.compile(r"<[^<>]{0,500}>")
_BLANK: Final = re.compile(r"\s+")
_SHORTEST: Final = 8
_FEWEST: Final = 3
_ABSENT: Final = 0.2
"""Share of the stated sentences that may be absent from a page: some are captions, or were edited since."""

_PRESENT: Final = 0.2
"""Share of them that must be present for the page to show the article at all."""


def stated_text(document: Document, article: Article) -> Suspicion | None:
    """Return a doubt if the JSON-LD's `articleBody` has many sentences that the page shows nowhere; else nothing.

    A beginning as `articleBody` proves nothing. That of a members' article may have what is not public.
    """
    stated = text_of(document.linked_data, "articleBody")
    if stated is None or article.access == "members" or document.root is None:
        return None
    plain = normal_text(_TAG.sub("\n", html.unescape(stated)))
    sentences = {text for part in _SENTENCES.split(plain) if len(text := _BLANK.sub("", part)) >= _SHORTEST}
    shown = _shown(document.root)
    absent = sum(sentence not in shown for sentence in sentences)
    if absent < _FEWEST or absent <= len(sentences) * _ABSENT:
        return None
    detail = f"its JSON-LD has {len(sentences)} sentences, of which it shows {len(sentences) - absent}"
    if len(sentences) - absent < len(sentences) * _PRESENT:
        return Suspicion("notice", detail)
    return Suspicion("cut short", detail)


def _shown(root: LexborNode) -> str:
    """Return a page's text in the normal form, without white space and JSON-LD."""
    nodes = (node for node in root.traverse(include_text=True) if node.tag == "-text")
    texts = (node.text() for node in nodes if node.parent is None or node.parent.tag != "script")
    return _BLANK.sub("", normal_text("".join(texts)))
