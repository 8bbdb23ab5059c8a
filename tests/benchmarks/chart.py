"""A result as a chart: one bar a row, as SVG that a README shows in light and dark."""

from __future__ import annotations

import html

from tests.benchmarks.result import Result

WIDTH, ROW, LABEL, BAR = 760, 30, 270, 330
OURS, PEER = "#1b7837", "#7a8793"


def bars(result: Result, column: str, notes: tuple[str, ...] = ()) -> str:
    """Return the bars of a column, the shortest first as they stand in the result, the first row's in another colour.

    Args:
        result: Whose rows; a cell's first word is its number.
        column: The column's name.
        notes: Columns whose cells stand behind the bar.
    """
    places = {name: place for place, name in enumerate(result.columns)}
    values = [float(row[places[column]].split()[0]) for row in result.rows]
    lines = [_text(0, 18, f"{column} ({', '.join(('bar', *notes))})", bold=True)]
    for number, (row, value) in enumerate(zip(result.rows, values, strict=True)):
        top, length = 30 + number * ROW, max(2.0, value / max(values) * BAR)
        shown = " · ".join([f"{value:g}", *(f"{note} {row[places[note]].split()[0]}" for note in notes)])
        colour = PEER if number else OURS
        lines.append(_text(0, top + 16, row[0].replace("`", "")))
        lines.append(f'<rect x="{LABEL}" y="{top}" width="{length:.0f}" height="{ROW - 8}" rx="3" fill="{colour}"/>')
        lines.append(_text(LABEL + round(length) + 8, top + 16, shown))
    height = 40 + len(values) * ROW
    font = 'font-family="sans-serif" font-size="13"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {font}>'
    style = "<style>text{fill:#222}@media(prefers-color-scheme:dark){text{fill:#ddd}}</style>"
    return "\n".join([head, style, *lines, "</svg>"]) + "\n"


def _text(left: int, base: int, text: str, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{left}" y="{base}"{weight}>{html.escape(text)}</text>'
