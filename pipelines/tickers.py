"""Stage `tickers`: the companies that an article names, by symbol, each with the evidence for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from archive.model.article import Article, Market, Mention, Problem
from pipelines.stage import Stage
from pipelines.symbols.proof import judge
from pipelines.symbols.sightings import sightings

_FIELDS = {"US": "tickers", "TW": "tw_stocks"}


def tickers(article: Article, counts: Counter[str]) -> Article:
    """Return the article with `tickers`, `tw_stocks` and `mentions` set.

    `docs/extraction.md` has what proves a symbol. A symbol that is refused, and that the article does not name
    elsewhere with better evidence, is a problem of the article; so is one that is kept against the name before it.

    Args:
        article: In the normal form, without its tail.
        counts: `link`, `tag`, `bracket`, `text` and `row`: mentions kept; `refused_everyday_word`, `refused_year`,
            `refused_unlisted`, `refused_no_company`, `refused_unproven`: what looked like a symbol and is not believed
            to be one; `contradicted`: mentions kept with a problem.
    """
    mentions: dict[Mention, None] = {}
    refused: dict[Problem, tuple[str, Market]] = {}
    kept: dict[Problem, None] = {}
    for sighting in sightings(article):
        name, market, _ = sighting.symbol
        verdict = judge(sighting)
        problem = Problem(_FIELDS[market], verdict.reason)
        if verdict.refusal:
            counts[f"refused_{verdict.refusal}"] += 1
            refused[problem] = (name, market)
            continue
        mentions[Mention(name, market, sighting.evidence, verdict.today)] = None
        if verdict.reason:
            counts["contradicted"] += 1
            kept[problem] = None
    counts.update(mention.evidence for mention in mentions)
    known = {(mention.symbol, mention.market) for mention in mentions}
    left = [problem for problem, symbol in refused.items() if problem.reason and symbol not in known]
    return article.but(
        tickers=_symbols(mentions, "US"),
        tw_stocks=_symbols(mentions, "TW"),
        mentions=list(mentions),
        problems=list(dict.fromkeys((*article.problems, *left, *kept))),
    )


class Tickers(Stage):
    """Reads which companies an article names."""

    refine = staticmethod(tickers)


def _symbols(mentions: Iterable[Mention], market: Market) -> list[str]:
    return sorted({mention.symbol for mention in mentions if mention.market == market})
