"""Bodies as they go over the wire: charset, content encoding, validators."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from importlib import import_module
from importlib.util import find_spec

from aiohttp import web

from tests.site.dice import share

PLAIN_BIG5 = re.compile(r"[^\x00-\x7f\u4e00-\u9fff，。、：；？！（）「」【】]")
GZIP_LEVEL = 1
CHARSET_MARK = "%%CHARSET%%"
CHARSET = re.compile(r'<meta charset="[^"]*">')


def charset_bytes(page: str, charset: str) -> tuple[bytes, str]:
    """Return a page's bytes and its Content-Type.

    `charset` says how it is declared: `header`, `meta`, `both`, `none` (utf-8), or these behind `big5-` or `gb18030-`.
    A character that is not plainly in Big5 becomes a character reference.
    """
    name, _, declared = charset.rpartition("-")
    name = name or "utf-8"
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={name}" />'
    page = page.replace(CHARSET_MARK, meta if declared in {"meta", "both"} else "")
    body = _big5(page) if name == "big5" else page.encode(name)
    return body, f"text/html; charset={name}" if declared in {"header", "both"} else "text/html"


def _big5(page: str) -> bytes:
    plain = PLAIN_BIG5.sub(lambda match: f"&#{ord(match[0])};", page)
    return plain.encode("big5", errors="xmlcharrefreplace")


def encode(body: bytes, accept: str) -> tuple[bytes, str | None]:
    """Return a body and its Content-Encoding, obeying an Accept-Encoding header; None for identity.

    Where both are accepted, one body in four is brotli (if the library is there) and one in ten is not encoded.
    """
    accepted = _accepted(accept)
    chance = share("encoding", len(body))
    if chance < 0.1 and accepted.get("identity", 1.0) > 0:
        return body, None
    if accepted.get("br", 0.0) > 0 and find_spec("brotli") and (chance < 0.35 or not accepted.get("gzip")):
        packed: bytes = import_module("brotli").compress(body, quality=1)
        return packed, "br"
    if accepted.get("gzip", accepted.get("*", 0.0)) > 0:
        return gzip.compress(body, GZIP_LEVEL, mtime=0), "gzip"
    return body, None


def _accepted(accept: str) -> dict[str, float]:
    """Return the accepted encodings with their weights."""
    codings = {}
    for part in filter(None, map(str.strip, accept.lower().split(","))):
        name, _, weight = part.partition(";q=")
        try:
            codings[name.strip()] = float(weight or 1)
        except ValueError:
            codings[name.strip()] = 0.0
    return codings


def validators(kind: str, etag: str, modified: datetime) -> dict[str, str]:
    """Return the validating headers of a page; `kind` is `both`, `etag`, `modified` or `none`."""
    headers = {}
    if kind in {"both", "etag"}:
        headers["ETag"] = etag
    if kind in {"both", "modified"}:
        headers["Last-Modified"] = format_datetime(modified.astimezone(UTC).replace(microsecond=0), usegmt=True)
    return headers


def unchanged(request: web.Request, headers: dict[str, str]) -> bool:
    """Return whether a conditional request is answered by 304, given the page's validating headers."""
    wanted = request.headers.get("If-None-Match")
    if wanted is not None:
        return "ETag" in headers and headers["ETag"] in wanted
    since = request.headers.get("If-Modified-Since")
    if since is None or "Last-Modified" not in headers:
        return False
    try:
        return parsedate_to_datetime(headers["Last-Modified"]) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


def respond(request: web.Request, body: bytes, content_type: str, status: int = 200) -> web.Response:
    """Return a response whose body is encoded as the request accepts."""
    packed, encoding = encode(body, request.headers.get("Accept-Encoding", ""))
    headers = {"Content-Type": content_type, "Vary": "Accept-Encoding"}
    if encoding:
        headers["Content-Encoding"] = encoding
    return web.Response(body=packed, status=status, headers=headers)
