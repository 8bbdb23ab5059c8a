"""Foreign elements in the main content of an unknown template: boxes of links, labels."""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from archive.model.labels import FURTHER_WORD
from archive.model.text import collapsed
from crawler.pages.body.block_roles import begins_further_reading, prose_in
from crawler.pages.body.surroundings import Reading
from crawler.pages.html.elements import SKIPPED, is_hidden
from crawler.pages.templates.main_content import INLINE

LABEL = re.compile(
    r"[\W_]*(?:"
    r"(?:you (?:may|might|could) (?:also |be )?(?:like|enjoy|interested)"
    r"|(?:related|recommended|suggested|similar)"
    r"(?: (?:articles?|stories|story|posts?|content|topics?|tags?|news|reading|links?|coverage|items?|roundups?"
    r"|videos?|for you))?"
    r"|read (?:more|next|also|this next)|see also|see more|watch (?:now|next|more|also)|also (?:read|watch|see)"
    r"|more (?:from|on|stories|news|in|like|great|articles|posts|for you|to read|coverage|about)|most (?:popular|read"
    r"|viewed|shared|recent|commented|watched)|popular(?: (?:posts?|now|stories|articles|on))?|trending(?: (?:now|on"
    r"|stories|topics|news))?|(?:our |the )?latest(?: (?:news|stories|posts?|articles?|from|in|on|videos?|headlines))?"
    r"|next up|up next|recent (?:posts?|articles?|stories|news|comments?)|(?:next|previous|older|newer|prev)"
    r" (?:article|post|story|entry)s?|share(?: (?:this|on|via|it|article|story|the|with)|$)|follow us|find us on"
    r"|comments?$|\d+ comments?$|(?:add|post|view|read|show|hide|load|see|leave)(?: a| all| your| the)?(?: \d+)?"
    r" (?:comments?|reply|response)|join the (?:discussion|conversation|debate)|advertisements?|sponsored|promoted"
    r"|(?:sign up|subscribe)(?: (?:to|for|now|today|here|with)|$)|newsletters?$|about the authors?|don['’]t miss"
    r"|editors?['’]?s?['’]? (?:picks?|choice)|recommended|tags?$|tagged|topics?$|filed under|posted in|categor(?:y|ies)"
    r"|keywords?$|back to top|loading|print(?: this.*)?$|e-?mail(?: this.*)?$|copy link|click to share|like this$"
    r"|around the web|from the web|from our partners|what to read next|in case you missed|what do you think)\b"
    r"|(?:相[关關](?:阅读|閱讀|新[闻聞]|文章|[报報][道導]|推[荐薦]|[链鏈][接結]|[专專][题題]|[内內]容|[话話][题題]|搜索|[标標][签籤])"
    r"|推[荐薦](?:阅读|閱讀|文章|新[闻聞])|猜你喜[欢歡]|你可能(?:也|[会會]|[还還])|[为為]你推[荐薦]|(?:[热熱][门門点點]|最新|更多|精彩|今日)"
    r"(?:推[荐薦]|文章|新[闻聞]|[评評][论論]|[内內]容|[阅閱][读讀]|排行|[资資][讯訊]|[话話][题題]|[关關]注)|延伸阅读|(?:[阅閱][读讀])?[上下]一(?:篇|[页頁])"
    r"|(?:[网網]友|我要|[发發]表|查看|最新|[热熱][门門]|全部)[评評][论論]|[评評][论論]\W*(?:\d|$)|跟[帖贴貼]|分享(?:到|至|此|[给給]|本)|[标標][签籤][:：]"
    r"|[关關][键鍵][词詞字]|[返回]+[顶頂]部|[点點][击擊]?(?:查看|[进進]入|[阅閱][读讀])|[扫掃](?:一[扫掃]|描)|[收藏打印举报舉報]{2}(?:本文|\W|$)))",
    re.IGNORECASE,
)
"""How the label of a list of other articles, of tags, a share bar or a discussion begins."""

_BOXES = frozenset(
    [
        "div",
        "section",
        "ul",
        "ol",
        "dl",
        "aside",
        "table",
        "nav",
        "footer",
        "header",
        "form",
        "center",
        "fieldset",
        "article",
        "details",
        "p",
    ]
)
_FURNITURE = frozenset({"nav", "footer", "aside", "form"})
_SKIPPED = SKIPPED - {"form", "nav"}
_MOST = 0.4
"""An element with a larger share of the prose is text, whatever it looks like."""

_LINKED = 0.5
_LINKED_LIST = 0.75
_LISTS = frozenset({"ul", "ol", "dl", "table"})
_LONGEST_LABEL = 60
_BEGINNING = 200
_TO_PROSE = 3
"""In a box of links, at most a third is prose."""


@dataclass(slots=True)
class Measure:
    """What an element holds, with all below it: characters of text, of those in links, of prose; and its links."""

    size: int = 0
    linked: int = 0
    prose: int = 0
    links: int = 0

    def add(self, other: Measure) -> None:
        """Add what an element in it holds."""
        self.size += other.size
        self.linked += other.linked
        self.prose += other.prose
        self.links += other.links


def foreign_in(body: LexborNode) -> list[LexborNode]:
    """Return the elements in main content that do not belong to the article, outermost first.

    A box is one that holds mostly links, or that begins with a label of other articles, tags, sharing or a discussion;
    none that holds much of the prose.

    Args:
        body: The element of the main content; its further reading is not judged.
    """
    reading = Reading(body) if FURTHER_WORD in body.text() else None
    measures = measures_of(body)
    whole = measures[body.mem_id]
    elements: list[LexborNode] = []
    node = body.first_child
    path = [body]
    while path:
        if node is None:
            done = path.pop()
            node = done.next if path else None
            continue
        if not node.is_element_node or node.tag in _SKIPPED:
            node = node.next
            continue
        if _is_foreign(node, measures.get(node.mem_id, Measure()), whole):
            if reading is None or not reading.holds(node):
                elements.append(node)
            node = node.next
            continue
        path.append(node)
        node = node.first_child
    return elements


def _is_foreign(node: LexborNode, measure: Measure, whole: Measure) -> bool:
    if node.tag not in _BOXES or not measure.size or _is_much(measure, whole):
        return False
    text = collapsed(node.text()[:_BEGINNING])
    if node.tag == "p" or begins_further_reading(text):
        return False
    return node.tag in _FURNITURE or _is_links(node, measure) or _is_labelled(node, measure, text)


def _is_much(measure: Measure, whole: Measure) -> bool:
    return measure.prose > whole.prose * _MOST or measure.size > whole.size * _MOST


def _is_links(node: LexborNode, measure: Measure) -> bool:
    linked = _LINKED_LIST if node.tag in _LISTS else _LINKED
    return measure.linked > measure.size * linked and measure.prose * _TO_PROSE < measure.size


def _is_labelled(node: LexborNode, measure: Measure, text: str) -> bool:
    return measure.links > 0 and LABEL.match(text) is not None and _begins_with_label(node)


def _begins_with_label(node: LexborNode) -> bool:
    """Return whether the first line of an element is a label alone, not the beginning of a sentence."""
    place = node
    while True:
        child = place.first_child
        while child is not None and not (child.text() or "").strip():
            child = child.next
        if child is None:
            return False
        if child.is_text_node:
            text = collapsed(place.text() if place.mem_id != node.mem_id else child.text_content or "")
            return len(text) <= _LONGEST_LABEL and LABEL.match(text) is not None
        place = child


def measures_of(root: LexborNode) -> dict[int, Measure]:
    """Return what each element below another holds, by its id, and what that one holds."""
    walk = _Measuring(root)
    node = root.first_child
    while walk.path:
        node = walk.leave() if node is None else walk.take(node)
    return walk.measures


class _Measuring:
    """A walk over an element and all below it; it does not recurse, since pages can be nested deeply."""

    def __init__(self, root: LexborNode) -> None:
        self.measures: dict[int, Measure] = {root.mem_id: Measure()}
        self.path: list[LexborNode] = [root]
        self._texts: list[list[str]] = [[]]
        self._links_open = 0

    def take(self, node: LexborNode) -> LexborNode | None:
        """Take in a node; return the one to take next, None where an element is to be left."""
        if node.is_text_node:
            self._add_text((node.text_content or "").strip())
            return node.next
        if node.tag in _SKIPPED or is_hidden(node.attributes):
            return node.next
        self.measures[node.mem_id] = Measure()
        self.path.append(node)
        self._texts.append([])
        self._links_open += node.tag == "a"
        return node.first_child

    def leave(self) -> LexborNode | None:
        """Add what the innermost element holds to the one around it; return what follows it."""
        done, texts = self.path.pop(), self._texts.pop()
        if not self.path:
            return None
        measure = self.measures[done.mem_id]
        if done.tag == "a":
            self._links_open -= 1
            measure.links += 1
        if done.tag in INLINE:
            self._texts[-1].extend(texts)
        else:
            measure.prose += prose_in("".join(texts))
        self.measures[self.path[-1].mem_id].add(measure)
        return done.next

    def _add_text(self, text: str) -> None:
        measure = self.measures[self.path[-1].mem_id]
        measure.size += len(text)
        if self._links_open:
            measure.linked += len(text)
        else:
            self._texts[-1].append(text)
