"""What repeats titles in a body and is left out: teasers of other articles, and lists of contents (目錄)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from selectolax.lexbor import LexborNode

from archive.model.labels import FURTHER_WORD, is_only_titles
from archive.model.text import PREFIX, collapsed, normal_of
from crawler.addresses import read_address
from crawler.pages.body.block_reader import BlockReader
from crawler.pages.body.block_roles import RawBlock, opens_further_reading
from crawler.pages.body.surroundings import Reading, element_beside
from crawler.pages.html.document import Document
from crawler.pages.html.elements import BLOCK_KINDS, words_of

RELATIVE = re.compile(r"(?:約|大約)?\d+\s*(?:秒|分鐘|小時|天|日|週|個?月|年)(?:之)?前|剛剛|昨天|前天")
"""A relative time, which is no date of record."""

_LABEL = (
    "(?:推薦|相關|更多|精選|熱門|最新|同場)(?:閱讀|文章|新聞|報導|加映)"
    "|看更多|(?:閱讀|繼續)(?:更多|全文|閱讀)|廣告|贊助"
)
_MOMENT = r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}:\d{2}"
_COUNT = r"[①-⓿]|\d[\d,.]*\s*[萬千kK]?\s*(?:次|人)?(?:瀏覽|觀看|閱讀|點閱|讚|留言)?"
_WORDS = re.compile(f"{RELATIVE.pattern}|{_MOMENT}|{_LABEL}|{_COUNT}")
_LETTER = re.compile(r"[^\W_]")

_LONGEST = 40

LINKS = 'a[href*="/article/" i], a[href*="%2farticle%2f" i], a[href*="note-detail" i]'
TAG_LINKS = 'a[href*="/tag/"], a[href*="?tag="], a[href*="&tag="]'
"""Links to the listings of tags."""

HEADINGS = "h1, h2, h3, h4, h5, h6"

_WRAPPED = re.compile(r"前往\s*(?P<title>.+?)\s*文章頁(?:面)?", re.DOTALL)
_LED = re.compile(r"前往\s*(?=【)")
_COUNTED = re.compile(r"\s*\d{1,4}\s*[：:]\s*(?=【)")


def is_card_words(text: str) -> bool:
    """Whether a text holds only card furniture (age, views, label); true for text without letters.

    >>> is_card_words("3 小時前"), is_card_words("推薦閱讀：2026/11/15・1,024 次瀏覽"), is_card_words("3 小時前宣布")
    (True, True, False)
    """
    if len(text) > _LONGEST:
        return False
    return not _LETTER.search(_WORDS.sub("", normal_of(text)))


def without_titles(text: str, titles: list[str]) -> str:
    """Return a text in the normal form without the given titles, each taken out once."""
    text = normal_of(text)
    for title in titles:
        text = text.replace(title, "", 1) if title else text
    return text


def bare_title(text: str) -> str:
    """Return a title without the words around it: `前往{title}文章頁`, `前往` or a counter before a prefix, spaces.

    >>> bare_title("前往【美股動態】亞馬遜財報文章頁"), bare_title("3：【美股動態】亞馬遜財報")
    ('【美股動態】亞馬遜財報', '【美股動態】亞馬遜財報')
    """
    text = collapsed(text)
    wrapped = _WRAPPED.fullmatch(text)
    title = wrapped["title"] if wrapped else _LED.sub("", text, count=1) if text.startswith("前往") else text
    return _COUNTED.sub("", title, count=1) if title.rfind("【") > 0 else title


SPONSORED = "sponsored"
_PROMOTED = f'a[rel~="{SPONSORED}" i]'
_HIGHEST = 12
_MOST_LINKS = 500
_LONGEST_CARD = 500
_CARD_SHARE = 0.3
_CARDS = frozenset({"li", "div", "article", "section", "a", "figure", "aside"})
_NAMES = frozenset({"card", "cards", "teaser"})
_SHOWN = "img, picture, time"


def without_linked(blocks: Sequence[RawBlock], document: Document, key: str) -> list[RawBlock]:
    """Return the blocks of a body without teasers of other articles; its further reading stays.

    If teasers would be most of the text, they are the text.

    Args:
        blocks: The blocks of the body.
        document: The page.
        key: The key of the page's own article.
    """
    shown = _shown(blocks, document, key)
    if len(shown) < len(blocks) and _size(shown) * 2 < _size(blocks):
        return list(blocks)
    return shown


def _shown(blocks: Sequence[RawBlock], document: Document, key: str) -> list[RawBlock]:
    shown = []
    is_reading = is_advertised = False
    for block in blocks:
        text = block.text
        is_reading = "。" not in text and (is_reading or (FURTHER_WORD in text and opens_further_reading(text)))
        leads_away = block.links and not is_reading and _leads_away(block, document, key, is_advertised=is_advertised)
        is_advertised = block.role == "advertisement"
        if not leads_away:
            shown.append(block)
    return shown


def _leads_away(block: RawBlock, document: Document, key: str, *, is_advertised: bool) -> bool:
    titles = [normal_of(link.title) for link in block.links]
    if not any(titles) or not is_card_words(without_titles(block.text, titles)):
        return False
    if is_advertised and len(block.links) == 1:
        return True
    is_title = PREFIX.match(block.text) is not None
    if block.kind == "heading" and not is_title:
        return False  # a heading may be linked, and heads what follows it
    addresses = [read_address(link.url, document.sites) for link in block.links]
    return all(address is not None and (is_title or address.key != key) for address in addresses)


def _size(blocks: Sequence[RawBlock]) -> int:
    return sum(len(block.text) for block in blocks)


def teasers_in(document: Document, body: LexborNode) -> list[LexborNode]:
    """Return the elements in a body that are cards of other articles or sponsored links, outside its further reading.

    A card has an article's linked title and otherwise only an image, a time or a label; an excerpt too, if cards stand
    in a row or are named cards. A paragraph with links is no card. A card may also show the page's own article.

    Args:
        document: The page.
        body: The element that holds the body.
    """
    links = body.css(LINKS)[:_MOST_LINKS]
    if SPONSORED.encode() in document.html:
        links += body.css(_PROMOTED)[:_MOST_LINKS]
    if not links:
        return []
    text, reading = body.text(), Reading(body)
    most = min(_LONGEST_CARD, len(text) * _CARD_SHARE)
    has_reading = FURTHER_WORD in text
    cards: dict[int, LexborNode] = {}
    for link in links:
        is_reading = has_reading and reading.holds(link)
        card = None if is_reading else _card_around(document, link, body, most, _CARDS)
        if card is not None:
            cards[card.mem_id] = card
    return list(cards.values())


def target_of(document: Document, link: LexborNode) -> str | None:
    """Return the key of the article that a link leads to, `sponsored` for one that is paid for, None for any other."""
    attributes = link.attributes
    if SPONSORED in (attributes.get("rel") or "").lower():
        return SPONSORED
    address = read_address(attributes.get("href") or "", document.sites, document.base_url)
    return address.key if address else None


def _card_around(
    document: Document, link: LexborNode, body: LexborNode, most: float, tags: Collection[str]
) -> LexborNode | None:
    """Return the largest element around a link that is a card; None if the link is in prose."""
    target, card = target_of(document, link), None
    same: list[LexborNode] = []
    titles: list[str] = []
    node = _block_around(link) if target else None
    for _ in range(_HIGHEST):
        if node is None or node.mem_id == body.mem_id or len(node.text()) > most or node.css_first("h1") is not None:
            break
        if node.tag in tags or target == SPONSORED:
            targets = [(other, target_of(document, other)) for other in node.css("a[href]")]
            if any(other not in {target, None} for _, other in targets):
                break
            if len(targets) > len(same):  # most often, what stands around an element holds no more links to its article
                same = [other for other, leads_to in targets if leads_to == target]
                titles = [title for other in same for title in _titles(other)]
            if node.tag == "a" or _is_card(node, BlockReader(document, node, "").read(), titles):
                card = node
        node = node.parent
    return card


def _block_around(link: LexborNode) -> LexborNode | None:
    """Return the element that makes a block of a link: the link itself if it holds blocks, else the block it is in."""
    if any(node.tag in BLOCK_KINDS for node in link.traverse()):
        return link
    node = link.parent
    while node is not None and node.tag not in BLOCK_KINDS:
        node = node.parent
    return node


def _titles(link: LexborNode) -> list[str]:
    attributes = link.attributes
    image = link.css_first("img[alt]")
    named = (attributes.get("aria-label"), attributes.get("title"), image.attributes.get("alt") if image else None)
    return [normal_of(bare_title(text)) for text in (link.text(), *named) if text]


def _is_card(node: LexborNode, blocks: Sequence[RawBlock], titles: list[str]) -> bool:
    is_titled, excerpts = False, 0
    is_named = not _NAMES.isdisjoint(words_of((node.attributes.get("class") or "")[:500]))
    for block in blocks:
        rest = without_titles(block.text, [*titles, *(normal_of(link.title) for link in block.links)])
        if is_card_words(rest):
            is_titled = is_titled or rest != normal_of(block.text)
        elif is_titled and block.kind == "paragraph":
            excerpts += "。" in rest or not is_named
        elif not is_named or "。" in rest:
            return False
    if excerpts:
        return excerpts == 1 and (is_named or _stands_in_row(node))
    return is_named or not _could_head(node, blocks)


def _stands_in_row(node: LexborNode) -> bool:
    """Return whether the element before or after another is of the same kind and leads to an article too."""
    names = node.attributes.get("class")
    for sibling in (element_beside(node, "prev"), element_beside(node, "next")):
        if sibling is not None and sibling.tag == node.tag and sibling.attributes.get("class") == names:
            return sibling.css_first(LINKS) is not None
    return False


def _could_head(node: LexborNode, blocks: Sequence[RawBlock]) -> bool:
    """Return whether an element may be a heading that happens to be a link."""
    headings = [block for block in blocks if block.kind == "heading"]
    if len(headings) != len(blocks) or any(PREFIX.match(block.text) for block in headings):
        return False
    return node.css_first(_SHOWN) is None and node.css_first("a h1, a h2, a h3, a h4, a h5, a h6") is None


_CONTENTS = re.compile(
    r"[\W_]*(?:(?:本文|文章|內容|章節|快速|重點)?(?:目錄|導覽|大綱|索引)|table of contents|contents)[\W_]*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^(?:[\W_]+|\(?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、)]\s*)+")
_LONGEST_LABEL = 40
_FEWEST_ENTRIES = 2
_FEWEST_UNLABELLED = 3


def without_contents(blocks: Sequence[RawBlock], document: Document) -> list[RawBlock]:
    """Return the blocks of a body without its list of contents, and without that list's label.

    A list of contents is a run of blocks that each repeat a later block, or are only links to places in the page. It
    needs a label (目錄), or three entries that are links. Emphasised blocks and headings may be headings, and are none.

    Args:
        blocks: The blocks of the body.
        document: The page.
    """
    shown: list[RawBlock] = []
    place = 0
    while place < len(blocks):
        text = blocks[place].text
        is_labelled = len(text) <= _LONGEST_LABEL and _CONTENTS.fullmatch(normal_of(text)) is not None
        start = place + is_labelled
        end = _end_of_contents(blocks, start, document, is_labelled=is_labelled)
        count = sum(max(1, len(block.links)) for block in blocks[start:end])
        if count >= (_FEWEST_ENTRIES if is_labelled else _FEWEST_UNLABELLED):
            place = end
        else:
            shown.append(blocks[place])
            place += 1
    return shown


def _end_of_contents(blocks: Sequence[RawBlock], start: int, document: Document, *, is_labelled: bool) -> int:
    """Return the place behind the entries of a list of contents that begins at a place."""
    end = start
    while end < len(blocks):
        block = blocks[end]
        is_entry = block.kind != "heading" and not block.strong and _leads_within(block, document)
        if not is_entry and not (is_labelled and block.kind != "heading" and _is_repeated(blocks, end)):
            break
        end += 1
    return end


def _leads_within(block: RawBlock, document: Document) -> bool:
    if not block.links or not all(is_within(link.url, document) for link in block.links):
        return False
    text, _, rest = normal_of(block.text).partition(":")
    titles = [normal_of(link.title) for link in block.links]
    return is_only_titles(rest if _CONTENTS.fullmatch(text) else f"{text}:{rest}", titles)


def _is_repeated(blocks: Sequence[RawBlock], place: int) -> bool:
    text = _bare(blocks[place].text)
    return bool(text) and any(_bare(block.text) == text for block in blocks[place + 1 :])


def _bare(text: str) -> str:
    return _NUMBER.sub("", normal_of(text)).strip()


def is_within(url: str, document: Document) -> bool:
    """Return whether an absolute address is a place in the page itself."""
    page, sign, _ = url.partition("#")
    return bool(sign) and page in {document.url, document.base_url}
