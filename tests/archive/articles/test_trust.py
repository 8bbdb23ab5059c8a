"""What replaces a kept article: only itself, whole; by re-checks and first visits of pages in doubt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from archive.archive import Archive
from archive.articles.trust import TREATMENTS, is_believed_later, is_kept_at_first
from archive.crawl_state.doubts import DAYS
from archive.model.article import Article, Block, Mention
from archive.model.crawl.frontier import PublishedFrom
from archive.model.crawl.outcome import Miss, Saved
from archive.model.suspicion import Suspicion, SuspicionKind, reason_of
from tests.support.made_articles import NOW, article, found, key_of, page, url_of

TEXTS = tuple(f"第{number}段說明營收與毛利率的變化,並附上數字{number}。" for number in range(8))


def whole(*, at: datetime = NOW, texts: tuple[str, ...] = TEXTS, headings: bool = True, **fields: Any) -> Article:
    """Return article 1 with a heading over each of its paragraphs."""
    blocks = []
    for number, text in enumerate(texts):
        blocks += [Block("heading", f"第{number}個重點")] if headings else []
        blocks.append(Block("paragraph", text))
    symbols = ["AAPL", "AMZN", "NVDA"]
    defaults: dict[str, Any] = {
        "blocks": blocks,
        "tickers": symbols,
        "mentions": [Mention(symbol, "US", "bracket") for symbol in symbols],
        "page": page(1, "".join(texts), at=at),
    }
    return article(1, at=at, **(defaults | fields))


def later(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def save(archive: Archive, outcome: Article | Miss) -> Saved:
    at = outcome.at if isinstance(outcome, Miss) else outcome.fetched_at
    return archive.writer().save([outcome], at or NOW)[0]


def keep(archive: Archive) -> dict[str, Any]:
    """Keep article 1, and return its document."""
    archive.frontier.discover([found(1)], NOW)
    assert save(archive, whole()).what == "new"
    return archive.articles.get(key_of(1)) or {}


LOSSES: dict[SuspicionKind, dict[str, Any]] = {
    "shrunk": {"texts": (TEXTS[0], "其餘內容已經刪除,請見後續更新。")},
    "cut short": {"texts": TEXTS[:6]},
    "headings lost": {"headings": False},
    "tickers lost": {"tickers": ["AAPL"]},
    "login": {"texts": TEXTS[:7], "access": "members"},
    "garbled": {"title": "\ufffd\ufffd\ufffd\ufffd"},
    "another text": {"title": "【美股動態】台積電法說會登場", "texts": tuple(text[::-1] for text in TEXTS)},
}


@pytest.mark.parametrize("kind", LOSSES)
def test_a_recheck_that_lost_something_changes_nothing_that_is_kept(archive: Archive, kind: SuspicionKind) -> None:
    kept = keep(archive)
    cursor = archive.changes.latest()
    saved = save(archive, whole(at=later(1), **LOSSES[kind]))
    assert (saved.what, saved.reason, saved.revision) == ("suspect", reason_of(kind), 1)
    assert archive.articles.get(key_of(1)) == kept
    assert archive.changes.latest() == cursor
    assert len(archive.revisions.of(key_of(1))) == 1
    assert archive.pages.latest(key_of(1)).fetched_at > NOW  # type: ignore[union-attr] # the page is kept raw
    entry = archive.frontier.lookup([key_of(1)])[key_of(1)]
    assert (entry.state, entry.reason) == ("kept", reason_of(kind))
    assert entry.next_at is not None
    assert later(1) < entry.next_at <= later(9)


@pytest.mark.parametrize(
    "fields",
    [
        {"texts": TEXTS[4:]},
        {"texts": (*TEXTS, "更新:公司上調財測。")},
        {"tickers": ["AAPL", "NVDA"]},
        {"title": "【美股動態】第1篇,標題更正"},
    ],
    ids=["half is left", "longer", "most tickers", "title corrected"],
)
def test_an_honest_change_is_taken_at_once(archive: Archive, fields: dict[str, Any]) -> None:
    keep(archive)
    assert save(archive, whole(at=later(1), **fields)).what in {"revised", "updated"}


def test_a_page_that_stays_shortened_is_a_revision_in_doubt_on_the_third_day(archive: Archive) -> None:
    keep(archive)
    short = LOSSES["shrunk"]
    answers = [save(archive, whole(at=later(hours), **short)) for hours in (1, 2, 24, 25)]
    assert {saved.what for saved in answers} == {"suspect"}
    assert save(archive, whole(at=later(48), **short)).what == "revised"
    first, second = archive.revisions.of(key_of(1))
    assert first["doubt"] is None
    assert second["doubt"].startswith("shrunk (")
    kept = archive.articles.get(key_of(1)) or {}
    assert (kept["revision"], kept["suspect"]) == (2, [])
    assert {"field": "text", "reason": second["doubt"]} in kept["problems"]
    assert save(archive, whole(at=later(50), **short)).what == "same"


def test_days_count_for_the_same_page_only(archive: Archive) -> None:
    keep(archive)
    for day, text in enumerate(("甲", "乙", "丙")):
        shorter = whole(at=later(24 * day + 1), texts=(TEXTS[0], f"其餘內容已經刪除,{text}。"))
        assert save(archive, shorter).what == "suspect"


def test_a_whole_page_clears_the_doubt(archive: Archive) -> None:
    keep(archive)
    save(archive, whole(at=later(1), **LOSSES["shrunk"]))
    assert save(archive, whole(at=later(2))).what == "same"
    entry = archive.frontier.lookup([key_of(1)])[key_of(1)]
    assert (entry.state, entry.reason) == ("kept", None)


@pytest.mark.parametrize("kind", [kind for kind in get_args(SuspicionKind) if TREATMENTS[kind].first])
def test_a_first_visit_in_doubt_is_kept_with_its_problem_and_yields_to_the_whole(
    archive: Archive, kind: SuspicionKind
) -> None:
    archive.frontier.discover([found(1)], NOW)
    doubtful = whole(texts=TEXTS[:3], suspect=[Suspicion(kind, "why")])
    saved = save(archive, doubtful)
    assert (saved.what, saved.reason) == ("new", reason_of(kind))
    kept = archive.articles.get(key_of(1)) or {}
    assert kept["suspect"] == [{"kind": kind, "detail": "why"}]
    assert {"field": "text", "reason": f"{kind} (why)"} in kept["problems"]
    entry = archive.frontier.lookup([key_of(1)])[key_of(1)]
    assert (entry.state, entry.reason, entry.etag) == ("kept", reason_of(kind), None)
    assert entry.next_at is not None
    assert entry.next_at <= later(8)
    assert save(archive, whole(at=later(1))).what == "revised"
    healed = archive.articles.get(key_of(1)) or {}
    assert (healed["suspect"], healed["text"].count("第7段")) == ([], 1)


@pytest.mark.parametrize("kind", [kind for kind in get_args(SuspicionKind) if TREATMENTS[kind].first])
def test_what_is_kept_in_doubt_yields_to_no_less_of_it_and_to_no_wall(archive: Archive, kind: SuspicionKind) -> None:
    doubt = [Suspicion(kind, "why")]
    save(archive, whole(texts=TEXTS[:5], suspect=doubt))
    kept = archive.articles.get(key_of(1)) or {}
    less: list[dict[str, Any]] = [
        {"texts": TEXTS[:1], "access": "members", "tickers": []},
        {"texts": TEXTS[:1]},
        {"texts": TEXTS[:4]},
        {"texts": TEXTS[:4], "suspect": doubt},
    ]
    for hours, fields in enumerate(less, 1):
        assert save(archive, whole(at=later(hours), **fields)).what == "suspect", fields
        assert archive.articles.get(key_of(1)) == kept
    fuller = save(archive, whole(at=later(9), texts=TEXTS[:7], suspect=doubt))
    assert (fuller.what, fuller.reason) == ("revised", reason_of(kind))
    healed = archive.articles.get(key_of(1)) or {}
    assert (healed["text"].count("第6段"), healed["suspect"][0]["kind"]) == (1, kind)
    other: SuspicionKind = "shrunk" if kind == "cut short" else "cut short"
    assert save(archive, whole(at=later(10), suspect=[Suspicion(other)])).what == "suspect"


def test_a_public_beginning_yields_to_the_public_text_that_is_itself_in_doubt(archive: Archive) -> None:
    save(archive, whole(texts=(TEXTS[0], f"{TEXTS[1][:9]}…"), access="members"))
    saved = save(archive, whole(at=later(1), texts=TEXTS[:5], suspect=[Suspicion("cut short", "no tail")]))
    assert (saved.what, saved.reason) == ("revised", reason_of("cut short"))
    assert (archive.articles.get(key_of(1)) or {})["access"] == "public"


@pytest.mark.parametrize(
    "kind", [kind for kind, doubtful in TREATMENTS.items() if not (doubtful.first or doubtful.later)]
)
def test_a_first_visit_with_nothing_of_the_article_keeps_only_the_page(archive: Archive, kind: SuspicionKind) -> None:
    archive.frontier.discover([found(1)], NOW)
    for day in range(DAYS + 1):
        doubtful = whole(at=later(24 * day), suspect=[Suspicion(kind)])
        assert (save(archive, doubtful).what, archive.articles.get(key_of(1))) == ("suspect", None)
    entry = archive.frontier.lookup([key_of(1)])[key_of(1)]
    assert (entry.state, entry.reason) == ("failed", reason_of(kind))
    assert archive.pages.latest(key_of(1)) is not None


def test_a_title_that_is_unlike_the_one_that_a_link_states_is_believed_once_days_agree(archive: Archive) -> None:
    archive.frontier.discover([found(1, title="【美股動態】晶圓代工漲價", found_by="related", depth=1)], NOW)
    for day in range(DAYS - 1):
        saved = save(archive, whole(at=later(24 * day), title="【美股動態】電動車廠下修財測"))
        assert (saved.what, saved.reason) == ("suspect", reason_of("another title"))
    assert save(archive, whole(at=later(24 * DAYS), title="【美股動態】電動車廠下修財測")).what == "new"


def test_a_page_of_which_nothing_could_be_read_is_asked_for_within_hours(archive: Archive) -> None:
    kept = keep(archive)
    reason = reason_of("challenge")
    for hours in (1, 2, 3, 4, 5):
        miss = Miss(key_of(1), url_of(1), "failed", reason, later(hours), page(1, "<p>?", at=later(hours)))
        save(archive, miss)
    assert archive.articles.get(key_of(1)) == kept
    entry = archive.frontier.lookup([key_of(1)])[key_of(1)]
    assert (entry.state, entry.reason, entry.next_at) == ("kept", reason, later(13).replace(microsecond=123_000))


def test_the_text_of_another_key_is_never_taken(archive: Archive) -> None:
    kept = keep(archive)
    other = article(2, "另一篇文章的內容,與第一篇完全不同,講的是半導體。", title="【美股動態】晶圓代工漲價")
    save(archive, other)
    for day in range(DAYS + 1):
        at = later(24 * day + 1)
        saved = save(archive, article(1, at=at, title=other.title, blocks=other.blocks, page=page(1, "x", at=at)))
        assert (saved.what, saved.reason) == ("suspect", reason_of("text of another article"))
    assert archive.articles.get(key_of(1)) == kept


def test_one_text_at_two_new_addresses_puts_both_in_doubt_until_they_differ(archive: Archive) -> None:
    body = "同一段文字出現在兩個網址,其中一個必定是錯的,請再查證。"
    title = "【美股動態】晶圓代工漲價"
    save(archive, article(1, body, title=title))
    saved = save(archive, article(2, body, title=title))
    assert (saved.what, archive.articles.get(key_of(2))) == ("suspect", None)
    assert [suspicion["detail"] for suspicion in (archive.articles.get(key_of(1)) or {})["suspect"]] == [key_of(2)]
    assert save(archive, whole(at=later(1))).what == "revised"
    assert save(archive, article(2, body, title=title, at=later(2))).what == "new"


NEWS = "晶圓代工廠調漲報價,法人上修全年營收預估,供應鏈同步受惠。" * 6
REPEATED, MIXED = reason_of("text of another article"), reason_of("text under two titles")
FIRST, SECOND = "【美股動態】晶圓代工漲價", "【美股動態】航空公司調降財測"


def answers(archive: Archive, number: int, body: str, hours: float, title: str, **fields: Any) -> tuple[str, str]:
    at = later(hours)
    saved = save(archive, article(number, body, at=at, title=title, page=page(number, body, at=at), **fields))
    return saved.what, saved.reason


def doubts_of(archive: Archive, number: int) -> list[str]:
    return [doubt["kind"] for doubt in (archive.articles.get(key_of(number)) or {})["suspect"]]


@pytest.mark.parametrize("is_first_wrong", [True, False])
def test_one_text_under_two_titles_puts_both_in_doubt_until_they_differ(
    archive: Archive, *, is_first_wrong: bool
) -> None:
    archive.frontier.discover([found(1, title=FIRST), found(2, title=SECOND)], NOW)
    assert answers(archive, 1, NEWS, 0, FIRST)[0] == "new"
    assert answers(archive, 2, NEWS, 0, SECOND) == ("suspect", MIXED)
    assert (doubts_of(archive, 1), archive.articles.get(key_of(2))) == (["text under two titles"], None)
    assert archive.frontier.lookup([key_of(1)])[key_of(1)].next_at == NOW.replace(microsecond=123_000)
    assert answers(archive, 1, NEWS, 1, FIRST) == ("suspect", MIXED)
    assert doubts_of(archive, 1) == ["text under two titles"]
    due = {key: entry.next_at for key, entry in archive.frontier.lookup([key_of(1), key_of(2)]).items()}
    assert all(at is not None and at < later(10) for at in due.values())
    right = NEWS[::-1]
    if is_first_wrong:
        assert answers(archive, 2, NEWS, 2, SECOND) == ("suspect", MIXED)
        assert answers(archive, 1, right, 2, FIRST, tickers=["TSM"])[0] == "revised"
        assert answers(archive, 2, NEWS, 3, SECOND)[0] == "new"
    else:
        assert answers(archive, 2, right, 2, SECOND)[0] == "new"
        assert answers(archive, 1, NEWS, 3, FIRST)[0] == "updated"
    assert (doubts_of(archive, 1), doubts_of(archive, 2)) == ([], [])


def test_one_text_under_two_titles_on_three_days_is_what_the_site_has(archive: Archive) -> None:
    archive.frontier.discover([found(1, title=FIRST), found(2, title=SECOND)], NOW)
    saved = [answers(archive, number, NEWS, 24 * day, title) for day in range(DAYS) for number, title in PAIR]
    assert [what for what, _ in saved] == ["new", "suspect", "suspect", "suspect", "suspect", "new"]
    assert [answers(archive, number, NEWS, 24 * DAYS, title)[0] for number, title in PAIR] == ["updated", "same"]
    assert (doubts_of(archive, 1), doubts_of(archive, 2)) == ([], [])


PAIR = ((1, FIRST), (2, SECOND))


@pytest.mark.parametrize(
    ("title", "body", "fields"),
    [
        ("【即時新聞】晶圓代工漲價", NEWS, {}),
        ("【美股動態】晶圓代工漲價,供應鏈受惠", NEWS, {}),
        (SECOND, NEWS[:119], {}),
        (SECOND, NEWS, {"access": "members"}),
    ],
    ids=["the same title", "a longer title", "a text too short", "a public beginning"],
)
def test_a_text_given_out_anew_under_its_title_and_a_common_beginning_are_no_doubt(
    archive: Archive, title: str, body: str, fields: dict[str, Any]
) -> None:
    archive.frontier.discover([found(1, title=FIRST), found(2, title=title)], NOW)
    assert answers(archive, 1, body, 0, FIRST, **fields)[0] == "new"
    assert answers(archive, 2, body, 0, title, **fields)[0] == "new"


def test_a_kept_article_never_takes_the_text_of_another_under_its_title(archive: Archive) -> None:
    archive.frontier.discover([found(1, title=FIRST), found(2, title=SECOND)], NOW)
    for number, title, body in ((1, FIRST, NEWS), (2, SECOND, NEWS[::-1])):
        old = {"published_at": later(-1000)}
        assert answers(archive, number, body, 0, title, **old)[0] == "new"
    kept = archive.articles.get(key_of(1))
    for day in range(DAYS + 1):
        assert answers(archive, 1, NEWS[::-1], 24 * day + 1, FIRST) == ("suspect", REPEATED)
        next_at = archive.frontier.lookup([key_of(2)])[key_of(2)].next_at
        assert (next_at is not None) == (day > 0), "whose text it is may be wrong: it is looked at, some hours apart"
    assert archive.articles.get(key_of(1)) == kept


@pytest.mark.parametrize("hours", [0, 1])
def test_another_title_over_the_kept_text_waits_for_days_unless_the_page_states_a_change(
    archive: Archive, hours: float
) -> None:
    assert answers(archive, 1, NEWS, 0, FIRST, updated_at=later(-1))[0] == "new"
    changed = {"updated_at": later(-1 + hours)}
    saved = [answers(archive, 1, NEWS, 24 * day + 2, SECOND, **changed)[0] for day in range(DAYS)]
    assert saved == (["revised", "same", "same"] if hours else ["suspect", "suspect", "revised"])


def test_articles_that_were_kept_under_each_other_s_titles_heal_within_days(archive: Archive) -> None:
    bodies = (NEWS, NEWS[::-1])
    for body, (number, title) in zip(bodies, PAIR, strict=True):
        assert answers(archive, number, body, 0, title)[0] == "new"
    for day in range(1, DAYS + 1):
        saved = [
            answers(archive, n, body, 24 * day, title)[0] for body, (n, title) in zip(bodies[::-1], PAIR, strict=True)
        ]
    assert saved == ["revised", "revised"]


def test_a_kept_page_that_is_read_again_puts_no_other_article_in_doubt(archive: Archive) -> None:
    body, title = "同一段文字出現在兩個網址,其中一個必定是錯的,請再查證。", "【美股動態】晶圓代工漲價"
    save(archive, article(1, body, title=title))
    kept = archive.articles.get(key_of(1))
    (saved,) = archive.writer(cause="extractor").save([article(2, body, title=title)], later(1))
    assert (saved.what, archive.articles.get(key_of(1))) == ("suspect", kept)


def test_a_copy_that_its_listing_names_so_is_kept(archive: Archive) -> None:
    body = "網站以兩個編號刊出同一篇文章,兩個清單都寫了同一個標題。"
    title = "【美股動態】晶圓代工漲價"
    archive.frontier.discover([found(1, title=title), found(2, title=title)], NOW)
    assert [save(archive, article(number, body, title=title)).what for number in (1, 2)] == ["new", "new"]


NAMED, OTHER = "【美股動態】晶圓代工漲價", "【美股動態】航空公司調降財測"
LINKED: dict[str, Any] = {"found_by": "related", "found_in": key_of(9), "depth": 1, "title": None}


def test_a_listing_that_comes_after_a_link_puts_in_doubt_what_it_names_otherwise(archive: Archive) -> None:
    archive.frontier.discover([found(1, **LINKED)], NOW)
    assert save(archive, article(1, "另一篇文章的內文。", title=OTHER, page=page(1, "x"))).what == "new"
    assert archive.frontier.discover([found(1, title=NAMED)], later(1)) == {key_of(1): "changed"}
    assert archive.frontier.discover([found(1, title=NAMED)], later(1)) == {key_of(1): "known"}
    for hours in (1, 80):
        at = later(hours)
        saved = save(archive, article(1, "另一篇文章的內文。", title=OTHER, at=at, page=page(1, "x", at=at)))
        assert (saved.what, saved.reason) == ("suspect", reason_of("another article"))
        assert [doubt["kind"] for doubt in (archive.articles.get(key_of(1)) or {})["suspect"]] == ["another article"]
    at = later(100)
    assert save(archive, article(1, "本來的內文。", title=NAMED, at=at, page=page(1, "y", at=at))).what == "revised"
    assert (archive.articles.get(key_of(1)) or {})["suspect"] == []
    assert archive.frontier.lookup([key_of(1)])[key_of(1)].reason is None


def test_a_listing_that_names_an_article_while_it_is_asked_for_counts(archive: Archive) -> None:
    archive.frontier.discover([found(1, **LINKED)], NOW)
    archive.frontier.claim("run", 1, NOW, 60)
    archive.frontier.discover([found(1, title=NAMED)], NOW)
    saved = save(archive, article(1, "另一篇文章的內文。", title=OTHER))
    assert (saved.what, saved.reason) == ("suspect", reason_of("another article"))
    assert archive.articles.get(key_of(1)) is None
    assert save(archive, article(1, "本來的內文。", title=NAMED, at=later(1))).what == "new"


def test_a_listing_that_names_the_title_of_a_linked_article_changes_nothing(archive: Archive) -> None:
    archive.frontier.discover([found(1, **LINKED)], NOW)
    save(archive, article(1, title=NAMED, page=page(1, "x")))
    assert archive.frontier.discover([found(1, title=f"{NAMED[:12]}…")], later(1)) == {key_of(1): "known"}


def test_every_kind_is_treated_and_only_some_are_believed_later() -> None:
    assert set(TREATMENTS) == set(get_args(SuspicionKind))
    first = {"cut short", "shrunk", "headings lost", "tickers lost", "another text"}
    later = {"garbled", "other column", "another title", "text under two titles"} | first
    assert {kind for kind, treatment in TREATMENTS.items() if treatment.first} == first
    assert {kind for kind, treatment in TREATMENTS.items() if treatment.later} == later
    assert is_believed_later([Suspicion("shrunk")], DAYS)
    assert not is_believed_later([Suspicion("shrunk")], DAYS - 1)
    assert not is_believed_later([Suspicion("shrunk"), Suspicion("notice")], DAYS)
    assert not is_kept_at_first([Suspicion("cut short"), Suspicion("loading")])
    assert is_kept_at_first([Suspicion("cut short")])


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        ("page", "address", "page"),
        ("page", None, "page"),
        ("page", "listing", "page"),
        ("listing", "address", "listing"),
        ("listing", "page", "page"),
        ("address", "listing", "listing"),
        (None, "address", "address"),
    ],
)
def test_what_is_stated_of_a_date_is_not_replaced_by_what_is_derived(
    archive: Archive, before: PublishedFrom | None, after: PublishedFrom | None, stays: PublishedFrom
) -> None:
    moments: dict[PublishedFrom | None, datetime | None] = {
        "page": datetime(2021, 5, 3, tzinfo=UTC),
        "listing": datetime(2021, 5, 4, tzinfo=UTC),
        "address": datetime(2026, 1, 22, tzinfo=UTC),
        None: None,
    }
    save(archive, whole(published_at=moments[before], published_from=before))
    save(archive, whole(at=later(1), published_at=moments[after], published_from=after))
    kept = archive.articles.get(key_of(1)) or {}
    assert (kept["published_from"], kept["published_at"]) == (stays, moments[stays])
    entry = archive.frontier.lookup([key_of(1)])[key_of(1)]
    assert (entry.published_from, entry.published_at) == (stays, moments[stays])
