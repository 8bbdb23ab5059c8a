"""Answers that were just given, for whoever asks the same before anything changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from starlette.responses import Response, StreamingResponse

ROOM: Final = 32_000_000
"""Bytes of answers that are kept."""


class RecentAnswers:
    """Keeps answers by their entity tag, which changes with anything that they are made of; for any thread."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._held = 0
        self._answers: OrderedDict[str, Response] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, tag: str) -> Response | None:
        """Return a copy of the answer of a tag, or None if it is not kept."""
        with self._lock:
            answer = self._answers.get(tag)
            if answer is None:
                return None
            self._answers.move_to_end(tag)
        copy = Response(answer.body, answer.status_code)
        copy.raw_headers = list(answer.raw_headers)
        return copy

    def keep(self, tag: str, answer: Response) -> None:
        """Keep an answer that is whole; those that were asked for longest ago make room."""
        if isinstance(answer, StreamingResponse) or len(answer.body) > self._room // 8:
            return
        copy = Response(answer.body, answer.status_code)
        copy.raw_headers = list(answer.raw_headers)
        with self._lock:
            if tag in self._answers:
                return
            self._answers[tag] = copy
            self._held += len(copy.body)
            while self._held > self._room:
                _, oldest = self._answers.popitem(last=False)
                self._held -= len(oldest.body)
