"""A bare HTTP client for the stand-in, and what a page says when its mark-up is stripped."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

from selectolax.lexbor import LexborHTMLParser

INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\x7f]|\\s")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: its status, its headers by lower-case name, its body without content encoding."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body by its declared charset, utf-8 if none is."""
        declared = f"{self.headers.get('content-type', '')}{self.body[:600]!r}"
        return self.body.decode("big5hkscs" if "charset=big5" in declared else "utf-8")

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def ask(base: str, path: str, payload: object = None, **headers: str) -> Answer:
    """Return the answer to a GET, or to a POST of JSON if there is a payload.

    Raises:
        OSError: The connection broke.
        HTTPException: The response is not whole.
    """
    link = HTTPConnection(urlsplit(base).netloc, timeout=20)
    try:
        body = None if payload is None else json.dumps(payload)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        link.request("GET" if body is None else "POST", quote(path, safe="/?&=%()"), body, names)
        response = link.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        link.close()


def stripped(page: str) -> str:
    """Return a page's text in NFKC without any white space or invisible character."""
    root = LexborHTMLParser(page).root
    assert root is not None
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", root.text()))


def bare(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())
