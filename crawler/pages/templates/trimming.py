"""Trimming of main content: bylines above the text; labels, links and notes between and below its blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from archive.model.text import normal_text
from crawler.pages.body.block_roles import CHINESE, RawBlock, Role, is_discussion_label, opens_reading, prose_in
from crawler.pages.body.other_articles import RELATIVE
from crawler.pages.fields.dates import stamps_of
from crawler.pages.html.timestamps import read_moment
from crawler.pages.templates.foreign import LABEL

_HEAD_BLOCKS = 15
_LONGEST_BYLINE = 60
_LONGEST_LABEL = 60
_LONGEST_CREDIT = 90
_LEAST_BEFORE = 150
_LINKED = 0.85
_LINKED_LABELLED = 0.5
_SHORTEST_SENTENCE = 15
_OWN: frozenset[Role | None] = frozenset({None, "furniture"})
"""The roles that are judged here; blocks of other roles are for the stages."""

_SENTENCE_END = re.compile(r"[。！？!?…」』”]\W*$|[.]['\"”’)]?$")
_CREDIT = re.compile(
    r"(?:作者|撰文|编辑|編輯|责任编辑|责编|記者|记者|来源|來源|出處|文|发布(?:时间|日期)"
    r"|發[布佈](?:時間|日期)|时间|日期)\s*[:/|].{1,40}"
    r"|by\b.{0,60}|(?:written|posted|published|updated|last (?:updated|modified)|modified|reviewed"
    r"|first published|created)\b.{0,80}"
    r"|.{0,30}\b(?:min(?:ute)?s?|hours?|days?|weeks?|months?|years?)\s+(?:ago|read).{0,10}",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"\b(?:{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?:19|20)\d\d"
    r"|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d[./年-]\d{1,2}[./月-]\d{1,2})",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"[\W\d]*(?:[\d,.萬万千kKmM]+\W*(?:次|人|瀏覽|浏览|觀看|閱讀|阅读|點閱|views?|shares?|comments?|likes?|reads?)?)?[\W\d]*",
    re.IGNORECASE,
)
_SHARING = re.compile(
    r"[\W_]*(?:(?:facebook|twitter|linkedin|pinterest|whatsapp|telegram|reddit|tumblr|line|weibo|wechat|x|email|e-mail|print"
    r"|share|tweet|pin|pin it|copy link|url ?copied|copied|link|save|like|follow|flipboard|google\+?|messenger|sms|more"
    r"|微信|微博|qq空间|朋友圈|新浪微博|分享|收藏|打印|复制链接|举报|點讚|点赞|字体|大|中|小|caption|close|photos?|images?|videos?"
    r"|advertisement|advert|ad|iklan|click to tweet|text size"
    r"|like this|\d{1,2} of \d{1,2}|subscribe|news|opinion|home|首页|正文)[\W_]*)+",
    re.IGNORECASE,
)
_PHOTO = re.compile(
    r"(?:photos?|images?|pictures?|photographs?)(?: by| credits?| courtesy(?: of)?)?\s*[:/].{1,80}"
    r"|(?:[^.]{0,40}[/,|] ?)?(?:getty images|shutterstock|istock|associated press|reuters|afp|ap)(?:/[^.]{0,40})?",
    re.IGNORECASE,
)
"""The credit of a photo."""

_NOTE = re.compile(
    r"\W*(?:©|\(c\)|copyright|all rights reserved|版[权權]所有"
    r"|.{0,30}all rights reserved|published\b|first published|updated at"
    r"|this (?:article|story|post) (?:was|originally|first)|filed under|tags?:|source:|via\b|back to top"
    r"|.{0,20}[扫掃]描.{0,10}(?:二[维維][码碼]|qr)|.{2,8}公[众眾][号號]$|[纠糾][错錯]\W*$"
    r"|follow (?:us|@|him|her)|(?:按[讚赞]|加入|追蹤|追踪).{0,12}(?:粉[絲丝](?:[團团]|專頁|专页)|官方帳號)"
    r"|share this|(?:get|sign up|subscribe)\b.{0,80}(?:newsletter|inbox|app\b)|click here|read more|read the full)",
    re.IGNORECASE,
)


def trimmed(blocks: Sequence[RawBlock], title: str, author: str | None) -> list[RawBlock]:
    """Return the blocks of main content without title and byline above, and labels, links and notes in and below it.

    Where hardly anything is left, all is kept.
    """
    below = _below_title(list(blocks), normal_text(title))
    end = next((index for index, block in enumerate(below) if opens_reading(block)), len(below))
    text = below[:end]
    shown = _without_labels(_without_tail(_without_discussion(_without_head(text, author))))
    return (shown if _size(shown) * 3 >= _size(text) else text) + below[end:]


def _size(blocks: Sequence[RawBlock]) -> int:
    return sum(len(block.text) for block in blocks)


def _below_title(blocks: list[RawBlock], title: str) -> list[RawBlock]:
    for index, block in enumerate(blocks[:_HEAD_BLOCKS]):
        if "。" in block.text or block.role == "further":
            break
        if normal_text(block.text) == title:
            return blocks[index + 1 :]
    return blocks


def _without_head(blocks: list[RawBlock], author: str | None) -> list[RawBlock]:
    """Drop dates, counts, names and labels above the first sentence, and the lines before them."""
    head = next((index for index, block in enumerate(blocks) if _is_sentence(block)), 0)
    last = max((i for i in range(min(head, _HEAD_BLOCKS)) if is_byline(blocks[i], author)), default=-1)
    kept = [block for block in blocks[last + 1 : head] if not _is_label(block) and not is_linked(block)]
    return kept + blocks[head:]


def _without_discussion(blocks: list[RawBlock]) -> list[RawBlock]:
    before = 0
    for index, block in enumerate(blocks):
        if before >= _LEAST_BEFORE and is_discussion_label(block.text):
            return blocks[:index]
        before += prose_in(block.text)
    return blocks


def _without_labels(blocks: list[RawBlock]) -> list[RawBlock]:
    return [
        block
        for block in blocks
        if block.role not in _OWN or not (_is_label(block) or _calls(block) or _is_photo_credit(block))
    ]


def _is_photo_credit(block: RawBlock) -> bool:
    text = normal_text(block.text)
    return len(text) <= _LONGEST_CREDIT and block.kind == "paragraph" and _PHOTO.fullmatch(text) is not None


def _without_tail(blocks: list[RawBlock]) -> list[RawBlock]:
    """Drop labels, headings, links and notes below the last sentence."""
    end = len(blocks)
    while end and blocks[end - 1].role in _OWN and _is_tail(blocks[end - 1]):
        end -= 1
    return blocks[:end]


def _is_tail(block: RawBlock) -> bool:
    if block.kind in {"item", "row"} and not block.links:
        return False
    text = normal_text(block.text)
    if _is_label(block) or is_linked(block) or _NOTE.match(text) or is_byline(block, None):
        return True
    return block.kind == "heading" or (bool(block.links) and not _is_sentence(block))


def _is_label(block: RawBlock) -> bool:
    text = normal_text(block.text)
    if len(text) <= _LONGEST_LABEL and _SHARING.fullmatch(text):
        return True
    match = LABEL.match(text)
    return match is not None and (len(text) <= _LONGEST_LABEL or is_linked(block)) and not _SENTENCE_END.search(text)


def _calls(block: RawBlock) -> bool:
    """Return whether a block is a link in capitals, as calls to click are."""
    return block.kind != "heading" and block.text.isupper() and not CHINESE.search(block.text) and is_linked(block)


def _is_sentence(block: RawBlock) -> bool:
    return prose_in(block.text) > 0 or (
        len(block.text) > _SHORTEST_SENTENCE and _SENTENCE_END.search(block.text) is not None
    )


def is_linked(block: RawBlock) -> bool:
    """Return whether a block is nothing but links, or a label and links."""
    if not block.links:
        return False
    linked = sum(len(link.title) for link in block.links)
    return linked >= len(block.text) * _LINKED or (
        LABEL.match(normal_text(block.text)) is not None and linked >= len(block.text) * _LINKED_LABELLED
    )


def is_byline(block: RawBlock, author: str | None) -> bool:
    """Return whether a block around the text is a date, a count, the author, or a link."""
    text = normal_text(block.text)
    if len(text) > _LONGEST_BYLINE * 2 or "。" in block.text:
        return False
    if _BARE.fullmatch(text) or text == normal_text(author or "") or _CREDIT.fullmatch(text.strip("【】[]")):
        return True
    if len(text) > _LONGEST_BYLINE or "，" in block.text:
        return False
    if _DATE.search(text) or RELATIVE.search(text):
        return True
    return (
        bool(stamps_of(text)) or read_moment(text) is not None or any(link.title == block.text for link in block.links)
    )
