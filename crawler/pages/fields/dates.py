"""The dates of an article, from the statements of its page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, islice, pairwise

from selectolax.lexbor import LexborNode

from archive.model.article import Article
from archive.model.text import collapsed, normal_text
from crawler.pages.body.surroundings import ASIDE, stands_in, stands_in_one_of
from crawler.pages.html.document import Document
from crawler.pages.html.timestamps import Moment, can_be, read_moment, taipei_day

_MOMENT = r"(?:\d{4}|1\d\d)[-/.]\d{1,2}[-/.]\d{1,2}(?: \d{1,2}:\d{2}(?::\d{2})?)?"
_PUBLISHED = rf"(?:(?:發[佈布表]|刊登|上架)(?:時間|日期|於)?\s*:?\s*)?(?P<published>{_MOMENT})(?:\s*[\d,]+)?"
_UPDATED = rf"\(?(?:最後)?(?:更新|修改)(?:時間|日期|於)?\s*:?\s*(?P<updated>{_MOMENT})\)?"
_STAMP = re.compile(rf"(?:{_PUBLISHED})?[\s|]*(?:{_UPDATED})?")
_LONGEST = 80
HEAD_LINES = 4
"""Within how many blocks of a body's beginning such lines stand."""

_PLACES = frozenset({"time", "span", "li", "p", "div", "small", "em", "i", "a", "b", "strong", "td", "dd"})
_A_CLOCK = re.compile(r"\d{2}:\d{2}(?::\d{2})?|(?:[上下中]午|[AP]M) ?\d{1,2}:\d{2}|\d{1,2}:\d{2} ?[AP]M", re.IGNORECASE)
_WORD = re.compile(r"\w")
_MOST_PLACES = 80
_DEEPEST = 500

_A_DAY = timedelta(days=1)
_AN_HOUR = timedelta(hours=1)
_CLOSE = timedelta(minutes=1)
_DATED = re.compile(
    r"\d{2,4}\s*[-/.年]\s*\d{1,2}|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b.*\d", re.IGNORECASE
)
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_LOOKS_DATED = re.compile(
    r"\d{2,4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,4}|[〇零一二三四五六七八九]{4}年|民國.{1,6}年.{1,3}月"
    rf"|\b(?:{_MONTHS})[a-z]*\.?\s+\d{{1,2}}\b|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{_MONTHS})[a-z]*\b"
    r"|\d+\s*(?:分鐘|小時|天|日|週|個月)前|(?:今天|昨天|前天)\s*\d{1,2}:\d{2}"
    r"|\b(?:\d+|an?) (?:minute|hour|day|week)s? ago\b",
    re.IGNORECASE,
)
_DATE_NAMES = 'time, [class*="date" i], [class*="time" i], [class*="publish" i], [itemprop*="date" i]'

_ARTICLE_LINK = 'a[href*="/article/"], a[href*="note-detail"]'
_FOR_A_DATE = re.compile(r"(?:meta|JSON-LD) |.*\[")
"""Sources that hold a date and nothing else: meta elements, members of the JSON-LD, attributes."""

_META, _FIRST = "meta article:published_time", "JSON-LD datePublished"


def stamps_of(text: str) -> dict[str, str]:
    """Return the texts `published` and `updated` of a line that is nothing but a stamp; empty for any other.

    >>> stamps_of("2025-08-14 15:50 13,086")
    {'published': '2025-08-14 15:50'}
    >>> stamps_of("(更新：2025-08-14 15:55)")
    {'updated': '2025-08-14 15:55'}
    >>> stamps_of("2025年財報")
    {}
    """
    if len(text) > _LONGEST:
        return {}
    match = _STAMP.fullmatch(normal_text(text))
    return {name: value for name, value in match.groupdict().items() if value} if match else {}


def byline_stamps(heading: LexborNode | None, body: LexborNode, omitted: Collection[int] = ()) -> list[dict[str, str]]:
    """Return what the short texts between the article's heading and its body state as dates; see `stamps_of`.

    A text with a date and other words counts only where it states a time too.
    """
    stamps: list[dict[str, str]] = []
    texts = [text for text in _texts(heading, body, omitted) if _WORD.search(text)]
    for text, below in pairwise([*texts, ""]):
        stamp = stamps_of(text)
        moment = None if stamp else read_moment(text)
        if stamp:
            is_day = _A_CLOCK.fullmatch(normal_text(below)) is not None and len(stamp) == 1
            stamps.append({name: _with_clock(value, below) if is_day else value for name, value in stamp.items()})
        elif moment and not moment.day_only:
            stamps.append({"published": text})
    return stamps


def _with_clock(stated: str, clock: str) -> str:
    """Return a date with the time in the element beside it, where it is a day alone and they are a moment together."""
    first, whole = read_moment(stated), read_moment(f"{stated} {clock}")
    return f"{stated} {clock}" if first and first.day_only and whole and not whole.day_only else stated


def _texts(heading: LexborNode | None, body: LexborNode, omitted: Collection[int]) -> list[str]:
    texts: dict[str, None] = {}
    for element in elements_between(heading, body):
        for node in islice(chain((element,), _places(element)), _MOST_PLACES):
            if stands_in_one_of(node, omitted):
                continue
            is_leaf = len(list(islice(_places(node), 2))) <= 1  # a node's own match counts
            text = collapsed(node.text()) if is_leaf or _has_own_text(node) else ""
            if text and len(text) <= _LONGEST and (is_leaf or stamps_of(text)):
                texts[text] = None
    return list(texts)


def _places(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements that can hold a date, a node itself and those in it, in the page's order."""
    return (place for place in node.traverse() if place.tag in _PLACES)


def _has_own_text(node: LexborNode) -> bool:
    child = node.first_child
    while child is not None:
        if child.is_text_node and (child.text_content or "").strip():
            return True
        child = child.next
    return False


def unread_date(document: Document, heading: LexborNode | None, body: LexborNode) -> Statement | None:
    """Return the first short text with a date in an unread place or form; None without one.

    It searches the elements between heading and body, the body's first and last lines, and elements named for a date.
    """
    lines = [line for line in map(collapsed, body.text(separator="\n").split("\n")) if line]
    for text in [*_texts(heading, body, ()), *lines[:HEAD_LINES], *lines[-HEAD_LINES:]]:
        if len(text) <= _LONGEST and _LOOKS_DATED.search(text):
            return Statement("the page", text)
    for node in document.tree.css(_DATE_NAMES)[:_MOST_PLACES]:
        text = collapsed(node.attributes.get("datetime") or node.text())
        is_dated = 0 < len(text) <= _LONGEST and _LOOKS_DATED.search(text)
        if is_dated and not stands_in(node, ASIDE) and not _is_of_a_card(node):
            return Statement(f"{node.tag}.{(node.attributes.get('class') or '').partition(' ')[0]}", text)
    return None


def _is_of_a_card(node: LexborNode) -> bool:
    """Return whether an element is beside a link to an article, whose time it then is."""
    return node.parent is not None and node.parent.css_first(_ARTICLE_LINK) is not None


def elements_between(heading: LexborNode | None, body: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements that follow the heading before the body begins, also in what the body stands in."""
    around = _around(body)
    node = heading
    while node is not None and node.parent is not None and node.parent.tag != "html":
        sibling = node.next
        while sibling is not None and sibling.mem_id != body.mem_id:
            if sibling.mem_id in around:
                sibling = sibling.first_child
                continue
            if sibling.is_element_node:
                yield sibling
            sibling = sibling.next
        node = node.parent
        if sibling is not None or node.mem_id in around:
            return


def _around(body: LexborNode) -> frozenset[int]:
    ids = {body.mem_id}
    node = body.parent
    while node is not None and len(ids) < _DEEPEST:
        ids.add(node.mem_id)
        node = node.parent
    return frozenset(ids)


@dataclass(frozen=True, slots=True)
class Statement:
    """A date as a page states it: where it stands, and its words."""

    source: str
    text: str

    def __str__(self) -> str:
        """Return it as problems show it."""
        return f"{self.source} states {self.text[:60]!r}"


def date_article(
    article: Article,
    published: Iterable[Statement],
    updated: Iterable[Statement],
    derived_at: datetime | None = None,
) -> None:
    """Set an article's dates from the statements of its page, strongest first, then a listing's, then its address.

    The strongest plausible statement counts. A mere day yields to a moment on that day from another statement, a
    listing or the address. Days without a moment, implausible or unreadable statements, and contradictions of more than
    a day are problems.

    Args:
        article: Its `published_at` is the moment that a listing states or its address has, and `published_from`
            which; None without either.
        published: The page's statements on its publication.
        updated: The page's statements on its last change.
        derived_at: The moment in the address; aware; None if it has none.
    """
    known = article.published_at
    moments = _in_their_zones(_believable(article, "published_at", published), known)
    moments, changes = _without_changes(moments, known)
    stated = _strongest(moments)
    if stated is not None and not (known and stated.day_only and stated.day == taipei_day(known)):
        article.published_at, article.published_from = stated.at, "page"
        if stated.day_only:
            article.doubt(
                "published_at", f"{stated.day} is stated without a time of day, or as midnight: its beginning is taken"
            )
        _compare(article, "page", stated.at, stated.at + _A_DAY if stated.day_only else stated.at, derived_at)
    elif known is not None and article.published_from == "listing":
        _compare(article, "listing", known, known, derived_at)
    _doubt_contradictions(article, moments)
    _set_updated(article, [*updated, *changes])


def _in_their_zones(moments: list[tuple[Statement, Moment]], known: datetime | None) -> list[tuple[Statement, Moment]]:
    """Return statements, with missing zones filled from a statement that shows the same clock time with a zone.

    Without one, such a time is UTC if it equals, in UTC, the moment of the listing or the address.
    """
    zoned = [moment for _, moment in moments if moment.is_zoned and moment.clock and not moment.day_only]
    return [(statement, _zoned(moment, zoned, known)) for statement, moment in moments]


def _zoned(moment: Moment, zoned: list[Moment], known: datetime | None) -> Moment:
    if moment.is_zoned or moment.day_only or moment.clock is None:
        return moment
    same = next((other for other in zoned if other.clock == moment.clock), None)
    if same is not None:
        return same
    in_utc = moment.clock.replace(tzinfo=UTC)
    return replace(moment, at=in_utc) if known and abs(in_utc - known) <= _CLOSE else moment


def _without_changes(
    moments: list[tuple[Statement, Moment]], known: datetime | None
) -> tuple[list[tuple[Statement, Moment]], list[Statement]]:
    """Split the statements into those on the publication and those on a change.

    A meta element later than the JSON-LD's first publication is a change, unless they differ by whole hours: then one
    of them has a wrong zone. If listing or address are days after the JSON-LD, the JSON-LD is wrong.
    """
    first = next((moment for statement, moment in moments if statement.source == _FIRST), None)
    if first is None or first.day_only or (known and known - first.at > _A_DAY):
        return moments, []
    changes = [
        statement
        for statement, moment in moments
        if statement.source == _META
        and not moment.day_only
        and moment.at - first.at > _CLOSE
        and not _are_whole_hours(moment.at - first.at)
    ]
    return [pair for pair in moments if pair[0] not in changes], changes


def _are_whole_hours(apart: timedelta) -> bool:
    """Whether two moments differ by whole hours, one to 24: the difference of two zones."""
    rest = abs(apart) % _AN_HOUR
    return _AN_HOUR - _CLOSE < abs(apart) <= _A_DAY and (rest < _CLOSE or rest > _AN_HOUR - _CLOSE)


def _believable(article: Article, field: str, statements: Iterable[Statement]) -> list[tuple[Statement, Moment]]:
    moments = []
    for statement in statements:
        moment = read_moment(statement.text)
        if moment is None:
            is_for_a_date = _FOR_A_DATE.match(statement.source) and statement.text.strip()
            if is_for_a_date or _DATED.search(statement.text):
                article.doubt(field, f"{statement}, which is no date")
        elif not can_be(moment.at):
            article.doubt(field, f"{statement}, which cannot be")
        else:
            moments.append((statement, moment))
    return moments


def _strongest(moments: list[tuple[Statement, Moment]]) -> Moment | None:
    if not moments:
        return None
    first = moments[0][1]
    if first.day_only:
        return next((moment for _, moment in moments if not moment.day_only and _same_day(moment, first)), first)
    return first


def _same_day(moment: Moment, other: Moment) -> bool:
    return other.day in {moment.day, taipei_day(moment.at)}


def _compare(article: Article, source: str, first: datetime, last: datetime, derived_at: datetime | None) -> None:
    """Doubt a stated moment, or the day from `first` to `last`, that is more than a day from that of the address."""
    if derived_at and max(first - derived_at, derived_at - last) > _A_DAY:
        article.doubt(
            "published_at",
            f"the {source} states {first:%Y-%m-%d %H:%M} UTC, the address has {derived_at:%Y-%m-%d %H:%M} UTC",
        )


def _doubt_contradictions(article: Article, moments: list[tuple[Statement, Moment]]) -> None:
    for statement, moment in moments[1:]:
        first, against = moments[0]
        apart = abs(moment.at - against.at)
        timed = not (moment.day_only or against.day_only)
        if apart > _A_DAY or (timed and _are_whole_hours(apart)):
            article.doubt("published_at", f"{first}, {statement}")


def _set_updated(article: Article, statements: Iterable[Statement]) -> None:
    for statement, moment in _believable(article, "updated_at", statements):
        published = article.published_at
        end = moment.at + _A_DAY if moment.day_only else moment.at
        if published and end < published - _A_DAY:
            article.doubt("updated_at", f"{statement}, before its publication")
            continue
        article.updated_at = moment.at
        return
