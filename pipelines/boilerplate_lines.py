"""The lines of a page that are no part of its article, by their words, or by their shape (docs/site.md §3, §4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, wraps
from typing import Final, Literal
from urllib.parse import urlsplit

from archive.model.article import Block
from archive.model.labels import (
    ADVERTISEMENT,
    CALL,
    CAPTION,
    COPYRIGHT,
    COPYRIGHT_WORDS,
    DISCLAIMER,
    DISCLAIMER_WORDS,
    FURTHER_READING,
    FURTHER_WORD,
    HOUSE,
    LISTS,
    LOGIN_PROMPT,
    OWN_COPYRIGHT,
    QUESTIONS,
    SAVE_PROMPT,
    SHARING,
    SOURCE,
    further_reading_beside,
    is_only_titles,
)
from archive.model.text import PREFIX

LineKind = Literal["further_reading", "copyright", "disclaimer", "furniture", "promotion", "questions", "login"]

LABEL_LENGTH = 16
"""Characters of a label, at most."""

_LABEL_KINDS: tuple[LineKind, ...] = ("further_reading", "copyright", "disclaimer")
_LABEL = re.compile("|".join(f"({label.pattern})" for label in (FURTHER_READING, COPYRIGHT, DISCLAIMER)))
_AFTER_LABEL = r"\s*[:】》>|\s]\s*"

_MOMENT = r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}"
_FURNITURE = re.compile(rf"[\W_]*(?:(?:{SHARING}|{ADVERTISEMENT}|{LISTS})[\W_]*)+|[\W_]*{CAPTION}")
_HEAD = re.compile(rf"(?:{_MOMENT}(?: [\d,]+)?)? ?(?:\(更新:\s*{_MOMENT}\))?")
_AD = re.compile(ADVERTISEMENT)
_LIST = re.compile(rf"[\W_]*(?:{LISTS})[\W_]*")

_LOGIN = re.compile(rf"[\W_]*{LOGIN_PROMPT}[\W_]*")
_QUESTIONS = re.compile(rf"[\W_]*(?:(?:{QUESTIONS})[\W_]*)+")
_ASKED = re.compile(rf"[\W_]*(?:{QUESTIONS})\s*[:>|][^。]*\?")

_UNQUOTED = r"(?:(?![「『《〈“\"'])[\W_])*"
_SAVE = re.compile(rf"[\W_]*{SAVE_PROMPT}[\W_]*")
_CALL = re.compile(_UNQUOTED + rf"(?:{CALL})(?![」』》〉”\"'的成為是已遭恐被讓與和或式])")
_SOURCE = re.compile(_UNQUOTED + rf"{SOURCE}(?:\s*:[^。]{{0,120}}。?)?")

_OWN_DISCLAIMER = r"本網站所?提供(?:之|的)?(?:資訊|內容)\W*僅供參考"
_NOTICE_LABELS: dict[LineKind, str] = {"copyright": COPYRIGHT_WORDS, "disclaimer": DISCLAIMER_WORDS}
_OWN_NOTICES: dict[LineKind, str] = {"copyright": rf"{OWN_COPYRIGHT}[係均]?[屬為歸]", "disclaimer": _OWN_DISCLAIMER}
_NOTICE_WORDS: dict[LineKind, str] = {
    "copyright": r"版權[係均]?[屬為歸]|版權所有|著作權法|(?:未經|嚴禁|禁止|不得)\S{0,20}轉載"
    r"|著作權[^。]{0,12}[屬為歸]|(?:轉載|引用|重製)[^。]{0,12}(?:同意|授權|許可)",
    "disclaimer": r"僅供參考|不構成|推介|自行承擔|自負|自行判斷"
    r"|(?:並非|非為|不是|不得?作為)[^。]{0,12}(?:建議|邀約|依據)|(?:自行|審慎)[^。]{0,4}評估"
    r"|(?:承擔|自理)[^。]{0,6}(?:盈虧|損益|風險)",
}
_ANY_NOTICE_WORDS = re.compile("|".join(_NOTICE_WORDS.values()))
_OWN = {
    kind: re.compile(rf"{_UNQUOTED}(?:{_NOTICE_LABELS[kind]}{_AFTER_LABEL})?(?:{words})")
    for kind, words in _OWN_NOTICES.items()
}
"""Notices in the site's own wording, with or without their label."""

_LABELLED = {
    kind: re.compile(rf"{_UNQUOTED}{_NOTICE_LABELS[kind]}{_AFTER_LABEL}.*(?:{words})")
    for kind, words in _NOTICE_WORDS.items()
}
"""Notices in any wording, behind their label."""

SUSPECT = re.compile(
    rf"[\W_]*(?:{FURTHER_WORD}|{COPYRIGHT_WORDS}|{DISCLAIMER_WORDS}|{LISTS}|{QUESTIONS}|(?i:{SHARING})|{ADVERTISEMENT}"
    rf"|{CAPTION}|{SAVE_PROMPT}|{LOGIN_PROMPT}|{CALL}|{SOURCE}|{OWN_COPYRIGHT}|{_OWN_DISCLAIMER}|更新:|\d{{4}}-\d)"
)
"""The beginnings of every line, label and notice below. It saves a tenth of the work on a page."""

_REMEMBERED = 512
_REMEMBERED_LENGTH = 400  # characters
_QUESTION_LENGTH = 60
_CALL_LENGTH = 40

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


def remembered(judge: Callable[[Block], LineKind | None]) -> Callable[[Block], LineKind | None]:
    """Return a judgement of single blocks that remembers short ones: a site's lines are the same on every page."""
    before = lru_cache(_REMEMBERED)(judge)

    @wraps(judge)
    def judged(block: Block) -> LineKind | None:
        return judge(block) if block.links or len(block.text) > _REMEMBERED_LENGTH else before(block)

    return judged


def label_of(block: Block) -> LineKind | None:
    """Return the kind of the blocks below a block that is nothing but a label; None if it is no label."""
    if len(block.text) > LABEL_LENGTH or block.kind == "row":
        return None
    label = _LABEL.match(block.text)
    return _LABEL_KINDS[label.lastindex - 1] if label and label.lastindex else None


def line_of(block: Block) -> LineKind | None:
    """Return which line a block is that belongs to no article, wherever it stands; None for anything else."""
    return None if block.kind == "row" or not SUSPECT.match(block.text) else any_line_of(block)


@remembered
def any_line_of(block: Block) -> LineKind | None:
    """Return what `line_of` does for a block that is no row, without its filter `SUSPECT`."""
    text = block.text
    if is_furniture(text) and not (block.kind in {"heading", "item"} and _AD.fullmatch(text)):
        return "furniture"
    if _is_promotion(block):
        return "promotion"
    if _LOGIN.fullmatch(text):
        return "login"
    if is_questions_label(block) or _ASKED.fullmatch(text):
        return "questions"
    return next((kind for kind, pattern in _OWN.items() if pattern.match(text)), None)


def is_furniture(text: str) -> bool:
    """Return whether a text is exactly furniture: share buttons, list labels, time and views from a page's head.

    >>> is_furniture("• facebook"), is_furniture("喜歡這篇文章嗎?"), is_furniture("facebook股價創高")
    (True, True, False)
    """
    return bool(text) and bool(_FURNITURE.fullmatch(text) or _HEAD.fullmatch(text))


def is_list_label(block: Block) -> bool:
    """Return whether a block is furniture that heads a list of tags or of other articles."""
    return _LIST.fullmatch(block.text) is not None


def is_questions_label(block: Block) -> bool:
    """Return whether a block heads a question widget."""
    return _QUESTIONS.fullmatch(block.text) is not None


def is_question(block: Block) -> bool:
    """Return whether a block can be a question of such a widget: short, one sentence, ending in a question mark."""
    return len(block.text) <= _QUESTION_LENGTH and block.text.endswith("?") and "。" not in block.text


def inline_notice(block: Block) -> LineKind | None:
    """Return which notice a block is that begins with the notice's label and goes on in the notice's words; else None.

    >>> from archive.model.article import Block
    >>> inline_notice(Block("paragraph", "免責聲明:以上內容僅供參考,不構成投資建議。"))
    'disclaimer'
    >>> inline_notice(Block("paragraph", "免責聲明引發訴訟,法院認為僅供參考。")) is None
    True
    """
    return next((kind for kind, pattern in _LABELLED.items() if pattern.match(block.text)), None)


def says_notice(text: str) -> bool:
    """Return whether a text has the words of a copyright notice or a disclaimer."""
    return _ANY_NOTICE_WORDS.search(text) is not None


def inline_reading(block: Block) -> str | None:
    """Return what follows the label 延伸閱讀 in the same block, or None if the block does not begin with that label.

    >>> from archive.model.article import Block
    >>> inline_reading(Block("paragraph", "延伸閱讀:【美股動態】蘋果新機熱銷"))
    '【美股動態】蘋果新機熱銷'
    >>> inline_reading(Block("paragraph", "延伸閱讀清單由編輯部整理。")) is None
    True
    """
    match = further_reading_beside(block.text)
    if match is None:
        return None
    divider, rest = match
    # with nothing between them, only a link or a title with a column's prefix is no part of the same word
    return rest if divider or is_link(block, rest) or is_column_title(rest) else None


def is_link(block: Block, text: str) -> bool:
    """Whether a text, which is all or part of a block's, holds the block's links and no other word."""
    return is_only_titles(text, [link.title for link in block.links])


def is_column_title(text: str) -> bool:
    """Return whether a text reads like a title with a column's prefix."""
    return PREFIX.match(text) is not None and "。" not in text


def _is_promotion(block: Block) -> bool:
    # Prose that only begins with such words ends in a full stop, is long, quotes them or has them as its subject.
    text = block.text
    if _SAVE.fullmatch(text) or _SOURCE.fullmatch(text):
        return True
    is_short_call = len(text) <= _CALL_LENGTH and "。" not in text
    return _CALL.match(text) is not None and (is_short_call or is_link(block, text))


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
    return host is not None and (host == own_host or HOUSE.fullmatch(host) is not None)


def _host(url: str) -> str | None:
    try:
        return urlsplit(url if "://" in url else f"//{url}").hostname
    except ValueError:  # an address that nobody can ask
        return None
