"""Lies: answers of the stand-in that are wrong, for chosen articles and listings, while the truth stays as it is.

`site.lie(selector, name, …)` makes the selected articles or listings answer with a lie from now on, or for their next
`answers` answers; `site.heal(…)` ends lies. A lie changes nothing in the corpus, so `truth` says what a right answer
would be; the two lies that say so, `shift-edited` and `shift-published`, are real events and show in the truth.
`catalogue.LIES` names every lie and what it does, `selectors` says how articles and listings are chosen,
`standing.Lies` keeps what stands; `tests/site/README.md` has all of it in tables.
"""

from __future__ import annotations

from tests.site.lies.catalogue import LIES, UnknownLieError
from tests.site.lies.selectors import Selector
from tests.site.lies.standing import Lies, Told

__all__ = ["LIES", "Lies", "Selector", "Told", "UnknownLieError"]
