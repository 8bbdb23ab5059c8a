"""The stand-in's robots.txt."""

from __future__ import annotations

CRAWL_DELAY = 1
RULES = "User-agent: *\nDisallow: /forum/\nDisallow: /user/\nAllow: /\n"


def robots(modes: frozenset[str]) -> str | None:
    """Return the text of robots.txt; None where there is none."""
    if "robots-absent" in modes:
        return None
    if "robots-disallow" in modes:
        return "User-agent: *\nDisallow: /\n"
    delay = f"Crawl-delay: {CRAWL_DELAY}\n" if "crawl-delay" in modes else ""
    notes = "Disallow: /notes/note-detail.aspx\n" if "robots-notes" in modes else ""
    articles = "Disallow: /article/\n" if "robots-articles" in modes else ""
    return RULES + notes + articles + delay
