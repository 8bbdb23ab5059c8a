"""The checks of all facts: the evidence of a survey confirms a fact, contradicts it, or leaves it open."""

from __future__ import annotations

from typing import Final

from protego import Protego

from crawler.download import refusals
from crawler.survey import listing_checks, page_checks
from crawler.survey.evidence import Evidence
from crawler.survey.facts import facts
from crawler.survey.verdict import Context, FactCheck, FactVerdict, failed, held, unseen

_ONE_SECOND: Final = 1.0


def check_all(evidence: Evidence, context: Context) -> dict[str, FactVerdict]:
    """Return the verdict on every fact, by its identifier, in the order of the facts."""
    return {name: CHECKS[name](evidence, context) for name in facts()}


def _robots(evidence: Evidence, _context: Context) -> FactVerdict:
    if evidence.forbidden:
        return failed(f"forbids {len(evidence.forbidden)} addresses, such as {evidence.forbidden[0]}")
    return held(f"on {len(evidence.robots)} hosts") if evidence.robots else unseen(why_no_robots(evidence))


def why_no_robots(evidence: Evidence) -> str:
    """Return why the rules of robots.txt are not known."""
    reasons = (f"{host}: {reason}" for host, reason in evidence.no_robots.items())
    return f"robots.txt was not answered: {'; '.join(reasons)}" if evidence.no_robots else "robots.txt was not asked"


def _robots_delay(evidence: Evidence, context: Context) -> FactVerdict:
    delays = {
        host: delay
        for host, text in evidence.robots.items()
        if text and (delay := Protego.parse(text).crawl_delay(context.robot))
    }
    if not evidence.robots:
        return unseen(why_no_robots(evidence))
    longest = max(delays.values(), default=0.0)
    return held("none") if not delays else (held if longest <= _ONE_SECOND else failed)(
        ", ".join(f"{host}: {delay:g} s" for host, delay in delays.items())
    )  # fmt: skip


def _rate(evidence: Evidence, _context: Context) -> FactVerdict:
    answered = [exchange for exchange in evidence.exchanges if exchange.status is not None]
    refused = [exchange for exchange in answered if exchange.status in refusals.PACE and exchange.method == "GET"]
    if not answered:
        return unseen("nothing was answered")
    if refused:
        waits = {exchange.headers["retry-after"] for exchange in refused if "retry-after" in exchange.headers}
        after = f", Retry-After {', '.join(sorted(waits))}" if waits else ""
        return failed(f"{len(refused)} of {len(answered)} answers refuse, such as HTTP {refused[0].status}{after}")
    return held(f"{len(answered)} answers")


CHECKS: Final[dict[str, FactCheck]] = {
    **listing_checks.CHECKS,
    **page_checks.CHECKS,
    "robots": _robots,
    "robots-delay": _robots_delay,
    "rate": _rate,
}
