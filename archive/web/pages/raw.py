"""A kept page as it was received: as harmless HTML for a frame, or as bytes."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from archive.web.access.policy import RAW_POLICY
from archive.web.answers.parameters import Parameters
from archive.web.answers.site import Site

DROPPED: Final = (
    "script", "link", "base", "iframe", "frame", "frameset", "object", "embed", "applet", "portal", "meta[http-equiv]",
    "noscript", "template", "form", "math", "svg", "video", "audio", "source", "img[srcset]",
)  # fmt: skip
"""Elements that are removed before a page is shown: scripts, and those that request other hosts despite a policy."""

_STYLED: Final = re.compile(r"@import|url\s*\(|image-set\s*\(|src\s*\(|\\|<", re.IGNORECASE)
"""Parts of a style that request another host; escapes might hide them."""


_PACKED: Final = {"gzip": ".gz", "br": ".br", "zstd": ".zst"}
"""The ending of a compressed file, by content encoding."""


def raw(site: Site, request: Request, page: Parameters, rest: str) -> Response:
    """Answer a kept page by its `_id`: harmless HTML for the frame, or with `.bytes` the body as it is kept.

    Raises:
        HTTPException: There is none.
    """
    del request, page
    identity, dot, _ = rest.rpartition(".bytes")
    pages = site.archive.pages
    kept = pages.kept(identity) if dot else pages.get(rest)
    if kept is None:
        raise HTTPException(404, f"No page is kept as {rest[:100]!r}.")
    headers = {"content-security-policy": RAW_POLICY}
    if dot:
        headers["content-disposition"] = f"attachment; filename=page.html{_PACKED.get(kept.encoding or '', '')}"
        return Response(kept.body, headers=headers, media_type="application/octet-stream")
    return Response(harmless(kept.body), headers=headers, media_type="text/html; charset=utf-8")


def harmless(body: bytes) -> str:
    """Return a page's HTML without scripts and requests, which its policy forbids, too."""
    tree = LexborHTMLParser(body)
    for selector in DROPPED:
        for node in tree.css(selector):
            node.decompose()
    for node in tree.css("*"):
        if node.tag == "style":
            node.inner_html = _STYLED.sub("", node.text())
        for name, value in list(node.attributes.items()):
            if name == "style":
                node.attrs[name] = _STYLED.sub("", value or "")
            if name.startswith("on") or name in _ASKING or (name == "href" and not (value or "").startswith("#")):
                del node.attrs[name]
    return tree.html or ""


_ASKING: Final = frozenset(
    {"src", "srcset", "action", "formaction", "ping", "poster", "background", "data", "manifest", "xlink:href"}
)
