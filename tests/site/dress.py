"""Text as pages write it: full-width punctuation, odd spaces, invisible characters; its normal form is what it was."""

from __future__ import annotations

import html
import re
from random import Random

from tests.site.traits import Traits

CJK = "\u4e00-\u9fff「」。、【】"
BESIDE_CJK = re.compile(f"(?<=[{CJK}])[,:;?!]|[,:;?!](?=[{CJK}])")
WIDE = str.maketrans(",:;?!", "，：；？！")
WIDE_BRACKETS = str.maketrans("()%", "（）％")
INVISIBLE = ("\u200b", "\ufeff", "\u200e", "\u2060", "\u200d", "\u202a", "\u202c", "\u2068", "\u2069", "\x7f")
SPACES = (" ", " ", "\u00a0", "\u3000", "  ", "\u2009", "\n ")
NAMED = {
    "\u00a0": "&nbsp;",
    "\u200b": "&#8203;",
    "\u3000": "&#x3000;",
    "\u2009": "&thinsp;",
    "「": "&#12300;",
    "。": "&#x3002;",
}
INVISIBLE_SHARE = 0.12


class Dresser:
    """Dresses normal-form text for one part of one page."""

    def __init__(self, traits: Traits, part: str) -> None:
        self.chance: Random = traits.chance(f"dress {part}")
        self._traits = traits

    def raw(self, text: str) -> str:
        """Return the text as the page has it: its normal form is the text."""
        if self._traits.wide:
            text = BESIDE_CJK.sub(lambda match: match[0].translate(WIDE), text)
        if self._traits.wide_brackets:
            text = text.translate(WIDE_BRACKETS)
        if " " in text:
            text = "".join(self.chance.choice(SPACES) if char == " " else char for char in text)
        return self._haunted(text)

    def html(self, text: str) -> str:
        """Return the text as the page has it, escaped, some characters by entities."""
        raw = html.escape(self.raw(text), quote=False)
        if self.chance.random() < 0.85:
            return raw
        return "".join(NAMED.get(char, char) if self.chance.random() < 0.5 else char for char in raw)

    def _haunted(self, text: str) -> str:
        if self.chance.random() >= INVISIBLE_SHARE or len(text) < 4:
            return text
        at = self.chance.randrange(1, len(text))
        return text[:at] + self.chance.choice(INVISIBLE) + text[at:]
