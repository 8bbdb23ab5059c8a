"""A proposed site file: new selectors and names, found on the pages and tested on them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any, Final, Self

from selectolax.lexbor import LexborNode

from archive.model.site_file import site
from archive.model.text import collapsed
from crawler.addresses import news_address
from crawler.errors import Broken, PageError
from crawler.pages.html.document import Document
from crawler.pages.html.timestamps import epoch_moment, read_moment
from crawler.pages.listings.api_listing import read_interface
from crawler.pages.templates.article_page import ArticlePage
from crawler.pages.templates.cmnews import CmnewsPage
from crawler.pages.templates.generic import GenericPage
from crawler.pages.templates.notes import NotesPage
from crawler.survey.evidence import Evidence, ListingVisit, Visited
from crawler.survey.verdict import is_wanted

Differences = dict[str, dict[str, Any]]
"""Dotted names of tables of the site file, with the values that differ."""

_TEMPLATES: Final[tuple[tuple[str, type[ArticlePage], frozenset[str]], ...]] = (
    ("page.new", CmnewsPage, frozenset({"new", "third"})),
    ("page.old", NotesPage, frozenset({"old"})),
)
_GENERIC: Final = GenericPage.NAME
_NAME: Final = re.compile(r"-?[A-Za-z_][\w-]*")
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SLUG: Final = re.compile(r"[A-Za-z0-9_]{1,60}")
_NUMBER: Final = re.compile(r"\d{9,16}")
_CLOSE: Final = timedelta(minutes=1)
_STEPS_UP: Final = 2
_KEPT_TEXT: Final = 0.9
"""Share of the generic reader's text that the proposed element must have."""


def propose(evidence: Evidence) -> Differences:
    """Return a site file that fits the pages of the survey; empty if none is found."""
    changes: Differences = {}
    fitting: list[type[ArticlePage]] = []
    for table, template, hosts in _TEMPLATES:
        wanted = [visit for visit in evidence.visits if visit.host in hosts and is_wanted(visit) and visit.article]
        pages = [_Page.of(visit, evidence) for visit in wanted]
        odd = [page for page in pages if page.is_odd]
        if not odd or any(_reads(other, odd) for other in fitting):
            continue
        if selectors := _names_on(template, pages):
            changes[table] = dict(selectors)
            fitting.append(_changed(template, selectors))
    listed = evidence.listings.get("interface")
    if listed and listed.trouble and listed.content and (names := _names_for(listed, evidence)):
        changes["interface"] = names
    return changes


def as_toml(changes: Differences) -> str:
    """Return a site file with these changes."""
    lines = ["# Proposed by a survey, and tried on the pages that it had. To use it: CMONEY_SITE_FILE=this file"]
    for table, values in changes.items():
        pairs = (f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())
        lines += ["", f"[{table}]", *pairs]
    return "\n".join(lines) + "\n"


# ---- Templates ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Page:
    """An article's page, and the values that the proposed names must read on it.

    Attributes:
        visit: The visit to it.
        document: The page, parsed.
        blocks: The texts of its article.
        tags: Its extracted tags; if there are none and a listing states some, links that look like tags.
        has_other_body: Whether no template fits it.
        is_odd: Whether its body or tags are elsewhere than in the template.
    """

    visit: Visited
    document: Document
    blocks: frozenset[str]
    tags: frozenset[str]
    has_other_body: bool
    is_odd: bool

    @classmethod
    def of(cls, visit: Visited, evidence: Evidence) -> Self:
        """Return the page of a visit that gave an article."""
        exchange, article = visit.exchange, visit.article
        document = Document.read(visit.content, exchange.url, evidence.sites, exchange.headers.get("content-type"))
        blocks = frozenset(block.text for block in article.blocks) if article else frozenset()
        tags = article.tags if article else []
        is_generic = article is not None and article.extractor.name == _GENERIC
        is_new = article is not None and article.extractor.name == CmnewsPage.NAME
        is_elsewhere = not tags or (is_new and document.tree.css_first(CmnewsPage.TAGS) is None)
        is_bare = is_elsewhere and bool(evidence.tags.get(visit.address.key))
        tags = GenericPage(document, visit.address).tags() if is_bare and not tags else tags
        return cls(visit, document, blocks, frozenset(tags), is_generic, is_generic or (is_bare and bool(tags)))


def _names_on(template: type[ArticlePage], pages: Sequence[_Page]) -> dict[str, str]:
    """Return selectors of the odd pages' bodies and tags that give the same reading of all pages; empty for none.

    If the template fits some of the pages, its own selectors stay beside them.
    """
    others = [page for page in pages if page.has_other_body]
    bodies = _shared(template.BODY, [_bodies(page) for page in others], stay=len(others) < len(pages))
    tagged = [page for page in pages if page.is_odd and page.tags]
    tags = _shared(template.TAGS, [_tag_links(page) for page in tagged], stay=len(tagged) < len(pages))
    for body, links in product(bodies or [""], ["", *(tags if template.TAGS else [])]):
        names = ({"body": body} if body else {}) | ({"tags": links} if links else {})
        if names and _reads(_changed(template, names), pages):
            return names
    return {}


def _shared(known: str, candidates: Sequence[Iterable[str]], *, stay: bool) -> list[str]:
    """Return the selectors that are candidates of every page, behind the known one if that stays."""
    counts = Counter(selector for page in candidates for selector in dict.fromkeys(page))
    shared = [selector for selector, count in counts.items() if count == len(candidates)]
    return [f"{known}, {selector}" for selector in shared] if stay and known else shared


def _bodies(page: _Page) -> Iterator[str]:
    """Yield selectors of the generic reader's element, and of the elements around it."""
    for selector in _selectors(GenericPage(page.document, page.visit.address).body, ""):
        if len(page.document.tree.css(selector)) == 1:
            yield selector


def _tag_links(page: _Page) -> Iterator[str]:
    """Yield selectors of the links of a page's tags; the last is that of the generic reader."""
    for link in page.document.tree.css(GenericPage.TAGS):
        if collapsed(link.text()).lstrip("#＃").strip() in page.tags:
            yield from (f"a{selector}" for selector in _selectors(link, "", steps=0))
            yield from _selectors(link.parent, " a", steps=1)
    yield GenericPage.TAGS


def _selectors(node: LexborNode | None, inner: str, steps: int = _STEPS_UP) -> Iterator[str]:
    """Yield selectors of a node by its classes and id, and of `steps` nodes above it; `inner` follows each."""
    for _ in range(steps + 1):
        if node is None or node.tag in {"body", "html"}:
            return
        attributes = node.attributes
        classes = [name for name in (attributes.get("class") or "").split() if _NAME.fullmatch(name)]
        identity = attributes.get("id") or ""
        yield from (f".{name}{inner}" for name in classes)
        if _NAME.fullmatch(identity):
            yield f"#{identity}{inner}"
        node = node.parent


def _changed(template: type[ArticlePage], names: dict[str, str]) -> type[ArticlePage]:
    changed: type[ArticlePage] = type("Proposed", (template,), {name.upper(): text for name, text in names.items()})
    return changed


def _reads(template: type[ArticlePage], pages: Iterable[_Page]) -> bool:
    """Return whether a template reads nearly all of each page's former text, and exactly its tags."""
    for page in pages:
        try:
            article = template(page.document, page.visit.address).read()
        except PageError:
            return False
        texts = {block.text for block in article.blocks} if article else set()
        is_whole = len(page.blocks & texts) >= _KEPT_TEXT * len(page.blocks)
        if article is None or not is_whole or set(article.tags) != page.tags:
            return False
    return True


# ---- The interface --------------------------------------------------------------------------------------------------


def _names_for(listed: ListingVisit, evidence: Evidence) -> dict[str, list[str]]:
    """Return other names for the members of the interface's answer, if all needed ones are found."""
    try:
        answer = json.loads(listed.content)
    except ValueError:
        return {}
    if not isinstance(answer, dict):
        return {}
    for name, entries in answer.items():
        if isinstance(entries, list) and entries and all(isinstance(entry, dict) for entry in entries):
            names = {"articles": [name]} | _entry_names(entries, evidence) | _page_names(answer)
            if _works(listed.content, names, evidence):
                known = site().interface
                return {name: members for name, members in names.items() if not set(members) & set(known[name])}
    return {}


def _entry_names(entries: list[dict[str, Any]], evidence: Evidence) -> dict[str, list[str]]:
    columns = {name: [entry.get(name) for entry in entries] for name in entries[0]}
    texts: dict[str, list[str]] = {
        name: [str(value) for value in values] for name, values in columns.items() if _are_texts(values)
    }
    names: dict[str, list[str]] = {}
    if identity := next((name for name, values in texts.items() if all(map(_UUID.fullmatch, values))), None):
        names["id"] = [identity]
        slugs = [name for name, values in texts.items() if name != identity and all(map(_SLUG.fullmatch, values))]
        known = {card.address.key: card.address.author for card in evidence.cards()}
        slugs.sort(key=lambda name: -_agreeing(texts[name], texts[identity], known))
        names |= {"author": slugs[:1]} if slugs else {}
        names |= _dates(columns, identity, evidence)
    rest = [name for name in texts if [name] not in names.values()]
    titles = sorted(rest, key=lambda name: -sum(value.startswith("【") for value in texts[name]))
    names |= {"title": titles[:1]} if titles else {}
    lists = [name for name, values in columns.items() if all(isinstance(value, list) for value in values)]
    return names | ({"tags": lists} if lists else {})


def _are_texts(values: Sequence[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _agreeing(authors: list[str], identities: list[str], known: dict[str, str | None]) -> int:
    """Return the number of articles whose author in the HTML listing is that of a member."""
    pairs = zip(authors, identities, strict=True)
    return sum(known.get(f"cmnews:{identity.lower()}") == author for author, identity in pairs)


def _dates(columns: dict[str, list[Any]], identity: str, evidence: Evidence) -> dict[str, list[str]]:
    """Return the member that states the UUID's moment, as publication, and another date as the last update."""
    stated = {name: [_moment(value) for value in values] for name, values in columns.items()}
    dates = {name: values for name, values in stated.items() if all(values)}
    addresses = [news_address("x", value, evidence.sites) for value in columns[identity]]
    minted = [address.published_at if address else None for address in addresses]

    def has_minted(values: list[Any]) -> bool:
        return any(moment and abs(moment - value) < _CLOSE for moment, value in zip(minted, values, strict=True))

    created = [name for name, values in dates.items() if has_minted(values)]
    names = {"created": created[:1]} if created else {}
    updated = [name for name in dates if name not in created[:1]]
    return names | ({"updated": updated[:1]} if updated else {})


def _moment(value: object) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value)
    moment = epoch_moment(float(text)) if _NUMBER.fullmatch(text) else read_moment(text)
    return moment.at if moment else None


def _page_names(answer: dict[str, Any]) -> dict[str, list[str]]:
    for name, value in answer.items():
        if isinstance(value, dict):
            cursors = [inner for inner, text in value.items() if isinstance(text, str)]
            flags = [inner for inner, flag in value.items() if isinstance(flag, bool)]
            if cursors or flags:
                names = {"page": [name], "cursor": cursors[:1], "more": flags[:1]}
                return {member: members for member, members in names.items() if members}
    return {}


def _works(content: bytes, names: dict[str, list[str]], evidence: Evidence) -> bool:
    try:
        return bool(read_interface(content, evidence.sites, {**site().interface, **names}).cards)
    except Broken:
        return False
