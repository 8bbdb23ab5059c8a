"""Pages that end early on the wire, read off the socket to the byte."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from http.client import HTTPException
from socket import create_connection
from urllib.parse import quote, urlsplit

import pytest

from tests.site import Plan, Site
from tests.site.lies.cuts import CUTS
from tests.site_tests.browse import Answer, ask
from tests.site_tests.lies.pages import Seen

END = b"</html>"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Return a small site."""
    with Site(articles=20, orphans=False, losses=False) as served:
        yield served


@pytest.fixture(params=["", "changed-template"])
def plan(site: Site, request: pytest.FixtureRequest) -> Iterator[Plan]:
    """Return a public article that is on both sites, in either template."""
    site.mode(*filter(None, (request.param,)))
    yield next(plan for plan in site.plans() if len(plan.keys) == 2 and site.truth_of(plan.key)["access"] == "public")
    site.mode()
    site.heal()


def raw(site: Site, path: str) -> tuple[dict[str, str], bytes]:
    """Return all that comes over the wire until the connection closes: headers by lower-case name, and the rest."""
    address = urlsplit(site.url)
    with create_connection((address.hostname, address.port), timeout=20) as plug:
        request = f"GET {quote(path, safe='/?&=')} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        plug.sendall(request.encode())
        pieces = []
        while piece := plug.recv(65_536):
            pieces.append(piece)
    head, _, body = b"".join(pieces).partition(b"\r\n\r\n")
    pairs = (line.partition(": ") for line in head.decode().split("\r\n")[1:])
    return {name.lower(): value for name, _, value in pairs}, body


def is_cut(site: Site, plan: Plan, body: bytes, headers: dict[str, str]) -> bool:
    """Return whether a page shows the first of an article's headings and not its last, and does not end."""
    charset = "big5hkscs" if "big5" in f"{headers}{body[:600]!r}" else "utf-8"
    text = body.decode(charset, errors="ignore").encode()
    seen = Seen(Answer(200, {}, text.replace(b"charset=big5", b"")), site.truth_of(plan.key))
    shown = seen.shown(seen.headings)
    return 0 < len(shown) < len(seen.headings) and shown == seen.headings[: len(shown)] and END not in body


def test_every_cut_is_checked_here() -> None:
    assert set(CUTS) == {"cut-unclosed", "cut-connection", "cut-length", "cut-gzip"}


def test_an_honest_length_of_half_a_page(site: Site, plan: Plan) -> None:
    site.lie(plan.keys, "cut-unclosed")
    for key in plan.keys:
        headers, body = raw(site, plan.path(key))
        assert int(headers["content-length"]) == len(body)
        assert is_cut(site, plan, body, headers)


def test_a_connection_that_closes_before_the_stated_length(site: Site, plan: Plan) -> None:
    whole = {key: len(ask(site.url, plan.path(key)).body) for key in plan.keys}
    site.lie(plan.keys, "cut-connection")
    for key in plan.keys:
        headers, body = raw(site, plan.path(key))
        stated = int(headers["content-length"])
        assert len(body) < stated
        assert stated == whole[key] or "changed-template" in site.modes
        assert is_cut(site, plan, body, headers)
        assert site.requests[-1].status == 0
        with pytest.raises(HTTPException):
            ask(site.url, plan.path(key))


def test_a_stated_length_that_is_too_short_for_the_page(site: Site, plan: Plan) -> None:
    site.lie(plan.keys, "cut-length")
    for key in plan.keys:
        headers, body = raw(site, plan.path(key))
        stated = int(headers["content-length"])
        assert stated < len(body)
        assert END in body
        assert is_cut(site, plan, body[:stated], headers)
        assert ask(site.url, plan.path(key)).body == body[:stated]


def test_a_gzip_stream_without_its_end(site: Site, plan: Plan) -> None:
    site.lie(plan.keys, "cut-gzip")
    for key in plan.keys:
        headers, body = raw(site, plan.path(key))
        assert (headers["content-encoding"], int(headers["content-length"])) == ("gzip", len(body))
        with pytest.raises(EOFError):
            gzip.decompress(body)
        stream = zlib.decompressobj(31)
        assert is_cut(site, plan, stream.decompress(body), headers)
        assert not stream.eof
