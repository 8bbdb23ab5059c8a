"""Tests of `crawler.pages.trace`: where each field of a page was read, and what lost against it."""

from __future__ import annotations

from crawler.addresses import read_address
from crawler.pages.extract import read_article
from crawler.pages.html.document import Document
from crawler.pages.trace import NOWHERE, Trace, trace
from tests.support.sample_pages import (
    BODY,
    NEWS_URL,
    NOTES_URL,
    OTHER_URL,
    PROSE,
    SITES,
    TEXTS,
    TITLE,
    changed_page,
    news_page,
    notes_page,
)

HEAD = (
    f'<meta property="og:title" content="別的題目"><meta name="author" content="甲">'
    f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{TITLE}", "author": "乙",'
    f' "datePublished": "2026-05-27T11:10:00+08:00", "dateModified": "2026-05-28T09:00:00+08:00"}}</script>'
)
LINK = f'<a href="{OTHER_URL}">【美股動態】甲</a>'


def traces(content: bytes, url: str = NEWS_URL) -> dict[str, Trace]:
    address = read_address(url, SITES)
    assert address is not None
    document = Document.read(content, url, SITES)
    return {entry.field: entry for entry in trace(document, address, read_article(document, address))}


def lost(entry: Trace) -> list[str]:
    return [place.text for place in entry.lost]


def test_the_first_place_wins_and_the_others_lose() -> None:
    fields = traces(news_page(head=HEAD))
    assert (fields["template"].value, fields["template"].lost) == ("cmnews", ())
    assert (fields["title"].value, fields["title"].source) == (TITLE, ".articleContent__title")
    assert "別的題目" in lost(fields["title"])
    assert ".articleContent__title" not in [place.source for place in fields["title"].lost]
    assert (fields["author"].value, fields["author"].source) == ("乙", "JSON-LD author")
    assert lost(fields["author"]) == ["甲"]


def test_the_link_to_a_user_names_the_author_last() -> None:
    link = '<a href="/user/cmoney">小編</a>'
    author = traces(news_page(above=link))["author"]
    assert (author.value, author.source) == ("小編", "the link to a user over the body")
    assert lost(traces(news_page(head=HEAD, above=link))["author"]) == ["甲", "小編"]


def test_a_moment_is_that_of_the_first_statement_that_names_it() -> None:
    fields = traces(news_page(head=HEAD, above="<time datetime='2026-05-27 11:10'>5/27</time>"))
    published, updated = fields["published_at"], fields["updated_at"]
    assert published.value is not None
    assert str(published.value) == "2026-05-27 03:10:00+00:00"
    assert published.source != NOWHERE
    assert (str(updated.value), lost(updated)) == ("2026-05-28 01:00:00+00:00", [])


def test_a_day_alone_loses_against_the_moment_that_counts() -> None:
    head = HEAD.replace("2026-05-27T11:10:00+08:00", "2026-05-27")
    published = traces(news_page(head=head, above="<time datetime='2026-05-27 11:10'>5/27</time>"))["published_at"]
    assert (str(published.value), lost(published)) == ("2026-05-27 03:10:00+00:00", ["2026-05-27"])


def test_a_field_that_stands_nowhere_has_no_place() -> None:
    fields = traces(notes_page(), NOTES_URL)
    assert (fields["author"].value, fields["author"].source) == ("小編", ".status-msg-wrap a")
    for name in ("updated_at", "tags", "related"):
        assert (fields[name].source, fields[name].lost) == (NOWHERE, ())
    assert fields["published_at"].source == NOWHERE


def test_further_reading_is_in_the_body_or_in_a_box_outside() -> None:
    inside, outside = (
        f"<p>延伸閱讀：</p><p>{LINK}</p>",
        f"<section><h3>延伸閱讀</h3>{LINK.replace('ad87', 'ad88')}</section>",
    )
    body, box = "the body, under 延伸閱讀", "a box outside the body"
    assert traces(news_page(BODY + inside))["related"].source == body
    assert traces(news_page(below=outside))["related"].source == box
    assert traces(news_page(BODY + inside, below=outside))["related"].source == f"{body} and {box}"


def test_what_of_the_body_element_is_no_text_is_lost() -> None:
    fields = traces(notes_page(f"{BODY}<p>延伸閱讀：</p><p>{LINK}</p>"), NOTES_URL)
    assert fields["blocks"].value[:4] == TEXTS
    assert "<div>" in {place.source for place in fields["blocks"].lost}
    assert not set(TEXTS) & set(lost(fields["blocks"]))


def test_a_block_that_is_no_text_is_lost_with_its_part() -> None:
    blocks = traces(news_page(f"<p>2026-05-27 11:10</p>{BODY}<p>閱讀VIP文章，請先登入會員</p>"))["blocks"]
    assert [place.source for place in blocks.lost] == ["stamp or prompt", "login"]


def test_a_page_of_no_known_template_tells_where_its_prose_stands() -> None:
    fields = traces(changed_page(BODY, around=f"<main><h1>{TITLE}</h1><div class='a b'>{{}}</div></main>"))
    assert fields["template"].value == "generic"
    assert fields["template"].source == "div.a.b, where most prose stands"
    assert [place.source for place in fields["template"].lost] == ["cmnews", "notes"]
    assert lost(fields["template"])[0].endswith("nothing there")


def test_a_prompt_to_log_in_is_near_the_text_of_members() -> None:
    members = traces(news_page(f"<p>{PROSE}</p><p>閱讀VIP文章，請先登入會員</p>"))["access"]
    assert (members.value, "within or around" in members.source) == ("members", True)
    public = traces(news_page())["access"]
    assert (public.value, "neither in nor around" in public.source) == ("public", True)
