"""Renders a page as bytes, in the template of its site or of the redesign."""

from __future__ import annotations

from tests.site import render_changed, render_cmnews, render_notes
from tests.site.bodies import CHARSET, CHARSET_MARK, charset_bytes
from tests.site.sheet import Sheet
from tests.site.variants import varied

HTML = "text/html; charset=utf-8"
CHARSETS = {
    "big5-pages": ("big5-header", "big5-meta"),
    "gb18030-pages": ("gb18030-header", "gb18030-meta"),
    "undeclared-pages": ("big5-none", "big5-none"),
}
"""How the new site's pages declare their charset in each mode that gives them another."""


def rendered(sheet: Sheet, kilobytes: int, modes: frozenset[str]) -> tuple[bytes, str]:
    """Return a page's bytes and its Content-Type; padded to about so many thousand characters, to a third on notes."""
    if "changed-template" in modes:
        return render_changed.render(sheet, kilobytes).encode(), HTML
    if sheet.traits.generation == "notes":
        return charset_bytes(varied(render_notes.render(sheet, kilobytes // 3), modes), sheet.traits.charset)
    return in_charset(varied(render_cmnews.render(sheet, kilobytes), modes), sheet.plan.ordinal, modes)


def in_charset(page: str, number: int, modes: frozenset[str]) -> tuple[bytes, str]:
    """Return the bytes and the Content-Type of a page of the new site, which every second one declares in itself."""
    charsets = next((CHARSETS[mode] for mode in sorted(modes) if mode in CHARSETS), None)
    if charsets is None:
        return page.encode(), HTML
    return charset_bytes(CHARSET.sub(CHARSET_MARK, page), charsets[number % 2])
