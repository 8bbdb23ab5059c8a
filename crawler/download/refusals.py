"""The HTTP statuses of refusals: four sets, each for another consequence."""

from __future__ import annotations

from typing import Final

PACE: Final = frozenset({403, 429, 503})
"""A host that answers so several times in a row is left alone for a while: it is asked too fast, overloaded, or keeps
programs out. 401 is not among them: no wait gives a crawler the right to read."""

NO_TOKEN: Final = frozenset({401, 403})
"""The listing interface wants a token, or a better one: the HTML listings take over. 429 and 503 pass, and are tried
again."""

WALL: Final = frozenset({401, 403, 429})
"""An article that is answered so counts as kept behind a wall. 503 is not among them: an overloaded server hides
nothing, and a run in which most addresses get it ends as incomplete."""

ANY: Final = PACE | NO_TOKEN
"""An answer with such a status shows nothing of a template: the survey draws no conclusion from it."""
