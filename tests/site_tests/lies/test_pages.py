"""Every lie on an article's page is the lie it says, on both sites and in both templates; healed, the truth is back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.site import Plan, Site
from tests.site.lies.catalogue import HEAVY_PREFIX, PAGES
from tests.site.lies.contents import DATES, OTHER_TAGS
from tests.site_tests.browse import Answer, ask, bare
from tests.site_tests.lies.pages import Seen

Check = Callable[[Site, Seen], bool]


@pytest.fixture(scope="module")
def served() -> Iterator[Site]:
    """Return a small site."""
    with Site(articles=30, orphans=False, losses=False) as serving:
        yield serving


@pytest.fixture
def site(served: Site) -> Iterator[Site]:
    """Return the site without lies and modes."""
    yield served
    served.heal()
    served.mode()


@pytest.fixture
def plan(site: Site) -> Plan:
    """Return a public article of the column that is on both sites and spells out a company."""
    return next(
        plan
        for plan in site.plans()[4:-1]
        if len(plan.keys) == 2
        and site.truth_of(plan.key)["access"] == "public"
        and symbols(site.truth_of(plan.key)["text"])
    )


def symbols(text: str) -> list[str]:
    return re.findall(r"\([A-Z.]+\)", text)


def at(site: Site, key: str) -> Answer:
    return ask(site.url, site.corpus.plan(key).path(key))


def is_gone(status: int) -> Check:
    return lambda _site, seen: (seen.answer.status, "文章不存在" in seen.text) == (status, True)


def is_notice(words: str, *, titled: bool) -> Check:
    """Return the check that words stand where the text was, under the article's title or not."""

    def check(_site: Site, seen: Seen) -> bool:
        has_tags = all(bare(tag) in seen.text for tag in seen.truth["tags"])
        left = seen.shown([*seen.blocks, *seen.headings])
        return words in seen.text and not left and seen.has_title is titled and (has_tags or not titled)

    return check


def is_teaser(_site: Site, seen: Seen) -> bool:
    return seen.shown(seen.headings) == seen.headings[:1] and "閱讀VIP文章請先登入" in seen.text and seen.has_title


def is_challenge(status: int) -> Check:
    def check(_site: Site, seen: Seen) -> bool:
        strange = "正在確認您的瀏覽器是否安全" in seen.text and not seen.shown(seen.blocks)
        return strange and seen.answer.status == status and seen.answer.headers["server"] == "cloudflare"

    return check


def is_login(*, long: bool) -> Check:
    return lambda _site, seen: (
        "會員登入" in seen.text and not seen.shown(seen.blocks) and (len(seen.text) > 1500) is long
    )


def leads_to_login(host: str) -> Check:
    def check(_site: Site, seen: Seen) -> bool:
        return seen.answer.status == 302 and seen.answer.headers["location"].startswith(
            f"{host}/identity/account/login?"
        )

    return check


def is_other(*, states: str | None, next_one: bool, marked: bool = False) -> Check:
    """Return the check that another article is shown; `states` says whose address the head has: `other` or `asked`."""

    def check(site: Site, seen: Seen) -> bool:
        key = seen.truth["key"]
        site_name = key.partition(":")[0]
        on_site = [entry for entry in site.plans() if any(entry.startswith(site_name) for entry in entry.keys)]
        place = [key in entry.keys for entry in on_site].index(True)
        other = on_site[(place + 1) % len(on_site)] if next_one else on_site[0]
        shown = next(entry for entry in other.keys if entry.startswith(site_name))
        wanted = {"other": other.url(shown), "asked": seen.truth["url"], None: None}[states]
        identity = shown.partition(":")[2]
        is_marked = (
            re.search(f'data-article-id="{identity}"|action="[^"]+nid={identity}"', seen.answer.text) is not None
        )
        has_other_title = seen.h1 == bare(site.truth_of(shown)["title"]) and not seen.has_title
        return has_other_title and seen.canonical == wanted and is_marked is marked

    return check


def has_next_body(site: Site, seen: Seen) -> bool:
    key = seen.truth["key"]
    site_name = key.partition(":")[0]
    on_site = [entry for entry in site.plans() if any(entry.startswith(site_name) for entry in entry.keys)]
    other = on_site[([key in entry.keys for entry in on_site].index(True) + 1) % len(on_site)]
    headings = [section["heading"] for section in site.truth_of(other.key)["sections"] if section["heading"]]
    has_other_text = seen.shown(headings) == headings and not seen.shown(seen.blocks)
    return has_other_text and seen.has_title and seen.canonical == seen.truth["url"]


def is_wanted(site: Site, seen: Seen) -> bool:
    site_name = seen.truth["key"].partition(":")[0]
    states_all = {name: f'"{name}": "{seen.canonical}"' in seen.answer.text for name in ("@id", "url")}
    return is_other(states="other", next_one=True)(site, seen) and all(states_all.values()) and bool(site_name)


def is_without_tail(_site: Site, seen: Seen) -> bool:
    tail = [mark for mark in ("延伸閱讀", "版權聲明", "免責宣言") if mark in seen.text]
    shown, half = seen.shown(seen.headings), len(seen.headings) * 2 / 3
    return not tail and 1 < len(shown) < half and "</html>" in seen.answer.text and seen.has_title


def is_shortened(site: Site, seen: Seen) -> bool:
    left, whole = seen.shown(seen.blocks), sum(map(len, seen.blocks))
    tail = [link["title"] or "" for link in seen.truth["related"]]
    return 0 < sum(map(len, left)) < whole / 2 and seen.shown(tail) == tail and seen.has_title


def has_lost_headings(_site: Site, seen: Seen) -> bool:
    return not seen.shown(seen.headings) and seen.shown(seen.blocks) == seen.blocks


def has_plain_headings(_site: Site, seen: Seen) -> bool:
    nodes = LexborHTMLParser(seen.answer.text).css("h2, h3, h4, strong, b")
    loud = {bare(node.text()) for node in nodes}
    return seen.shown(seen.headings) == seen.headings and not loud & set(map(bare, seen.headings))


def has_lost_tickers(_site: Site, seen: Seen) -> bool:
    spelled = [block for block in seen.blocks if any(f"({ticker})" in block for ticker in seen.truth["tickers"])]
    tags = [tag for tag in seen.truth["tags"] if tag.endswith(")")]
    return bool(spelled) and not seen.shown(spelled) and not seen.shown(tags) and "/forum/stock/AMZN" not in seen.text


def has_title(pattern: str) -> Check:
    def check(_site: Site, seen: Seen) -> bool:
        return re.search(pattern, seen.h1) is not None and not seen.has_title and seen.shown(seen.blocks) == seen.blocks

    return check


def has_other_tags(_site: Site, seen: Seen) -> bool:
    return seen.shown(list(OTHER_TAGS)) == list(OTHER_TAGS) and "/tag/%E7%BE%8E%E8%82%A1" not in seen.answer.text


def is_dated(date: str) -> Check:
    def check(_site: Site, seen: Seen) -> bool:
        stated = re.findall(r'article:published_time" content="([^"]+)"', seen.answer.text)
        return stated == [date] and "datePublished" in seen.answer.text and seen.shown(seen.blocks) == seen.blocks

    return check


def is_undated(_site: Site, seen: Seen) -> bool:
    marks = ("published_time", "datePublished", "notedate", "pt__li--publish", "articleContent__time", "<time class")
    return not any(mark in seen.answer.text for mark in marks) and seen.shown(seen.blocks) == seen.blocks


CHECKS: dict[str, Check] = {
    "gone-404": is_gone(404),
    "gone-410": is_gone(410),
    "gone-soft": is_gone(200),
    "maintenance": is_notice("系統維護中", titled=False),
    "maintenance-titled": is_notice("系統維護中", titled=True),
    "busy": is_notice("系統忙碌中", titled=True),
    "app-only": is_notice("請使用APP閱讀", titled=True),
    "offer": is_notice("三十天免費試用", titled=True),
    "loading": is_notice("載入中", titled=True),
    "login-wall": is_notice("閱讀VIP文章請先登入", titled=True),
    "login-teaser": is_teaser,
    "login-page": is_login(long=False),
    "login-long": is_login(long=True),
    "login-redirect": leads_to_login(""),
    "login-elsewhere": leads_to_login("https://member.invalid"),
    "challenge": is_challenge(200),
    "challenge-403": is_challenge(403),
    "same-article": is_other(states="other", next_one=False),
    "same-text": is_other(states="asked", next_one=False),
    "next-article": is_other(states="other", next_one=True),
    "next-text": is_other(states="asked", next_one=True),
    "next-bare": is_other(states=None, next_one=True),
    "next-body": has_next_body,
    "next-marked": is_other(states=None, next_one=True, marked=True),
    "wanted-article": is_wanted,
    "cut-tail": is_without_tail,
    "shortened": is_shortened,
    "headings-lost": has_lost_headings,
    "headings-plain": has_plain_headings,
    "tickers-lost": has_lost_tickers,
    "title-replacement": has_title("【\ufffd{4}】"),
    "title-boxes": has_title("^\u25a1+$"),
    "title-mojibake": has_title("ã\u0080\u0090|ã.{0,2}ç¾"),
    "title-other-column": has_title("^【美股巨頭】"),
    "tags-other-column": has_other_tags,
    "date-none": is_undated,
    **{name: is_dated(date) for name, date in DATES.items()},
}


def test_every_lie_on_a_page_is_checked_here_or_where_the_wire_is() -> None:
    elsewhere = {name for name in PAGES if name.startswith((HEAVY_PREFIX, "cut-"))} - {"cut-tail"}
    assert CHECKS.keys() == PAGES.keys() - elsewhere


@pytest.mark.parametrize("mode", ["", "changed-template"])
@pytest.mark.parametrize("name", CHECKS)
def test_a_lie_is_what_it_says(site: Site, plan: Plan, name: str, mode: str) -> None:
    site.mode(*filter(None, (mode,)))
    if (name, mode) == ("next-marked", "changed-template"):
        plan = next(entry for entry in site.plans()[1:-1] if entry.uuid and not entry.nid)
    truths = {key: site.truth_of(key) for key in plan.keys}
    whole = {key: at(site, key) for key in plan.keys}
    site.lie(plan.keys, name)
    for key in plan.keys:
        truth = {**truths[key], **truths[key]["at"].get(key, {}), "key": key}
        assert not CHECKS[name](site, Seen(whole[key], truth))  # type: ignore[arg-type]
        assert CHECKS[name](site, Seen(at(site, key), truth))  # type: ignore[arg-type]
        assert site.requests[-1].lie == name
    assert {key: site.truth_of(key) for key in plan.keys} == truths
    site.heal()
    assert {key: at(site, key).body for key in plan.keys} == {key: answer.body for key, answer in whole.items()}


def test_the_article_that_is_shown_instead_can_be_chosen(site: Site, plan: Plan) -> None:
    other = site.plans()[0]
    site.lie(plan.key, "wanted-article", other=other.key)
    page = at(site, plan.key)
    site.heal()
    assert f'"url": "{other.url(other.key)}"' in page.text


def test_no_validator_of_the_truth_is_answered_while_a_lie_stands(site: Site) -> None:
    plan = next(plan for plan in site.plans() if "etag" in at(site, plan.key).headers)
    etag = at(site, plan.key).headers["etag"]
    site.lie(plan.key, "shortened")
    answer = ask(site.url, plan.path(plan.key), If_None_Match=etag)
    site.heal()
    assert (answer.status, answer.headers.get("etag"), answer.headers.get("last-modified")) == (200, None, None)
    assert ask(site.url, plan.path(plan.key), If_None_Match=etag).status == 304
