"""Blocks of an article as HTML, headings in any of the ways that pages mark them up."""

from __future__ import annotations

from tests.site.dress import Dresser
from tests.site.source import Block, Bullets, Paragraph, Run, Section, Table
from tests.site.traits import Traits

HEADING_FORMS = {
    "h2": "<h2>{}</h2>",
    "h3": '<h3 class="title">{}</h3>',
    "h4": "<h4>{}</h4>",
    "strong": "<p><strong>{}</strong></p>",
    "b": "<p> <b>{}</b>&nbsp;</p>",
    "unseen-strong": "<p>&#8203;<strong>{}</strong>\ufeff</p>",
    "h3-p": "<h3><p>{}</p></h3>",
    "span-h2": '<span style="font-size:20px"><h2>{}</h2></span>',
    "p-span-strong": '<p><span style="color:#222"><strong><span>{}</span></strong></span></p>',
    "h2-span": '<h2><span style="font-weight:400"><strong>{}</strong></span></h2>',
}
WRAPS = ("<strong>{}</strong>", '<span style="color:#c00">{}</span>', "<em>{}</em>", "<span><u>{}</u></span>")
INDENTS = ("", "", "", "\u3000\u3000", "\n        ", "&nbsp;&nbsp;")


class Markup:
    """Marks up the blocks of one page."""

    def __init__(self, traits: Traits, heading: str | None = None) -> None:
        self.dresser = Dresser(traits, "body")
        self._chance = traits.chance("markup")
        self._heading = HEADING_FORMS[heading or traits.heading]

    def section(self, section: Section) -> list[str]:
        """Return the heading, if any, and the blocks of a section."""
        heads = [self._heading.format(self.dresser.html(section.heading))] if section.heading else []
        return heads + [self.block(block) for block in section.blocks]

    def block(self, block: Block) -> str:
        """Return one block."""
        if isinstance(block, Table):
            return self._table(block)
        if isinstance(block, Bullets):
            return self._bullets(block)
        indent = self._chance.choice(INDENTS)
        return f"<p>{indent}{self.inline(block)}</p>"

    def inline(self, paragraph: Paragraph) -> str:
        """Return a paragraph's runs."""
        return "".join(map(self._run, paragraph.runs))

    def _run(self, run: Run) -> str:
        if run.kind in {"break", "break2"}:
            return self._chance.choice(("<br>", "<br/>", "<br />\n")) * (2 if run.kind == "break2" else 1)
        if run.kind == "bold":
            return f"<strong>{self.dresser.html(run.text)}</strong>"
        if run.stock:
            return f'<a href="/forum/stock/{run.stock}" target="_blank">{self.dresser.html(run.text)}</a>'
        return self._sprinkled(run.text)

    def _sprinkled(self, text: str) -> str:
        """Return a text with a stretch of it in nested inline mark-up, once in a while."""
        if self._chance.random() < 0.7 or len(text) < 12:
            return self.dresser.html(text)
        start = self._chance.randrange(1, len(text) - 8)
        end = start + self._chance.randint(2, 7)
        wrap = self._chance.choice(WRAPS)
        parts = (text[:start], text[start:end], text[end:])
        head, middle, tail = (self.dresser.html(part) for part in parts)
        return head + wrap.format(middle) + tail

    def _bullets(self, bullets: Bullets) -> str:
        name = "ol" if bullets.ordered else "ul"
        item = self._chance.choice(("<li>{}</li>", "<li>{}</li>", "<li><p>{}</p></li>"))
        return f"<{name}>\n" + "\n".join(item.format(self.inline(entry)) for entry in bullets.items) + f"\n</{name}>"

    def _table(self, table: Table) -> str:
        cell = self._chance.choice(("td", "th"))
        head, body = table.rows[0], table.rows[1:]
        rows = [self._row(head, cell), *(self._row(row, "td") for row in body)]
        return "<table><tbody>\n" + "\n".join(rows) + "\n</tbody></table>"

    def _row(self, row: tuple[str, ...], name: str) -> str:
        return "<tr>" + "".join(f"<{name}>{self.dresser.html(cell)}</{name}>" for cell in row) + "</tr>"
