"""Writes the article of a plan: title, sections, tags and further reading, from the seed alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tests.site import phrases
from tests.site.companies import EVERYDAY, PLAIN, TAIWAN, US, Company, Form
from tests.site.dice import deal, die, share
from tests.site.plans import COLUMN, Plan
from tests.site.prose import Prose
from tests.site.reading import Shelf, related_of
from tests.site.source import Article, Block, Paragraph, Run, Section

EVIDENCE = ("full", "short", "link", "english", "tag", "full", "short")
MEMBERS_CYCLE = 20
INTRO_CYCLE = 12
BROKEN_CYCLE = 40
CRUEL_SHARE = 0.004


def company_of(seed: int, plan: Plan) -> Company:
    """Return the company that an article is about."""
    return deal(US, abs(plan.index), seed, "company")


def title_of(seed: int, plan: Plan) -> str:
    """Return an article's title with its prefix, without writing the article."""
    company = company_of(seed, plan)
    headline = Prose(die(seed, "title", plan.index), company).one(phrases.TITLES)
    if not company.everyday and share(seed, "symbol", plan.index) < 0.15:
        headline = headline.replace(company.name, company.tag, 1)
    gap = " " if share(seed, "space", plan.index) < 0.08 else ""
    return f"【{plan.column}】{gap}{headline}" if plan.column else headline


@dataclass(frozen=True, slots=True)
class Topic:
    """What an article is to spell out.

    Attributes:
        main: The company it is about.
        evidence: How its symbol shows: `full`, `short`, `english`, `link` or `tag`.
        others: Further companies that are spelled out.
        tags: Topic tags.
        stocks: The companies with a stock tag.
    """

    main: Company
    evidence: str
    others: tuple[Company, ...]
    tags: tuple[str, ...]
    stocks: tuple[Company, ...]


def write(seed: int, plan: Plan, shelf: Shelf) -> Article:
    """Return the article of a plan; `shelf` is what its further reading is picked from."""
    chance, topic = die(seed, "article", plan.index), topic_of(seed, plan)
    prose = Prose(chance, topic.main)
    sections = _sections(chance, prose, topic, plan)
    members = plan.members or (plan.column == COLUMN and plan.ordinal % MEMBERS_CYCLE == 9)
    stock_tags = tuple(company.tag for company in topic.stocks)
    return Article(
        title=title_of(seed, plan),
        sections=_public(sections) if members else sections,
        related=() if members else related_of(seed, plan, shelf),
        tags=topic.tags + stock_tags,
        stock_tags=stock_tags,
        members=members,
        doubtful=_doubts(plan),
    )


def topic_of(seed: int, plan: Plan) -> Topic:
    """Return what an article is to spell out; cheap, for listings need its tags."""
    chance, main = die(seed, "topic", plan.index), company_of(seed, plan)
    evidence = chance.choice(("full", "link", "tag")) if main.everyday else deal(EVIDENCE, plan.ordinal, seed, "form")
    untagged = plan.uuid is None and plan.ordinal % 13 == 6
    others = (*chance.sample(PLAIN, chance.choice((0, 1, 2))), *chance.sample(TAIWAN, chance.choice((0, 0, 1, 2))))
    others = tuple(other for other in others if other is not main)
    if untagged:
        return Topic(main, "full" if evidence == "tag" else evidence, others, (), ())
    stocks = [main] if evidence == "tag" or chance.random() < 0.6 else []
    stocks += [other for other in others if chance.random() < 0.3]
    topics = tuple(chance.sample(phrases.TOPICS, chance.randint(1, 3)))
    ours = plan.column == COLUMN or chance.random() < 0.5
    return Topic(main, evidence, others, (COLUMN, *topics) if ours else topics, tuple(stocks))


def _doubts(plan: Plan) -> frozenset[str]:
    doubts: set[str] = set()
    if plan.column == COLUMN and plan.ordinal % INTRO_CYCLE == 7:
        doubts.add("lead")
    if _breaks_twice(plan):
        doubts |= {"text", "sections"}
    if plan.ordinal % 17 == 5:
        doubts.add("related")
    return frozenset(doubts)


def _breaks_twice(plan: Plan) -> bool:
    return plan.ordinal % BROKEN_CYCLE == 23


def _sections(chance: Random, prose: Prose, topic: Topic, plan: Plan) -> tuple[Section, ...]:
    if plan.column != COLUMN:
        return _brief(chance, prose, topic)
    count = chance.randint(8, 12)
    headings = [prose.phrase(heading) for heading in chance.sample(phrases.HEADINGS, count)]
    blocks = [_blocks(chance, prose, number) for number in range(count)]
    if chance.random() < 0.25:
        headings[chance.randint(2, count - 1)] = prose.one(phrases.TRAP_HEADINGS)
    if chance.random() < CRUEL_SHARE:
        headings[count // 2] = "延伸閱讀"
    if _breaks_twice(plan):
        blocks[3] = [_broken(prose, "break2"), *blocks[3]]
    _spell(chance, prose, topic, blocks)
    sections = [Section(heading, tuple(body)) for heading, body in zip(headings, blocks, strict=True)]
    if plan.ordinal % INTRO_CYCLE == 7:
        sections.insert(0, Section(None, (Paragraph((Run(prose.one(phrases.INTROS)),)),)))
    return tuple(sections)


def _brief(chance: Random, prose: Prose, topic: Topic) -> tuple[Section, ...]:
    count = chance.randint(1, 4)
    blocks: list[list[Block]] = [[prose.paragraph(chance.randint(2, 4))] for _ in range(count)]
    _spell(chance, prose, topic, blocks)
    if chance.random() < 0.5:
        return (Section(None, tuple(block for body in blocks for block in body)),)
    headings = chance.sample(phrases.HEADINGS, count)
    return tuple(Section(prose.phrase(head), tuple(body)) for head, body in zip(headings, blocks, strict=True))


def _blocks(chance: Random, prose: Prose, number: int) -> list[Block]:
    body: list[Block] = [prose.paragraph(chance.randint(2, 5))]
    roll = chance.random()
    if roll < 0.07:
        body.append(prose.bullets(chance.randint(2, 4), ordered=chance.random() < 0.3))
    elif roll < 0.10:
        body.append(prose.table())
    elif roll < 0.16:
        body.append(Paragraph((Run(chance.choice(phrases.LABELS), kind="bold"), Run(prose.one(phrases.SENTENCES)))))
    elif roll < 0.20:
        body.append(_broken(prose, "break"))
    elif roll < 0.26:
        body.append(Paragraph((Run(prose.one(phrases.TRAPS)),)))
    elif roll < 0.40:
        body.append(prose.paragraph(chance.randint(1, 3)))
    return body


def _broken(prose: Prose, kind: str) -> Paragraph:
    first, second = prose.one(phrases.SENTENCES), prose.one(phrases.SENTENCES)
    return Paragraph((Run(first), Run(" ", kind=kind), Run(second)))


def _spell(chance: Random, prose: Prose, topic: Topic, blocks: Sequence[list[Block]]) -> None:
    """Put the sentences that spell companies out before the first paragraphs."""
    if topic.evidence == "link":
        _prepend(blocks[0], prose.linked_name(topic.main))
    elif topic.evidence != "tag":
        _prepend(blocks[0], prose.opening(topic.main, _form(topic.evidence), linked=chance.random() < 0.3))
    elif topic.main in EVERYDAY:
        _prepend(blocks[0], (Run(topic.main.written("short")), Run(prose.phrase("{e}。"))))
    for number, other in enumerate(topic.others, 1):
        form = _form(chance.choice(("full", "short", "english")))
        _prepend(blocks[number % len(blocks)], prose.opening(other, form, linked=chance.random() < 0.3))


def _form(evidence: str) -> Form:
    return "full" if evidence == "full" else "english" if evidence == "english" else "short"


def _prepend(body: list[Block], runs: tuple[Run, ...]) -> None:
    first = body[0]
    assert isinstance(first, Paragraph)
    body[0] = Paragraph((*runs, *first.runs))


def _public(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    return sections[:2]
