"""The lies by name: where each shows, and what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.site.heavy import HEAVY

Where = Literal["page", "card", "listing"]
HEAVY_PREFIX = "heavy:"


class UnknownLieError(ValueError):
    """A lie was named that does not exist, or one that does not fit what was selected."""


@dataclass(frozen=True, slots=True)
class Lie:
    """A kind of wrong answer.

    Attributes:
        where: `page`: the article's own page. `card`: what listings and interfaces state of an article. `listing`: how
            a listing is paged, and which articles it names.
        what: What it does.
    """

    where: Where
    what: str


PAGES = {
    "gone-404": "404 with a page that says 文章不存在; listings go on naming the article",
    "gone-410": "410 with the same page",
    "gone-soft": "200 with the same page",
    "maintenance": "200, the site's template, title and text say 系統維護中; no date, no tags",
    "maintenance-titled": "200, the article's title, date and tags, and 系統維護中 where its text was",
    "busy": "200, the article's title, date and tags, and 系統忙碌中 where its text was",
    "app-only": "200, the article's title, date and tags, and a request to read it in the app",
    "offer": "200, the article's title, date and tags, and one sentence of an offer six times where its text was",
    "loading": "200, the article's title, date and tags, and an empty shell that says 載入中",
    "login-wall": "200, the article's title, date and tags, and the login prompt in place of all its text",
    "login-teaser": "200, the article's first section, then the login prompt, no tail",
    "login-page": "200 with the site's own page for logging in; nothing of an article's template",
    "login-long": "the same page with a long text about the membership",
    "login-redirect": "302 to that page at `/identity/account/login`",
    "login-elsewhere": "302 to such an address on another host",
    "challenge": "200 with a page that checks the browser; nothing of the site's template",
    "challenge-403": "403 with the same page",
    "same-article": "one article's page for every address; it states that article's address (`other`)",
    "same-text": "one article's title and text for every address; the page states the address asked (`other`)",
    "next-article": "the next article's page; it states the next article's address",
    "next-text": "the next article's title and text; the page states the address asked",
    "next-bare": "the next article's page; it states no address",
    "next-body": "the article's title, date and tags, and the next article's text; the page states the address asked",
    "next-marked": "the next article's page; the head states no address, a form or an attribute in the body does",
    "wanted-article": "another article's page (`other`); canonical, og:url, JSON-LD @id and url all state that one",
    "cut-unclosed": "ends in the middle of the text, nothing closed; Content-Length is true",
    "cut-connection": "ends in the middle of the text; Content-Length is the whole page's, the connection closes",
    "cut-length": "the whole page under a Content-Length that ends in the middle of the text; the connection closes",
    "cut-gzip": "a gzip stream that ends in the middle; Content-Length is true",
    "cut-tail": "the first half of the text and no tail; the template is whole",
    "shortened": "less than half of the text; title, tail and template are whole",
    "headings-lost": "the text without its headings",
    "headings-plain": "the headings as plain paragraphs",
    "tickers-lost": "no symbols after names, no stock links, no stock tags",
    "title-replacement": "U+FFFD in place of the title's Chinese characters",
    "title-boxes": "boxes in place of the title's characters",
    "title-mojibake": "the title's UTF-8 read as Latin-1",
    "title-other-column": "the title of column 美股巨頭; listings still state 美股動態",
    "tags-other-column": "the tags of column 即時新聞",
    "date-none": "no date on the page",
    "date-year-1": "a date in year 1",
    "date-future": "a date in 2099",
    "date-huge": "a date of 401 digits",
    "date-words": "a date that is a word",
} | {f"{HEAVY_PREFIX}{name}": f"{maker.what}" for name, maker in HEAVY.items()}
"""The lies on an article's own page."""

CARDS = {
    "listed-split": "cards: the title is split by `span` and `br`, and stands nowhere else in the card",
    "listed-create-at": "interfaces: `createAt` and `updateAt` in place of `createdAt` and `updatedAt`",
    "listed-dateless": "interfaces: neither time",
    "listed-year-1": "interfaces: both times in year 1",
    "listed-future": "interfaces: both times in 2099",
    "listed-huge": "interfaces: both times are 10**400",
    "listed-other-column": "all listings: the title of column 美股巨頭; interfaces: its tags too",
    "listed-garbled": "all listings: U+FFFD in place of the title's Chinese characters",
}
"""The lies on what listings state of an article."""

LISTINGS = {
    "shift-removed": "offset cursors; before a later page the first article leaves the listing, so one is skipped",
    "shift-edited": "offset cursors; before a later page the last article is edited (truly) and moves to the front",
    "shift-published": "offset cursors; before a later page an article is published (truly), so pages overlap by one",
    "overlap": "each page begins with the last two cards (`amount`) of the page before",
    "endless-same": "the first page's cards and one cursor, for ever",
    "endless-growing": "the first page's cards, a new cursor each time, for ever",
    "endless-empty": "no cards after the first page, a new cursor each time, for ever",
    "endless-new": "articles that never were after the first page, new ones each time, for ever",
    "endless-wrap": "after the last page the first again, a new cursor each time, for ever",
    "phantoms": "the listing begins with five articles (`amount`) that never were: 404",
}
"""The lies on how a listing is paged."""

LIES: dict[str, Lie] = {
    **{name: Lie("page", what) for name, what in PAGES.items()},
    **{name: Lie("card", what) for name, what in CARDS.items()},
    **{name: Lie("listing", what) for name, what in LISTINGS.items()},
}
"""Each lie."""


def checked(name: str) -> Lie:
    """Return the lie of a name.

    Raises:
        UnknownLieError: There is none.
    """
    if name not in LIES:
        raise UnknownLieError(f"no such lie: {name}; there are {', '.join(LIES)}")
    return LIES[name]
