"""Sentences, headings and titles about a company, made of the phrases by chance."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tests.site import phrases
from tests.site.companies import PLAIN, Company, Form
from tests.site.source import Bullets, Paragraph, Run, Table

SLOT = re.compile(r"\{(\w+)\}")
UNITS = ("億美元", "萬美元", "億元", "億歐元")


class Prose:
    """Writes about one company.

    Attributes:
        company: The company written about.
        peer: A competitor.
    """

    def __init__(self, chance: Random, company: Company) -> None:
        self.company = company
        self.peer = chance.choice([other for other in PLAIN if other is not company])
        self._chance = chance

    def phrase(self, pattern: str) -> str:
        """Return a pattern with every slot filled, companies by their plain names."""
        return SLOT.sub(lambda match: self._fill(match[1]), pattern)

    def one(self, patterns: tuple[str, ...]) -> str:
        """Return one of the patterns, filled."""
        return self.phrase(self._chance.choice(patterns))

    def paragraph(self, count: int, *extra: Run) -> Paragraph:
        """Return a paragraph of `count` sentences after the extra runs."""
        patterns = self._chance.sample(phrases.SENTENCES, count)
        return Paragraph((*extra, Run("".join(map(self.phrase, patterns)))))

    def opening(self, company: Company, form: Form, *, linked: bool) -> tuple[Run, ...]:
        """Return the runs of a sentence that spells a company out with its symbol; linked if so wished."""
        name = Run(company.written(form), company.symbol if linked else None)
        return name, Run(self.phrase("{e},{a}表示將{v}{o}。"))

    def linked_name(self, company: Company) -> tuple[Run, ...]:
        """Return the runs of a sentence that names a company without its symbol, linked to its stock page."""
        return Run("同一時間,"), Run(company.name, company.symbol), Run(self.phrase("在{r}的{w}也有新進展。"))

    def bullets(self, count: int, *, ordered: bool) -> Bullets:
        """Return a list of `count` items."""
        items = self._chance.sample(phrases.BULLETS, count)
        return Bullets(tuple(Paragraph((Run(self.phrase(item)),)) for item in items), ordered)

    def table(self) -> Table:
        """Return a table with a head and two to four rows."""
        head = self._chance.choice(phrases.TABLE_HEADS)
        rows = [self._row(len(head)) for _ in range(self._chance.randint(2, 4))]
        return Table((head, *rows))

    def _row(self, width: int) -> tuple[str, ...]:
        cells = [self.phrase(cell) for cell in ("{x}", "{m}", "{n}季")]
        return (self.phrase("{w}"), *cells[: width - 1])

    def _fill(self, slot: str) -> str:
        if slot == "c":
            return self.company.name
        if slot == "p":
            return self.peer.name
        if slot in phrases.WORDS:
            return self._chance.choice(phrases.WORDS[slot])
        return self._figure(slot)

    def _figure(self, slot: str) -> str:
        chance = self._chance
        figures: dict[str, Callable[[], str]] = {
            "x": lambda: f"{chance.uniform(0.3, 48):.{chance.choice((0, 1, 1, 2))}f}%",
            "m": lambda: f"{chance.randint(1, 980):,}{chance.choice(UNITS)}",
            "s": lambda: f"{chance.uniform(8, 1400):,.2f}",
            "n": lambda: str(chance.randint(2, 36)),
            "n2": lambda: chance.choice("一二三四五"),
            "r2": lambda: chance.choice(("墨西哥", "越南", "波蘭", "以色列")),
            "v2": lambda: chance.choice(phrases.SECOND_VERBS),
        }
        return figures[slot]()
