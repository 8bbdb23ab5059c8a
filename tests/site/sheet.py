"""What a renderer is given: an article, the form of its page, and the dates that the page states."""

from __future__ import annotations

import html
from dataclasses import dataclass

from tests.site.corpus import Corpus
from tests.site.dates import Stated, state
from tests.site.dress import Dresser
from tests.site.markup import Markup
from tests.site.noise import sprinkle
from tests.site.plans import Generation, Plan
from tests.site.source import Article
from tests.site.tail import tail_of
from tests.site.traits import Traits, traits_of

NOISE_PIECES = 5


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page to be rendered.

    Attributes:
        plan: The plan of its article.
        article: The article as it reads today.
        traits: The form of the page.
        stated: How the page states its dates.
        title: The title as the page has it, not escaped.
    """

    plan: Plan
    article: Article
    traits: Traits
    stated: Stated
    title: str

    @property
    def key(self) -> str:
        """The key of the page's address."""
        return next(key for key in self.plan.keys if key.startswith(self.traits.generation))

    def meta(self) -> str:
        """Return the head's mark-up but for title, dates and charset."""
        title, url = html.escape(self.title), html.escape(self.plan.url(self.key))
        author = f'<meta name="author" content="{self.plan.author.name}">' if self.traits.meta_author else ""
        return (
            f'<meta property="og:title" content="{title}"><meta property="og:url" content="{url}">'
            f'<link rel="canonical" href="{url}"><meta property="og:type" content="article">{author}'
        )

    def body(self) -> list[str]:
        """Return the blocks of the body, noise between them, and its tail."""
        markup = Markup(self.traits)
        blocks = [block for section in self.article.sections for block in markup.section(section)]
        chance = self.traits.chance("noise")
        return sprinkle(chance, blocks, chance.randint(0, NOISE_PIECES)) + tail_of(self.article, self.traits)

    def tags(self) -> list[str]:
        """Return the tags as the page has them, not escaped."""
        dresser = Dresser(self.traits, "tags")
        return [dresser.raw(tag) for tag in self.article.tags]


def sheet_of(corpus: Corpus, plan: Plan, generation: Generation) -> Sheet:
    """Return the sheet of an article's page on one of the sites, as it stands today."""
    traits, article = traits_of(corpus.scale.seed, plan, generation), corpus.article(plan)
    title = Dresser(traits, "title").raw(article.title)
    return Sheet(plan, article, traits, state(plan, traits, title), title)
