"""What stands first or last in a body and is no part of it, by its shape, not its words (docs/site.md §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from archive.model.article import Block
from archive.model.labels import is_only_titles
from pipelines.boilerplate_lines import LineKind

_HOUSE = re.compile(r"(?:.+\.)?(?:cmnews\.com\.tw|cmoney\.tw|forecastock\.tw)")
_QUESTION_HOSTS: Final = frozenset({"aigc.cmoney.tw"})
_ADDRESS = re.compile(r"(?:https?://|www\.)[\w.:-]+(?:/[\w./?=&%#~+:,@()-]*)?", re.ASCII)
_JOIN = re.compile(r"/[\w-]*(?:log-?in|sign-?(?:in|up)|regist|subscri|member|vip|premium|pricing)", re.IGNORECASE)
_STOCK = re.compile(r"/(?:forum/)?stock/", re.IGNORECASE)
_LEADS_ON = re.compile(r".*(?:[:︰>→➔➡▼▽↓⬇☟👇]|此處|這裡|這邊|連結|網址)[\W_]*")
_CALLS = re.compile(r"點[擊選此我開這]|下載|加入|訂閱|追蹤|掃描|註冊|領取|APP|App|app|看更多|了解更多|立即|免費")
_POINTS_DOWN = re.compile(r".*[▼▽↓⬇☟👇➡→][\W_]*")
_CREDIT = re.compile(
    r"[(\[【]?(?:圖文?|文|攝影|撰文|作者|記者|編輯|責任編輯|整理|編譯|審稿|Photo(?: by)?|Image|Credit|Source)"
    r"\s*[/∕|:︰]\s*[^。!?]{1,40}[)\]】]?",
    re.IGNORECASE,
)
_FACT = re.compile(r"\d[\d,.]*\s*(?:%|[兆億萬千百]|美?元|倍|點|股)|\([A-Z\d][\w.-]{0,9}\)", re.ASCII)
_ASKS_OR_CALLS = re.compile(r".*[?!:︰~>→][\W_]*")
_LONGEST_LINE = 80
_LONGEST_LEAD = 40
_SENTENCE = re.compile(r"[。!?]")


def ends_of(blocks: Sequence[Block], own_host: str | None = None) -> dict[int, LineKind]:
    """Return the places of what stands at the ends of a body and is no part of it, each with its kind.

    That is at its end: a block that is nothing but an address or a link of the house, whatever its words; the short
    line that leads to one; a credit. At its beginning: a credit. Anywhere: a block that only links to a question
    widget.
    A paragraph with an address in its midst stays, and so do links to stocks, items, rows, what ends as a sentence,
    and the one paragraph of a heading.

    Args:
        blocks: In the normal form, without the tail.
        own_host: The host that the article is from, where it is none of CMoney's public ones.
    """
    ends: dict[int, LineKind] = {place: "questions" for place, block in enumerate(blocks) if _asks(block)}
    rest = [place for place in range(len(blocks)) if place not in ends]
    if len(rest) > 1 and _is_credit(blocks[rest[0]]):
        ends[rest.pop(0)] = "furniture"
    is_led = is_over_address = False
    while len(rest) > 1:
        block, above = blocks[rest[-1]], blocks[rest[-2]]
        kind = _last(block, own_host, is_led=is_led)
        if kind is None and is_over_address and _is_lead(block, above):
            kind = "promotion"
        if kind is None:
            break
        is_over_address = _is_address(block, own_host)
        is_led = kind in {"promotion", "login"} and (is_led or is_over_address)
        ends[rest.pop()] = kind
    return ends


def _last(block: Block, own_host: str | None, *, is_led: bool) -> LineKind | None:
    """Return what the last block of a body is, if it is no part of it; `is_led` where it stood over such an address."""
    if block.kind in {"heading", "row"}:
        return "promotion" if is_led and block.kind == "heading" and _leads(block.text) else None
    if _is_address(block, own_host):
        return "login" if any(_JOIN.search(url) for url in _urls(block)) else "promotion"
    if is_led and _leads(block.text):
        return "promotion"
    rest = _without_address(block, own_host)
    if rest is not None and (_leads(rest) or _leads(_bare(block).strip())):
        return "promotion"
    if _POINTS_DOWN.fullmatch(block.text) and _leads(block.text) and _CALLS.search(block.text):
        return "promotion"  # what it points at was a picture
    return "furniture" if _is_credit(block) else None


def _asks(block: Block) -> bool:
    """Whether a block only leads to a question widget."""
    targets = [_host(url) for url in _urls(block)]
    return bool(targets) and _QUESTION_HOSTS.issuperset(targets) and not _SENTENCE.search(_bare(block)[:-1])


def _is_address(block: Block, own_host: str | None) -> bool:
    """Whether a block is nothing but addresses or links of the house; a link to a stock is none."""
    urls = list(_urls(block))
    if not urls or block.kind == "row" or any(_STOCK.search(url) for url in urls):
        return False
    is_bare = not re.search(r"[^\W_]", _ADDRESS.sub("", block.text))
    is_linked = is_only_titles(block.text, [link.title for link in block.links])
    return (is_bare or is_linked) and all(_is_house(url, own_host) for url in urls)


def _without_address(block: Block, own_host: str | None) -> str | None:
    """Return the words before an address or link of the house at the end of a block; None if none stands there."""
    *_, last = [None, *_ADDRESS.finditer(block.text)]
    if last and not re.search(r"[^\W_]", block.text[last.end() :]) and _is_house(last[0], own_host):
        return block.text[: last.start()].strip()
    link = block.links[-1] if block.links else None
    if link and link.title and block.text.rstrip(" 。!>→").endswith(link.title) and _is_house(link.url, own_host):
        rest = block.text.rstrip(" 。!>→").removesuffix(link.title).strip()
        return None if _STOCK.search(link.url) else rest
    return None


def _leads(text: str) -> bool:
    """Whether a text is a short line that leads on: it ends in a colon or arrow, or calls for something."""
    is_line = 0 < len(text) <= _LONGEST_LINE and not _SENTENCE.search(text[:-1])
    return is_line and (_LEADS_ON.fullmatch(text) is not None or _CALLS.search(text) is not None)


def _is_lead(block: Block, above: Block) -> bool:
    """Whether a block right over an address of the house can only lead there, whatever its words.

    It is short and ends no sentence, is not all that stands under a heading, and has no figure or ticker unless it
    asks or calls.
    """
    text = block.text
    if block.kind not in {"paragraph", "heading"} or len(text) > _LONGEST_LEAD or "。" in text:
        return False
    if above.is_heading and not block.is_heading:
        return False
    return _ASKS_OR_CALLS.fullmatch(text) is not None or _FACT.search(text) is None


def _is_credit(block: Block) -> bool:
    return block.kind in {"paragraph", "item"} and _CREDIT.fullmatch(block.text.removeprefix("• ")) is not None


def _urls(block: Block) -> Iterator[str]:
    """Yield the addresses that a block links to or writes out."""
    yield from (link.url for link in block.links)
    yield from (match[0] for match in _ADDRESS.finditer(block.text))


def _bare(block: Block) -> str:
    return _ADDRESS.sub("", block.text)


def _is_house(url: str, own_host: str | None) -> bool:
    host = _host(url)
    return host is not None and (host == own_host or _HOUSE.fullmatch(host) is not None)


def _host(url: str) -> str | None:
    try:
        return urlsplit(url if "://" in url else f"//{url}").hostname
    except ValueError:  # an address that nobody can ask
        return None
