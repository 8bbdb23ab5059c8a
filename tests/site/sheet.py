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
        url: The address that the head states as the page's own; None if it states none.
        blocks: The body's blocks in place of the article's own and of its tail; None for these.
        mark: The key that an attribute or a form outside the head names; None for none.
    """

    plan: Plan
    article: Article
    traits: Traits
    stated: Stated
    title: str
    url: str | None
    blocks: tuple[str, ...] | None = None
    mark: str | None = None

    @property
    def key(self) -> str:
        """The key of the page's address."""
        return next(key for key in self.plan.keys if key.startswith(self.traits.generation))

    def meta(self) -> str:
        """Return the head's mark-up but for title, dates and charset."""
        title = html.escape(self.title)
        author = f'<meta name="author" content="{self.plan.author.name}">' if self.traits.meta_author else ""
        return f'<meta property="og:title" content="{title}">{self._own_address()}{author}'

    def _own_address(self) -> str:
        kind = '<meta property="og:type" content="article">'
        if self.url is None:
            return kind
        url = html.escape(self.url)
        return f'<meta property="og:url" content="{url}"><link rel="canonical" href="{url}">{kind}'

    def body(self) -> list[str]:
        """Return the blocks of the body, noise between them, and its tail."""
        if self.blocks is not None:
            return list(self.blocks)
        chance = self.traits.chance("noise")
        noisy = sprinkle(chance, self.text_blocks(), chance.randint(0, NOISE_PIECES))
        return noisy + tail_of(self.article, self.traits)

    def text_blocks(self) -> list[str]:
        """Return the article's blocks without noise and tail."""
        markup = Markup(self.traits)
        return [block for section in self.article.sections for block in markup.section(section)]

    def tags(self) -> list[str]:
        """Return the tags as the page has them, not escaped."""
        dresser = Dresser(self.traits, "tags")
        return [dresser.raw(tag) for tag in self.article.tags]


def sheet_of(corpus: Corpus, plan: Plan, generation: Generation, url: str | None = None) -> Sheet:
    """Return the sheet of an article's page on one of the sites, as it stands today.

    Args:
        corpus: Where the article is from.
        plan: The article's plan.
        generation: Which site's template the page has.
        url: The address that it states as its own; None for the canonical one on that site.
    """
    traits, article = traits_of(corpus.scale.seed, plan, generation), corpus.article(plan)
    title = Dresser(traits, "title").raw(article.title)
    own = url or plan.url(next(key for key in plan.keys if key.startswith(generation)))
    return Sheet(plan, article, traits, state(plan, traits, title), title, own)
