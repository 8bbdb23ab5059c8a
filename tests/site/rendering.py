"""Renders a page as bytes, in the template of its site or of the redesign."""

from __future__ import annotations

from tests.site import render_changed, render_cmnews, render_notes
from tests.site.bodies import charset_bytes
from tests.site.sheet import Sheet

HTML = "text/html; charset=utf-8"


def rendered(sheet: Sheet, kilobytes: int, modes: frozenset[str]) -> tuple[bytes, str]:
    """Return a page's bytes and its Content-Type; padded to about so many thousand characters, to a third on notes."""
    if "changed-template" in modes:
        return render_changed.render(sheet, kilobytes).encode(), HTML
    if sheet.traits.generation == "cmnews":
        return render_cmnews.render(sheet, kilobytes).encode(), HTML
    return charset_bytes(render_notes.render(sheet, kilobytes // 3), sheet.traits.charset)
