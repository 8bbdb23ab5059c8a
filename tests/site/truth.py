"""What the archive should hold of each article, computed from the corpus, never read off a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypedDict, overload

from tests.site.corpus import Corpus
from tests.site.evidence import companies_of
from tests.site.moments import iso_utc
from tests.site.plans import Generation, Plan
from tests.site.sheet import Sheet, sheet_of


class Section(TypedDict):
    """A heading, or None, and the texts of the blocks below it."""

    heading: str | None
    blocks: list[str]


class Truth(TypedDict):
    """What should be known of one article; text is in the normal form.

    `checked` names the fields (`author.name` for one inside another) on which honest readings of the page agree.
    `at` holds, for each key in `aliases`, the fields that read otherwise on the page at that address.
    `problems` names the fields that the archive should have a problem with. `status` is `live` or `gone`.
    `published_from` is `page`, `address`, None, or `listing` for an imported article whose page states no date.
    """

    key: str
    aliases: list[str]
    url: str
    column: str | None
    title: str
    headline: str
    author: dict[str, str | None]
    published_at: str | None
    published_from: str | None
    updated_at: str | None
    lead: str | None
    sections: list[Section]
    text: str
    tickers: list[str]
    tw_stocks: list[str]
    tags: list[str]
    related: list[dict[str, str | None]]
    access: str
    problems: list[str]
    checked: list[str]
    at: dict[str, dict[str, Any]]
    status: str
    listed: bool
    revision: int


ALWAYS = ("key", "url", "column", "title", "headline", "access", "tickers", "tw_stocks", "tags", "published_at")
UNLESS_DOUBTFUL = ("lead", "sections", "text", "related")
ADDRESS_FIELDS = ("url", "author", "published_at", "published_from", "updated_at", "problems", "checked")


def truth_of(corpus: Corpus, plan: Plan) -> Truth:
    """Return the truth of an article as it stands today."""
    primary, *others = (_at(corpus, plan, key) for key in plan.keys)
    for other in others:
        primary["at"][other["key"]] = {field: other[field] for field in ADDRESS_FIELDS}  # type: ignore[literal-required]
    return primary


def _at(corpus: Corpus, plan: Plan, key: str) -> Truth:
    generation: Generation = "cmnews" if key.startswith("cmnews:") else "notes"
    sheet = sheet_of(corpus, plan, generation)
    article, title = sheet.article, sheet.article.title
    companies = companies_of(article)
    return Truth(
        key=key,
        aliases=[other for other in plan.keys if other != key],
        url=plan.url(key),
        column=plan.column,
        title=title,
        headline=title.removeprefix(f"【{plan.column}】").strip(),
        author={"id": plan.author.id if generation == "cmnews" else None, "name": plan.author.name},
        published_at=_published(sheet),
        published_from=_source(sheet),
        updated_at=_iso(sheet.stated.updated),
        lead=next((section.heading for section in article.sections if section.heading), None),
        sections=[Section(heading=section.heading, blocks=section.texts) for section in article.sections],
        text=article.text,
        tickers=sorted(company.symbol for company in companies if company.market == "US"),
        tw_stocks=sorted(company.symbol for company in companies if company.market == "TW"),
        tags=list(article.tags),
        related=[{"title": entry.title, "url": entry.url, "key": entry.key} for entry in article.related],
        access="members" if article.members else "public",
        problems=_problems(sheet),
        checked=_checked(sheet),
        at={},
        status="live" if corpus.gone(plan) is None else "gone",
        listed=plan.listed,
        revision=article.number,
    )


def _published(sheet: Sheet) -> str | None:
    if sheet.stated.published:
        return iso_utc(sheet.stated.published)
    return iso_utc(sheet.plan.moment) if sheet.traits.generation == "cmnews" else None


def _source(sheet: Sheet) -> str | None:
    """Return where the date of publication can be read; of an imported article's address it cannot."""
    if sheet.stated.published:
        return "page"
    if sheet.traits.generation == "notes":
        return None
    return "listing" if sheet.plan.minted else "address"


def _iso(moment: datetime | None) -> str | None:
    return iso_utc(moment) if moment else None


def _problems(sheet: Sheet) -> list[str]:
    dateless = sheet.stated.published is None and sheet.traits.generation == "notes"
    return ["published_at"] if sheet.traits.disagrees or dateless else []


def _checked(sheet: Sheet) -> list[str]:
    fields = [*ALWAYS, *(field for field in UNLESS_DOUBTFUL if field not in sheet.article.doubtful)]
    if sheet.stated.clear and _source(sheet) != "listing":
        fields.append("published_from")
    if sheet.stated.updated:
        fields.append("updated_at")
    news = sheet.traits.generation == "cmnews"
    if news:
        fields.append("author.id")
    if not news or sheet.traits.meta_author or "ld+json" in sheet.stated.head:
        fields.append("author.name")
    return fields


class TruthList(Sequence[Truth]):
    """The truth of all articles of a corpus, oldest first, each computed when it is asked for."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def __len__(self) -> int:
        return len(self._corpus.plans)

    def __iter__(self) -> Iterator[Truth]:
        return (truth_of(self._corpus, plan) for plan in self._corpus.plans)

    @overload
    def __getitem__(self, index: int) -> Truth: ...
    @overload
    def __getitem__(self, index: slice) -> list[Truth]: ...
    def __getitem__(self, index: int | slice) -> Truth | list[Truth]:
        if isinstance(index, slice):
            return [truth_of(self._corpus, plan) for plan in self._corpus.plans[index]]
        return truth_of(self._corpus, self._corpus.plans[index])
