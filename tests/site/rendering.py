"""Renders a page as bytes, in the template of its site or of the redesign."""

from __future__ import annotations

from tests.site import render_changed, render_cmnews, render_notes
from tests.site.bodies import charset_bytes
from tests.site.sheet import Sheet
from tests.site.variants import varied

HTML = "text/html; charset=utf-8"
BIG5 = ("big5-header", "big5-meta")


def rendered(sheet: Sheet, kilobytes: int, modes: frozenset[str]) -> tuple[bytes, str]:
    """Return a page's bytes and its Content-Type; padded to about so many thousand characters, to a third on notes."""
    if "changed-template" in modes:
        return render_changed.render(sheet, kilobytes).encode(), HTML
    if sheet.traits.generation == "notes":
        return charset_bytes(varied(render_notes.render(sheet, kilobytes // 3), modes), sheet.traits.charset)
    page = varied(render_cmnews.render(sheet, kilobytes), modes)
    return charset_bytes(page, BIG5[sheet.plan.ordinal % 2]) if "big5-pages" in modes else (page.encode(), HTML)
