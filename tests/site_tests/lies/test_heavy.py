"""Pages that are built to hurt: each holds what it says, fits on the wire, and is served as a lie."""

from __future__ import annotations

import gzip
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator

import pytest

from tests.site import Site
from tests.site.heavy import HEAVY, TITLE, URL, heavy
from tests.site_tests.browse import ask, bare

MOST_BYTES = 8 * 1024 * 1024
FEW = 7


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Return a small site."""
    with Site(articles=8, orphans=False, losses=False) as served:
        yield served


def members(body: bytes) -> int:
    """Return how many gzip members a body has."""
    count = 0
    while body:
        stream = zlib.decompressobj(31)
        stream.decompress(body)
        body, count = stream.unused_data, count + 1
    return count


def text(body: bytes) -> str:
    return body.decode()


def between(page: str, first: str, last: str) -> str:
    return page.partition(first)[2].partition(last)[0]


COUNTS: dict[str, Callable[[bytes], int]] = {
    "marks": lambda body: sum(map(bool, map(unicodedata.combining, text(body)))),
    "gzip-members": lambda body: members(body) - 1,
    "paragraphs": lambda body: text(body).count("<p>x"),
    "ligatures": lambda body: len(unicodedata.normalize("NFKC", "".join(re.findall("\ufdfa", text(body))))) // 18,
    "links": lambda body: len(set(re.findall(r'<a href="(/article/cmoney-[0-9a-f-]{36})">', text(body)))),
    "headings": lambda body: len(re.findall(r"<h2>\d+</h2>", text(body))),
    "nesting": lambda body: text(body).count("<div>"),
    "inline-nesting": lambda body: text(body).count("<b><p>"),
    "attribute": lambda body: len(between(text(body), '<p title="', '"')),
    "attributes": lambda body: len(re.findall(r" data-\d+=1", text(body))),
    "comment-script": lambda body: between(text(body), "<!-- ", "-->").count("<script>"),
    "styles": lambda body: text(body).count("<style "),
    "members": lambda body: len(between(text(body), "<p>這一頁", "</script>").rpartition(">")[2]) // 2,
    "entities": lambda body: text(body).count("&#65;"),
    "table": lambda body: text(body).count("<td>"),
}
"""How many parts a page has."""


def test_every_heavy_page_is_counted_here() -> None:
    assert COUNTS.keys() == HEAVY.keys()


@pytest.mark.parametrize("name", HEAVY)
@pytest.mark.parametrize("parts", [0, FEW])
def test_a_page_has_as_many_parts_as_it_is_told(name: str, parts: int) -> None:
    assert COUNTS[name](heavy(name, parts).body) == parts


@pytest.mark.parametrize("name", HEAVY)
def test_a_page_is_heavy_and_still_fits_on_the_wire(name: str) -> None:
    page, light = heavy(name), heavy(name, 0)
    assert len(light.body) < 3000
    assert HEAVY[name].parts < len(page.body) <= MOST_BYTES
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("name", HEAVY)
def test_a_page_looks_like_an_article_with_a_tail(name: str) -> None:
    page = heavy(name, FEW)
    body = gzip.decompress(page.body) if "Content-Encoding" in page.headers else page.body
    assert body.decode().count(TITLE) == 4
    assert body.decode().count(URL) == 2
    assert "版權聲明" in body.decode()
    assert body.endswith(b"</html>")


@pytest.mark.parametrize("name", HEAVY)
def test_a_page_is_served_as_a_lie_under_the_article_s_title_and_address(site: Site, name: str) -> None:
    plan = next(plan for plan in site.plans() if plan.uuid)
    site.lie(plan.key, f"heavy:{name}", amount=FEW)
    answer = ask(site.url, plan.path(plan.key), Accept_Encoding="gzip")
    body = gzip.decompress(answer.body) if "content-encoding" in answer.headers else answer.body
    assert COUNTS[name](answer.body) == FEW
    assert f'rel="canonical" href="{plan.url(plan.key)}"' in body.decode()
    assert bare(site.truth_of(plan.key)["headline"])[:4] in bare(body.decode())
    site.heal()


def test_a_page_is_served_at_its_full_weight(site: Site) -> None:
    key = site.plans()[0].key
    site.lie(key, "heavy:marks")
    answer = ask(site.url, site.plans()[0].path(key))
    assert len(answer.body) > 4_000_000
    site.heal()
